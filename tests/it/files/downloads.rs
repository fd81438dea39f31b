//! Downloads: where links may lead, how much is read, and that nothing shows a link.

use crate::files::archives::{Entry, zip};
use crate::setup::clock::ManualClock;
use crate::setup::config::ksyun_keys;
use crate::setup::futures::{now, run};
use crate::setup::script::{Script, response};
use crate::setup::server::{Authority, BOTH, Server, http};
use crate::setup::shown::everything_shown;
use cloudcert::http::Method;
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Config, Connection, Download, Downloaded, Error, ErrorKind, Retries};
use std::time::Duration;

/// One attempt a download.
fn single_attempt() -> Config {
    Config::new(ksyun_keys()).retries(Retries::none())
}

fn fetch(config: Config, link: &str, change: impl FnOnce(Download) -> Download) -> Result<Downloaded, Error> {
    run(async { change(Client::new(config)?.download(link)).await })
}

/// An error of a kind that shows nothing of the link.
#[track_caller]
fn fails(outcome: Result<Downloaded, Error>, kind: ErrorKind, why: &str) {
    let error = outcome.unwrap_err();
    let text = everything_shown(&error);
    assert_eq!(error.kind(), kind, "{text}");
    assert!(text.contains(why), "{text}");
    assert!(!text.contains("canary"), "{text}");
    assert!(!error.outcome_unknown(), "{text}");
}

#[test]
fn a_link_is_fetched_with_the_settings_of_the_client_and_without_its_keys() {
    let authority = Authority::new();
    let bytes = zip(&[Entry::deflated("private.key", b"canary-key")]);
    let server = Server::always(Some(authority.tls("127.0.0.1", BOTH)), http("200 OK", "", &bytes));
    let config =
        single_attempt().connection(Connection::new().root_certificates(authority.pem())).app_name("my-tool/1");
    let link = format!("{}/canary/a%20b.zip?Signature=canary%2B&x=1#part", server.url());
    let file = fetch(config, &link, |download| download).unwrap();
    assert_eq!(file.expose(), bytes);
    assert_eq!(file.archive().unwrap().file("private.key").unwrap().expose(), b"canary-key");
    assert!(!format!("{file:?} {:?}", file.archive().unwrap()).contains("canary-key"));
    let seen = &server.seen()[0];
    assert_eq!(seen.line(), "GET /canary/a%20b.zip?Signature=canary%2B&x=1");
    let mut names: Vec<String> =
        seen.head.lines().skip(1).map(|line| line.split(':').next().unwrap().to_lowercase()).collect();
    names.sort();
    assert_eq!(names, ["accept", "host", "user-agent"]);
    assert!(seen.header("user-agent").unwrap().ends_with(" rust my-tool/1"));
}

