//! Decides whether a failed call is retried: by the effect of its action, the class of the error, and the budget of the client.
//!
//! A call that must not be executed twice is retried only after an error that proves that it was not executed.

use crate::base::api::{Effect, Retry};
use crate::base::error::{Error, ErrorKind};
use std::sync::atomic::{AtomicU32, Ordering};

/// Whether the same call may succeed later. Its effect decides whether it may be retried at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// It will fail again.
    Final,
    /// It may succeed later.
    Transient,
    /// It may succeed with another time stamp.
    Skewed,
}

/// Classifies an error by its code and inner code first, then by its status.
pub(crate) fn class(error: &Error) -> Class {
    match error.kind() {
        ErrorKind::Connect | ErrorKind::Transport => Class::Transient,
        ErrorKind::Service => match (error.info().map(|row| row.retry), error.status()) {
            (Some(Retry::Skew), _) => Class::Skewed,
            (Some(Retry::Throttle | Retry::Transient | Retry::Reconcile), _) | (None, Some(408 | 429 | 500..)) => {
                Class::Transient
            }
            // The service asks to be called later, which counts more than the code.
            _ if error.asks_to_wait() => Class::Transient,
            _ => Class::Final,
        },
        // A response that was cut off may be complete next time. One that lacks something or is too large will be the same.
        ErrorKind::Response if error.is_broken_response() => Class::Transient,
        _ => Class::Final,
    }
}

/// Whether a call with this error was certainly not executed.
///
/// That is so if nothing was sent, or if the service sent a code that the spec knows as a refusal before execution, with a status that belongs to
/// it. Everything else leaves the outcome open: a status without a code may come from a proxy, and an unknown code may follow an execution, as two
/// known ones with status 400 do.
pub(crate) fn surely_not_executed(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Transport | ErrorKind::Response => false,
        ErrorKind::Service => {
            error.is_as_described()
                && error
                    .info()
                    .is_some_and(|row| matches!(row.retry, Retry::Never | Retry::Throttle | Retry::Skew | Retry::Renew))
        }
        _ => true,
    }
}

/// Whether a call with this error may have been executed although it must not be repeated.
pub(crate) fn outcome_unknown(error: &Error, effect: Effect) -> bool {
    !effect.is_repeatable() && !surely_not_executed(error)
}

/// The budget for retries of all calls of a client, which keeps them from flooding a service that is down. Each retry costs something, and each
/// success returns a little.
#[derive(Debug)]
pub(crate) struct RetryBudget(AtomicU32);

impl RetryBudget {
    const FULL: u32 = 500;
    const RETRY: u32 = 5;
    const NO_RESPONSE: u32 = 10;

    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    /// Pays for one more attempt; `false` if too little is left.
    pub(crate) fn spend(&self, error: &Error) -> bool {
        let cost = if matches!(error.kind(), ErrorKind::Transport | ErrorKind::Connect) {
            Self::NO_RESPONSE
        } else {
            Self::RETRY
        };
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok()
    }

    /// Returns a little for a success.
    pub(crate) fn earn(&self) {
        let more = |left: u32| (left < Self::FULL).then_some(left.saturating_add(1));
        // An error means that the budget is full.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}
