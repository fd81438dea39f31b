//! How much of a response is read: its size, its headers, its nesting.

use super::{TOKEN, fetch_token};
use crate::setup::config::single_attempt_at;
use crate::setup::server::{Server, http};
use cloudcert::ErrorKind;
use std::io::Write;
use std::time::{Duration, Instant};

#[test]
fn an_endless_response_is_cut_off() {
    for head in ["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"] {
        let server = Server::new(None, move |_, out: &mut dyn Write| {
            out.write_all(head.as_bytes())?;
            let piece = "x".repeat(0x1000);
            loop {
                // Ends when the client has gone.
                if head.contains("chunked") { write!(out, "1000\r\n{piece}\r\n")? } else { write!(out, "{piece}")? }
            }
        });
        let start = Instant::now();
        let error = fetch_token(single_attempt_at(server.url()).response_limit(1 << 20)).unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Response, 1));
        assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    }
}

#[test]
fn a_response_may_have_a_hundred_headers_of_400_kib_in_all_and_never_twice_as_much() {
    let fetch = |count: usize, length: usize| {
        let value = "v".repeat(length);
        // One more is the length of the body.
        let headers: Vec<String> = (1..count).map(|i| format!("x-{i}: {value}\r\n")).collect();
        let server = Server::always(None, http("200 OK", &headers.concat(), TOKEN));
        fetch_token(single_attempt_at(server.url()))
    };
    assert!(fetch(100, 10).is_ok());
    assert!(fetch(90, 4_000).is_ok(), "360,000 bytes");
    for (count, length) in [(101, 10), (10_000, 10), (90, 10_000), (2, 1 << 20)] {
        let error = fetch(count, length).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport, "{count} headers of {length}: {error}");
    }
}

#[test]
fn a_response_that_is_nested_too_deeply_is_refused_in_both_formats() {
    let nested = |open: &str, close: &str, levels: usize, inside: &str| {
        format!("{}{inside}{}", open.repeat(levels), close.repeat(levels))
    };
    let ask = |body: String| fetch_token(single_attempt_at(Server::always(None, http("200 OK", "", body)).url()));
    let json = |levels| format!(r#"{{"Token":"t","ApiHost":"h","Later":{}}}"#, nested("[", "]", levels, "1"));
    let xml = |levels| format!("<R><Token>t</Token><ApiHost>h</ApiHost>{}</R>", nested("<a>", "</a>", levels, ""));
    for body in [json(60), xml(60)] {
        assert_eq!(ask(body).unwrap(), "h");
    }
    for body in [json(70), xml(70), json(500_000), xml(500_000), nested(r#"{"a":"#, "}", 300_000, "1")] {
        let error = ask(body).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Response);
        assert!(error.to_string().contains("nested too deeply"), "{error}");
    }
}
