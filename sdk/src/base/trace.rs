//! Events for `tracing`, if the feature is on. They contain names, codes, ids and times, never a value of a request or response.

use crate::base::credentials::CredentialsError;
use crate::base::error::Error;
#[cfg(feature = "tracing")]
use crate::base::legible::{NAME, legible};
use crate::base::problem::Problem;
use std::time::Duration;

/// The most exact code of an error, or its kind, escaped for logs.
#[cfg(feature = "tracing")]
pub(crate) fn code(error: &Error) -> String {
    legible(error.exact_code().unwrap_or_default(), NAME)
}

/// Logs advice about a request, which is sent anyway.
#[cfg(feature = "tracing")]
pub(crate) fn advice(action: &str, problems: &[Problem]) {
    for problem in problems {
        tracing::warn!(target: "cloudcert", action, parameter = %problem.parameter, "{}", problem.message);
    }
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn advice(_action: &str, _problems: &[Problem]) {}

/// Logs that a call is retried after a backoff.
#[cfg(feature = "tracing")]
pub(crate) fn again(error: &Error, backoff: Duration) {
    let backoff_ms = u64::try_from(backoff.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(target: "cloudcert", action = error.action(), code = code(error), backoff_ms, "retried after a backoff");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn again(_error: &Error, _backoff: Duration) {}

/// Logs that a source of credentials is set up but failed, and that another one is used.
#[cfg(feature = "tracing")]
pub(crate) fn skipped(source: &str, error: &CredentialsError) {
    tracing::warn!(target: "cloudcert", source, "a source of credentials was skipped: {error}");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn skipped(_source: &str, _error: &CredentialsError) {}

/// Logs that credentials could not be renewed.
#[cfg(feature = "tracing")]
pub(crate) fn not_renewed(error: &CredentialsError) {
    tracing::warn!(target: "cloudcert", "the credentials could not be renewed: {error}");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn not_renewed(_error: &CredentialsError) {}

/// Logs that other users can read a file with keys.
#[cfg(feature = "tracing")]
pub(crate) fn open_to_others(file: &str) {
    tracing::warn!(target: "cloudcert", file, "other users can read a file with keys: restrict its permissions");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn open_to_others(_file: &str) {}
