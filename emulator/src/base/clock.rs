//! The endpoint's own clock.

use super::lock::locked;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The clock of an endpoint. Certificate validity, domain validation, token lifetimes and signature checks all use it.
///
/// It starts at the system time or at a given time. Move it with [`advance`](Self::advance) and [`set`](Self::set), freeze it with
/// [`stop`](Self::stop). Clones share one clock.
#[derive(Debug, Clone)]
pub struct Clock(Arc<Mutex<Hands>>);

#[derive(Debug, Clone, Copy)]
struct Hands {
    /// Milliseconds since 1970 at `read`.
    at: i64,
    /// When `at` was taken; `None` while the clock is stopped.
    read: Option<Instant>,
    /// How often somebody moved, stopped or started the clock.
    moves: u64,
}

impl Hands {
    fn starting(seconds: Option<i64>) -> Self {
        let system = || {
            let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        };
        let at = seconds.map_or_else(system, |seconds| seconds.saturating_mul(1000));
        Self { at, read: Some(Instant::now()), moves: 0 }
    }

    fn now(self) -> i64 {
        let gone = self.read.map_or(0, |read| i64::try_from(read.elapsed().as_millis()).unwrap_or(i64::MAX));
        self.at.saturating_add(gone)
    }
}

impl Clock {
    pub(crate) fn starting(seconds: Option<i64>) -> Self {
        Self(Arc::new(Mutex::new(Hands::starting(seconds))))
    }

    /// Starts again, as a new clock would.
    pub(crate) fn begin(&self, seconds: Option<i64>) {
        let mut hands = self.hands();
        *hands = Hands { moves: hands.moves.saturating_add(1), ..Hands::starting(seconds) };
    }

    fn hands(&self) -> MutexGuard<'_, Hands> {
        locked(&self.0)
    }

    /// Returns the time in seconds since 1970, UTC.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.hands().now().div_euclid(1000)
    }

    /// Moves the clock forward.
    pub fn advance(&self, by: Duration) {
        let mut hands = self.hands();
        hands.at = hands.at.saturating_add(i64::try_from(by.as_millis()).unwrap_or(i64::MAX));
        hands.moves = hands.moves.saturating_add(1);
    }

    /// Sets the clock to a time, in seconds since 1970.
    pub fn set(&self, seconds: i64) {
        let mut hands = self.hands();
        let read = hands.read.map(|_| Instant::now());
        *hands = Hands { at: seconds.saturating_mul(1000), read, moves: hands.moves.saturating_add(1) };
    }

    /// Stops the clock at its current time.
    pub fn stop(&self) {
        let mut hands = self.hands();
        *hands = Hands { at: hands.now(), read: None, moves: hands.moves.saturating_add(1) };
    }

    /// Starts a stopped clock from its current time.
    pub fn run(&self) {
        let mut hands = self.hands();
        *hands = Hands { at: hands.now(), read: Some(Instant::now()), moves: hands.moves.saturating_add(1) };
    }

    /// Returns how often somebody moved, stopped or started the clock.
    pub(crate) fn moves(&self) -> u64 {
        self.hands().moves
    }

    /// Whether the clock runs.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.hands().read.is_some()
    }
}
