//! The default transport: reqwest with rustls and built-in root certificates.

use super::host::is_loopback;
use super::pool::{Clients, Pool, Setup};
use super::{HttpRequest, HttpResponse, MAX_HEADERS, Method, Transport, TransportError, TransportFuture};
use crate::http::connection::{Connection, Route};
use crate::http::proxies::ProxyVariables;
use reqwest::Url;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// How long a connection may be idle before it is dropped. If the service closes a connection while a request is sent, the response is lost, and
/// the outcome of an order unknown. So this is shorter than the services' own limits: load balancers of Alibaba Cloud close idle connections after
/// 15 seconds by default. For Kingsoft Cloud no figure is known.
const IDLE: Duration = Duration::from_secs(10);

/// The transport by reqwest with rustls. It has two clients: one for this machine, which never uses a proxy, and one for other hosts.
#[derive(Debug)]
pub(crate) struct Reqwest {
    outside: Clients,
    loopback: Clients,
    /// The proxies of the environment, if some are invalid: only calls that need such a proxy fail.
    faulty: Option<Arc<ProxyVariables>>,
    /// The URL of the first call. Nearly all others use it too, and parsing a URL is a good part of the cost of a request.
    usual: OnceLock<Destination>,
    /// The attempt timeout of the clients. A request with another timeout must set it.
    timeout: Duration,
}

/// A URL as text and parsed. `Debug` is not derived, because the URL of a download is a secret.
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
    pub(crate) fn new(connection: &Connection, connect_timeout: Duration, timeout: Duration) -> Result<Self, BoxError> {
        let (tls, route) = (tls(connection)?, connection.route()?);
        let faulty = route.faulty();
        let build = |route| Clients::new(Setup { tls: tls.clone(), connect_timeout, timeout, route });
        Ok(Self { outside: build(route)?, loopback: build(Route::Direct)?, faulty, usual: OnceLock::new(), timeout })
    }

    /// The URL of a request, and whether its host is this machine.
    fn destination(&self, request: &HttpRequest) -> Result<(Url, bool), TransportError> {
        let known = self.usual.get().filter(|usual| request.query.is_empty() && usual.base == request.base);
        if let Some(usual) = known {
            return Ok((usual.url.clone(), usual.loopback));
        }
        let text = if request.query.is_empty() { request.base.clone() } else { request.url() };
        let url = Url::parse(&text).map_err(|_| TransportError::not_sent("the address is not a valid URL"))?;
        let loopback = is_loopback(&url);
        if request.method == Method::Post && request.query.is_empty() {
            self.usual.get_or_init(|| Destination { base: text, url: url.clone(), loopback });
        }
        Ok((url, loopback))
    }

    /// Starts a request, and returns it with its pool. Timers start here.
    fn begin(
        &self,
        request: HttpRequest,
    ) -> Result<(Arc<Pool>, impl Future<Output = reqwest::Result<reqwest::Response>> + use<>), TransportError> {
        let (url, loopback) = self.destination(&request)?;
        if !loopback {
            check(self.faulty.as_ref(), &url)?;
        }
        let pool = if loopback { &self.loopback } else { &self.outside }.here()?;
        let method = match request.method {
            Method::Get => reqwest::Method::GET,
            Method::Post => reqwest::Method::POST,
        };
        let mut builder = pool.client.request(method, url);
        if request.timeout != self.timeout {
            builder = builder.timeout(request.timeout);
        }
        for (name, value) in request.headers {
            builder = builder.header(name, value);
        }
        if request.method == Method::Post {
            builder = builder.body(request.body);
        }
        Ok((pool, builder.send()))
    }
}

/// Refuses a request whose proxy in the environment is invalid: it must not go out without the proxy.
pub(super) fn check(faulty: Option<&Arc<ProxyVariables>>, url: &Url) -> Result<(), TransportError> {
    match faulty.and_then(|variables| variables.leading_to(url)) {
        Some(Err(why)) => Err(TransportError::refused(format!("nothing was sent: {why}"))),
        _ => Ok(()),
    }
}

/// The TLS configuration. rustls supports 1.2 and 1.3 only.
pub(super) fn tls(connection: &Connection) -> Result<rustls::ClientConfig, BoxError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    Ok(rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])?
        .with_root_certificates(connection.roots()?)
        .with_no_client_auth())
}

/// A client that sends once and follows no redirect.
pub(super) fn client(setup: Setup) -> reqwest::Result<reqwest::Client> {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(setup.tls)
        .redirect(reqwest::redirect::Policy::none())
        // No retries in the HTTP client: an order must go out once, and other calls are signed anew for each attempt.
        .retry(reqwest::retry::never())
        .http1_max_headers(MAX_HEADERS)
        .pool_idle_timeout(IDLE)
        .connect_timeout(setup.connect_timeout)
        .timeout(setup.timeout);
    match setup.route.proxy() {
        None => builder.no_proxy(),
        Some(proxy) => builder.proxy(proxy),
    }
    .build()
}

/// The limit on silence, if it is shorter than that of the attempt. Otherwise it needs no timer.
pub(super) fn patience(read_timeout: Duration, timeout: Duration) -> Option<Duration> {
    Some(read_timeout).filter(|patience| *patience < timeout)
}

/// Waits for a response, and reads it.
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

/// Waits for the next data of the service, with a time limit.
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

/// Removes the URL from an error, because it may contain parameters.
fn failed(error: reqwest::Error) -> TransportError {
    let not_sent = error.is_connect() || error.is_builder();
    let error = error.without_url();
    if not_sent { TransportError::not_sent(error) } else { TransportError::lost(error) }
}

impl Transport for Reqwest {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let (patience, limit, timeout) =
            (patience(request.read_timeout, request.timeout), request.limit, request.timeout);
        // Started before the future is made, so that the request is not part of the future.
        match self.begin(request) {
            Ok((pool, sent)) => pool.carry(timeout, collect(sent, patience, limit)),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }
}
