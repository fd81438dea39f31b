//! Time and chance: the clock, nonces, sleeping.

use crate::base::secret::hex;
use crate::base::timer::Pause;
use std::time::Duration;

/// A pause.
pub type Sleep = std::pin::Pin<Box<dyn Future<Output = ()> + Send>>;

/// Time and chance, so that tests can do without both.
pub trait Environment: std::fmt::Debug + Send + Sync + 'static {
    /// Seconds since 1970 in UTC.
    fn now(&self) -> i64;
    /// Time since some fixed moment, which nobody sets back: for deadlines. An environment with pauses of its own must let it go on
    /// by what it pauses.
    fn elapsed(&self) -> Duration {
        static START: std::sync::OnceLock<std::time::Instant> = std::sync::OnceLock::new();
        START.get_or_init(std::time::Instant::now).elapsed()
    }
    /// A text that was never used before.
    ///
    /// # Errors
    ///
    /// If the system gives no random numbers.
    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>>;
    /// A random number from 0 to 1, for pauses.
    fn chance(&self) -> f64 {
        let mut bytes = [0; 4];
        // Without random numbers the whole pause is made.
        getrandom::fill(&mut bytes).map_or(1.0, |()| f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
    }
    /// Waits: by the timer of the tokio runtime, or by a thread of its own where there is none.
    fn sleep(&self, pause: Duration) -> Sleep {
        Box::pin(Pause::new(pause))
    }
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
        getrandom::fill(&mut bytes)?;
        Ok(hex(&bytes))
    }
}
