//! What the targets of the clouds share.

use crate::base::failure::{Failure, Kind};
use cloudcert::{Error, ErrorKind};

/// How many names are tried.
pub(super) const NAMES: usize = 20;

/// The failure of a call that may be repeated: whatever it did is found by the next run.
pub(super) fn failed(target: &str, error: &Error) -> Failure {
    let kind = match error.kind() {
        ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Timeout | ErrorKind::Response => Kind::NotNow,
        ErrorKind::Config | ErrorKind::Credentials => Kind::Unconfigured,
        ErrorKind::Invalid => Kind::Invalid,
        _ if error.is_throttled() || error.status().is_some_and(|status| status >= 500) => Kind::NotNow,
        ErrorKind::Service => Kind::Refused,
        _ => Kind::Failed,
    };
    let failure = Failure::new(kind, error.to_string()).at(target);
    let failure = match error.code() {
        Some(code) => failure.code(code),
        None => failure,
    };
    failure.remedy("The next run tries again, and finds what was done already.")
}

/// A name for a service: the wanted one, or with a number behind it, and not longer than `most` characters.
pub(super) fn named(wanted: &str, number: usize, most: usize) -> String {
    let suffix = if number < 2 { String::new() } else { format!("-{number}") };
    let room = most.saturating_sub(suffix.len());
    let kept: String = wanted.chars().take(room).collect();
    kept + &suffix
}
