//! The one error of this crate.

mod show;

use crate::base::api::{ErrorInfo, Retry};
use crate::base::credentials::CredentialsError;
use crate::base::difference::SignatureDifference;
use crate::base::problem::Problem;
use crate::base::scrub::{Hidden, Scrubber};
use crate::base::secret::Secret;
use crate::base::wait_end::WaitEnd;
use std::sync::Arc;
use std::time::Duration;

/// What went wrong with a call: what happened, where, and what to do next.
///
/// It is not generic and never shows a secret. `Display` says it all in one line: what a service said stands there without secrets and
/// personal data of the request, with control characters and marks for the direction of writing escaped, and cut after 4 KiB (codes and
/// ids after 128 bytes). [`message`](Self::message), [`code`](Self::code), [`inner_code`](Self::inner_code) and
/// [`request_id`](Self::request_id) are scrubbed, but neither escaped nor cut short: escape what you print of them yourself.
#[derive(Clone)]
pub struct Error(Arc<Inner>);

/// What kind of failure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request breaks rules of the API; nothing was sent.
    Invalid,
    /// The client is not set up in a way that can work; nothing was sent.
    Config,
    /// There are no credentials. The last attempt sent nothing; an earlier one may have been sent: see [`Error::outcome_unknown`].
    Credentials,
    /// No connection came about; nothing was sent.
    Connect,
    /// No answer came in time, or the connection broke. The service may have received the request.
    Transport,
    /// The service answered with an error.
    Service,
    /// The service's answer could not be read, or lacks what every answer has.
    Answer,
    /// An interceptor did not let it pass. The last attempt sent nothing; an earlier one may have been sent: see [`Error::outcome_unknown`].
    Refused,
    /// What was waited for has failed.
    State,
    /// What was waited for is in a state that this version does not know.
    UnknownState,
    /// What was waited for has not come about in time.
    Timeout,
    /// A guarded call was not sent again: its outcome is unknown, or it was executed before. Nothing was sent.
    Guarded,
}

struct Inner {
    kind: ErrorKind,
    action: String,
    message: String,
    raw_message: Option<Secret>,
    problems: Vec<Problem>,
    service: Option<Service>,
    request_id: Option<String>,
    status: Option<u16>,
    outcome_unknown: bool,
    find_out: Option<&'static str>,
    wait: Option<Box<WaitEnd>>,
    hopeless: bool,
    attempts: u32,
    retry_after: Option<Duration>,
    asks_to_wait: bool,
    server_time: Option<i64>,
    clock_offset: Option<i64>,
    signature_difference: Option<SignatureDifference>,
    stale_keys: Option<u64>,
    body: Option<String>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// What the service said.
struct Service {
    code: String,
    inner_code: Option<String>,
    row: Option<&'static ErrorInfo>,
    /// Whether it said this once, in a response that was read to its end, and no result beside it.
    clear: bool,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, action: &str, message: impl Into<String>) -> Self {
        Self(Arc::new(Inner {
            kind,
            action: action.to_owned(),
            message: message.into(),
            raw_message: None,
            problems: Vec::new(),
            service: None,
            request_id: None,
            status: None,
            outcome_unknown: false,
            find_out: None,
            wait: None,
            hopeless: false,
            attempts: 0,
            retry_after: None,
            asks_to_wait: false,
            server_time: None,
            clock_offset: None,
            signature_difference: None,
            stale_keys: None,
            body: None,
            source: None,
        }))
    }

    /// Says all of why there are no credentials, and keeps the error for who wants to look at each source.
    pub(crate) fn no_credentials(kind: ErrorKind, action: &str, error: CredentialsError) -> Self {
        Self::new(kind, action, format!("no credentials: {error}")).caused_by(error)
    }

    /// Changes a new error; one that was handed out already stays as it is.
    fn with(mut self, change: impl FnOnce(&mut Inner)) -> Self {
        if let Some(inner) = Arc::get_mut(&mut self.0) {
            change(inner);
        }
        self
    }

    pub(crate) fn invalid(action: &str, problems: Vec<Problem>) -> Self {
        Self::new(ErrorKind::Invalid, action, "was not sent").with(|e| e.problems = problems)
    }

