//! A transport that sends requests by plain HTTP to this machine, as a proxy or a gateway does.

use cloudcert::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportFuture};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Sends requests on.
#[derive(Debug)]
pub(crate) struct Forward {
    /// A host for the head of the request, other than the one that was signed.
    pub(crate) host: Option<&'static str>,
}

impl Transport for Forward {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async move { forward(&request, self.host).await.map_err(TransportError::lost) })
    }
}

async fn forward(request: &HttpRequest, host: Option<&str>) -> std::io::Result<HttpResponse> {
    let address = request.base.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = tokio::net::TcpStream::connect(address).await?;
    let host = host.unwrap_or(address);
    let path = if request.query.is_empty() { "/".to_owned() } else { format!("/?{}", request.query) };
    let (method, length) = (request.method.as_str(), request.body.len());
    let mut text =
        format!("{method} {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\ncontent-length: {length}\r\n");
    text.extend(request.headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")));
    stream.write_all(format!("{text}\r\n{}", request.body).as_bytes()).await?;
    let mut response = String::new();
    stream.read_to_string(&mut response).await?;
    let (head, body) = response.split_once("\r\n\r\n").unwrap_or_default();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Ok(HttpResponse::new(status, Vec::new(), body))
}
