//! How often a failed call is sent again, and after which backoff.

use crate::base::environment::jitter;
use std::time::Duration;

/// How often a call is sent again after a failure, and after which backoff.
///
/// Reads, and calls that may be executed twice, are sent again after a lost connection or a fault of the service. An order, a submission, and
/// a call that is guarded by a name are only sent again if they surely were not executed: no connection was made, or the service rejected the
/// call as too fast or for its time stamp, by a code that the description knows and with a status that belongs to it. A bare status 429
/// does not count.
///
/// If a call that may be executed twice is sent again, and the service then says that all was done before
/// ([`already_done`](crate::Error::already_done)), the first attempt was executed: that is a success with no values in it.
///
/// The backoff is random, between zero and a limit that starts at [`initial_backoff`](Self::initial_backoff) and doubles with each attempt up
/// to [`max_backoff`](Self::max_backoff). It is never shorter than the service asks for. A call gives up earlier if its operation timeout
/// ends, or if too many calls of the client fail.
///
/// ```
/// use cloudcert::Retries;
/// use std::time::Duration;
///
/// let patient = Retries::new().attempts(6).max_backoff(Duration::from_secs(5));
/// let never = Retries::none();
/// # let _ = (patient, never);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retries {
    pub(crate) attempts: u32,
    initial_backoff: Duration,
    max_backoff: Duration,
    pub(crate) correct_clock: bool,
}

impl Retries {
    /// Makes up to three attempts with a backoff from 250 ms up to 20 s, and corrects the clock by the service's.
    #[must_use]
    pub fn new() -> Self {
        Self {
            attempts: 3,
            initial_backoff: Duration::from_millis(250),
            max_backoff: Duration::from_secs(20),
            correct_clock: true,
        }
    }

    /// Sends every call once.
    #[must_use]
    pub fn none() -> Self {
        Self { attempts: 1, correct_clock: false, ..Self::new() }
    }

    /// Sets how often a call is sent at most, the first time included.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the limit of the first backoff, of which a random share is taken.
    #[must_use]
    pub fn initial_backoff(mut self, backoff: Duration) -> Self {
        self.initial_backoff = backoff;
        self
    }

    /// Sets the limit beyond which the backoff does not double.
    #[must_use]
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// Sets whether a request that was rejected for its time stamp is signed once more by the service's clock, which the `Date` of the
    /// response tells. All calls of the client then go by that clock.
    #[must_use]
    pub fn correct_clock(mut self, correct: bool) -> Self {
        self.correct_clock = correct;
        self
    }

    /// The backoff after so many attempts; `random` is in 0..=1.
    pub(crate) fn backoff(&self, attempts: u32, random: f64) -> Duration {
        let doubled = self.initial_backoff.saturating_mul(2_u32.saturating_pow(attempts.saturating_sub(1)));
        jitter(doubled.min(self.max_backoff), 1.0, random)
    }
}

impl Default for Retries {
    fn default() -> Self {
        Self::new()
    }
}
