//! The transport that is used unless the caller brings one: reqwest with rustls, and with roots of its own.

use super::{HttpRequest, HttpResponse, MAX_HEADERS, Method, Transport, TransportError, TransportFuture};
use crate::connection::{Connection, Way};
use reqwest::Url;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// reqwest with rustls. Two clients: one for hosts of this machine, which no proxy may come between.
#[derive(Debug, Clone)]
pub(crate) struct Reqwest {
    outside: reqwest::Client,
    loopback: reqwest::Client,
    /// Where the first call went: nearly all others go there too, and reading a URL anew is a good part of what sending costs.
    usual: Arc<OnceLock<Destination>>,
    /// How long an attempt may take, as the clients know it: a request of another opinion has to carry it along.
    timeout: Duration,
}

/// A URL as a text and as it was read. No debug output is derived: others than calls have secrets in their URLs.
#[derive(Clone)]
struct Destination {
    base: String,
    url: Url,
    loopback: bool,
}

impl std::fmt::Debug for Destination {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Destination")
    }
}

impl Reqwest {
    pub(crate) fn new(connection: &Connection, connect_timeout: Duration, timeout: Duration) -> Result<Self, Failure> {
        let (tls, way) = (tls(connection)?, connection.way()?);
        let build = |way| client(tls.clone(), connect_timeout, timeout, way);
        Ok(Self { outside: build(way)?, loopback: build(Way::Direct)?, usual: Arc::default(), timeout })
    }

    /// Where a request goes, and whether that is this machine.
    fn destination(&self, request: &HttpRequest) -> Result<(Url, bool), TransportError> {
        let known = self.usual.get().filter(|usual| request.query.is_empty() && usual.base == request.base);
        if let Some(usual) = known {
            return Ok((usual.url.clone(), usual.loopback));
        }
        let text = if request.query.is_empty() { request.base.clone() } else { request.url() };
        let url = Url::parse(&text).map_err(|_| TransportError::not_sent("the address is no URL"))?;
        let loopback = is_loopback(&request.base);
        if request.method == Method::Post && request.query.is_empty() {
            self.usual.get_or_init(|| Destination { base: text, url: url.clone(), loopback });
        }
        Ok((url, loopback))
    }

    /// A request on its way. Timers begin to run here.
    fn begin(
        &self,
        request: HttpRequest,
    ) -> Result<impl Future<Output = reqwest::Result<reqwest::Response>> + use<>, TransportError> {
        let (url, loopback) = self.destination(&request)?;
        let client = if loopback { &self.loopback } else { &self.outside };
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut builder = client.request(method, url);
        if request.timeout != self.timeout {
            builder = builder.timeout(request.timeout);
        }
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        if request.method == Method::Post {
            builder = builder.body(request.body);
        }
        Ok(builder.send())
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
    timeout: Duration,
    way: Way,
) -> reqwest::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        // An order goes out once; what may go out again is signed anew.
        .retry(reqwest::retry::never())
        .http1_max_headers(MAX_HEADERS)
        .connect_timeout(connect_timeout)
        .timeout(timeout);
    match way {
        Way::Environment => builder,
        Way::Direct => builder.no_proxy(),
        Way::Proxy(proxy) => builder.proxy(*proxy),
    }
    .build()
}

/// How long the service may be silent, if that can end before the whole attempt does: otherwise it needs no timer.
pub(super) fn patience(read_timeout: Duration, timeout: Duration) -> Option<Duration> {
    Some(read_timeout).filter(|patience| *patience < timeout)
}

/// Waits for an answer, and reads it.
pub(super) async fn collect(
    sent: impl Future<Output = reqwest::Result<reqwest::Response>>,
    patience: Option<Duration>,
    limit: usize,
) -> Result<HttpResponse, TransportError> {
    let mut response = heard(patience, sent).await?;
    let status = response.status().as_u16();
    let headers = response
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.as_str().to_owned(), value.to_str().ok()?.to_owned())))
        .collect();
    let mut body = Vec::new();
    while let Some(chunk) = heard(patience, response.chunk()).await? {
        if body.len() + chunk.len() > limit {
            return Err(TransportError::too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(HttpResponse { status, headers, body })
}

/// What comes next from the service, if it comes in time.
async fn heard<T>(
    patience: Option<Duration>,
    next: impl Future<Output = reqwest::Result<T>>,
) -> Result<T, TransportError> {
    let next = match patience {
        None => next.await,
        Some(patience) => tokio::time::timeout(patience, next)
            .await
            .map_err(|_| TransportError::lost(format!("the service was silent for {patience:?}")))?,
    };
    next.map_err(failed)
}

/// The URL may hold parameters: it is taken out of every error.
fn failed(error: reqwest::Error) -> TransportError {
    let not_sent = error.is_connect() || error.is_builder();
    let error = error.without_url();
    if not_sent { TransportError::not_sent(error) } else { TransportError::lost(error) }
}

impl Transport for Reqwest {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let (patience, limit) = (patience(request.read_timeout, request.timeout), request.limit);
        // Begun before the future is made: what a future begins with stays in it, and this one is made for every attempt.
        match self.begin(request) {
            Ok(sent) => Box::pin(collect(sent, patience, limit)),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
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
