//! What the library of orders reports, as errors of the program.

use crate::exit::Exit;
use crate::failure::Failure;
use cloudcert_orders::{Failure as Reported, Kind};

/// The exit code of a kind of failure.
pub(crate) fn of(kind: Kind) -> Exit {
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

/// A failure of the program, as the library tells it in reports.
pub(crate) fn reported(failure: &Failure) -> Reported {
    let kind = match failure.exit {
        Exit::Invalid => Kind::Invalid,
        Exit::Unconfigured => Kind::Unconfigured,
        Exit::Refused => Kind::Refused,
        Exit::NotNow => Kind::NotNow,
        Exit::Unknown => Kind::Unknown,
        Exit::Waiting => Kind::Waiting,
        Exit::Busy => Kind::Busy,
        Exit::Unconfirmed => Kind::Forbidden,
        Exit::Outstanding => Kind::Outstanding,
        _ => Kind::Failed,
    };
    let report = &failure.report;
    let mut reported = Reported::new(kind, report.message.as_str());
    if let Some(remedy) = &report.remedy {
        reported = reported.remedy(remedy.as_str());
    }
    match &report.code {
        Some(code) => reported.code(code.as_str()),
        None => reported,
    }
}

/// A failure of the library.
pub(crate) fn failure(reported: &Reported) -> Failure {
    let place = reported.place().map_or_else(String::new, |place| format!("{place}: "));
    let mut failure = made(reported.kind(), format!("{place}{}", reported.message()), reported.next(), None);
    if let Some(answer) = reported.answer() {
        let report = &mut failure.report;
        (report.code, report.inner_code) = (answer.code.clone(), answer.inner_code.clone());
        (report.request_id, report.status) = (answer.request_id.clone(), answer.status);
    }
    failure
}

/// A failure from its parts.
pub(crate) fn made(kind: Kind, message: String, remedy: Option<&str>, code: Option<&str>) -> Failure {
    let mut failure = Failure::new(of(kind), message);
    failure.report.remedy = remedy.map(str::to_owned);
    failure.report.code = code.map(str::to_owned);
    failure.report.outcome_unknown = kind == Kind::Unknown;
    failure
}

/// All that is wrong with a configuration.
pub(crate) fn all(found: &[Reported]) -> Failure {
    let [first, rest @ ..] = found else { return Failure::new(Exit::Unconfigured, "the configuration cannot be used") };
    let mut failure = failure(first);
    for other in rest {
        failure.report.message.push_str("\n  ");
        failure.report.message.push_str(&other.to_string());
    }
    failure
}
