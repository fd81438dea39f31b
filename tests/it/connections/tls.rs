//! Which servers are trusted, and which versions of TLS are spoken.

use super::{fetch_token, service};
use crate::setup::config::single_attempt_at;
use crate::setup::futures::now;
use crate::setup::script::Script;
use crate::setup::server::{Authority, BOTH, Server, http, raw};
use crate::setup::shown::everything_shown;
use cloudcert::{Config, Connection, ErrorKind};

#[test]
fn own_root_certificates_are_trusted_and_both_versions_of_tls_are_spoken() {
    let authority = Authority::new();
    for versions in [BOTH, &[&rustls::version::TLS12], &[&rustls::version::TLS13]] {
        let server = service(Some(authority.tls("127.0.0.1", versions)));
        for connection in [
            Connection::new().root_certificates(authority.pem()),
            Connection::new().only_root_certificates(Authority::new().pem()).root_certificates(authority.pem()),
            Connection::new().root_certificates(format!("{}{}", Authority::new().pem(), authority.pem())),
        ] {
            assert_eq!(fetch_token(single_attempt_at(server.url()).connection(connection)).unwrap(), "kcm.example.com");
        }
    }
}

#[test]
fn an_untrusted_server_is_sent_nothing() {
    let authority = Authority::new();
    let server = service(Some(authority.tls("127.0.0.1", BOTH)));
    let other = service(Some(authority.tls("other.example.com", BOTH)));
    let known = Connection::new().root_certificates(authority.pem());
    let cases = [
        (&server, Connection::new(), "UnknownIssuer"),
        (&server, known.clone().only_root_certificates(Authority::new().pem()), "BadSignature"),
        (&other, known, "NotValidForName"),
    ];
    for (server, connection, why) in cases {
        let error = fetch_token(single_attempt_at(server.url()).connection(connection)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        assert!(everything_shown(&error).contains(why), "{}", everything_shown(&error));
        assert!(server.seen().is_empty() && server.accepted() > 0);
    }
}

#[test]
fn older_tls_and_no_tls_are_refused() {
    // The beginning of a TLS 1.1 session: a server hello with the version 3.2, and a cipher suite of that time.
    const HELLO: [u8; 47] = {
        let mut hello = [7; 47];
        // A record of 42 bytes; in it a message of 38: version, 32 random bytes, no session, suite, no compression.
        let head = [0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
        let mut i = 0;
        while i < head.len() {
            hello[i] = head[i];
            i += 1;
        }
        (hello[43], hello[44], hello[45], hello[46]) = (0, 0, 0x2f, 0);
        hello
    };
    for (response, why) in [
        (&HELLO[..], "ServerDoesNotSupportTls12Or13"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", "InvalidMessage"),
    ] {
        let (address, server) = raw(response);
        let error = fetch_token(single_attempt_at(format!("https://{address}"))).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connect, "{error}");
        let sent = server.join().unwrap();
        // The client says hello, gives up with an alert, and tells nothing else.
        assert_eq!(sent[0], 0x16);
        let alert = &sent[5 + usize::from(u16::from_be_bytes([sent[3], sent[4]]))..];
        assert_eq!((alert[0], alert.len()), (0x15, 7), "{why}: {alert:?}");
        assert!(everything_shown(&error).contains(why), "{}", everything_shown(&error));
    }
}

#[test]
fn invalid_root_certificates_are_reported_before_anything_is_sent() {
    for (pem, why) in [
        ("", "the PEM contains no root certificate"),
        ("canary", "the PEM contains no root certificate"),
        ("-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n", "a root certificate"),
        ("-----BEGIN CERTIFICATE-----\nMAMCAQA=\n-----END CERTIFICATE-----\n", "a root certificate cannot be read"),
    ] {
        for connection in [Connection::new().root_certificates(pem), Connection::new().only_root_certificates(pem)] {
            let error = fetch_token(single_attempt_at("https://127.0.0.1:1").connection(connection)).unwrap_err();
            assert_eq!((error.kind(), error.action()), (ErrorKind::Config, "Client::new"));
            assert!(error.to_string().contains(why) && !everything_shown(&error).contains("canary"), "{error}");
        }
    }
}

#[test]
fn plain_http_is_for_this_machine_only_unless_it_is_allowed() {
    let script = Script::repeat(super::TOKEN);
    let ask = |config: Config, options: cloudcert::CallOptions| {
        let client = cloudcert::ksyun_kcm::v2016_03_04::Client::new(config)?;
        now(client.get_token().with_options(options).send())
    };
    let (url, plain) = ("http://kcm.example.com", cloudcert::CallOptions::new);
    for (config, options) in [
        (script.config().endpoint(url), plain()),
        (script.config(), plain().endpoint(url)),
        (script.config().endpoint("http://localhost.example.com"), plain()),
        (script.config().endpoint("http://127.0.0.1@example.com"), plain()),
        (script.config().endpoint("http://localhost:80@example.com"), plain()),
    ] {
        let error = ask(config, options).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
    assert!(script.sent().is_empty());
    ask(script.config().endpoint(url).dangerous_allow_http(), plain()).unwrap();
    ask(script.config().dangerous_allow_http(), plain().endpoint(url)).unwrap();
    ask(script.config().endpoint("http://127.0.0.1:8080"), plain()).unwrap();
    assert_eq!(script.sent().len(), 3);
    assert!(ask(script.config().endpoint("ftp://kcm.example.com").dangerous_allow_http(), plain()).is_err());
}

#[test]
fn redirects_are_not_followed_and_the_error_says_so() {
    let target = service(None);
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let server = Server::always(None, http(status, &format!("Location: {}/\r\n", target.url()), ""));
        let error = fetch_token(single_attempt_at(server.url())).unwrap_err();
        assert_eq!((error.kind(), error.status()), (ErrorKind::Service, status[..3].parse().ok()));
        assert!(error.to_string().contains("a redirect, which is not followed"), "{error}");
        assert_eq!(server.seen().len(), 1);
    }
    assert_eq!(target.accepted(), 0);
}
