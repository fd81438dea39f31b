//! Whether, and when, a call is sent again. The effect of the action is asked first: what must not happen twice is only sent again if it
//! surely has not happened.

use crate::base::api::{Effect, Retry};
use crate::base::error::{Error, ErrorKind};
use crate::setup::retries::Retries;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// Whether the same call may succeed later. Whether it may be sent again at all is another question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Class {
    /// It will fail again.
    Final,
    /// It may succeed later.
    Transient,
    /// It may succeed with another time stamp.
    Skewed,
}

/// By code and inner code first, then by status.
pub(crate) fn class(error: &Error) -> Class {
    match error.kind() {
        ErrorKind::Connect | ErrorKind::Transport => Class::Transient,
        ErrorKind::Service => match (error.info().map(|row| row.retry), error.status()) {
            (Some(Retry::Skew), _) => Class::Skewed,
            (Some(Retry::Throttle | Retry::Transient | Retry::Reconcile), _) | (None, Some(408 | 429 | 500..)) => {
                Class::Transient
            }
            // Whatever the code: the service says itself that it will take the call later.
            _ if error.asks_to_wait() => Class::Transient,
            _ => Class::Final,
        },
        // An answer that is cut off is a connection that broke; one that lacks something, or is too large, will be so again.
        ErrorKind::Answer if !error.is_hopeless() => Class::Transient,
        _ => Class::Final,
    }
}

/// Whether a call that met this error was surely not executed.
///
/// Either nothing was sent, or the service said a code that the description knows, with a status that belongs to it, and the description
/// says that it comes before execution. Everything else leaves it open: a status without a code comes from something on the way, and a code
/// that is not known may follow an execution, as two known ones with status 400 do.
pub(crate) fn surely_not_executed(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Transport | ErrorKind::Answer => false,
        ErrorKind::Service => {
            error.is_as_described()
                && error
                    .info()
                    .is_some_and(|row| matches!(row.retry, Retry::Never | Retry::Throttle | Retry::Skew | Retry::Renew))
        }
        _ => true,
    }
}

/// Whether a call that met this error may have been executed, and that matters.
pub(crate) fn outcome_unknown(error: &Error, effect: Effect) -> bool {
    !effect.is_repeatable() && !surely_not_executed(error)
}

/// The attempts of one call.
#[derive(Debug)]
pub(crate) struct Course<'a> {
    pub(crate) policy: &'a Retries,
    pub(crate) budget: &'a Budget,
    pub(crate) effect: Effect,
    pub(crate) attempts: u32,
    pub(crate) corrected: bool,
    /// Whether new keys were asked for.
    pub(crate) renewed: bool,
    /// Whether an attempt may have been executed although it met an error.
    pub(crate) doubtful: bool,
}

impl<'a> Course<'a> {
    pub(crate) fn new(policy: &'a Retries, budget: &'a Budget, effect: Effect) -> Self {
        Self { policy, budget, effect, attempts: 0, corrected: false, renewed: false, doubtful: false }
    }

    /// The keys of which the service says that they hold no more, if new ones are to be asked for before the error is final: once a call.
    pub(crate) fn stale(&mut self, error: &Error) -> Option<u64> {
        let stale = error.stale_keys().filter(|_| !self.renewed && self.attempts < self.policy.attempts)?;
        self.renewed = true;
        Some(stale)
    }

    /// The pause before the next attempt; `None` if there is none.
    pub(crate) fn next(&mut self, error: &Error, part: f64, left: Duration) -> Option<Duration> {
        let open = !surely_not_executed(error);
        self.doubtful |= open;
        if self.attempts >= self.policy.attempts || (open && !self.effect.is_repeatable()) {
            return None;
        }
        let pause = match class(error) {
            Class::Skewed if self.policy.correct_clock && !self.corrected && error.clock_offset().is_some() => {
                self.corrected = true;
                Duration::ZERO
            }
            Class::Transient => self.policy.pause(self.attempts, part),
            _ => return None,
        };
        let pause = pause.max(error.retry_after().unwrap_or_default());
        (pause < left && self.budget.spend(error)).then_some(pause)
    }
}

/// What all calls of a client may spend on attempts beyond the first, so that a service that is down is not flooded: a retry costs, a success
/// gives a little back.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU32);

impl Budget {
    const FULL: u32 = 500;
    const RETRY: u32 = 5;
    const SILENCE: u32 = 10;

    pub(crate) fn new() -> Self {
        Self(AtomicU32::new(Self::FULL))
    }

    fn spend(&self, error: &Error) -> bool {
        let cost =
            if matches!(error.kind(), ErrorKind::Transport | ErrorKind::Connect) { Self::SILENCE } else { Self::RETRY };
        self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(cost)).is_ok()
    }

    pub(crate) fn earn(&self) {
        let more = |left: u32| (left < Self::FULL).then_some(left.saturating_add(1));
        // Full is full.
        let _ = self.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more);
    }
}
