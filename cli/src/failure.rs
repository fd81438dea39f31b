//! Why a command failed: for people in their language, for programs as JSON, and as an exit code.

use crate::exit::Exit;
use crate::lang::Lang;
use crate::printable;
use cloudcert::model::{self, ErrorRow};
use cloudcert::{Error, ErrorKind};
use cloudcert_orders::Text;
use cloudcert_orders::base::sdk::said;
use cloudcert_orders::base::text::spoken;
use serde::Serialize;

/// Why a command failed.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) exit: Exit,
    /// Boxed, because almost every function can return it.
    pub(crate) report: Box<Report>,
}

/// What is told of a failure.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Report {
    /// What happened: in the language of the user, or in both.
    pub(crate) message: Text,
    /// What to do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) remedy: Option<Text>,
    /// The usual cause, if the service returned a code that the description knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) inner_code: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// Whether the call may have been executed although it failed.
    pub(crate) outcome_unknown: bool,
    /// What is wrong with each option.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) problems: Vec<Problem>,
}

/// What is wrong with an option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    /// The option, such as `--order-id`.
    pub(crate) option: String,
    /// What is wrong with it.
    pub(crate) message: String,
}

impl Failure {
    /// A failure with a message.
    pub(crate) fn new(exit: Exit, message: impl Into<String>) -> Self {
        Self { exit, report: Box::new(Report { message: Text::quote(message), ..Report::default() }) }
    }

    /// A failure whose message is printed already. The empty message keeps it from being printed again.
    pub(crate) fn told(exit: Exit) -> Self {
        Self::new(exit, String::new())
    }

    /// Adds what to do next.
    #[must_use]
    pub(crate) fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.report.remedy = Some(Text::quote(remedy));
        self
    }

    /// Says that the call may have been executed.
    #[must_use]
    pub(crate) fn outcome_unknown(mut self) -> Self {
        self.report.outcome_unknown = true;
        self
    }

    /// Nobody has agreed to the call. Nothing was sent.
    pub(crate) fn unconfirmed(lang: Lang) -> Self {
        let message = lang.say("not confirmed, so nothing was sent", "未确认，因此未发送");
        Self::new(Exit::Unconfirmed, message)
            .remedy(lang.say("add --yes if you mean it.", "若确实要执行，请添加 --yes。"))
    }

    /// Options with problems. Nothing was sent.
    pub(crate) fn invalid(problems: Vec<Problem>, lang: Lang) -> Self {
        let message = lang.say("the request was not sent, because it breaks rules", "请求不符合规则，未发送");
        let mut failure = Self::new(Exit::Invalid, message);
        failure.report.problems = problems;
        failure
    }

    /// An error of a call of this API version.
    pub(crate) fn of(error: &Error, api: &str, lang: Lang) -> Self {
        let row = row(error.code(), error.inner_code(), api);
        let report = Report {
            message: said(error),
            remedy: remedy(error, row, lang).map(Text::quote),
            cause: row.map(|row| lang.paragraph(&row.cause)),
            code: error.code().map(str::to_owned),
            inner_code: error.inner_code().map(str::to_owned),
            request_id: error.request_id().map(str::to_owned),
            status: error.status(),
            outcome_unknown: error.outcome_unknown(),
            problems: Vec::new(),
        };
        Self { exit: exit(error), report: Box::new(report) }
    }

    /// Adds what the description knows of the code that the service returned. Its remedy is for calls that were surely not executed.
    #[must_use]
    pub(crate) fn explained(mut self, api: &str, lang: Lang) -> Self {
        let report = &mut self.report;
        if let Some(row) = row(report.code.as_deref(), report.inner_code.as_deref(), api) {
            report.cause = Some(lang.paragraph(&row.cause));
            if !report.outcome_unknown {
                report.remedy = Some(Text::quote(of_row(row, lang)));
            }
        }
        self
    }

    /// As lines for people.
    pub(crate) fn text(&self, lang: Lang) -> String {
        let report = &self.report;
        let mut lines = vec![format!("{}{}", lang.say("error: ", "错误："), report.message.of(lang.into()))];
        lines.extend(report.problems.iter().map(|problem| format!("  {}: {}", problem.option, problem.message)));
        lines.extend(report.cause.iter().map(|cause| format!("{}{cause}", lang.say("cause: ", "原因："))));
        lines.extend(
            report.remedy.iter().map(|remedy| format!("{}{}", lang.say("next: ", "下一步："), remedy.of(lang.into()))),
        );
        printable::lines(&lines.join("\n"))
    }

    /// As one line of JSON.
    pub(crate) fn json(&self, lang: Lang) -> String {
        let all = serde_json::json!({ "error": self.report, "exit": self.exit.code() });
        printable::json(&spoken(all, lang.into()), false)
    }
}

