//! The transport that is used unless the caller brings one: reqwest with rustls, and with roots of its own.

use super::{HttpRequest, HttpResponse, MAX_HEADERS, Method, Transport, TransportError, TransportFuture};
use crate::connection::{Connection, Way};
use std::sync::Arc;
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// reqwest with rustls. Two clients: one for hosts of this machine, which no proxy may come between.
#[derive(Debug, Clone)]
pub(crate) struct Reqwest {
    outside: reqwest::Client,
    loopback: reqwest::Client,
}

impl Reqwest {
    pub(crate) fn new(
        connection: &Connection,
        connect_timeout: Duration,
        read_timeout: Duration,
    ) -> Result<Self, Failure> {
        let (tls, way) = (tls(connection)?, connection.way()?);
        let build = |way| client(tls.clone(), connect_timeout, read_timeout, way);
        Ok(Self { outside: build(way)?, loopback: build(Way::Direct)? })
    }

    async fn attempt(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let client = if is_loopback(&request.base) { &self.loopback } else { &self.outside };
        let url = if request.query.is_empty() { request.base } else { format!("{}?{}", request.base, request.query) };
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut builder = client.request(method, url).timeout(request.timeout);
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        if request.method == Method::Post {
            builder = builder.body(request.body);
        }
        collect(builder.send().await.map_err(failed)?, request.limit).await
    }
}

/// What the clients know about TLS: 1.2 and 1.3, which is all that rustls has.
pub(super) fn tls(connection: &Connection) -> Result<rustls::ClientConfig, Failure> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_root_certificates(connection.roots()?)
        .with_no_client_auth())
}

/// A client that sends once and follows no redirect.
pub(super) fn client(
    tls: rustls::ClientConfig,
    connect_timeout: Duration,
    read_timeout: Duration,
    way: Way,
) -> reqwest::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        // An order goes out once; what may go out again is signed anew.
        .retry(reqwest::retry::never())
        .http1_max_headers(MAX_HEADERS)
        .connect_timeout(connect_timeout)
        .read_timeout(read_timeout);
    match way {
        Way::Environment => builder,
        Way::Direct => builder.no_proxy(),
        Way::Proxy(proxy) => builder.proxy(*proxy),
    }
    .build()
}

/// Reads an answer.
pub(super) async fn collect(mut response: reqwest::Response, limit: usize) -> Result<HttpResponse, TransportError> {
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > limit {
            return Err(TransportError::too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse { status, headers, body })
}

/// The URL may hold parameters: it is taken out of every error.
pub(super) fn failed(error: reqwest::Error) -> TransportError {
    let not_sent = error.is_connect() || error.is_builder();
    let error = error.without_url();
    if not_sent { TransportError::not_sent(error) } else { TransportError::lost(error) }
}

impl Transport for Reqwest {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(self.attempt(request))
    }
}

/// Whether a URL leads to this machine. One with a user name never does.
pub(crate) fn is_loopback(base: &str) -> bool {
    let host = base.split_once("://").map_or(base, |(_, rest)| rest);
    let host = host.split(['/', '?']).next().unwrap_or_default();
    if host.contains('@') {
        return false;
    }
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
