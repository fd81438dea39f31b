//! Errors of the SDK as failures of an order.

use crate::base::failure::{Failure, Kind};
use cloudcert::{Error, ErrorKind};

/// What a failed call means for an order. The message contains no secret: the SDK removes them.
#[must_use]
pub fn failure(error: &Error) -> Failure {
    let failure = Failure::new(kind(error), error.to_string());
    // The inner code is the more exact one.
    let failure = match error.inner_code().or_else(|| error.code()) {
        Some(code) => failure.code(code),
        None => failure,
    };
    match failure.kind() {
        Kind::NotNow => failure.remedy("Run it again later."),
        Kind::Unknown => failure.remedy("Run it again: it finds out what became of the call before it sends anything."),
        _ => failure,
    }
}

/// Whether the same call would fail again, so that waiting does not help.
#[must_use]
pub fn is_last(error: &Error) -> bool {
    kind(error) == Kind::Refused
}

fn kind(error: &Error) -> Kind {
    if error.outcome_unknown() {
        return Kind::Unknown;
    }
    match error.kind() {
        ErrorKind::Invalid => Kind::Invalid,
        ErrorKind::Config | ErrorKind::Credentials => Kind::Unconfigured,
        ErrorKind::Service if error.is_throttled() || error.status().is_some_and(|status| status >= 500) => {
            Kind::NotNow
        }
        ErrorKind::Service => Kind::Refused,
        ErrorKind::Guarded => Kind::Unknown,
        // An interceptor refuses what has lost its lock or is too old. Nothing was sent.
        ErrorKind::Refused | ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Timeout => Kind::NotNow,
        _ => Kind::Failed,
    }
}
