//! A clock for clients of tests.

use cloudcert::{Environment, Sleep};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Time that passes at once when the client sleeps: probes wait for seconds.
#[derive(Debug)]
pub(crate) struct Fast {
    start: Instant,
    slept: AtomicU64,
    pace: Option<u32>,
    /// Pauses up to this long are slept through: a service may count the seconds too.
    pub(crate) real: Duration,
}

impl Fast {
    /// At this many times the clock's pace, or all of it at once.
    pub(crate) fn new(pace: Option<u32>) -> Self {
        Self { start: Instant::now(), slept: AtomicU64::new(0), pace, real: Duration::ZERO }
    }
}

impl Environment for Fast {
    fn now(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }

    fn elapsed(&self) -> Duration {
        match self.pace {
            Some(pace) => self.start.elapsed() * pace,
            None => self.start.elapsed() + Duration::from_millis(self.slept.load(Ordering::SeqCst)),
        }
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        if let Some(pace) = self.pace {
            return Box::pin(tokio::time::sleep(duration / pace));
        }
        if duration <= self.real {
            return Box::pin(tokio::time::sleep(duration));
        }
        self.slept.fetch_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX) + 1, Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}
