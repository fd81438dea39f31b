//! Requests and responses as bytes, and the transports that carry them. Nothing here knows an action.
//!
//! The client sends through a [`Transport`]; reqwest with rustls is the default. A transport that does not carry a request at all says so by
//! [`TransportError::refused`]: nothing was sent, and a retry would not help. A transport that may have sent it returns
//! [`TransportError::lost`], and an order is then not retried.

mod agent;
pub(crate) mod connection;
mod fetch;
mod host;
mod pool;
mod proxies;
mod reason;
mod request;
mod reqwest;

pub(crate) use self::agent::agent;
pub(crate) use self::fetch::{Fetch, Fetcher, Verb};
pub(crate) use self::host::{is_loopback, shown_host};
pub(crate) use self::reason::reason;
pub(crate) use self::request::RequestInfo;
pub(crate) use self::reqwest::Reqwest;

pub use crate::base::api::{Format, Method};

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// The maximum number of headers of a response. The HTTP library limits their total size: it reads on while it has less than 400 KiB, up to
/// 400 KiB at a time, so it takes 400 KiB in any case and never twice as much.
const MAX_HEADERS: usize = 100;
/// The maximum length of a program's name.
const MAX_APP_NAME: usize = 64;

/// A signed request, ready to be sent once; or a download, which is not signed.
///
/// It contains the signature and may contain secrets, so debug output only shows the host.
#[derive(Clone)]
#[non_exhaustive]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// `https://host/`. For a download it continues with a path, which is a secret.
    pub base: String,
    /// The query, encoded; empty for a POST.
    pub query: String,
    /// Headers, in lower case, without `host` and `content-length`. One is `user-agent`.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty for a GET.
    pub body: String,
    /// How long connecting may take.
    pub connect_timeout: Duration,
    /// How long the service may be silent.
    pub read_timeout: Duration,
    /// How long the whole attempt may take.
    pub timeout: Duration,
    /// The maximum size of the response body in bytes.
    pub limit: usize,
    /// The call that it belongs to.
    pub(crate) info: Arc<dyn RequestInfo>,
}

impl fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = shown_host(&self.base).unwrap_or_else(|| crate::base::secret::REDACTED.to_owned());
        let mut out = f.debug_struct("HttpRequest");
        out.field("action", &self.action()).field("method", &self.method).field("host", &host).finish_non_exhaustive()
    }
}

/// A response as bytes.
///
/// It may contain a private key, so debug output only shows status and size.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct HttpResponse {
    /// The HTTP status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl HttpResponse {
    /// Makes a response, for transports.
    #[must_use]
    pub fn new(status: u16, headers: Vec<(String, String)>, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers, body: body.into() }
    }

    /// The first header of this name, which is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for HttpResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpResponse")
            .field("status", &self.status)
            .field("bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// Why no response came.
#[derive(Debug)]
#[non_exhaustive]
pub struct TransportError {
    /// Whether the service may have received the request.
    pub may_have_arrived: bool,
    /// Whether the response is larger than allowed: sending the request again does not help.
    pub too_large: bool,
    /// Whether the transport refuses this request: nothing was sent, and sending it again does not help.
    pub refused: bool,
    /// What happened, without the URL.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl TransportError {
    /// No connection was made, so the service has received nothing.
    #[must_use]
    pub fn not_sent(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { may_have_arrived: false, too_large: false, refused: false, source: source.into() }
    }

    /// The connection broke, or no response came in time.
    #[must_use]
    pub fn lost(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { may_have_arrived: true, too_large: false, refused: false, source: source.into() }
    }

    /// The response is larger than the request allows.
    #[must_use]
    pub fn too_large(limit: usize) -> Self {
        let source = format!("the response has more than the {limit} bytes that `response_limit` allows").into();
        Self { may_have_arrived: true, too_large: true, refused: false, source }
    }

    /// The transport refuses this request, and nothing was sent. The text becomes the error's message.
    #[must_use]
    pub fn refused(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self { may_have_arrived: false, too_large: false, refused: true, source: source.into() }
    }
}

/// A boxed future, so that the transport can be chosen at run time.
pub type TransportFuture<'a> = Pin<Box<dyn Future<Output = Result<HttpResponse, TransportError>> + Send + 'a>>;

/// Sends requests. Implement it to use an HTTP client of your own. For tests there are transports in `cloudcert::testing` (feature `testing`).
///
/// ```
/// use cloudcert::http::{HttpRequest, HttpResponse, Method, Transport, TransportError, TransportFuture};
///
/// #[derive(Debug)]
/// struct Own(reqwest::Client); // made without redirects and without retries of its own
///
/// impl Own {
///     async fn attempt(&self, request: HttpRequest) -> Result<HttpResponse, reqwest::Error> {
///         let mut builder = match request.method {
///             Method::Get => self.0.get(request.url()),
///             Method::Post => self.0.post(request.url()).body(request.body),
///         };
///         for (name, value) in request.headers {
///             builder = builder.header(name, value); // all are needed: some are signed
///         }
///         let response = builder.timeout(request.timeout).send().await?;
///         let (status, mut headers) = (response.status().as_u16(), Vec::new());
///         for (name, value) in response.headers() {
///             headers.push((name.to_string(), value.to_str().unwrap_or_default().to_owned()));
///         }
///         Ok(HttpResponse::new(status, headers, response.bytes().await?)) // `request.limit` says how much to read
///     }
/// }
///
/// impl Transport for Own {
///     fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
///         Box::pin(async {
///             self.attempt(request).await.map_err(|error| match error.is_connect() {
///                 true => TransportError::not_sent(error.without_url()), // may be sent again, orders too
///                 false => TransportError::lost(error.without_url()), // an order is not: it may have arrived
///             })
///         })
///     }
/// }
/// ```
pub trait Transport: fmt::Debug + Send + Sync + 'static {
    /// Sends a request once, without following redirects: a signature is valid for one host only.
    fn send(&self, request: HttpRequest) -> TransportFuture<'_>;
}
