//! Clocks that tests set: none of them makes a test wait.

use cloudcert::{Environment, Sleep};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// 2026-01-02T03:04:05Z, the time of all tests.
pub(crate) const NOW: i64 = 1_767_323_045;

type Nonce = Result<String, Box<dyn std::error::Error + Send + Sync>>;

/// A clock that stands at [`NOW`]. Its stopwatch advances by sleeps, which return at once, and by [`advance`](Self::advance). Clones share it.
///
/// Jitter is off, and the nonces are `nonce-0001`, `nonce-0002` and so on.
#[derive(Debug, Clone)]
pub(crate) struct ManualClock {
    random: f64,
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    elapsed: Duration,
    sleeps: Vec<Duration>,
    nonces: u32,
}

impl ManualClock {
    pub(crate) fn new() -> Self {
        Self::with_random(1.0)
    }

    /// A clock whose every random number is this one: 0 is all jitter, 1 is none.
    pub(crate) fn with_random(random: f64) -> Self {
        Self { random, state: Arc::default() }
    }

    /// Lets time pass.
    pub(crate) fn advance(&self, time: Duration) {
        self.state.lock().unwrap().elapsed += time;
    }

    /// How much time has passed.
    pub(crate) fn elapsed(&self) -> Duration {
        self.state.lock().unwrap().elapsed
    }

    /// The sleeps since this was last asked.
    pub(crate) fn take_sleeps(&self) -> Vec<Duration> {
        std::mem::take(&mut self.state.lock().unwrap().sleeps)
    }
}

impl Environment for ManualClock {
    fn now(&self) -> i64 {
        NOW
    }

    fn elapsed(&self) -> Duration {
        Self::elapsed(self)
    }

    fn nonce(&self) -> Nonce {
        let mut state = self.state.lock().unwrap();
        state.nonces += 1;
        Ok(format!("nonce-{:04}", state.nonces))
    }

    fn random(&self) -> f64 {
        self.random
    }

    fn sleep(&self, time: Duration) -> Sleep {
        self.state.lock().unwrap().sleeps.push(time);
        self.advance(time);
        Box::pin(std::future::ready(()))
    }
}

/// A wall clock that a test sets, for what ends at a date. Sleeps and deadlines go by the system's clock.
#[derive(Debug, Clone)]
pub(crate) struct WallClock(Arc<AtomicI64>);

impl WallClock {
    pub(crate) fn new() -> Self {
        Self(Arc::new(AtomicI64::new(NOW)))
    }

    /// Moves the clock on by some seconds.
    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

impl Environment for WallClock {
    fn now(&self) -> i64 {
        Self::now(self)
    }

    fn nonce(&self) -> Nonce {
        Ok("nonce-0001".to_owned())
    }
}
