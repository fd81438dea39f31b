//! Why something failed, and what to do next.

use crate::base::text::{Lang, Text};
use std::fmt;

/// What kind of failure it is. A program makes its exit code from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// Failed in another way.
    Failed,
    /// The order breaks rules. Nothing was sent.
    Invalid,
    /// The configuration, the journal's settings or the credentials cannot be used. Nothing was sent.
    Unconfigured,
    /// The service refused the call.
    Refused,
    /// Not now: throttled, unavailable, unreachable. Surely not executed: run it again.
    NotNow,
    /// Nobody knows whether an order, a submission or a revocation was executed. Nothing more is ordered until that is resolved.
    Unknown,
    /// The order exists and is not done yet. Run it again.
    Waiting,
    /// Another process is at it.
    Busy,
    /// A limit of the configuration forbids it, or nobody agreed to it. Nothing was sent.
    Forbidden,
    /// Issued and stored, but a deployment is outstanding.
    Outstanding,
}

/// What came with the service's answer, for whoever asks its support.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// The code of its error.
    pub code: Option<String>,
    /// The inner code, which is more exact.
    pub inner_code: Option<String>,
    /// The id of the request.
    pub request_id: Option<String>,
    /// The HTTP status.
    pub status: Option<u16>,
}

/// Why something failed. It contains no secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    kind: Kind,
    message: Text,
    place: Option<String>,
    remedy: Option<Text>,
    answer: Option<Box<Answer>>,
}

impl Failure {
    /// A failure with a message: what happened, as one sentence without a full stop.
    #[must_use]
    pub fn new(kind: Kind, message: Text) -> Self {
        Self { kind, message, place: None, remedy: None, answer: None }
    }

    /// Adds where it happened: a file, a key of the configuration, an order.
    #[must_use]
    pub fn at(mut self, place: impl fmt::Display) -> Self {
        self.place.get_or_insert_with(|| place.to_string());
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn remedy(mut self, remedy: Text) -> Self {
        self.remedy.get_or_insert(remedy);
        self
    }

    /// Adds the code of the service's error.
    #[must_use]
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.answer.get_or_insert_default().code = Some(code.into());
        self
    }

    /// Adds what came with the service's answer, if it answered.
    #[must_use]
    pub fn answered(mut self, answer: Option<&Answer>) -> Self {
        self.answer = answer.map(|answer| Box::new(answer.clone()));
        self
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What happened, in English.
    #[must_use]
    pub fn message(&self) -> &str {
        self.message.of(Lang::En)
    }

    /// What happened, in both languages.
    #[must_use]
    pub fn what(&self) -> &Text {
        &self.message
    }

    /// Where it happened.
    #[must_use]
    pub fn place(&self) -> Option<&str> {
        self.place.as_deref()
    }

    /// What to do next, in English.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.what_next().map(|remedy| remedy.of(Lang::En))
    }

    /// What to do next, in both languages.
    #[must_use]
    pub fn what_next(&self) -> Option<&Text> {
        self.remedy.as_ref()
    }

    /// Where it happened, and what.
    #[must_use]
    pub fn placed(&self) -> Text {
        match &self.place {
            Some(place) => self.message.map(|message| format!("{place}: {message}")),
            None => self.message.clone(),
        }
    }

    /// All of it as one text: where, what, and what to do next. `Display` shows it in English.
    #[must_use]
    pub fn whole(&self) -> Text {
        let what = self.placed();
        match &self.remedy {
            Some(next) => text!("{what}. {next}", "{what}。{next}"; what, next),
            None => what,
        }
    }

    /// The code of the service's error, if the service refused: the inner one, if there is one.
    #[must_use]
    pub fn service_code(&self) -> Option<&str> {
        let answer = self.answer.as_deref()?;
        answer.inner_code.as_deref().or(answer.code.as_deref())
    }

    /// What came with the service's answer, if it answered.
    #[must_use]
    pub fn answer(&self) -> Option<&Answer> {
        self.answer.as_deref()
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.whole().fmt(f)
    }
}

impl std::error::Error for Failure {}
