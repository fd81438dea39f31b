//! The clock, random numbers and sleeping, behind a trait for tests.

use crate::base::random;
use crate::base::secret::hex;
use crate::base::timer::Delay;
use std::time::Duration;

/// The future of [`Environment::sleep`].
pub type Sleep = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// The source of time and random numbers of a client. Tests replace it to be fast and repeatable.
pub trait Environment: std::fmt::Debug + Send + Sync + 'static {
    /// The Unix time in seconds.
    fn now(&self) -> i64;
    /// A monotonic time, for deadlines. If you implement [`sleep`](Environment::sleep), let this advance by the time slept.
    fn elapsed(&self) -> Duration {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        START.get_or_init(std::time::Instant::now).elapsed()
    }
    /// A unique text. Each signature contains one, which prevents replays.
    ///
    /// # Errors
    ///
    /// If the system provides no random numbers.
    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>>;
    /// A random number in 0..=1, for the jitter of backoff and polling. NaN counts as 1.
    fn random(&self) -> f64 {
        let mut bytes = [0; 4];
        // Without random numbers there is no jitter.
        random::fill(&mut bytes).map_or(1.0, |()| f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
    }
    /// Sleeps: on the timer of the tokio runtime, or on a thread of its own if there is no runtime.
    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(Delay::new(duration))
    }
}

/// Shortens a duration by a random share of at most `share`, so that clients that fail together do not retry together. `random` is in 0..=1; 1
/// and NaN leave the duration unchanged.
pub(crate) fn jitter(duration: Duration, share: f64, random: f64) -> Duration {
    let random = if random.is_nan() { 1.0 } else { random.clamp(0.0, 1.0) };
    let off = duration.as_secs_f64() * share * (1.0 - random);
    duration.saturating_sub(Duration::try_from_secs_f64(off).unwrap_or(duration))
}

/// The clock and the random numbers of the system.
#[derive(Debug)]
pub(crate) struct System;

impl Environment for System {
    fn now(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let mut bytes = [0; 16];
        random::fill(&mut bytes)?;
        Ok(hex(&bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::jitter;
    use std::time::Duration;

    #[test]
    fn jitter_shortens_by_a_share_at_most_and_bears_any_number() {
        let seconds = |share, random| jitter(Duration::from_secs(8), share, random).as_secs();
        assert_eq!([seconds(1.0, 0.0), seconds(1.0, 0.5), seconds(1.0, 1.0)], [0, 4, 8]);
        assert_eq!([seconds(0.25, 0.0), seconds(0.25, 0.5), seconds(0.25, 1.0)], [6, 7, 8]);
        assert_eq!([seconds(1.0, f64::NAN), seconds(1.0, 9.0), seconds(1.0, -9.0)], [8, 8, 0]);
        assert_eq!(jitter(Duration::MAX, 1.0, 1.0), Duration::MAX);
        assert!(jitter(Duration::MAX, 1.0, 0.0) < Duration::from_secs(1 << 12));
    }
}