    pub(crate) fn service(
        action: &str,
        code: String,
        inner_code: Option<String>,
        message: String,
        row: Option<&'static ErrorInfo>,
    ) -> Self {
        let service = Service { code, inner_code, row, clear: true };
        Self::new(ErrorKind::Service, action, message).with(|e| e.service = Some(service))
    }

    /// The response said the code, and yet leaves open what it means.
    pub(crate) fn unclear(self) -> Self {
        self.with(|e| {
            if let Some(service) = &mut e.service {
                service.clear = false;
            }
        })
    }

    /// Whether the service refuses the thing that is asked about, and not whoever asks, or how.
    #[allow(dead_code, reason = "not every API version has every kind of recipe")]
    pub(crate) fn is_about_the_thing(&self) -> bool {
        let told = match self.info() {
            Some(row) => self.is_as_described() && row.retry == Retry::Never,
            None => self.0.service.as_ref().is_some_and(|service| service.clear),
        };
        told && self
            .status()
            .is_some_and(|status| (400..500).contains(&status) && !matches!(status, 401 | 403 | 407 | 429))
    }

    /// Whether the service said a code that the description knows, with a status that belongs to it, and nothing that contradicts it.
    pub(crate) fn is_as_described(&self) -> bool {
        let service = self.0.service.as_ref().filter(|service| service.clear);
        let row = service.and_then(|service| service.row);
        row.zip(self.status()).is_some_and(|(row, status)| row.comes_with(status))
    }

    pub(crate) fn answered(self, status: u16, request_id: Option<String>) -> Self {
        self.with(|e| (e.status, e.request_id) = (Some(status), request_id))
    }

    pub(crate) fn caused_by(self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.with(|e| e.source = Some(source.into()))
    }

    /// What the headers of the answer say about time.
    pub(crate) fn at(self, server_time: Option<i64>, retry_after: Option<Duration>) -> Self {
        self.with(|e| (e.server_time, e.retry_after) = (server_time, retry_after))
    }

    /// The service asks by its own header to be called later.
    pub(crate) fn later(self, later: bool) -> Self {
        self.with(|e| e.asks_to_wait = later)
    }

    pub(crate) fn asks_to_wait(&self) -> bool {
        self.0.asks_to_wait
    }

    /// If the clock is what is wrong: how far it is off.
    pub(crate) fn by_clock(self, now: i64) -> Self {
        self.with(|e| {
            if e.service.as_ref().and_then(|s| s.row).is_some_and(|row| row.retry == Retry::Skew) {
                e.clock_offset = e.server_time.map(|time| time.saturating_sub(now));
            }
        })
    }

    /// Whether the service rejected the call because its key or token holds no more.
    pub(crate) fn is_of_stale_keys(&self) -> bool {
        self.is_as_described() && self.info().is_some_and(|row| row.retry == Retry::Renew)
    }

    /// The call was signed with keys that hold no more.
    pub(crate) fn with_stale_keys(self, generation: u64) -> Self {
        self.with(|e| e.stale_keys = Some(generation))
    }

    pub(crate) fn stale_keys(&self) -> Option<u64> {
        self.0.stale_keys
    }

    /// What comparing the strings to sign brought to light.
    pub(crate) fn with_signature_difference(self, difference: Option<SignatureDifference>) -> Self {
        self.with(|e| e.signature_difference = difference)
    }

    /// The same request would be answered in the same way.
    pub(crate) fn hopeless(self) -> Self {
        self.with(|e| e.hopeless = true)
    }

    pub(crate) fn is_hopeless(&self) -> bool {
        self.0.hopeless
    }

    pub(crate) fn after(self, attempts: u32) -> Self {
        self.with(|e| e.attempts = attempts)
    }

    /// Takes what the request held and must not be shown out of what the service said.
    pub(crate) fn without(self, hidden: &[Hidden]) -> Self {
        let scrubber = Scrubber::new(hidden);
        self.with(|e| {
            if let Some(clean) = scrubber.clean(&e.message) {
                e.raw_message = Some(std::mem::replace(&mut e.message, clean).into());
            }
            // What is shown beside the message is as much the service's.
            let codes = e.service.iter_mut().flat_map(|service| [Some(&mut service.code), service.inner_code.as_mut()]);
            for text in codes.flatten().chain(&mut e.request_id).chain(&mut e.body) {
                if let Some(clean) = scrubber.clean(text) {
                    *text = clean;
                }
            }
            e.signature_difference = e.signature_difference.take().map(|difference| difference.without(&scrubber));
        })
    }

