//! What all connections of an endpoint share.

use crate::clock::Clock;
use crate::world::{Settings, World};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What all connections of an endpoint share.
pub(crate) struct Endpoint {
    pub(crate) clock: Clock,
    world: Mutex<World>,
}

impl Endpoint {
    pub(crate) fn new(settings: Settings, start: Option<i64>) -> Self {
        let clock = Clock::starting(start);
        Self { world: Mutex::new(World::new(clock.clone(), settings)), clock }
    }

    /// The world, for one piece of work.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        locked(&self.world)
    }
}

/// Locks. A holder that panicked left nothing half-done that matters more than going on.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
