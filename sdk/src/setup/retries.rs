//! How often a call is sent again, and after which backoff.

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
    pub(crate) fn pause(&self, attempts: u32, part: f64) -> Duration {
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
