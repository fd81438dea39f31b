//! Whether, and when, a call is sent again. The effect of the action is asked first: what must not happen twice is only sent again if it
//! surely has not happened.

use crate::api::{Effect, Retry};
use crate::error::{Error, ErrorKind};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// How often, and after which pauses, a call is sent again.
///
/// Reads, and calls that may happen twice, are sent again after a lost connection or a fault of the service. An order, a submission, and
/// what its name guards is only sent again if it surely was not executed: no connection came about, or the service rejected it for speed
/// or for its time stamp, by a code that the description knows and a status that belongs to it. A bare status 429 is no such code.
///
/// If a call that may happen twice is sent again, and the service then says that all was done before
/// ([`already_done`](crate::Error::already_done)), the first attempt was executed: that is a success with no values in it.
///
/// The pause is a random part of `first` doubled with each attempt, `longest` at most, and never shorter than what the service asks for. A
/// call gives up earlier if the time of its operation ends, or if too many calls of the client fail.
///
/// ```
/// use cloudcert::Retries;
/// use std::time::Duration;
///
/// let patient = Retries::new().attempts(6).longest_pause(Duration::from_secs(5));
/// let never = Retries::none();
/// # let _ = (patient, never);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    pub(crate) attempts: u32,
    pub(crate) first: Duration,
    pub(crate) longest: Duration,
    pub(crate) correct_clock: bool,
}

impl Retries {
    /// Three attempts, pauses from a quarter of a second up to 20 seconds, and a clock that is corrected by the service's.
    #[must_use]
    pub fn new() -> Self {
        Self { attempts: 3, first: Duration::from_millis(250), longest: Duration::from_secs(20), correct_clock: true }
    }

    /// Everything is sent once.
    #[must_use]
    pub fn none() -> Self {
        Self { attempts: 1, correct_clock: false, ..Self::new() }
    }

    /// How often a call is sent at most, the first time included.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// The first pause, of which a random part is taken.
    #[must_use]
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first = pause;
        self
    }

    /// The longest pause.
    #[must_use]
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.longest = pause;
        self
    }

    /// Whether a request that was rejected for its time stamp is signed once more by the service's clock, as the `Date` of its answer
    /// tells it. All calls of the client then go by that clock.
    #[must_use]
    pub fn correct_clock(mut self, correct: bool) -> Self {
        self.correct_clock = correct;
        self
    }

    /// The pause after so many attempts; `part` is a random number from 0 to 1.
    fn pause(&self, attempts: u32, part: f64) -> Duration {
        let doubled = self.first.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
        share(doubled.min(self.longest), part)
    }
}

/// A part of a pause; `part` is a random number from 0 to 1, and what is none makes it whole.
pub(crate) fn share(pause: Duration, part: f64) -> Duration {
    let part = if part.is_nan() { 1.0 } else { part.clamp(0.0, 1.0) };
    Duration::try_from_secs_f64(pause.as_secs_f64() * part).unwrap_or(pause)
}

impl Default for Retries {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a call may happen twice.
pub(crate) fn harmless(effect: Effect) -> bool {
    matches!(effect, Effect::Read | Effect::Idempotent)
}

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
    !harmless(effect) && !surely_not_executed(error)
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
        if self.attempts >= self.policy.attempts || (open && !harmless(self.effect)) {
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
