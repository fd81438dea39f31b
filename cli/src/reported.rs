//! What the library of orders reports, as errors of the program.

use crate::exit::Exit;
use crate::failure::Failure;
use cloudcert_orders::{Failure as Reported, Kind, Text, text};

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
    let mut reported = Reported::new(kind, report.message.clone());
    if let Some(remedy) = &report.remedy {
        reported = reported.remedy(remedy.clone());
    }
    match &report.code {
        Some(code) => reported.code(code.as_str()),
        None => reported,
    }
}

/// A failure of the library.
pub(crate) fn failure(reported: &Reported) -> Failure {
    let mut failure = made(reported.kind(), reported.placed(), reported.what_next().cloned(), None);
    if let Some(answer) = reported.answer() {
        let report = &mut failure.report;
        (report.code, report.inner_code) = (answer.code.clone(), answer.inner_code.clone());
        (report.request_id, report.status) = (answer.request_id.clone(), answer.status);
    }
    failure
}

/// A failure from its parts.
pub(crate) fn made(kind: Kind, message: Text, remedy: Option<Text>, code: Option<&str>) -> Failure {
    let mut failure = Failure::new(of(kind), String::new());
    failure.report.message = message;
    failure.report.remedy = remedy;
    failure.report.code = code.map(str::to_owned);
    failure.report.outcome_unknown = kind == Kind::Unknown;
    failure
}

/// All that is wrong with a configuration.
pub(crate) fn all(found: &[Reported]) -> Failure {
    let [first, rest @ ..] = found else {
        return made(Kind::Unconfigured, text!("the configuration cannot be used", "配置无法使用"), None, None);
    };
    let mut failure = failure(first);
    let all: Vec<Text> = std::iter::once(first.placed()).chain(rest.iter().map(Reported::whole)).collect();
    failure.report.message = Text::join(&all, &Text::quote("\n  "));
    failure
}
