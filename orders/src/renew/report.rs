//! What a run has done, certificate by certificate.

use crate::base::failure::{Failure, Kind};
use crate::base::name::{Name, OrderKey};
use crate::base::text::{Lang, Text, spoken};
use crate::cloud::plan::Plan;
use crate::due::{self, Before, Life};
use crate::journal::event::Issued;
use crate::journal::state::{Call, State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the report.
pub const VERSION: u32 = 1;

/// A report of a run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// [`VERSION`].
    pub version: u32,
    /// When the run began.
    pub began: Timestamp,
    /// When it ended.
    pub ended: Timestamp,
    /// The certificates, in the order of their names.
    pub certificates: Vec<Line>,
}

/// What became of a certificate.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Line {
    /// The certificate.
    pub name: Name,
    /// Its domain names.
    pub names: Vec<String>,
    /// What was done.
    #[serde(flatten)]
    pub outcome: Outcome,
    /// The last order.
    pub order: Option<OrderKey>,
    /// Its ids at the service.
    pub ids: crate::journal::event::Ids,
    /// Until when the newest certificate is valid.
    pub not_after: Option<Timestamp>,
    /// SHA-256 of the newest certificate.
    pub fingerprint: Option<String>,
    /// When it is due, or since when.
    pub due: Option<Timestamp>,
    /// Whether it will be due within days: time for a person to do what a run may not.
    pub due_soon: bool,
}

/// Of what a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// Something failed.
    Failure,
    /// A person must look: nobody knows what became of an order.
    Attention,
}

/// What was done with a certificate.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "kebab-case")]
pub enum Outcome {
    /// Nothing was to be done.
    Nothing,
    /// A certificate was issued and stored, and deployed everywhere.
    Renewed,
    /// The cloud had a newer certificate already. It was stored and deployed, and nothing was ordered.
    Adopted,
    /// It stopped.
    Stopped {
        /// Why, as a kind. A program makes its exit code from it.
        #[serde(skip)]
        kind: Kind,
        /// What happened.
        message: Text,
        /// What to do next.
        remedy: Option<Text>,
        /// The code of the service's error.
        code: Option<String>,
    },
}

impl Report {
    /// The report as JSON, with its texts in a language.
    #[must_use]
    pub fn json(&self, lang: Lang) -> Value {
        spoken(serde_json::to_value(self).unwrap_or_default(), lang)
    }
}

impl Outcome {
    /// What stopped it.
    #[must_use]
    pub fn stopped(failure: &Failure) -> Self {
        Self::Stopped {
            kind: failure.kind(),
            message: failure.placed(),
            remedy: failure.what_next().cloned(),
            code: failure.service_code().map(str::to_owned),
        }
    }

    /// Of what a person is told. `None` if all went well, or it goes on by itself: it waits, or another process is at it.
    #[must_use]
    pub fn notice(&self) -> Option<Notice> {
        match self.kind()? {
            Kind::Waiting | Kind::Busy => None,
            Kind::Unknown => Some(Notice::Attention),
            _ => Some(Notice::Failure),
        }
    }

    /// The kind of failure that stopped it.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        match self {
            Self::Stopped { kind, .. } => Some(*kind),
            _ => None,
        }
    }
}

/// The life of a certificate.
pub(super) fn life(holder: &State, issued: &Issued) -> Life {
    let revoked = holder.revocation == Call::Executed;
    Life { not_before: issued.not_before, not_after: issued.not_after, revoked }
}

impl Line {
    /// The line as JSON, with its texts in a language.
    #[must_use]
    pub fn json(&self, lang: Lang) -> Value {
        spoken(serde_json::to_value(self).unwrap_or_default(), lang)
    }

    /// A certificate that nothing was done with, because something was wrong before.
    #[must_use]
    pub fn stopped(name: Name, names: Vec<String>, failure: &Failure) -> Self {
        Self::with(name, names, Outcome::stopped(failure))
    }

    pub(super) fn new(plan: &Plan) -> Self {
        Self::with(plan.name.clone(), plan.names.clone(), Outcome::Nothing)
    }

    fn with(name: Name, names: Vec<String>, outcome: Outcome) -> Self {
        Self {
            name,
            names,
            outcome,
            order: None,
            ids: crate::journal::event::Ids::new(),
            not_after: None,
            fingerprint: None,
            due: None,
            due_soon: false,
        }
    }

    pub(super) fn follow(&mut self, state: &State, before: Before, now: Timestamp) {
        self.order = Some(state.key.clone());
        self.ids.clone_from(&state.ids);
        if let Some(issued) = &state.issued {
            self.holds(state, issued, before, now);
        }
    }

    pub(super) fn holds(&mut self, holder: &State, issued: &Issued, before: Before, now: Timestamp) {
        self.not_after = Some(issued.not_after);
        self.fingerprint = Some(issued.fingerprint.clone());
        let due = due::when(life(holder, issued), before, &holder.key.certificate, &holder.opened.account, now);
        // A time that does not fit stops the next run.
        self.due = due.ok().map(|due| due.at);
    }
}
