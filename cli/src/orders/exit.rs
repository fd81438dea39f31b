//! What the library of orders reports, as errors of the program.

use crate::exit::Exit;
use crate::failure::Failure;
use cloudcert_orders::{Failure as Reported, Kind, Text, text};

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
    made(reported.kind(), reported.placed(), reported.what_next().cloned(), reported.service_code())
}

/// A failure from its parts.
pub(super) fn made(kind: Kind, message: Text, remedy: Option<Text>, code: Option<&str>) -> Failure {
    let mut failure = Failure::new(of(kind), String::new());
    failure.report.message = message;
    failure.report.remedy = remedy;
    failure.report.code = code.map(str::to_owned);
    failure.report.outcome_unknown = kind == Kind::Unknown;
    failure
}

/// All that is wrong with a configuration.
pub(super) fn all(found: &[Reported]) -> Failure {
    let [first, rest @ ..] = found else {
        return made(Kind::Unconfigured, text!("the configuration cannot be used", "配置无法使用"), None, None);
    };
    let mut failure = failure(first);
    let all: Vec<Text> = std::iter::once(first.placed()).chain(rest.iter().map(Reported::whole)).collect();
    failure.report.message = Text::join(&all, &Text::quote("\n  "));
    failure
}
