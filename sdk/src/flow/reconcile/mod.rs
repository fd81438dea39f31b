//! Calls that must not be sent twice, with a look before and after, so that a lost answer can be found out about.

mod guard;
mod look;
mod verdict;

pub use guard::Guarded;
pub use look::{Look, Seen, items};

use crate::action::operation::Operation;
use crate::base::pending::Pending;
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

impl Recipe {
    pub(crate) fn evidence(&self) -> Evidence {
        match self {
            Self::Counter => Evidence::Counter,
            Self::State { .. } => Evidence::State,
            Self::Listing { .. } => Evidence::List,
        }
    }
}

/// What has become of a call whose answer was lost.
///
/// A verdict is as sure as its [`Evidence`]. In words, [`Error::how_to_find_out`](crate::Error::how_to_find_out) says what it rests on and
/// when that cannot tell: what somebody else does between the two looks cannot always be told from the call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was executed.
    Executed {
        /// What shows it.
        evidence: Evidence,
    },
    /// It was not executed, and may be sent again. With [`Evidence::Counter`] this is likely and not certain: look yourself before you
    /// order again what costs money.
    NotExecuted {
        /// What shows it.
        evidence: Evidence,
    },
    /// It cannot be told: look yourself before anything is ordered again.
    Ambiguous {
        /// What was seen.
        why: String,
    },
}

/// What a verdict on a call rests on, the surest first. A verdict covers all sends of its guard, so it is as weak as the weakest of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// The response of the call itself, or that nothing was sent.
    Response,
    /// A list that was read to its proved end, before the call and after it. It goes wrong only if somebody else orders the same meanwhile,
    /// or if the service shows a new item later than 20 seconds after the call.
    List,
    /// A state that the call changes. It goes wrong only if somebody else changes it meanwhile, or if it lags behind.
    State,
    /// A number that the call raises by one, and nothing else. One more may be somebody else's. A number that is unchanged may have gone up by
    /// this call and down again, if somebody deleted another order meanwhile.
    Counter,
}

impl Outcome {
    /// What the verdict rests on; `None` if there is none.
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
            Self::Executed { evidence } => write!(f, "it was executed, by {evidence}"),
            Self::NotExecuted { evidence: evidence @ Evidence::Counter } => write!(
                f,
                "it was probably not executed, by {evidence}: look yourself before you order again what costs money"
            ),
            Self::NotExecuted { evidence } => write!(f, "it was not executed, by {evidence}, and may be sent again"),
            Self::Ambiguous { why } => write!(f, "it cannot be told whether it was executed: {why}"),
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
