//! The transport that is used by default, against a server on this machine that answers with whatever a test wants.

use crate::script::{Frozen, run};
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Config, Credentials, Error, ErrorKind, Retries};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread::JoinHandle;
use std::time::Duration;

/// Answers one connection with these bytes, after a pause; hands back what it was sent.
fn serve(answer: Vec<u8>, pause: Duration) -> (String, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let handle = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = Vec::new();
        let mut buffer = [0; 4096];
        loop {
            let n = stream.read(&mut buffer).unwrap_or(0);
            request.extend_from_slice(&buffer[..n]);
            let text = String::from_utf8_lossy(&request).to_lowercase();
            let whole = text.split_once("\r\n\r\n").is_some_and(|(head, body)| {
                let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
                body.len() >= length.unwrap_or(0)
            });
            if n == 0 || whole {
                break;
            }
        }
        std::thread::sleep(pause);
        let _ = stream.write_all(&answer);
        String::from_utf8(request).unwrap()
    });
    (url, handle)
}

fn http(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{headers}\r\n{body}", body.len())
        .into_bytes()
}

fn config(url: &str) -> Config {
    Config::new(Credentials::new("AKLTtestid", "testsecret"))
        .endpoint(url)
        .environment(Frozen::default())
        .retries(Retries::none())
}

fn token(config: Config) -> Result<Option<String>, Error> {
    run(async { Client::new(config)?.get_token().send().await.map(|answer| answer.api_host) })
}

#[test]
fn a_call_goes_out_signed_and_its_answer_comes_back() {
    let body = r#"{"Token":"t","ApiHost":"kcm.example.com","RequestId":"R"}"#;
    let (url, server) = serve(http("200 OK", "Content-Type: application/json\r\n", body), Duration::ZERO);
    assert_eq!(token(config(&url)).unwrap().as_deref(), Some("kcm.example.com"));
    let request = server.join().unwrap();
    assert!(request.starts_with("POST / HTTP/1.1\r\n"), "{request}");
    let lower = request.to_lowercase();
    for part in [
        "authorization: aws4-hmac-sha256 credential=akltestid",
        "x-amz-date: 20260102t030405z",
        "user-agent: cloudcert/",
    ] {
        let part = part.replace("akltestid", "aklttestid");
        assert!(lower.contains(&part), "{part} is not in\n{request}");
    }
    assert!(request.ends_with("Action=GetToken&Version=2016-03-04"), "{request}");
}

#[test]
fn no_redirect_is_followed() {
    let (url, server) = serve(http("302 Found", "Location: http://127.0.0.1:1/\r\n", ""), Duration::ZERO);
    let error = token(config(&url)).unwrap_err();
    assert_eq!((error.kind(), error.status()), (ErrorKind::Service, Some(302)));
    server.join().unwrap();
}

#[test]
fn an_answer_beyond_the_limit_is_not_read() {
    let (url, server) = serve(http("200 OK", "", &"x".repeat(100_000)), Duration::ZERO);
    let error = token(config(&url).response_limit(10_000)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Answer);
    assert_eq!(error.attempts(), 1, "it would be as large again");
    server.join().unwrap();
}

#[test]
fn a_slow_answer_is_given_up() {
    let (url, server) = serve(http("200 OK", "", "{}"), Duration::from_millis(600));
    let error = token(config(&url).attempt_timeout(Duration::from_millis(100))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    server.join().unwrap();
}

#[test]
fn no_connection_means_nothing_was_sent() {
    // A port that was just free.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let error = token(config(&format!("http://127.0.0.1:{port}"))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("testsecret") && !shown.contains("Signature"), "{shown}");
}