#[test]
fn plain_http_is_refused_unless_it_is_allowed() {
    let script = Script::replies([response(200, "application/zip", "PK")]);
    let client = |config| Client::new(config).unwrap();
    let link = "http://certs.example.com/canary.zip";
    let refused = now(client(script.config()).download(link).into_future());
    fails(refused, ErrorKind::Config, "allow it with `dangerous_allow_http`");
    assert!(script.sent().is_empty());
    let allowed = now(client(script.config()).download(link).dangerous_allow_http().into_future());
    assert_eq!(allowed.unwrap().expose(), b"PK");
    let sent = script.sent();
    assert_eq!((sent[0].method, sent[0].base.as_str(), sent[0].query.as_str()), (Method::Get, link, ""));
    assert_eq!((sent[0].limit, sent[0].timeout), (16 << 20, Duration::from_secs(60)));
    assert!(!format!("{:?}", sent[0]).contains("canary"), "{:?}", sent[0]);
    for (link, why) in [
        ("canary", "not a valid URL"),
        ("ftp://example.com/canary", "not an https URL"),
        ("file:///canary", "not an https URL"),
        ("https://canary:canary@example.com/", "a user name or a password"),
        ("http://localhost:80@example.com/canary", "a user name or a password"),
        ("http://127.0.0.1.example.com/canary", "plain http"),
    ] {
        fails(now(client(script.config()).download(link).into_future()), ErrorKind::Config, why);
    }
    let shown = format!("{:?}", client(script.config()).download("https://example.com/canary"));
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn redirects_are_followed_a_few_times_and_never_to_plain_http() {
    let authority = Authority::new();
    let connection = Connection::new().root_certificates(authority.pem());
    let trusting = || single_attempt().connection(connection.clone());
    let plain = Server::always(None, http("200 OK", "", "plain"));
    let elsewhere = format!("Location: {}/canary\r\n", plain.url());
    let server = Server::new(Some(authority.tls("127.0.0.1", BOTH)), move |seen, out| {
        let to = |location: &str| http("302 Found", &format!("Location: {location}\r\n"), "");
        let response = match seen.line() {
            "GET /file?canary=1" => http("200 OK", "", "whole"),
            "GET /1/canary" => to("/2/canary"),
            "GET /2/canary" => to("../3/./canary"),
            "GET /3/canary" => to("/file?canary=1#x"),
            "GET /round" => to("/round"),
            "GET /plain" => http("307 Temporary", &elsewhere, ""),
            "GET /nowhere" => to("http://[canary"),
            "GET /login" => to("https://canary:canary@127.0.0.1/"),
            "GET /other" => to("gopher://canary"),
            "GET /silent" => http("302 Found", "", ""),
            _ => http("404 Not Found", "", "canary"),
        };
        out.write_all(&response)
    });
    let get = |path: &str, redirects| fetch(trusting(), &format!("{}{path}", server.url()), |d| d.redirects(redirects));
    assert_eq!(get("/1/canary", 3).unwrap().expose(), b"whole");
    fails(get("/1/canary", 2), ErrorKind::Service, "redirects more than 2 times");
    fails(get("/3/canary", 0), ErrorKind::Service, "redirects more than 0 times");
    let before = server.seen().len();
    fails(get("/round", 3), ErrorKind::Service, "redirects more than 3 times");
    assert_eq!(server.seen().len(), before + 4);
    fails(get("/plain", 3), ErrorKind::Service, "from https to something else");
    fails(get("/other", 3), ErrorKind::Service, "from https to something else");
    fails(get("/nowhere", 3), ErrorKind::Service, "not a valid URL");
    fails(get("/login", 3), ErrorKind::Service, "after a redirect, the link has a user name");
    fails(get("/silent", 3), ErrorKind::Service, "there is no file at the link");
    fails(get("/missing", 3), ErrorKind::Service, "request a new one");
    // Not even where plain http is allowed.
    fails(
        fetch(trusting().dangerous_allow_http(), &format!("{}/plain", server.url()), Download::dangerous_allow_http),
        ErrorKind::Service,
        "from https to something else",
    );
    assert_eq!(plain.accepted(), 0);
}

#[test]
fn a_file_that_is_too_large_is_abandoned_while_it_arrives() {
    let server = Server::new(None, |_, out| {
        out.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
        loop {
            out.write_all(&[b'x'; 0x4000])?;
        }
    });
    let start = std::time::Instant::now();
    fails(fetch(single_attempt(), &server.url(), |d| d), ErrorKind::Response, "more than 16777216 bytes");
    fails(
        fetch(single_attempt().retries(Retries::new()), &server.url(), |d| d.limit(1000)),
        ErrorKind::Response,
        "more than 1000 bytes",
    );
    assert_eq!(server.seen().len(), 2, "it would be as large again");
    assert!(start.elapsed() < Duration::from_secs(10), "{:?}", start.elapsed());
    let exact = Server::always(None, http("200 OK", "", [1; 1000]));
    assert_eq!(fetch(single_attempt(), &exact.url(), |d| d.limit(1000)).unwrap().expose().len(), 1000);
    fails(fetch(single_attempt(), &exact.url(), |d| d.limit(999)), ErrorKind::Response, "more than 999 bytes");
}

#[test]
fn a_download_is_retried_like_a_read_and_ends_in_time() {
    let count = std::sync::atomic::AtomicU32::new(0);
    let server = Server::new(None, move |_, out| {
        match count.fetch_add(1, std::sync::atomic::Ordering::SeqCst) {
            // Half of the length that was announced.
            0 => out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345")?,
            1 => return out.write_all(&http("503 Busy", "", "")),
            _ => return out.write_all(&http("200 OK", "", "1234567890")),
        }
        Err(std::io::ErrorKind::BrokenPipe.into())
    });
    let patient =
        || single_attempt().retries(Retries::new().initial_backoff(Duration::ZERO)).environment(ManualClock::new());
    assert_eq!(fetch(patient(), &server.url(), |d| d).unwrap().expose(), b"1234567890");
    assert_eq!(server.seen().len(), 3);

    let slow = Server::new(None, |_, out| {
        out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")?;
        loop {
            std::thread::sleep(Duration::from_millis(50));
            out.write_all(b"x").and_then(|()| out.flush())?;
        }
    });
    let start = std::time::Instant::now();
    let outcome = fetch(single_attempt(), &format!("{}/canary", slow.url()), |d| d.timeout(Duration::from_millis(300)));
    fails(outcome, ErrorKind::Transport, "no response came");
    assert!(start.elapsed() < Duration::from_secs(3));
    let nobody = format!("http://127.0.0.1:{}/canary", crate::setup::server::closed_port());
    fails(fetch(single_attempt(), &nobody, |d| d), ErrorKind::Connect, "no connection could be made");
}
