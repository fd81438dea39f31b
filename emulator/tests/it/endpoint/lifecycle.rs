//! An endpoint starts at once, and its connections end with its handle.

use crate::setup::sdk::{kcm, ksyun};
use cloudcert_emulator::Emulator;
use std::io::{Read, Write};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[tokio::test]
async fn an_endpoint_serves_and_ends_with_its_handle() {
    let endpoint = Emulator::start().await.unwrap();
    let address = endpoint.address();
    TcpStream::connect(address).await.unwrap();
    endpoint.stop().await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

#[test]
fn an_endpoint_without_async_serves_from_its_own_thread() {
    let endpoint = Emulator::start_blocking().unwrap();
    let address = endpoint.address();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /_emulator/clock HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 200"), "{response}");
    endpoint.stop_blocking();
    assert!(std::net::TcpStream::connect(address).is_err(), "nobody listens any more");
}

#[tokio::test]
async fn an_endpoint_with_its_own_thread_starts_and_stops_in_a_runtime() {
    let endpoint = Emulator::start_blocking().unwrap();
    let address = endpoint.address();
    TcpStream::connect(address).await.unwrap();
    endpoint.stop().await;
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    drop(Emulator::start_blocking().unwrap());
}

#[test]
fn an_endpoint_without_async_says_why_it_does_not_start() {
    let error = Emulator::new().listen("0.0.0.0:0".parse().unwrap()).serve_blocking().unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
}

#[tokio::test]
async fn the_clock_moves_when_told() {
    let endpoint = Emulator::new().clock_start(1_767_323_045).serve().await.unwrap();
    let clock = endpoint.clock();
    clock.stop();
    assert!((1_767_323_045..1_767_323_050).contains(&clock.now()));
    clock.set(1_000);
    clock.advance(Duration::from_secs(90));
    assert_eq!(clock.now(), 1_090);
    assert!(!clock.is_running());
}

#[tokio::test]
async fn connections_end_with_the_handle() {
    for drops in [true, false] {
        let endpoint = Emulator::start().await.unwrap();
        let mut idle = TcpStream::connect(endpoint.address()).await.unwrap();
        let mut stalled = TcpStream::connect(endpoint.address()).await.unwrap();
        stalled.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n").await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        if drops {
            drop(endpoint);
        } else {
            endpoint.stop().await;
        }
        for stream in [&mut idle, &mut stalled] {
            let mut rest = Vec::new();
            let end = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await;
            assert!(end.is_ok() && rest.is_empty(), "dropped: {drops}");
        }
    }
}

#[tokio::test]
async fn only_this_machine_may_connect_unless_told_otherwise() {
    let open = "0.0.0.0:0".parse().unwrap();
    let error = Emulator::new().listen(open).serve().await.unwrap_err();
    assert_eq!(error.kind(), std::io::ErrorKind::InvalidInput);
    let endpoint = Emulator::new().listen(open).allow_remote().serve().await.unwrap();
    // What it tells about itself is the address that the client has asked.
    for host in ["127.0.0.1", "localhost"] {
        let address = format!("{host}:{}", endpoint.address().port());
        let told = kcm(ksyun(&format!("http://{address}"))).get_token().send().await.unwrap();
        assert_eq!(told.api_host.as_deref(), Some(address.as_str()));
    }
}

#[tokio::test]
async fn it_is_ready_at_once() {
    let begun = std::time::Instant::now();
    let endpoint = Emulator::start().await.unwrap();
    TcpStream::connect(endpoint.address()).await.unwrap();
    assert!(begun.elapsed() < Duration::from_millis(500), "{:?}", begun.elapsed());
}
