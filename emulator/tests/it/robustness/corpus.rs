//! Requests that are wrong in ways that somebody thought of: files with the bytes of one connection each. What crashed an endpoint once, or
//! could, is added here.

use crate::setup::signed::{CAS, endpoint, v1};
use crate::setup::wire::parse;
use std::net::SocketAddr;
use std::path::Path;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Sends bytes, closes the sending side, and reads the response.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The endpoint may have hung up before all was written.
    let _ = stream.write_all(bytes).await;
    let _ = stream.shutdown().await;
    let mut out = Vec::new();
    let _ = stream.read_to_end(&mut out).await;
    out
}

#[tokio::test]
async fn every_request_of_the_corpus_is_refused_and_does_no_harm() {
    let endpoint = endpoint().await;
    let before = endpoint.state()["services"].clone();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/corpus");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() > 40, "{} files", files.len());
    for file in files {
        let response = parse(&exchange(endpoint.address(), &std::fs::read(&file).unwrap()).await);
        let refused = response.as_ref().is_none_or(|response| (400..500).contains(&response.status));
        assert!(refused, "{}: {response:?}", file.display());
        let healthy = v1(CAS, "DescribePackageState", &[]).to(endpoint.address()).await;
        assert_eq!(healthy.status, 200, "after {}: {healthy:?}", file.display());
    }
    assert_eq!(endpoint.state()["services"], before, "something was executed");
}
