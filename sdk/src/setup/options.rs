//! The options of a single call.

use crate::base::api::{Format, Method};
use crate::protocol::address::Endpoint;
use crate::setup::retries::Retries;
use std::fmt;
use std::time::Duration;

/// Options of a single call. They override the settings of the client.
///
/// Builders, waits and pages take them by `with_options`, plain requests by `send_with`.
///
/// ```
/// use cloudcert::CallOptions;
/// use std::time::Duration;
///
/// let options = CallOptions::new()
///     .endpoint("https://kcm.example.com")
///     .attempt_timeout(Duration::from_secs(30))
///     .extra_parameter("DryRun", "true");
/// # let _ = options;
/// ```
#[derive(Clone, Default)]
pub struct CallOptions {
    pub(crate) extra: Vec<(String, String)>,
    pub(crate) skip_validation: bool,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) method: Option<Method>,
    pub(crate) format: Option<Format>,
    pub(crate) attempt_timeout: Option<Duration>,
    pub(crate) operation_timeout: Option<Duration>,
    pub(crate) retries: Option<Retries>,
    pub(crate) keep_body: bool,
    /// The path of a list in the response whose presence and length are to be recorded.
    pub(crate) list: Option<&'static [&'static str]>,
}

impl CallOptions {
    /// The options for another call to the same place, without what belongs to this call alone.
    #[allow(dead_code, reason = "not every API version has recipes")]
    pub(crate) fn for_another(&self) -> Self {
        let own = Self::default();
        Self { extra: own.extra, skip_validation: false, method: None, keep_body: false, list: None, ..self.clone() }
    }

    /// Creates options that override nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a parameter that this version does not know. It replaces a parameter of the same name in the request. Reserved names (`Action`,
    /// `Version`, `Timestamp` and others of the signature) are refused.
    #[must_use]
    pub fn extra_parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.extra.push((name.into(), value.into()));
        self
    }

    /// Sends the request even if validation finds mistakes in it.
    #[must_use]
    pub fn skip_validation(mut self) -> Self {
        self.skip_validation = true;
        self
    }

    /// Sends this call to another URL, `https://host`. Plain `http` is refused, except to this machine, and where the client's
    /// [`Config::dangerous_allow_http`](crate::Config::dangerous_allow_http) allows it.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(Endpoint(url.into()));
        self
    }

    /// Requires an HTTP method. If the action does not support it, or if a secret or the signature would be in the URL, nothing is sent and the call
    /// ends with an error of the kind [`Config`](crate::ErrorKind::Config) that names the methods to use.
    ///
    /// With GET all parameters are in the URL, extra ones too. Proxies may log them or repeat the request, so use POST for orders.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Sets the format to request the response in.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = Some(format);
        self
    }

    /// Sets how long one attempt may take, from connecting to the last byte.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = Some(timeout);
        self
    }

    /// Sets how long the call may take, all attempts together.
    #[must_use]
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = Some(timeout);
        self
    }

    /// Sets the number of attempts and the backoff.
    #[must_use]
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = Some(retries);
        self
    }

    /// Keeps the original body of the response in [`Metadata::body`](crate::Metadata::body). It may contain secrets.
    #[must_use]
    pub fn keep_body(mut self) -> Self {
        self.keep_body = true;
        self
    }
}

impl fmt::Debug for CallOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Extra parameters may be secrets.
        f.debug_struct("CallOptions")
            .field("extra", &self.extra.iter().map(|(name, _)| name).collect::<Vec<_>>())
            .field("skip_validation", &self.skip_validation)
            .field("endpoint", &self.endpoint)
            .field("method", &self.method)
            .field("format", &self.format)
            .field("attempt_timeout", &self.attempt_timeout)
            .field("operation_timeout", &self.operation_timeout)
            .field("retries", &self.retries)
            .field("keep_body", &self.keep_body)
            .finish_non_exhaustive()
    }
}
