//! Spans and events for `tracing`, if the feature is on. They hold names, codes, ids and times, never a value that travels.

use crate::answer::Metadata;
use crate::credentials::CredentialsError;
use crate::error::Error;
use crate::http::Subject;
#[cfg(feature = "tracing")]
use crate::legible::{NAME, legible};
use crate::problem::Problem;
use std::time::Duration;

/// The span of a call, or of one of its attempts. Without the feature it is nothing.
#[cfg(feature = "tracing")]
pub(crate) struct Span {
    span: tracing::Span,
    start: std::time::Instant,
}

#[cfg(feature = "tracing")]
impl Span {
    /// Of a call, all attempts together.
    pub(crate) fn operation(of: &Subject) -> Self {
        use tracing::field::Empty;
        let (service, action, effect) = (of.api.id, &*of.action, of.effect);
        let span = tracing::info_span!(target: "cloudcert", "operation", service, action, %effect, attempts = Empty, status = Empty,
            code = Empty, request_id = Empty, latency_ms = Empty, outcome_unknown = Empty);
        Self { span, start: std::time::Instant::now() }
    }

    /// Of one attempt.
    pub(crate) fn attempt(&self, attempt: u32) -> Self {
        use tracing::field::Empty;
        self.span.record("attempts", attempt);
        let span = tracing::debug_span!(target: "cloudcert", parent: &self.span, "attempt", attempt, status = Empty, code = Empty,
            request_id = Empty, latency_ms = Empty);
        Self { span, start: std::time::Instant::now() }
    }

    /// Runs a future in this span.
    pub(crate) fn around<F: Future>(&self, future: F) -> impl Future<Output = F::Output> + use<F> {
        tracing::Instrument::instrument(future, self.span.clone())
    }

    /// Keeps how it ended.
    pub(crate) fn ended(&self, end: Result<&Metadata, &Error>) {
        if self.span.is_disabled() {
            return;
        }
        let latency = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.span.record("latency_ms", latency);
        let (status, request_id) = match end {
            Ok(metadata) => (Some(metadata.status), metadata.request_id.as_deref()),
            Err(error) => (error.status(), error.request_id()),
        };
        if let Some(status) = status {
            self.span.record("status", status);
        }
        if let Some(id) = request_id {
            self.span.record("request_id", legible(id, NAME).as_str());
        }
        let _entered = self.span.enter();
        match end {
            Ok(_) => tracing::debug!(target: "cloudcert", "answered"),
            Err(error) => {
                self.span.record("code", code(error).as_str());
                self.span.record("outcome_unknown", error.outcome_unknown());
                tracing::debug!(target: "cloudcert", kind = ?error.kind(), "failed");
            }
        }
    }
}

/// The most exact name of what went wrong, without what would forge a line of a log.
#[cfg(feature = "tracing")]
fn code(error: &Error) -> String {
    legible(error.exact_code().unwrap_or_default(), NAME)
}

/// The span of a call, or of one of its attempts. Without the feature it is nothing.
#[cfg(not(feature = "tracing"))]
pub(crate) struct Span;

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(crate) fn operation(_of: &Subject) -> Self {
        Self
    }

    #[allow(clippy::unused_self, reason = "with the feature it is used")]
    pub(crate) fn attempt(&self, _attempt: u32) -> Self {
        Self
    }

    #[allow(clippy::unused_self, reason = "with the feature it is used")]
    pub(crate) fn around<F: Future>(&self, future: F) -> F {
        future
    }

    #[allow(clippy::unused_self, reason = "with the feature it is used")]
    pub(crate) fn ended(&self, _end: Result<&Metadata, &Error>) {}
}

/// Advice about a request that is sent all the same.
#[cfg(feature = "tracing")]
pub(crate) fn advice(action: &str, problems: &[Problem]) {
    for problem in problems {
        tracing::warn!(target: "cloudcert", action, parameter = %problem.parameter, "{}", problem.message);
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn advice(_action: &str, _problems: &[Problem]) {}

/// A call that is sent again.
#[cfg(feature = "tracing")]
pub(crate) fn again(error: &Error, pause: Duration) {
    let pause_ms = u64::try_from(pause.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(target: "cloudcert", action = error.action(), code = code(error), pause_ms, "sent again after a pause");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn again(_error: &Error, _pause: Duration) {}

/// A source of credentials that is set up and did not serve, while another one did.
#[cfg(feature = "tracing")]
pub(crate) fn passed_over(source: &str, error: &CredentialsError) {
    tracing::warn!(target: "cloudcert", source, "a source of credentials is passed over: {error}");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn passed_over(_source: &str, _error: &CredentialsError) {}

/// Credentials could not be renewed.
#[cfg(feature = "tracing")]
pub(crate) fn not_renewed(error: &CredentialsError) {
    tracing::warn!(target: "cloudcert", "no new credentials: {error}");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn not_renewed(_error: &CredentialsError) {}

/// A file with keys that others than its owner may read.
#[cfg(feature = "tracing")]
pub(crate) fn open_to_others(file: &str) {
    tracing::warn!(target: "cloudcert", file, "others may read a file with keys: take their rights away");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn open_to_others(_file: &str) {}
