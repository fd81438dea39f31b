//! A client that sends exactly what a test says.

use serde_json::Value;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A response as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Response {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Response {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the code of an error in either error style.
    pub(crate) fn code(&self) -> String {
        let json = self.json();
        let code = json.get("Code").or_else(|| json.pointer("/Error/Code")).cloned();
        code.and_then(|code| code.as_str().map(str::to_owned)).unwrap_or_default()
    }

    pub(crate) fn message(&self) -> String {
        let json = self.json();
        let text = json.get("Message").or_else(|| json.pointer("/Error/Message")).cloned();
        text.and_then(|text| text.as_str().map(str::to_owned)).unwrap_or_default()
    }
}

/// A request as it goes over the wire.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Sent {
    pub(crate) fn new(method: &str, target: impl Into<String>) -> Self {
        Self { method: method.to_owned(), target: target.into(), headers: Vec::new(), body: Vec::new() }
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn body(mut self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    pub(crate) fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let mut lines = vec![format!("{} {} HTTP/1.1", self.method, self.target)];
        if !self.headers.iter().any(|(name, _)| name == "host") {
            lines.push(format!("host: {address}"));
        }
        lines.extend(self.headers.iter().map(|(name, value)| format!("{name}: {value}")));
        lines.push(format!("content-length: {}", self.body.len()));
        let head = format!("{}\r\nconnection: close\r\n\r\n", lines.join("\r\n"));
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Sends the request, and reads the response to the end.
    pub(crate) async fn to(&self, address: SocketAddr) -> Response {
        let bytes = raw(address, &self.bytes(address)).await;
        parse(&bytes).unwrap_or_else(|| panic!("no response to {self:?}"))
    }
}

/// Sends bytes, and returns everything that arrives until the connection is closed.
pub(crate) async fn raw(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // The other side may close before it has read everything.
    let _ = stream.write_all(bytes).await;
    let mut out = Vec::new();
    let _ =
        timeout(Duration::from_secs(20), stream.read_to_end(&mut out)).await.expect("the connection is closed in time");
    out
}

/// Reads head and body of a response, or `None` if there is none.
pub(crate) fn parse(bytes: &[u8]) -> Option<Response> {
    let end = bytes.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let header = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()));
    let headers = head.lines().skip(1).filter_map(header).collect();
    Some(Response { status, headers, body: String::from_utf8_lossy(&bytes[end + 4..]).into_owned() })
}

/// Encodes pairs as a query or a form.
pub(crate) fn encoded(pairs: &[(String, String)]) -> String {
    let pair = |(name, value): &(String, String)| {
        format!("{}={}", cloudcert::sign::encode(name), cloudcert::sign::encode(value))
    };
    pairs.iter().map(pair).collect::<Vec<_>>().join("&")
}
