//! The error type of this crate.

mod build;
mod kind;
mod show;

pub(crate) use kind::Received;

use crate::base::api::{ErrorInfo, Retry};
use crate::base::difference::SignatureDifference;
use crate::base::problem::Problem;
use crate::base::secret::Secret;
use crate::base::wait_end::WaitEnd;
use kind::KindData;
use std::sync::Arc;
use std::time::Duration;

/// The error of every call: what happened, where, and what to do next.
///
/// `Display` is one line and never shows a secret: secrets and personal data of the request are removed from the service's message, control
/// characters and marks for text direction are escaped, and the message is cut after 4 KiB (codes and ids after 128 bytes).
/// [`message`](Self::message), [`code`](Self::code), [`inner_code`](Self::inner_code) and [`request_id`](Self::request_id) are scrubbed in the
/// same way, but neither escaped nor cut: escape them yourself if you print them.
#[derive(Clone)]
pub struct Error(Arc<ErrorInner>);

/// The kind of an [`Error`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The request breaks rules of the API, or a value for one cannot be made; nothing was sent.
    Invalid,
    /// The settings of the client or the call cannot work; nothing was sent.
    Config,
    /// There are no credentials. The last attempt sent nothing, but an earlier one may have: see [`Error::outcome_unknown`].
    Credentials,
    /// No connection was made; nothing was sent.
    Connect,
    /// The connection broke, or no response came in time. The service may have received the request.
    Transport,
    /// The service returned an error.
    Service,
    /// The response could not be read, or lacks something that it must contain.
    Response,
    /// An interceptor refused the attempt. The last attempt sent nothing, but an earlier one may have: see [`Error::outcome_unknown`].
    Refused,
    /// A wait met a state of failure.
    State,
    /// A wait met a state that this version does not know.
    UnknownState,
    /// A wait reached its deadline, or a call its timeout before it was sent.
    Timeout,
    /// A guarded call was not sent again: its outcome is unknown, or it was executed before. Nothing was sent.
    Guarded,
}

#[derive(Clone)]
struct ErrorInner {
    kind: KindData,
    action: String,
    message: String,
    raw_message: Option<Secret>,
    attempts: u32,
    unknown_outcome: Option<UnknownOutcome>,
    wait: Option<Box<WaitEnd>>,
    advice: Vec<Problem>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// The call may have been executed.
#[derive(Clone)]
struct UnknownOutcome {
    find_out: Option<&'static str>,
}

impl Error {
    /// Whether the service refused the call because of the requested thing, and not because of the caller or the request.
    #[allow(dead_code, reason = "not every API version has every kind of recipe")]
    pub(crate) fn is_about_the_thing(&self) -> bool {
        let told = match self.info() {
            Some(row) => self.is_as_described() && row.retry == Retry::Never,
            None => self.0.kind.code().is_some_and(|code| code.clear),
        };
        told && self
            .status()
            .is_some_and(|status| (400..500).contains(&status) && !matches!(status, 401 | 403 | 407 | 429))
    }

    /// Whether the service sent a code that the spec knows, with a status that belongs to it, and nothing that contradicts it.
    pub(crate) fn is_as_described(&self) -> bool {
        let row = self.0.kind.code().filter(|code| code.clear).and_then(|code| code.row);
        row.zip(self.status()).is_some_and(|(row, status)| row.comes_with(status))
    }

    /// Whether the service asks, by its own header, to be called later.
    pub(crate) fn asks_to_wait(&self) -> bool {
        self.0.kind.received().is_some_and(|received| received.asks_to_wait)
    }

    /// Whether the service refused the call, and the same request would be refused again, as far as the spec knows.
    fn is_refusal(&self) -> bool {
        let told = self.info().map(|row| row.retry == Retry::Never);
        let by_status = || self.status().is_some_and(|status| (400..500).contains(&status) && status != 429);
        self.kind() == ErrorKind::Service && told.unwrap_or_else(by_status)
    }

    /// Whether the service rejected the call because its key or token is no longer valid.
    pub(crate) fn is_of_stale_keys(&self) -> bool {
        self.is_as_described() && self.info().is_some_and(|row| row.retry == Retry::Renew)
    }

    /// The generation of the credentials that the service rejected.
    pub(crate) fn stale_keys(&self) -> Option<u64> {
        self.0.kind.service()?.stale_keys
    }

    /// Whether the response was cut off or damaged, so that another attempt may succeed.
    pub(crate) fn is_broken_response(&self) -> bool {
        self.0.kind.response().is_some_and(|fault| fault.transient)
    }

