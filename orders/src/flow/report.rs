//! What a run has come to, for those who print it.

use crate::base::failure::Failure;
use crate::base::name::OrderKey;
use crate::base::text::Text;
use crate::journal::event::{Challenge, End, Recorded};
use crate::proof::sight::Sight;
use std::fmt;

/// Is told what happens, as it happens.
pub trait Listener: Send + Sync {
    /// An event was committed.
    fn committed(&self, recorded: &Recorded) {
        let _ = recorded;
    }

    /// The order waits. `why` is for people.
    fn waiting(&self, order: &OrderKey, why: &Text) {
        let _ = (order, why);
    }

    /// Something that a person may want to know, and that stops nothing.
    fn advice(&self, order: &OrderKey, text: &Text) {
        let _ = (order, text);
    }

    /// What the world sees of a published proof. It stops nothing.
    fn sight(&self, order: &OrderKey, sight: &Sight) {
        let _ = (order, sight);
    }

    /// A person may take away these proofs, which are of no use any more. [`Cleaned`](crate::journal::event::Event::Cleaned) follows.
    fn withdraw(&self, order: &OrderKey, challenges: &[Challenge]) {
        let _ = (order, challenges);
    }

    /// A person has to publish these.
    fn publish(&self, order: &OrderKey, challenges: &[Challenge]) {
        let _ = (order, challenges);
    }
}

/// Nobody listens.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Listener for Silent {}

/// How a run of one order ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Ended {
    /// The order is closed, and nothing is left to do.
    Closed(End),
    /// It goes on with the next run: the reason says why it stopped.
    Stopped(Failure),
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed(End::Done) => f.write_str("done"),
            Self::Closed(End::Failed) => f.write_str("failed"),
            Self::Closed(End::Cancelled) => f.write_str("cancelled"),
            Self::Closed(End::Abandoned) => f.write_str("abandoned"),
            Self::Stopped(failure) => failure.fmt(f),
        }
    }
}
