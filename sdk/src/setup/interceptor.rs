//! Interceptors: hooks of the caller around every attempt.
//!
//! An interceptor sees an attempt without secrets, may add headers that are not signed, and may refuse the attempt. It cannot change what is
//! signed, because then the request would differ from the one that was validated.

use crate::action::context::CallContext;
use crate::base::api::Effect;
use crate::base::error::Error;
use crate::base::metadata::Metadata;
use crate::protocol::{Dialect, Pair};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Runs before and after every attempt of a client's calls: for metrics, audit logs and trace headers, or to refuse calls.
///
/// It sees no secrets and no personal data. The call waits for it, so it should be quick.
///
/// ```
/// use cloudcert::{Incoming, Interceptor, Outgoing, Refusal, api::Effect};
///
/// /// Refuses every order.
/// #[derive(Debug)]
/// struct NoOrders;
///
/// impl Interceptor for NoOrders {
///     fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), Refusal> {
///         if request.effect() == Effect::Order {
///             return Err(format!("{} is not for this environment", request.action()).into());
///         }
///         request.header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
///         Ok(())
///     }
///
///     fn after_response(&self, response: &Incoming<'_>) {
///         eprintln!("{} took {:?}: {:?}", response.action(), response.latency(), response.status());
///     }
/// }
///
/// let config = cloudcert::Config::new(cloudcert::Credentials::new("id", "secret")).interceptor(NoOrders);
/// # let _ = config;
/// ```
pub trait Interceptor: fmt::Debug + Send + Sync + 'static {
    /// Called before each attempt is signed.
    ///
    /// # Errors
    ///
    /// An error refuses the attempt: nothing is sent, and the error becomes the source of one of the kind
    /// [`Refused`](crate::ErrorKind::Refused).
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), Refusal> {
        let _ = request;
        Ok(())
    }

    /// Called after each attempt, when its response was read or it failed.
    fn after_response(&self, response: &Incoming<'_>) {
        let _ = response;
    }
}

/// Why an interceptor refuses an attempt.
pub type Refusal = Box<dyn std::error::Error + Send + Sync>;

/// One attempt of a call, before it is signed.
#[derive(Clone, Copy)]
pub(crate) struct Attempt<'a> {
    pub(crate) call: &'a CallContext,
    pub(crate) host: &'a str,
    pub(crate) parameters: &'a [Pair],
    /// The first is 1.
    pub(crate) number: u32,
}

/// What interceptors may see of a response.
pub(crate) trait VisibleResponse {
    /// Request id, HTTP status and headers.
    fn metadata(&self) -> &Metadata;
    /// The response as JSON, without secrets and personal data.
    fn redacted(&self) -> String;
}

/// An attempt that is about to be signed.
pub struct Outgoing<'a> {
    attempt: Attempt<'a>,
    headers: Vec<(&'static str, String)>,
}

impl Outgoing<'_> {
    /// The API version, `aliyun-cas-2020-04-07`.
    #[must_use]
    pub fn api(&self) -> &'static str {
        self.attempt.call.api.id
    }

    /// The action's name.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.attempt.call.action
    }

    /// The effect of the call.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.attempt.call.effect
    }

    /// The host of the endpoint, with the port if the URL has one.
    #[must_use]
    pub fn host(&self) -> &str {
        self.attempt.host
    }

    /// The number of the attempt, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt.number
    }

    /// The parameters, in order. Secrets and personal data are `[redacted]`, and so are all values of an action that this version does not know.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, String)> {
        let shown = self.attempt.call.shown(self.attempt.parameters);
        shown.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
    }

    /// Adds a header that is not signed. An invalid header, or one that belongs to the signature or to HTTP itself, fails the call.
    pub fn header(&mut self, name: &'static str, value: impl Into<String>) {
        self.headers.push((name, value.into()));
    }
}

impl fmt::Debug for Outgoing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outgoing")
            .field("api", &self.api())
            .field("action", &self.attempt.call.action)
            .field("attempt", &self.attempt.number)
            .finish_non_exhaustive()
    }
}

/// How an attempt ended.
pub struct Incoming<'a> {
    attempt: Attempt<'a>,
    latency: Duration,
    end: Result<&'a dyn VisibleResponse, &'a Error>,
}

impl Incoming<'_> {
    /// The API version, `aliyun-cas-2020-04-07`.
    #[must_use]
    pub fn api(&self) -> &'static str {
        self.attempt.call.api.id
    }

    /// The action's name.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.attempt.call.action
    }

    /// The effect of the call.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.attempt.call.effect
    }

    /// The number of the attempt, from 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt.number
    }

    /// The time from signing to the last byte of the response, or to the failure.
    #[must_use]
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// The HTTP status; `None` if there was no response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.end.map_or_else(Error::status, |response| Some(response.metadata().status))
    }

    /// The id that the service gave the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self.end {
            Ok(response) => response.metadata().request_id.as_deref(),
            Err(error) => error.request_id(),
        }
    }

    /// The error of a failed attempt. The call may still be retried.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.end.err()
    }

    /// The response as JSON; `None` if the attempt failed. Secrets, personal data and unknown members are `[redacted]`.
    #[must_use]
    pub fn redacted_body(&self) -> Option<String> {
        self.end.ok().map(VisibleResponse::redacted)
    }
}

impl fmt::Debug for Incoming<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("api", &self.api())
            .field("action", &self.attempt.call.action)
            .field("attempt", &self.attempt.number)
            .field("status", &self.status())
            .field("latency", &self.latency)
            .finish_non_exhaustive()
    }
}

/// Runs all interceptors before an attempt is signed, and returns the headers that they add.
pub(crate) fn before(
    interceptors: &[Arc<dyn Interceptor>],
    attempt: Attempt<'_>,
) -> Result<Vec<(&'static str, String)>, Refusal> {
    let mut request = Outgoing { attempt, headers: Vec::new() };
    for interceptor in interceptors {
        interceptor.before_signing(&mut request)?;
    }
    match request.headers.iter().find(|(name, value)| !may_be_added(name, value)) {
        Some((name, _)) => Err(format!("an interceptor cannot add the header `{name}` with this value").into()),
        None => Ok(request.headers),
    }
}

/// Runs all interceptors after an attempt.
pub(crate) fn after(
    interceptors: &[Arc<dyn Interceptor>],
    attempt: Attempt<'_>,
    latency: Duration,
    end: Result<&dyn VisibleResponse, &Error>,
) {
    for interceptor in interceptors {
        interceptor.after_response(&Incoming { attempt, latency, end });
    }
}

/// Whether a header is valid and belongs neither to the signature nor to HTTP.
fn may_be_added(name: &str, value: &str) -> bool {
    const TAKEN: &[&str] = &[
        "authorization",
        "host",
        "content-type",
        "content-length",
        "transfer-encoding",
        "connection",
        "accept",
        "date",
        "user-agent",
        "cookie",
        "expect",
        "keep-alive",
        "te",
        "trailer",
        "upgrade",
    ];
    let token = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
    !name.is_empty()
        && name.bytes().all(token)
        && value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
        && !TAKEN.contains(&name)
        && !name.starts_with("proxy-")
        && !Dialect::owns_header(name)
}