    /// The kind of failure.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind.public()
    }

    /// The action that was called.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.0.action
    }

    /// The message of the service or of this crate: at most 16 KiB, without secrets and personal data of the request. It is not escaped, and may
    /// contain personal data that the request does not.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The original message of the service, if something was removed from [`message`](Self::message). It may contain secrets: a service that
    /// rejects a signature quotes all parameters, private keys too.
    #[must_use]
    pub fn raw_message(&self) -> Option<&Secret> {
        self.0.raw_message.as_ref()
    }

    /// The service's error code.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        self.0.kind.code().map(|code| code.code.as_str())
    }

    /// The service's inner error code, which is more exact than [`code`](Self::code). Only Kingsoft Cloud has inner codes.
    #[must_use]
    pub fn inner_code(&self) -> Option<&str> {
        self.0.kind.code()?.inner_code.as_deref()
    }

    /// The inner code, or else the code.
    pub(crate) fn exact_code(&self) -> Option<&str> {
        self.inner_code().or_else(|| self.code())
    }

    /// The id that the service gave the request. The vendor's support asks for it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.kind.received()?.request_id.as_deref()
    }

    /// The HTTP status of the response.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.kind.received()?.status
    }

    /// A response that lacks a guaranteed field, as JSON. Secrets, personal data and unknown members are redacted. Lists are cut after ten elements,
    /// texts after 1 KiB, and everything after 12 KiB.
    #[must_use]
    pub fn redacted_body(&self) -> Option<&str> {
        self.0.kind.response()?.body.as_deref()
    }

    /// All problems of the request. `Display` names the first ten.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        if let KindData::Invalid(problems) = &self.0.kind { problems } else { &[] }
    }

    /// What validation advised on before the request was sent, if the service then refused it. One of these may be the reason; `Display` names the
    /// first ten. None of them contains a secret or personal data.
    #[must_use]
    pub fn advice(&self) -> &[Problem] {
        &self.0.advice
    }

    /// What the spec knows about the error code: cause, remedy, whether to retry.
    #[must_use]
    pub fn info(&self) -> Option<&'static ErrorInfo> {
        self.0.kind.code()?.row
    }

    /// Whether the service or a gateway rejected the call because there are too many calls. It may have been executed all the same: see
    /// [`outcome_unknown`](Self::outcome_unknown).
    #[must_use]
    pub fn is_throttled(&self) -> bool {
        let unknown = self.kind() == ErrorKind::Service && self.status() == Some(429);
        self.info().map_or(unknown, |row| row.retry == Retry::Throttle)
    }

    /// Whether the service refused the call because it was already done: the order is already cancelled, the certificate already deleted.
    ///
    /// After a call whose response was lost, this shows that the lost call succeeded. The client itself treats it as a success when it retries. Only
    /// codes that the spec marks so count.
    #[must_use]
    pub fn already_done(&self) -> bool {
        self.is_as_described() && self.info().is_some_and(|row| row.already_done)
    }

    /// The number of attempts, including those that sent nothing.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts
    }

    /// How long the service asks to wait.
    #[must_use]
    pub fn retry_after(&self) -> Option<Duration> {
        self.0.kind.received()?.retry_after
    }

    /// The number of seconds that the service's clock is ahead of this machine's, if the service rejected the time stamp.
    #[must_use]
    pub fn clock_offset(&self) -> Option<i64> {
        self.0.kind.service()?.clock_offset
    }

    /// Where the client's string to sign differs from the service's, if the service rejected the signature and quoted its own.
    #[must_use]
    pub fn signature_difference(&self) -> Option<&SignatureDifference> {
        self.0.kind.service()?.signature_difference.as_ref()
    }

    /// Whether the call may have been executed although it failed, so that an order may have been placed. Find out before you call again.
    ///
    /// It is `false` only if nothing was sent, if the service refused the call with a documented code, the status that belongs to it and no result,
    /// or if the call may simply be repeated. It is `true` even after such a refusal if an earlier attempt of the call may have been executed: the
    /// refusal may be its consequence.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.0.unknown_outcome.is_some()
    }

    /// How to find out whether the call was executed, and when that is impossible; `None` if the outcome is known. [`Guarded`](crate::Guarded) does
    /// it for you.
    #[must_use]
    pub fn how_to_find_out(&self) -> Option<&'static str> {
        self.0.unknown_outcome.as_ref()?.find_out
    }

    /// The state of the wait that this error ended; `None` if it ended none.
    #[must_use]
    pub fn wait(&self) -> Option<&WaitEnd> {
        self.0.wait.as_deref()
    }
}
