//! Events for `tracing`, if the feature is on. They hold names, codes and ids, never a value that travels.

use crate::answer::Metadata;
use crate::credentials::CredentialsError;
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
