//! The transport that is used by default, against a server on this machine that answers with whatever a test wants.

use crate::script::{Frozen, run};
use crate::server::{Server, closed_port, http};
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Config, Credentials, Error, ErrorKind, Retries};
use std::time::Duration;

fn config(url: impl Into<String>) -> Config {
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
    let server = Server::always(None, http("200 OK", "Content-Type: application/json\r\n", body));
    assert_eq!(token(config(server.url())).unwrap().as_deref(), Some("kcm.example.com"));
    let request = &server.seen()[0];
    assert_eq!(request.line(), "POST /");
    assert!(request.header("authorization").unwrap().starts_with("AWS4-HMAC-SHA256 Credential=AKLTtestid/"));
    assert_eq!(request.header("x-amz-date"), Some("20260102T030405Z"));
    assert!(request.header("user-agent").unwrap().starts_with("cloudcert/"));
    assert_eq!(request.body, "Action=GetToken&Version=2016-03-04");
}

#[test]
fn an_answer_beyond_the_limit_is_not_read() {
    let server = Server::always(None, http("200 OK", "", "x".repeat(100_000)));
    let error = token(config(server.url()).response_limit(10_000)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Answer);
    assert_eq!(error.attempts(), 1, "it would be as large again");
}

#[test]
fn a_slow_answer_is_given_up() {
    let server = Server::new(None, |_, out| {
        std::thread::sleep(Duration::from_millis(600));
        out.write_all(&http("200 OK", "", "{}"))
    });
    let error = token(config(server.url()).attempt_timeout(Duration::from_millis(100))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
}

#[test]
fn no_connection_means_nothing_was_sent() {
    let error = token(config(format!("http://127.0.0.1:{}", closed_port()))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Connect);
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains("testsecret") && !shown.contains("Signature"), "{shown}");
}
