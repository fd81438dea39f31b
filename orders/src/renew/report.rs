//! What a run has done, certificate by certificate.

use crate::base::failure::{Failure, Kind};
use crate::base::name::{Name, OrderKey};
use crate::cloud::plan::Plan;
use crate::journal::event::Issued;
use crate::journal::state::State;
use jiff::Timestamp;
use serde::Serialize;

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
        message: String,
        /// What to do next.
        remedy: Option<String>,
        /// The code of the service's error.
        code: Option<String>,
    },
}

impl Outcome {
    /// What stopped it.
    #[must_use]
    pub fn stopped(failure: &Failure) -> Self {
        let place = failure.place().map_or_else(String::new, |place| format!("{place}: "));
        Self::Stopped {
            kind: failure.kind(),
            message: format!("{place}{}", failure.message()),
            remedy: failure.next().map(str::to_owned),
            code: failure.service_code().map(str::to_owned),
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

impl Line {
    pub(super) fn new(plan: &Plan) -> Self {
        Self {
            name: plan.name.clone(),
            names: plan.names.clone(),
            outcome: Outcome::Nothing,
            order: None,
            ids: crate::journal::event::Ids::new(),
            not_after: None,
            fingerprint: None,
            due: None,
        }
    }

    pub(super) fn follow(&mut self, state: &State) {
        self.order = Some(state.key.clone());
        self.ids.clone_from(&state.ids);
        if let Some(issued) = &state.issued {
            self.holds(issued);
        }
    }

    pub(super) fn holds(&mut self, issued: &Issued) {
        self.not_after = Some(issued.not_after);
        self.fingerprint = Some(issued.fingerprint.clone());
    }
}
