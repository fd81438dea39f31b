//! Proofs that a person publishes.

use crate::base::failure::{Failure, Kind};
use crate::base::name::OrderKey;
use crate::base::task::Task;
use crate::journal::event::Challenge;
use crate::proof::name::shown;
use crate::proof::solver::{Context, Solver};
use serde_json::Value;

/// Publishes nothing: a person does. The caller shows the proof and ends the run with [`waiting`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manual;

impl Solver for Manual {
    fn present<'a>(&'a self, _: &'a Context, _: &'a Challenge) -> Task<'a, Value> {
        Box::pin(async { Ok(Value::Null) })
    }

    fn cleanup<'a>(&'a self, _: &'a Context, _: &'a Challenge, _: &'a Value) -> Task<'a, ()> {
        Box::pin(async { Ok(()) })
    }

    fn is_manual(&self, _: &Challenge) -> bool {
        true
    }

    fn check(&self) -> Result<(), Failure> {
        Ok(())
    }
}

/// What a person has to do, on one line. Control characters of the service's texts are replaced.
#[must_use]
pub fn instruction(challenge: &Challenge) -> String {
    match challenge {
        Challenge::Dns { name, raw, kind, value, .. } => {
            let (name, kind, value) = (shown(name), shown(kind), shown(value));
            let raw = if *raw == name { String::new() } else { format!(" (the service calls it `{}`)", shown(raw)) };
            format!("Create the {kind} record `{name}`{raw} with the value `{value}`.")
        }
        Challenge::File { domain, path, content } => {
            let (domain, path, content) = (shown(domain), shown(path), shown(content));
            format!("Make http://{domain}{path} show `{content}`.")
        }
    }
}

/// How a run ends that waits for a person: of the kind [`Waiting`](Kind::Waiting), with what is to be published.
#[must_use]
pub fn waiting(order: &OrderKey, challenges: &[Challenge]) -> Failure {
    let mut remedy: String = challenges.iter().map(|challenge| instruction(challenge) + " ").collect();
    remedy.push_str("Then run it again.");
    Failure::new(Kind::Waiting, "the order waits until you have published the proof").at(order).remedy(remedy)
}
