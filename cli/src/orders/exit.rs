//! What the library of orders reports, as errors of the program.

use crate::exit::Exit;
use crate::failure::Failure;
use cloudcert_orders::{Failure as Reported, Kind};

/// The exit code of a kind of failure.
pub(super) fn of(kind: Kind) -> Exit {
    match kind {
        Kind::Invalid => Exit::Invalid,
        Kind::Unconfigured => Exit::Unconfigured,
        Kind::Refused => Exit::Refused,
        Kind::NotNow => Exit::NotNow,
        Kind::Unknown => Exit::Unknown,
        Kind::Waiting => Exit::Waiting,
        Kind::Busy => Exit::Busy,
        Kind::Forbidden => Exit::Unconfirmed,
        Kind::Outstanding => Exit::Outstanding,
        _ => Exit::Failed,
    }
}

/// A failure of the library.
pub(super) fn failure(reported: &Reported) -> Failure {
    let place = reported.place().map_or_else(String::new, |place| format!("{place}: "));
    made(reported.kind(), format!("{place}{}", reported.message()), reported.next(), reported.service_code())
}

/// A failure from its parts.
pub(super) fn made(kind: Kind, message: String, remedy: Option<&str>, code: Option<&str>) -> Failure {
    let mut failure = Failure::new(of(kind), message);
    failure.report.remedy = remedy.map(str::to_owned);
    failure.report.code = code.map(str::to_owned);
    failure.report.outcome_unknown = kind == Kind::Unknown;
    failure
}

/// All that is wrong with a configuration.
pub(super) fn all(found: &[Reported]) -> Failure {
    let [first, rest @ ..] = found else { return Failure::new(Exit::Unconfigured, "the configuration cannot be used") };
    let mut failure = failure(first);
    for other in rest {
        failure.report.message.push_str("\n  ");
        failure.report.message.push_str(&other.to_string());
    }
    failure
}
