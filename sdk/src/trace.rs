//! Events for `tracing`, if the feature is on. They hold names, codes and ids, never a value that travels.

use crate::answer::Metadata;
use crate::error::Error;
use crate::problem::Problem;

/// Advice about a request that is sent all the same.
#[cfg(feature = "tracing")]
pub(crate) fn advice(action: &str, problems: &[Problem]) {
    for problem in problems {
        tracing::warn!(target: "cloudcert", action, parameter = %problem.parameter, "{}", problem.message);
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn advice(_action: &str, _problems: &[Problem]) {}

/// An answer that is no error.
#[cfg(feature = "tracing")]
pub(crate) fn answered(action: &str, metadata: &Metadata) {
    let request_id = metadata.request_id.as_deref().unwrap_or_default();
    tracing::debug!(target: "cloudcert", action, status = metadata.status, request_id, "answered");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn answered(_action: &str, _metadata: &Metadata) {}

/// An attempt that ends in an error.
#[cfg(feature = "tracing")]
pub(crate) fn failed(error: &Error, attempt: u32) {
    let code = error.inner_code().or_else(|| error.code()).unwrap_or_default();
    let request_id = error.request_id().unwrap_or_default();
    let (action, kind, status) = (error.action(), error.kind(), error.status());
    tracing::debug!(target: "cloudcert", action, attempt, ?kind, status, code, request_id, "failed");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn failed(_error: &Error, _attempt: u32) {}
