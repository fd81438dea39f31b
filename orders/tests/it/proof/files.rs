//! Files are fetched as authorities do.

use crate::proof::record;
use cloudcert_orders::journal::event::Challenge;
use cloudcert_orders::proof::file::{Shown, check};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;

/// A web server that answers each request with these bytes. It serves until the test process ends.
fn server(response: impl Fn(SocketAddr, &str) -> String + Send + 'static) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let length = stream.read(&mut head).unwrap_or_default();
            let line = String::from_utf8_lossy(&head[..length]).lines().next().unwrap_or_default().to_owned();
            let _ = stream.write_all(response(address, &line).as_bytes());
        }
    });
    address
}

fn ok(body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len())
}

fn at(domain: &str, path: &str) -> Challenge {
    Challenge::File { domain: domain.to_owned(), path: path.to_owned(), content: "proof".to_owned() }
}

async fn shown(response: impl Fn(SocketAddr, &str) -> String + Send + 'static) -> Shown {
    let domain = server(response).to_string();
    check(&at(&domain, "/.well-known/a.txt")).await.unwrap().unwrap()
}

#[tokio::test]
async fn what_the_server_shows_is_told() {
    assert_eq!(shown(|_, _| ok("proof\r\n")).await, Shown::Found);
    assert_eq!(shown(|_, line| ok(line)).await, Shown::Other("GET /.well-known/a.txt HTTP/1.1".to_owned()));
    assert_eq!(shown(|_, _| ok("\u{1b}[2J")).await, Shown::Other("\u{fffd}[2J".to_owned()));
    let status = |status: u16| format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assert_eq!(shown(move |_, _| status(404)).await, Shown::Status(404));
    assert_eq!(shown(move |_, _| status(503)).await, Shown::Status(503));
    assert!(matches!(shown(|_, _| ok(&"x".repeat(100_000))).await, Shown::NoAnswer(_)));
    assert!(matches!(shown(|_, _| "nonsense\r\n\r\n".to_owned()).await, Shown::NoAnswer(_)));
}

#[tokio::test]
async fn redirects_are_followed_a_few_times() {
    let to = |address: SocketAddr, path: &str| {
        format!(
            "HTTP/1.1 302 Found\r\nLocation: http://{address}{path}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        )
    };
    let once = move |address, line: &str| if line.contains("/there") { ok("proof") } else { to(address, "/there") };
    assert_eq!(shown(once).await, Shown::Found);
    let for_ever = shown(move |address, _| to(address, "/again")).await;
    assert!(!matches!(for_ever, Shown::Found), "{for_ever}");
}

#[tokio::test]
async fn nothing_but_a_host_and_a_path_is_asked() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = check(&at(&free.to_string(), "/a")).await.unwrap().unwrap();
    assert_eq!(nobody, Shown::NoAnswer("no connection to the web server".to_owned()));
    assert_eq!(check(&record("x")).await.unwrap(), None);
    for (domain, path) in [
        ("", "/a"),
        ("user@example.com", "/a"),
        ("example.com/b", "/a"),
        ("example.com?", "/a"),
        ("exa mple.com", "/a"),
        ("example.com", "a"),
        ("example.com", "@evil.example/a"),
        ("example.com", "/a?b"),
        ("example.com", "/a\r\nHost: b"),
    ] {
        check(&at(domain, path)).await.unwrap_err();
    }
}
