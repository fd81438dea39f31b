//! Constructors of errors, one for each kind, and methods that add what becomes known on the way to the caller.
//!
//! An error may have been cloned before, for instance by an interceptor. The additions then go to a copy.

use super::kind::{KindData, Received, ResponseFault, ServiceCode, ServiceFault};
use super::{Error, ErrorInner, UnknownOutcome};
use crate::base::api::{ErrorInfo, Retry};
use crate::base::credentials::CredentialsError;
use crate::base::difference::SignatureDifference;
use crate::base::problem::Problem;
use crate::base::scrub::{Hidden, Scrubber};
use crate::base::wait_end::WaitEnd;
use std::sync::Arc;

impl Error {
    fn new(kind: KindData, action: &str, message: impl Into<String>) -> Self {
        Self(Arc::new(ErrorInner {
            kind,
            action: action.to_owned(),
            message: message.into(),
            raw_message: None,
            attempts: 0,
            unknown_outcome: None,
            wait: None,
            advice: Vec::new(),
            source: None,
        }))
    }

    pub(crate) fn invalid(action: &str, problems: Vec<Problem>) -> Self {
        Self::new(KindData::Invalid(problems), action, "was not sent")
    }

    /// A value for a request that cannot be made.
    pub(crate) fn input(made_by: &str, message: impl Into<String>) -> Self {
        Self::new(KindData::Invalid(Vec::new()), made_by, message)
    }

    pub(crate) fn config(action: &str, message: impl Into<String>) -> Self {
        Self::new(KindData::Config, action, message)
    }

    /// The credentials did not arrive in time.
    pub(crate) fn late_credentials(action: &str) -> Self {
        Self::new(
            KindData::Credentials,
            action,
            "was not sent: the source of credentials did not respond within the operation timeout",
        )
    }

    /// No source provided credentials. The message names the reasons, and the source is the [`CredentialsError`].
    pub(crate) fn no_credentials(action: &str, error: CredentialsError) -> Self {
        Self::new(KindData::Credentials, action, format!("no credentials: {error}")).caused_by(error)
    }

    pub(crate) fn connect(action: &str, message: impl Into<String>) -> Self {
        Self::new(KindData::Connect, action, message)
    }

    pub(crate) fn transport(action: &str, message: impl Into<String>) -> Self {
        Self::new(KindData::Transport, action, message)
    }

    /// The service returned an error code.
    pub(crate) fn service(
        action: &str,
        code: String,
        inner_code: Option<String>,
        message: String,
        row: Option<&'static ErrorInfo>,
    ) -> Self {
        let code = Some(ServiceCode { code, inner_code, row, clear: true });
        Self::new(KindData::Service(Box::new(ServiceFault { code, ..ServiceFault::default() })), action, message)
    }

    /// The service returned an error status without a code.
    pub(crate) fn error_status(action: &str, message: impl Into<String>) -> Self {
        Self::new(KindData::Service(Box::default()), action, message)
    }

    /// A response that cannot be used. The same request would get the same one.
    pub(crate) fn response(action: &str, message: impl Into<String>) -> Self {
        Self::new(KindData::Response(Box::default()), action, message)
    }

    /// A response that cannot be used because it is cut off or damaged: another attempt may succeed.
    pub(crate) fn broken_response(action: &str, message: impl Into<String>) -> Self {
        let fault = ResponseFault { transient: true, ..ResponseFault::default() };
        Self::new(KindData::Response(Box::new(fault)), action, message)
    }

    pub(crate) fn refused(action: &str, message: impl Into<String>) -> Self {
        Self::new(KindData::Refused, action, message)
    }

    pub(crate) fn guarded(action: &str, message: impl Into<String>) -> Self {
        Self::new(KindData::Guarded, action, message)
    }

    /// A call was not sent because it would have had to wait longer than its timeout.
    pub(crate) fn timeout(action: &str, message: impl Into<String>) -> Self {
        Self::new(KindData::Timeout, action, message)
    }

    /// A wait reached its deadline.
    pub(crate) fn deadline_exceeded(action: &str, message: impl Into<String>, end: WaitEnd) -> Self {
        Self::timeout(action, message).in_wait(end)
    }

    /// A wait met a state from which the awaited one cannot be reached.
    pub(crate) fn failed_state(action: &str, message: impl Into<String>, end: WaitEnd) -> Self {
        Self::new(KindData::State, action, message).in_wait(end)
    }

