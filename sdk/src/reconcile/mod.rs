//! Calls that must not be sent twice, with a look before and after, so that a lost answer can be found out about.

mod guard;
mod look;
mod verdict;

pub use guard::Guarded;
pub use look::{Look, Seen, items};

use crate::operation::Operation;
use crate::pending::Pending;
use std::fmt;

/// A request whose outcome can be found out if its answer is lost. Orders, submissions, and what its name guards have it.
pub trait Reconcile: Operation {
    /// What the list holds that is looked at; nothing can be of this type if none is.
    type Item: Clone + Send + Sync + 'static;

    /// The action that looks.
    #[doc(hidden)]
    const LOOKS_AT: &'static str;
    /// What proves what.
    #[doc(hidden)]
    const RECIPE: Recipe;
    /// Looks once.
    #[doc(hidden)]
    fn look(&self, look: Look) -> Pending<Seen<Self::Item>>;
}

/// What a recipe rests on.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Recipe {
    /// A number that the call raises by one.
    Counter,
    /// A state that the call changes.
    State {
        /// What it must have been before. If empty, there may have been none, and the look before may have been refused.
        before: &'static [&'static str],
        /// What it is after the call.
        executed: &'static [&'static str],
        /// What it is without the call.
        not_executed: &'static [&'static str],
        /// Codes of errors, inner ones first, that a look is answered with after the call.
        executed_errors: &'static [&'static str],
    },
    /// A list in which one thing more appears.
    Listing {
        /// Whether things that match may have been there before.
        compare_before: bool,
    },
}

/// What has become of a call whose answer was lost.
///
/// It is as sure as what it rests on, which [`Error::how_to_find_out`](crate::Error::how_to_find_out) says: somebody else who did the same
/// between the two looks cannot always be told from the call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was executed.
    Executed,
    /// It was not executed, and may be sent again.
    NotExecuted,
    /// It cannot be told: look yourself before anything is ordered again.
    Ambiguous {
        /// What was seen.
        why: String,
    },
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Executed => f.write_str("it was executed"),
            Self::NotExecuted => f.write_str("it was not executed, and may be sent again"),
            Self::Ambiguous { why } => write!(f, "it cannot be told whether it was executed: {why}"),
        }
    }
}
