//! What checks have found: a row each, and the exit code that follows from the rows with a problem.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::lang::Lang;
use serde_json::{Value, json};

/// What was found about an API version, or about a certificate of the configuration.
pub(crate) struct Findings {
    pub(crate) lang: Lang,
    /// The column that says what the rows are about, and its value.
    about: (&'static str, String),
    pub(crate) rows: Vec<Value>,
    pub(crate) exit: Option<Exit>,
}

impl Findings {
    /// Nothing was found yet. `about` is the first column of the rows and its value.
    pub(crate) fn new(lang: Lang, about: (&'static str, &str)) -> Self {
        Self { lang, about: (about.0, about.1.to_owned()), rows: Vec::new(), exit: None }
    }

    /// The columns of its rows in a table.
    pub(crate) fn columns(&self) -> [&'static str; 5] {
        [self.about.0, "check", "status", "result", "next"]
    }

    fn row(&mut self, check: &str, status: &str, result: &str, next: Option<&str>) {
        let mut row = json!({ "check": check, "status": status, "result": result, "next": next });
        if let Some(row) = row.as_object_mut() {
            row.insert(self.about.0.to_owned(), self.about.1.clone().into());
        }
        self.rows.push(row);
    }

    /// All is well.
    pub(crate) fn ok(&mut self, check: &str, result: &str) {
        self.row(check, "ok", result, None);
    }

    /// All is well, and something can be done.
    pub(crate) fn fine(&mut self, check: &str, result: &str, next: Option<&str>) {
        self.row(check, "ok", result, next);
    }

    /// Something that a person should know, and that does not make the check fail.
    pub(crate) fn advice(&mut self, check: &str, result: &str, next: &str) {
        self.row(check, "advice", result, Some(next));
    }

    /// It was not checked, and why.
    pub(crate) fn skipped(&mut self, check: &str, why: &str) {
        self.row(check, "skipped", why, None);
    }

    /// Something does not work.
    pub(crate) fn problem(&mut self, check: &str, failure: &Failure) {
        self.exit = worse(self.exit, Some(failure.exit));
        let lang = self.lang.into();
        let next = failure.report.remedy.as_ref().map(|remedy| remedy.of(lang));
        self.row(check, "problem", failure.report.message.of(lang), next);
    }

    /// Whether a check has a problem.
    pub(crate) fn has_problem(&self, check: &str) -> bool {
        self.rows.iter().any(|row| {
            row.get("check").is_some_and(|name| name == check)
                && row.get("status").is_some_and(|status| status == "problem")
        })
    }
}

/// The exit code that counts of two: the configuration and credentials first, then whether the service was reached.
pub(crate) fn worse(one: Option<Exit>, other: Option<Exit>) -> Option<Exit> {
    let rank = |exit: &Exit| match exit {
        Exit::Unconfigured => 0,
        Exit::NotNow => 1,
        _ => 2,
    };
    one.into_iter().chain(other).min_by_key(rank)
}

/// How a check ends.
///
/// # Errors
///
/// If there was a problem: with its exit code, which is 4, 6 or 1.
pub(crate) fn ended(worst: Option<Exit>, lang: Lang) -> Result<(), Failure> {
    let Some(worst) = worst else { return Ok(()) };
    let exit = if matches!(worst, Exit::Unconfigured | Exit::NotNow) { worst } else { Exit::Failed };
    let message = lang.say("something is missing or does not work", "有缺失或无法正常工作的项目");
    Err(Failure::new(exit, message)
        .remedy(lang.say("do what `next` says in the rows with a problem.", "请按有问题的行中 `next` 的提示处理。")))
}
