//! Spans for `tracing`, if the feature is on. They contain names, codes, ids and times, never a value of a request or response.

use crate::action::context::CallContext;
use crate::base::error::Error;
#[cfg(feature = "tracing")]
use crate::base::legible::{NAME, legible};
use crate::base::metadata::Metadata;
#[cfg(feature = "tracing")]
use crate::base::trace::code;

/// The span of a call, or of one of its attempts. Without the feature it is nothing.
#[cfg(feature = "tracing")]
pub(crate) struct Span {
    span: tracing::Span,
    start: std::time::Instant,
}

#[cfg(feature = "tracing")]
impl Span {
    /// The span of a call with all its attempts.
    pub(crate) fn operation(of: &CallContext) -> Self {
        use tracing::field::Empty;
        let (api, action, effect) = (of.api.id, &*of.action, of.effect);
        let span = tracing::info_span!(target: "cloudcert", "operation", api, action, %effect, attempts = Empty, status = Empty,
            code = Empty, request_id = Empty, latency_ms = Empty, outcome_unknown = Empty);
        Self { span, start: std::time::Instant::now() }
    }

    /// The span of one attempt.
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

    /// Calls a function in this span.
    pub(crate) fn within(&self, call: impl FnOnce()) {
        self.span.in_scope(call);
    }

    /// Records how it ended.
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
            Ok(_) => tracing::debug!(target: "cloudcert", "responded"),
            Err(error) => {
                self.span.record("code", code(error).as_str());
                self.span.record("outcome_unknown", error.outcome_unknown());
                tracing::debug!(target: "cloudcert", kind = ?error.kind(), "failed");
            }
        }
    }
}

/// The span of a call, or of one of its attempts. Without the feature it is nothing.
#[cfg(not(feature = "tracing"))]
pub(crate) struct Span;

#[cfg(not(feature = "tracing"))]
impl Span {
    pub(crate) fn operation(_of: &CallContext) -> Self {
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
    pub(crate) fn within(&self, call: impl FnOnce()) {
        call();
    }

    #[allow(clippy::unused_self, reason = "with the feature it is used")]
    pub(crate) fn ended(&self, _end: Result<&Metadata, &Error>) {}
}
