//! Hooks of the caller around every attempt.
//!
//! A hook sees the attempt without secrets, may add headers that are not signed, and may refuse the attempt. It cannot change what is signed,
//! because then something else would be sent than what was validated.

use crate::action::context::CallContext;
use crate::base::api::Effect;
use crate::base::error::Error;
use crate::base::metadata::Metadata;
use crate::protocol::{Dialect, Pair};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Looks at every attempt of a client's calls: for metrics, audit logs, headers of a trace, or to refuse what must not be sent.
///
/// What it is shown has no secrets and no personal data in it. It runs on the path of the call, so it should be quick.
///
/// ```
/// use cloudcert::{Incoming, Interceptor, Outgoing, Refusal, api::Effect};
///
/// /// Lets nothing through that costs money.
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
    /// Before an attempt is signed. Attempts are signed one by one, so it is called once for each.
    ///
    /// # Errors
    ///
    /// What it returns becomes the source of an error of the kind [`Refused`](crate::ErrorKind::Refused); nothing is sent.
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), Refusal> {
        let _ = request;
        Ok(())
    }

    /// After an attempt: its answer was read, or it has failed.
    fn after_response(&self, response: &Incoming<'_>) {
        let _ = response;
    }
}

/// Why an interceptor lets a request not pass.
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
    /// What came with it.
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

    /// What the call does.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.attempt.call.effect
    }

    /// The host that it goes to, with a port if the URL has one.
    #[must_use]
    pub fn host(&self) -> &str {
        self.attempt.host
    }

    /// Which attempt of the call it is; the first is 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt.number
    }

    /// The parameters by name, in order. What names a person or gives power is `[redacted]`, and so are all values of an action that
    /// this version does not know.
    #[must_use]
    pub fn parameters(&self) -> Vec<(String, String)> {
        let shown = self.attempt.call.shown(self.attempt.parameters);
        shown.into_iter().map(|(name, value)| (name.into_owned(), value)).collect()
    }

    /// Adds a header, which is not signed. A name that belongs to the signature or to HTTP itself, and what is no header, fail the call.
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

    /// What the call does.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.attempt.call.effect
    }

    /// Which attempt of the call it was; the first is 1.
    #[must_use]
    pub fn attempt(&self) -> u32 {
        self.attempt.number
    }

    /// From signing to the last byte of the answer, or to the failure.
    #[must_use]
    pub fn latency(&self) -> Duration {
        self.latency
    }

    /// The HTTP status; `None` if no answer came.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.end.map_or_else(Error::status, |answer| Some(answer.metadata().status))
    }

    /// The id that the service gave the request.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        match self.end {
            Ok(answer) => answer.metadata().request_id.as_deref(),
            Err(error) => error.request_id(),
        }
    }

    /// What went wrong with the attempt; it may be sent again all the same.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.end.err()
    }

    /// The answer as JSON: what names a person, gives power, or is not known is `[redacted]`. `None` if the attempt failed.
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

/// Asks all interceptors before an attempt is signed; the headers that they add.
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

/// Tells all interceptors how an attempt ended.
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

/// Whether a header is one, and neither the signature's nor HTTP's own.
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
