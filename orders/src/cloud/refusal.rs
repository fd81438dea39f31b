//! Errors of the SDK as failures of an order.

use crate::base::failure::{Answer, Failure, Kind};
use crate::base::sdk::said;
use cloudcert::{Error, ErrorKind};

/// What a failed call means for an order. The message contains no secret: the SDK removes them.
#[must_use]
pub fn failure(error: &Error) -> Failure {
    let answer = Answer {
        code: error.code().map(str::to_owned),
        inner_code: error.inner_code().map(str::to_owned),
        request_id: error.request_id().map(str::to_owned),
        status: error.status(),
    };
    let answered = (answer != Answer::default()).then_some(&answer);
    let failure = Failure::new(kind(error), said(error)).answered(answered);
    match failure.kind() {
        Kind::Refused => {
            failure.remedy(text!("Mend what the service says, then run it again.", "请按服务的说明更正，再次运行。"))
        }
        Kind::NotNow => failure.remedy(text!("Run it again later.", "请稍后再次运行。")),
        Kind::Unknown => failure.remedy(text!(
            "Run it again: it finds out what became of the call before it sends anything.",
            "请再次运行：会先核实该调用的结果，再发送其他请求。"
        )),
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
