//! The number of attempts and the backoff of a call.

use crate::base::environment::jitter;
use std::time::Duration;

/// Sets how often a failed call is retried, and with which backoff.
///
/// Reads, and other calls that may be executed twice, are retried after a lost connection or a fault of the service. Every other call is retried
/// only if it was certainly not executed: no connection was made, or the service refused the call because of throttling, its time stamp or its
/// key, with a documented code and the status that belongs to it. A status 429 without a code does not count. The
/// [`Effect`](crate::api::Effect) of a call decides.
///
/// If the service refuses a retry because the call was already done ([`already_done`](crate::Error::already_done)), an earlier attempt was
/// executed. The call then succeeds, with a response without values.
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
    /// Makes up to three attempts, with a backoff of at most 250 ms at first and at most 20 s later, and corrects the clock.
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

    /// Sets the maximum number of attempts, including the first.
    #[must_use]
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the upper limit of the first backoff. The backoff itself is random.
    #[must_use]
    pub fn initial_backoff(mut self, backoff: Duration) -> Self {
        self.initial_backoff = backoff;
        self
    }

    /// Sets the upper limit of every backoff.
    #[must_use]
    pub fn max_backoff(mut self, backoff: Duration) -> Self {
        self.max_backoff = backoff;
        self
    }

    /// Sets whether the client corrects its clock. If the service rejects a time stamp, the call is signed once more with the time in the `Date`
    /// header of the response, and so are all later calls of the client.
    #[must_use]
    pub fn correct_clock(mut self, correct: bool) -> Self {
        self.correct_clock = correct;
        self
    }

    /// The backoff after this many attempts; `random` is in 0..=1.
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
