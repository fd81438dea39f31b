//! A server that plays STS, the metadata service and credentials URIs.

use crate::setup::script::pairs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A request, as it came.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) method: String,
    pub(super) path: String,
    head: String,
    pub(super) body: String,
}

impl Seen {
    /// A header; its name is given in lower case.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.head
            .lines()
            .filter_map(|line| line.split_once(": "))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// A pair of the form.
    pub(super) fn get(&self, name: &str) -> Option<String> {
        pairs(&self.body).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}

/// What a request is answered with.
#[derive(Clone)]
pub(super) enum Play {
    /// Status and body.
    Answer(u16, String),
    /// The connection ends.
    Close,
    /// Nothing comes for a while.
    Silence(Duration),
}

/// The server.
pub(super) struct Server {
    pub(super) url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    pub(super) fn new(play: impl Fn(&Seen) -> Play + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (log, play) = (seen.clone(), Arc::new(play));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (log, play) = (log.clone(), play.clone());
                std::thread::spawn(move || serve(stream.unwrap(), &log, &*play));
            }
        });
        Self { url, seen }
    }

    /// The same answer to every request.
    pub(super) fn always(status: u16, body: impl Into<String>) -> Self {
        let body = body.into();
        Self::new(move |_| Play::Answer(status, body.clone()))
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Seen>>, play: &dyn Fn(&Seen) -> Play) {
    let (mut bytes, mut buffer) = (Vec::new(), [0; 16_384]);
    let (head, body) = loop {
        let n = stream.read(&mut buffer).unwrap_or(0);
        if n == 0 {
            return;
        }
        bytes.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break (head.to_owned(), body.to_owned());
        }
    };
    let mut first = head.lines().next().unwrap().split(' ').map(str::to_owned);
    let seen = Seen { method: first.next().unwrap(), path: first.next().unwrap(), head, body };
    log.lock().unwrap().push(seen.clone());
    match play(&seen) {
        Play::Close => {}
        Play::Silence(pause) => std::thread::sleep(pause),
        Play::Answer(status, body) => {
            let location = if status == 302 { "Location: /elsewhere\r\n" } else { "" };
            let length = body.len();
            let head =
                format!("HTTP/1.1 {status} X\r\nContent-Length: {length}\r\n{location}Connection: close\r\n\r\n");
            let _ = stream.write_all(format!("{head}{body}").as_bytes());
        }
    }
}

/// Temporary keys that hold for an hour.
pub(super) fn keys(name: &str) -> String {
    keys_until(name, "2026-01-02T04:04:05Z")
}

/// Temporary keys with an end.
pub(super) fn keys_until(name: &str, end: &str) -> String {
    format!(
        r#""AccessKeyId":"{name}-id","AccessKeySecret":"{name}-secret","SecurityToken":"{name}-token","Expiration":"{end}""#
    )
}

/// The same as the metadata service and credentials URIs write it.
pub(crate) fn coded(name: &str) -> String {
    format!(r#"{{"Code":"Success",{}}}"#, keys(name))
}

/// The same as STS writes it.
pub(crate) fn issued(name: &str) -> String {
    format!(r#"{{"RequestId":"R-1","AssumedRoleUser":{{"Arn":"a"}},"Credentials":{{{}}}}}"#, keys(name))
}