/// The row of the description that explains a code.
fn row(code: Option<&str>, inner: Option<&str>, api: &str) -> Option<&'static ErrorRow> {
    let code = code?;
    let rows = model::api(api)?.errors.iter().filter(|row| row.code.covers(code));
    let fits = |row: &&ErrorRow| row.inner_code.as_deref() == inner || row.inner_code.is_none();
    rows.filter(fits).max_by_key(|row| (row.inner_code.is_some(), matches!(row.code, model::Match::Exact(_))))
}

fn exit(error: &Error) -> Exit {
    if error.outcome_unknown() {
        return Exit::Unknown;
    }
    match error.kind() {
        ErrorKind::Invalid => Exit::Invalid,
        ErrorKind::Config | ErrorKind::Credentials => Exit::Unconfigured,
        ErrorKind::Service if error.is_throttled() || error.status().is_some_and(|status| status >= 500) => {
            Exit::NotNow
        }
        ErrorKind::Service => Exit::Refused,
        ErrorKind::Guarded => Exit::Unknown,
        // A wait that has reached its deadline goes on when it is run again; a call that has not been answered was a read.
        ErrorKind::Timeout if error.wait().is_some() => Exit::Waiting,
        ErrorKind::Connect | ErrorKind::Transport | ErrorKind::Timeout => Exit::NotNow,
        _ => Exit::Failed,
    }
}

/// What the description advises if the outcome of the call is known. After a temporary fault of a call that may be repeated, such as a read, that is to
/// repeat it.
fn of_row(row: &ErrorRow, lang: Lang) -> String {
    if matches!(row.retry, model::Retry::Transient | model::Retry::Reconcile) {
        return lang
            .say("nothing was changed by it: run the command again later.", "未作任何更改：请稍后再次运行该命令。")
            .to_owned();
    }
    lang.paragraph(&row.remedy)
}

fn remedy(error: &Error, row: Option<&ErrorRow>, lang: Lang) -> Option<String> {
    if error.outcome_unknown() {
        let how = error.how_to_find_out().unwrap_or_default();
        let first = lang.say(
            "do not repeat the command before you know whether the call was executed.",
            "在确认此调用是否已执行之前，请勿重复执行命令。",
        );
        return Some(format!("{first} {how}").trim().to_owned());
    }
    if let Some(row) = row {
        return Some(of_row(row, lang));
    }
    let next = match error.kind() {
        ErrorKind::Credentials => lang.say(
            "run `cloudcert whoami` to see which sources of credentials were tried.",
            "运行 `cloudcert whoami` 查看尝试过的凭证来源。",
        ),
        ErrorKind::Config => lang.say(
            "correct the option, the variable or the profile that sets it.",
            "请修正设置它的选项、环境变量或配置。",
        ),
        ErrorKind::Connect | ErrorKind::Transport => lang
            .say("check the network and `--endpoint`, then run the command again.", "检查网络和 `--endpoint` 后重试。"),
        ErrorKind::Timeout if error.wait().is_some() => {
            lang.say("run the command again: it goes on waiting.", "再次运行命令即可继续等待。")
        }
        _ => return None,
    };
    Some(next.to_owned())
}
