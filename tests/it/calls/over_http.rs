//! The default transport over real sockets: what it sends, its timeouts, and its limit on a response.

use crate::setup::clock::ManualClock;
use crate::setup::config::single_attempt_at;
use crate::setup::futures::run;
use crate::setup::server::{Server, closed_port, http};
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{CallOptions, Config, Error, ErrorKind};
use std::time::{Duration, Instant};

/// One attempt, at the time of the tests.
fn config_at_fixed_time(url: impl Into<String>) -> Config {
    single_attempt_at(url).environment(ManualClock::new())
}

/// Fetches a token; the response names a host.
fn fetch_token(config: Config) -> Result<Option<String>, Error> {
    run(async { Client::new(config)?.get_token().send().await.map(|response| response.api_host) })
}

#[test]
fn a_call_is_sent_signed_and_its_response_is_read() {
    let body = r#"{"Token":"t","ApiHost":"kcm.example.com","RequestId":"R"}"#;
    let server = Server::always(None, http("200 OK", "Content-Type: application/json\r\n", body));
    assert_eq!(fetch_token(config_at_fixed_time(server.url())).unwrap().as_deref(), Some("kcm.example.com"));
    let request = &server.seen()[0];
    assert_eq!(request.line(), "GET /?Action=GetToken&Version=2016-03-04");
    assert!(request.header("authorization").unwrap().starts_with("AWS4-HMAC-SHA256 Credential=AKLTtestid/"));
    assert_eq!(request.header("x-amz-date"), Some("20260102T030405Z"));
    assert!(request.header("user-agent").unwrap().starts_with("cloudcert/"));
    assert_eq!(request.body, "");
}

#[test]
fn a_response_beyond_the_limit_is_not_read() {
    let server = Server::always(None, http("200 OK", "", "x".repeat(100_000)));
    let error = fetch_token(config_at_fixed_time(server.url()).response_limit(10_000)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response);
    assert_eq!(error.attempts(), 1, "it would be as large again");
}

#[test]
fn a_slow_response_times_out() {
    let server = Server::new(None, |_, out| {
        std::thread::sleep(Duration::from_millis(600));
        out.write_all(&http("200 OK", "", "{}"))
    });
    let error =
        fetch_token(config_at_fixed_time(server.url()).attempt_timeout(Duration::from_millis(100))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[test]
fn a_silent_service_times_out_before_the_attempt() {
    let silent = |before: &'static str| {
        let server = Server::new(None, move |_, out| {
            out.write_all(before.as_bytes())?;
            out.flush()?;
            std::thread::sleep(Duration::from_secs(2));
            out.write_all(&http("200 OK", "", "{}"))
        });
        let start = Instant::now();
        let error =
            fetch_token(config_at_fixed_time(server.url()).read_timeout(Duration::from_millis(100))).unwrap_err();
        assert!(start.elapsed() < Duration::from_millis(1_500), "{:?}", start.elapsed());
        assert_eq!(error.kind(), ErrorKind::Transport);
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(cause, "the service was silent for 100ms");
    };
    silent("");
    silent("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
}

#[test]
fn a_response_in_small_pieces_is_not_silence() {
    let server = Server::new(None, |_, out| {
        for part in http("200 OK", "", r#"{"Token":"t","ApiHost":"h"}"#).chunks(8) {
            out.write_all(part)?;
            out.flush()?;
            std::thread::sleep(Duration::from_millis(150));
        }
        Ok(())
    });
    let start = Instant::now();
    // The head counts as one piece.
    let patience = Duration::from_millis(1_200);
    fetch_token(config_at_fixed_time(server.url()).read_timeout(patience)).unwrap();
    assert!(start.elapsed() > patience);
}

#[test]
fn the_timeout_of_a_call_overrides_that_of_its_client() {
    let server = Server::new(None, |_, out| {
        std::thread::sleep(Duration::from_millis(400));
        out.write_all(&http("200 OK", "", r#"{"Token":"t","ApiHost":"h"}"#))
    });
    let ask = |client: u64, call: u64| {
        let config = config_at_fixed_time(server.url()).attempt_timeout(Duration::from_millis(client));
        let options = CallOptions::new().attempt_timeout(Duration::from_millis(call));
        run(async { Client::new(config)?.get_token().with_options(options).send().await.map(|_| ()) })
    };
    ask(100, 10_000).unwrap();
    assert_eq!(ask(10_000, 100).unwrap_err().kind(), ErrorKind::Transport);
}

#[test]
fn no_connection_means_nothing_was_sent() {
    let error = fetch_token(config_at_fixed_time(format!("http://127.0.0.1:{}", closed_port()))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("testsecret") && !shown.contains("Signature"), "{shown}");
}
