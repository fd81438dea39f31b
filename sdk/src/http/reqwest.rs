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

/// How long a connection may be idle before it is dropped. A request that meets the service's own end of the connection is lost, and an order is
/// then unknown, so this is shorter than the shortest time that is known of the vendors: load balancers of Alibaba Cloud end HTTP
/// connections that were idle for 15 seconds, unless set up otherwise. Of Kingsoft Cloud nothing is known.
const IDLE: Duration = Duration::from_secs(10);

/// reqwest with rustls. Two kinds of clients: one for hosts of this machine, which no proxy may come between.
#[derive(Debug)]
pub(crate) struct Reqwest {
    outside: Clients,
    loopback: Clients,
    /// What the environment says about proxies, if that is wrong: only calls that need such a proxy are to fail.
    faulty: Option<Arc<ProxyVariables>>,
    /// Where the first call went: nearly all others go there too, and reading a URL anew is a good part of what sending costs.
    usual: OnceLock<Destination>,
    /// How long an attempt may take, as the clients know it: a request of another opinion has to carry it along.
    timeout: Duration,
}

/// A URL as a text and as it was read. No debug output is derived: others than calls have secrets in their URLs.
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
        let url = Url::parse(&text).map_err(|_| TransportError::not_sent("the address is no URL"))?;
        let loopback = is_loopback(&url);
        if request.method == Method::Post && request.query.is_empty() {
            self.usual.get_or_init(|| Destination { base: text, url: url.clone(), loopback });
        }
        Ok((url, loopback))
    }

    /// A request on its way, and the pool that it belongs to. Timers begin to run here.
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

/// Refuses a request that needs a proxy of which the environment gives no sound URL: by a way that nobody wanted it must not go.
pub(super) fn check(faulty: Option<&Arc<ProxyVariables>>, url: &Url) -> Result<(), TransportError> {
    match faulty.and_then(|variables| variables.leading_to(url)) {
        Some(Err(why)) => Err(TransportError::refused(format!("nothing was sent: {why}"))),
        _ => Ok(()),
    }
}

/// What the clients know about TLS: 1.2 and 1.3, which is all that rustls has.
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
        // An order goes out once; what may go out again is signed anew.
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

/// How long the service may be silent, if that can end before the whole attempt does: otherwise it needs no timer.
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
        let (patience, limit, timeout) =
            (patience(request.read_timeout, request.timeout), request.limit, request.timeout);
        // Begun before the future is made: what a future begins with stays in it, and this one is made for every attempt.
        match self.begin(request) {
            Ok((pool, sent)) => pool.carry(timeout, collect(sent, patience, limit)),
            Err(error) => Box::pin(std::future::ready(Err(error))),
        }
    }
}
