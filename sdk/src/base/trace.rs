//! Events for `tracing`, if the feature is on. They hold names, codes, ids and times, never a value that travels.

use crate::base::credentials::CredentialsError;
use crate::base::error::Error;
#[cfg(feature = "tracing")]
use crate::base::legible::{NAME, legible};
use crate::base::problem::Problem;
use std::time::Duration;

/// The most exact name of what went wrong, without what would forge a line of a log.
#[cfg(feature = "tracing")]
pub(crate) fn code(error: &Error) -> String {
    legible(error.exact_code().unwrap_or_default(), NAME)
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

/// A call that is sent again after a backoff.
#[cfg(feature = "tracing")]
pub(crate) fn again(error: &Error, backoff: Duration) {
    let backoff_ms = u64::try_from(backoff.as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(target: "cloudcert", action = error.action(), code = code(error), backoff_ms, "sent again after a backoff");
}

#[cfg(not(feature = "tracing"))]
pub(crate) fn again(_error: &Error, _backoff: Duration) {}

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