    pub(crate) fn with_body(self, redacted: String) -> Self {
        self.with(|e| e.body = Some(redacted))
    }

    pub(crate) fn with_unknown_outcome(self, unknown: bool, find_out: Option<&'static str>) -> Self {
        self.with(|e| (e.outcome_unknown, e.find_out) = (unknown, find_out.filter(|_| unknown)))
    }

    /// It ended a wait.
    pub(crate) fn in_wait(self, end: WaitEnd) -> Self {
        self.with(|e| e.wait = Some(Box::new(end)))
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The action that was called.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.0.action
    }

    /// What the service, or this crate, said: without secrets and personal data of the request, and no more than 16 KiB of it. It is not
    /// escaped, and may name accounts and people that the request does not.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// What the service said to the byte, if something had to be taken out of [`message`](Self::message): a service that finds a signature
    /// wrong quotes all parameters, private keys too.
    #[must_use]
    pub fn raw_message(&self) -> Option<&Secret> {
        self.0.raw_message.as_ref()
    }

    /// The service's error code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.service.as_ref().map(|s| s.code.as_str())
    }

    /// The service's inner error code, where it has one (Kingsoft Cloud). More exact than [`code`](Self::code).
    #[must_use]
    pub fn inner_code(&self) -> Option<&str> {
        self.0.service.as_ref()?.inner_code.as_deref()
    }

    /// The most exact code that there is.
    pub(crate) fn exact_code(&self) -> Option<&str> {
        self.inner_code().or_else(|| self.code())
    }

    /// The id that the service gave the request. The vendor's support asks for it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.status
    }

    /// An answer that was read and lacks what it must have, as JSON: what names a person, gives power, or is not known is redacted. Of a list
    /// it has the first ten elements and how many more there are, of a text 1 KiB, of all together 12 KiB.
    #[must_use]
    pub fn redacted_body(&self) -> Option<&str> {
        self.0.body.as_deref()
    }

    /// What is wrong with the request, all of it; `Display` names the first ten.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.0.problems
    }

    /// What the documents know about the error: cause, remedy, whether to try again.
    #[must_use]
    pub fn info(&self) -> Option<&'static ErrorInfo> {
        self.0.service.as_ref()?.row
    }

    /// The service, or something on the way to it, asks for fewer calls. Whether this one was executed is what
    /// [`outcome_unknown`](Self::outcome_unknown) says.
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        let unknown = self.kind() == ErrorKind::Service && self.status() == Some(429);
        self.info().map_or(unknown, |row| row.retry == Retry::Throttle)
    }

    /// The service says that what the call asked for was so before: the order was cancelled, the certificate is gone.
    ///
    /// After a call whose response was lost, this is the success of that call: the client itself takes it for one when it
    /// has sent a call again. Only codes of which the description says so count.
    #[must_use]
    pub fn already_done(&self) -> bool {
        self.is_as_described() && self.info().is_some_and(|row| row.already_done)
    }

    /// How often the call was tried; without a connection nothing was sent.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the service asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.retry_after
    }

    /// If the service rejected the time stamp: by how many seconds its clock is ahead of this machine's.
    #[must_use]
    pub fn clock_offset(&self) -> Option<i64> {
        self.0.clock_offset
    }

    /// If the service rejected the signature and quoted the text that it should be over: where that differs from what was signed.
    #[must_use]
    pub fn signature_difference(&self) -> Option<&SignatureDifference> {
        self.0.signature_difference.as_ref()
    }

    /// The call may have been executed although it failed here: an order may have been placed. Find out before calling again.
    ///
    /// It is `false` only where nothing was sent, where the service refused the call by a code that the description knows, with a
    /// status that belongs to it and no result beside it, and where the call may simply be sent again. It is also `true` where such a call was
    /// sent again and refused, if the attempt before may have been executed: the refusal may be its echo.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.0.outcome_unknown
    }

    /// If the outcome is unknown: how to find out about it, and when that cannot tell. [`Guarded`](crate::Guarded) does it.
    #[must_use]
    pub fn how_to_find_out(&self) -> Option<&'static str> {
        self.0.find_out
    }

    /// If it ended a wait: how that stood.
    #[must_use]
    pub fn wait(&self) -> Option<&WaitEnd> {
        self.0.wait.as_deref()
    }
}