    /// A wait met a state that this version does not know.
    pub(crate) fn unknown_state(action: &str, message: impl Into<String>, end: WaitEnd) -> Self {
        Self::new(KindData::UnknownState, action, message).in_wait(end)
    }

    fn with(mut self, change: impl FnOnce(&mut ErrorInner)) -> Self {
        change(Arc::make_mut(&mut self.0));
        self
    }

    pub(crate) fn caused_by(self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        let source = source.into();
        self.with(|e| e.source = Some(source.into()))
    }

    /// Marks the code as doubtful, because something in the response contradicts it.
    pub(crate) fn unclear(self) -> Self {
        self.with(|e| {
            if let Some(code) = e.kind.service_mut().and_then(|fault| fault.code.as_mut()) {
                code.clear = false;
            }
        })
    }

    /// Adds status, request id and headers. Has no effect on kinds of errors without a response.
    pub(crate) fn with_received(self, received: Received) -> Self {
        self.with(|e| {
            if let Some(empty) = e.kind.received_mut() {
                *empty = received;
            }
        })
    }

    /// Adds the status and the request id of a response.
    pub(crate) fn with_status(self, status: u16, request_id: Option<String>) -> Self {
        self.with_received(Received { status: Some(status), request_id, ..Received::default() })
    }

    /// Adds the redacted content of the response.
    pub(crate) fn with_body(self, redacted: String) -> Self {
        self.with(|e| {
            if let Some(fault) = e.kind.response_mut() {
                fault.body = Some(redacted);
            }
        })
    }

    /// Adds the clock offset, if the service rejected the time stamp.
    pub(crate) fn by_clock(self, now: i64) -> Self {
        self.with(|e| {
            if let Some(fault) = e.kind.service_mut()
                && fault.code.as_ref().and_then(|code| code.row).is_some_and(|row| row.retry == Retry::Skew)
            {
                fault.clock_offset = fault.received.server_time.map(|time| time.saturating_sub(now));
            }
        })
    }

    /// Adds the generation of the credentials that the service rejected.
    pub(crate) fn with_stale_keys(self, generation: u64) -> Self {
        self.with(|e| {
            if let Some(fault) = e.kind.service_mut() {
                fault.stale_keys = Some(generation);
            }
        })
    }

    /// Adds where the service's string to sign differs from the client's.
    pub(crate) fn with_signature_difference(self, difference: Option<SignatureDifference>) -> Self {
        self.with(|e| {
            if let Some(fault) = e.kind.service_mut() {
                fault.signature_difference = difference;
            }
        })
    }

    pub(crate) fn with_attempts(self, attempts: u32) -> Self {
        self.with(|e| e.attempts = attempts)
    }

    pub(crate) fn with_unknown_outcome(self, unknown: bool, find_out: Option<&'static str>) -> Self {
        self.with(|e| e.unknown_outcome = unknown.then_some(UnknownOutcome { find_out }))
    }

    /// Adds what validation advised on, if the service refused the request.
    pub(crate) fn with_advice(self, advice: &[Problem]) -> Self {
        if advice.is_empty() || !self.is_refusal() { self } else { self.with(|e| e.advice = advice.to_vec()) }
    }

    /// Adds how the wait ended.
    pub(crate) fn in_wait(self, end: WaitEnd) -> Self {
        self.with(|e| e.wait = Some(Box::new(end)))
    }

    /// Removes the secrets and personal data of the request from the texts of the service.
    pub(crate) fn without(self, hidden: &[Hidden]) -> Self {
        let scrubber = Scrubber::new(hidden);
        self.with(|e| {
            if let Some(clean) = scrubber.clean(&e.message) {
                e.raw_message = Some(std::mem::replace(&mut e.message, clean).into());
            }
            let clean = |text: &mut String| {
                if let Some(clean) = scrubber.clean(text) {
                    *text = clean;
                }
            };
            // Codes and ids come from the service too.
            if let Some(received) = e.kind.received_mut() {
                received.request_id.iter_mut().for_each(clean);
            }
            if let Some(fault) = e.kind.response_mut() {
                fault.body.iter_mut().for_each(clean);
            }
            if let Some(fault) = e.kind.service_mut() {
                if let Some(code) = &mut fault.code {
                    clean(&mut code.code);
                    code.inner_code.iter_mut().for_each(clean);
                }
                fault.signature_difference =
                    fault.signature_difference.take().map(|difference| difference.without(&scrubber));
            }
        })
    }
}
