//! Guarded calls: a probe before and after a call that must not be sent twice tells whether it was executed.

mod guard;
mod known;
mod probe;
mod round;
mod saved;
mod state;
mod verdict;

pub use guard::Guarded;
pub use probe::{Probe, Seen, items, lacks, unnamed};
pub use saved::SavedProbe;

use crate::action::operation::Operation;
use crate::base::pending::Pending;
use crate::wire::Value;
use std::fmt;

/// A request whose outcome can be determined if its response is lost: orders, submissions, creations, and calls that the service refuses the
/// second time.
///
/// Requests that may simply be sent again do not implement it, nor do those for which no action shows whether they were executed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be guarded",
    label = "`send` it instead",
    note = "either it may be sent again, or no action shows afterwards whether it was executed: the docs of the action say which"
)]
pub trait Reconcile: Operation {
    /// The items of the list that the probe reads; an empty type if it reads none.
    type Item: Value + Clone + Send + Sync + 'static;

    /// The recipes, the best first: the action that a probe calls, and what its probes are compared by.
    #[doc(hidden)]
    const RECIPES: &'static [(&'static str, Recipe)];
    /// Makes one probe by the recipe with this number.
    #[doc(hidden)]
    fn probe(&self, recipe: usize, probe: Probe) -> Pending<Seen<Self::Item>>;
}

/// What a recipe rests on.
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum Recipe {
    /// A number that the call raises by one.
    Counter,
    /// A state that the call changes.
    State {
        /// What it must have been before. If empty, there may have been none, and the probe may have failed.
        before: &'static [&'static str],
        /// What it is after the call.
        executed: &'static [&'static str],
        /// What it is without the call.
        not_executed: &'static [&'static str],
        /// Codes of errors, inner ones first, that a probe fails with after the call.
        executed_errors: &'static [&'static str],
    },
    /// A list in which one more item appears.
    Listing {
        /// Whether matching items may have been there before.
        compare_before: bool,
        /// Whether the list may follow so late that a missing item proves nothing.
        may_lag: bool,
    },
}

impl Recipe {
    pub(crate) fn evidence(&self) -> Evidence {
        match self {
            Self::Counter => Evidence::Counter,
            Self::State { .. } => Evidence::State,
            Self::Listing { .. } => Evidence::List,
        }
    }

    /// Whether an unchanged probe speaks against the call.
    fn can_contradict(&self) -> bool {
        match self {
            Self::Counter => true,
            Self::State { not_executed, .. } => !not_executed.is_empty(),
            Self::Listing { may_lag, .. } => !may_lag,
        }
    }
}

/// The outcome of a call whose response was lost.
///
/// A verdict is as certain as its [`Evidence`]. [`Error::how_to_find_out`](crate::Error::how_to_find_out) explains the evidence and its limits: a
/// change by somebody else between the two probes cannot always be distinguished from the effect of the call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was executed.
    Executed {
        /// What shows it.
        evidence: Evidence,
    },
    /// It was not executed, and may be sent again. With [`Evidence::Counter`] this is likely and not certain: check yourself before you
    /// order again.
    NotExecuted {
        /// What shows it.
        evidence: Evidence,
    },
    /// Nobody can tell: check yourself before you order again.
    Ambiguous {
        /// Why.
        why: String,
    },
}

/// The evidence of a verdict, from the most to the least certain. "Not executed" covers all sends of its guard, so the weakest evidence counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// The response of the call itself, or that nothing was sent.
    Response,
    /// A list that was read to its proved end, before the call and after it. It is wrong only if somebody else orders the same meanwhile, or
    /// if the service shows a new item later than 20 seconds after the call.
    List,
    /// A state that the call changes. It is wrong only if somebody else changes the state meanwhile, or if the state lags.
    State,
    /// Only a number that the call raises by one. An increase may be somebody else's. An unchanged number may have gone up by this call and down
    /// again, if somebody deleted another order meanwhile.
    Counter,
}

impl Outcome {
    /// The evidence of the verdict; `None` if there is no verdict.
    #[must_use]
    pub fn evidence(&self) -> Option<Evidence> {
        match self {
            Self::Executed { evidence } | Self::NotExecuted { evidence } => Some(*evidence),
            Self::Ambiguous { .. } => None,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Executed { evidence } => write!(f, "it was executed, as shown by {evidence}"),
            Self::NotExecuted { evidence: evidence @ Evidence::Counter } => {
                write!(f, "it was probably not executed, as shown by {evidence}: check yourself before you order again")
            }
            Self::NotExecuted { evidence } => {
                write!(f, "it was not executed, as shown by {evidence}, and may be sent again")
            }
            Self::Ambiguous { why } => write!(f, "unknown whether it was executed: {why}"),
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Response => "its own response or the lack of a request",
            Self::List => "a list that was read to its end",
            Self::State => "a state that it changes",
            Self::Counter => "a number alone, which others change too",
        })
    }
}
