//! The one error of this crate.

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

/// What went wrong with a call: what happened, where, and what to do next.
///
/// It is not generic and never shows a secret. `Display` says it all in one line: what a service said stands there without secrets and
/// personal data of the request, with control characters and marks for the direction of writing escaped, and cut after 4 KiB (codes and
/// ids after 128 bytes). [`message`](Self::message), [`code`](Self::code), [`inner_code`](Self::inner_code) and
/// [`request_id`](Self::request_id) are scrubbed, but neither escaped nor cut short: escape what you print of them yourself.
#[derive(Clone)]
pub struct Error(Arc<ErrorInner>);

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
    Response,
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

#[derive(Clone)]
struct ErrorInner {
    kind: KindData,
    action: String,
    message: String,
    raw_message: Option<Secret>,
    attempts: u32,
    unknown_outcome: Option<UnknownOutcome>,
    wait: Option<Box<WaitEnd>>,
    source: Option<Arc<dyn std::error::Error + Send + Sync>>,
}

/// The call may have been executed.
#[derive(Clone)]
struct UnknownOutcome {
    find_out: Option<&'static str>,
}

impl Error {
    /// Whether the service refuses the thing that is asked about, and not whoever asks, or how.
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

    /// Whether the service sent a code that the description knows, with a status that belongs to it, and nothing that contradicts it.
    pub(crate) fn is_as_described(&self) -> bool {
        let row = self.0.kind.code().filter(|code| code.clear).and_then(|code| code.row);
        row.zip(self.status()).is_some_and(|(row, status)| row.comes_with(status))
    }

    /// Whether the service asks by its own header to be called later.
    pub(crate) fn asks_to_wait(&self) -> bool {
        self.0.kind.received().is_some_and(|received| received.asks_to_wait)
    }

    /// Whether the service rejected the call because its key or token is no longer valid.
    pub(crate) fn is_of_stale_keys(&self) -> bool {
        self.is_as_described() && self.info().is_some_and(|row| row.retry == Retry::Renew)
    }

    /// The generation of the credentials that the service rejected.
    pub(crate) fn stale_keys(&self) -> Option<u64> {
        self.0.kind.service()?.stale_keys
    }

    /// Whether it is a response that was cut off or damaged, so that another attempt may bring a whole one.
    pub(crate) fn is_broken_response(&self) -> bool {
        self.0.kind.response().is_some_and(|fault| fault.transient)
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        self.0.kind.public()
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
        self.0.kind.code().map(|code| code.code.as_str())
    }

    /// The service's inner error code, where it has one (Kingsoft Cloud). More exact than [`code`](Self::code).
    #[must_use]
    pub fn inner_code(&self) -> Option<&str> {
        self.0.kind.code()?.inner_code.as_deref()
    }

    /// The most exact code that there is.
    pub(crate) fn exact_code(&self) -> Option<&str> {
        self.inner_code().or_else(|| self.code())
    }

    /// The id that the service gave the request. The vendor's support asks for it.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.kind.received()?.request_id.as_deref()
    }

    /// The HTTP status of the answer.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.0.kind.received()?.status
    }

    /// An answer that was read and lacks what it must have, as JSON: what names a person, gives power, or is not known is redacted. Of a list
    /// it has the first ten elements and how many more there are, of a text 1 KiB, of all together 12 KiB.
    #[must_use]
    pub fn redacted_body(&self) -> Option<&str> {
        self.0.kind.response()?.body.as_deref()
    }

    /// What is wrong with the request, all of it; `Display` names the first ten.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        if let KindData::Invalid(problems) = &self.0.kind { problems } else { &[] }
    }

    /// What the documents know about the error: cause, remedy, whether to try again.
    #[must_use]
    pub fn info(&self) -> Option<&'static ErrorInfo> {
        self.0.kind.code()?.row
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
        self.0.kind.received()?.retry_after
    }

    /// If the service rejected the time stamp: by how many seconds its clock is ahead of this machine's.
    #[must_use]
    pub fn clock_offset(&self) -> Option<i64> {
        self.0.kind.service()?.clock_offset
    }

    /// If the service rejected the signature and quoted the text that it should be over: where that differs from what was signed.
    #[must_use]
    pub fn signature_difference(&self) -> Option<&SignatureDifference> {
        self.0.kind.service()?.signature_difference.as_ref()
    }

    /// The call may have been executed although it failed here: an order may have been placed. Find out before calling again.
    ///
    /// It is `false` only where nothing was sent, where the service refused the call by a code that the description knows, with a
    /// status that belongs to it and no result beside it, and where the call may simply be sent again. It is also `true` where such a call was
    /// sent again and refused, if the attempt before may have been executed: the refusal may be its echo.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.0.unknown_outcome.is_some()
    }

    /// If the outcome is unknown: how to find out about it, and when that cannot tell. [`Guarded`](crate::Guarded) does it.
    #[must_use]
    pub fn how_to_find_out(&self) -> Option<&'static str> {
        self.0.unknown_outcome.as_ref()?.find_out
    }

    /// If it ended a wait: how that stood.
    #[must_use]
    pub fn wait(&self) -> Option<&WaitEnd> {
        self.0.wait.as_deref()
    }
}
