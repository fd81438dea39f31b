//! The text of a connect error says why no connection was made, without any secret.

use super::{fetch_token, service};
use crate::setup::config::single_attempt_at;
use crate::setup::server::{Authority, BOTH, closed_port};
use crate::setup::shown::everything_shown;
use crate::setup::tunnel::Tunnel;
use cloudcert::http::{HttpRequest, Transport, TransportError, TransportFuture};
use cloudcert::{Connection, ErrorKind, Proxy};
use rcgen::{CertificateParams, date_time_ymd};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::Duration;

fn why(config: cloudcert::Config) -> String {
    let error = fetch_token(config).unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown()), (ErrorKind::Connect, false), "{}", everything_shown(&error));
    assert!(!everything_shown(&error).contains("canary"), "{}", everything_shown(&error));
    let text = error.to_string();
    assert!(text.starts_with("GetToken: no connection could be made, so nothing was sent: "), "{text}");
    text
}

#[test]
fn an_unreachable_host_is_explained() {
    let refused = why(single_attempt_at(format!("http://127.0.0.1:{}", closed_port())));
    assert!(refused.ends_with(": the connection was refused"), "{refused}");
    let unknown = why(single_attempt_at("https://kcm.example.invalid").connection(Connection::new().without_proxy()));
    assert!(unknown.contains("the host name could not be resolved (DNS"), "{unknown}");
}

#[test]
fn a_failing_proxy_is_explained() {
    let server = service(None);
    let tunnel = Tunnel::to(server.address, None);
    let by = |proxy: Proxy, host: &str| why(single_attempt_at(host).connection(Connection::new().proxy(proxy)));
    let url = tunnel.url.replace("://", "://canary:canary@");
    for proxy in [Proxy::new(url), Proxy::new(&*tunnel.url).login("canary", "canary")] {
        let text = by(proxy, "https://refused.example.invalid");
        assert!(text.contains("the proxy requires a login") && text.contains("(407)"), "{text}");
    }
    let away =
        by(Proxy::new(format!("http://canary:canary@127.0.0.1:{}", closed_port())), "https://kcm.example.invalid");
    assert!(away.ends_with(": by the proxy: the connection was refused"), "{away}");
    let unknown = by(Proxy::new("http://proxy.example.invalid:3128"), "https://kcm.example.invalid");
    assert!(unknown.contains("by the proxy: the host name could not be resolved"), "{unknown}");
    for (response, text) in [
        ("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", "the proxy refused a tunnel to this host"),
        ("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n", "the proxy refused a tunnel to this host"),
        ("SSH-2.0-canary\r\n", "the proxy"),
        ("", "the proxy ended the connection"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let _ = stream.read(&mut [0; 1024]);
                stream.write_all(response.as_bytes()).unwrap();
            }
        });
        let said = by(Proxy::new(url), "https://kcm.example.invalid");
        assert!(said.contains(text), "{said}");
    }
}

#[test]
fn an_untrusted_server_is_explained() {
    let authority = Authority::new();
    let ask = |tls, connection: Connection| {
        let server = service(Some(tls));
        let text = why(single_attempt_at(server.url()).connection(connection));
        assert!(server.seen().is_empty());
        text
    };
    let trusting = || Connection::new().root_certificates(authority.pem());
    let stranger = ask(authority.tls("127.0.0.1", BOTH), Connection::new());
    assert!(stranger.contains("not trusted here: add it with `Connection::root_certificates`"), "{stranger}");
    let other = ask(authority.tls("kcm.example.com", BOTH), trusting());
    assert!(other.contains("TLS: its certificate is for another host name"), "{other}");
    let mut old = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    (old.not_before, old.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2021, 1, 1));
    let expired = ask(authority.tls_of(&old, BOTH), trusting());
    assert!(expired.ends_with("TLS: its certificate has expired"), "{expired}");
    let mut early = CertificateParams::new(["127.0.0.1".to_owned()]).unwrap();
    (early.not_before, early.not_after) = (date_time_ymd(2090, 1, 1), date_time_ymd(2091, 1, 1));
    let early = ask(authority.tls_of(&early, BOTH), trusting());
    assert!(early.contains("not valid yet: check this machine's clock"), "{early}");
    let (plain, _) = crate::setup::server::raw(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    let text = why(single_attempt_at(format!("https://{plain}")));
    assert!(text.ends_with("TLS: it does not speak TLS on this port"), "{text}");
}

#[test]
fn a_connection_that_takes_too_long_is_explained() {
    // Takes connections, and does not speak.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let text = why(single_attempt_at(url).connect_timeout(Duration::from_millis(200)));
    assert!(text.ends_with("it took longer than `connect_timeout` allows"), "{text}");
    drop(listener);
}

/// A transport that has no connection.
#[derive(Debug)]
struct Shut;

impl Transport for Shut {
    fn send(&self, _request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async { Err(TransportError::not_sent("the gate is shut\u{1b}[31m\n, testsecret")) })
    }
}

#[test]
fn a_custom_transport_explains_in_its_own_words() {
    let text = why(single_attempt_at("https://kcm.example.com").transport(Shut));
    assert!(text.ends_with("nothing was sent: the gate is shut[31m, [redacted]"), "{text:?}");
}
