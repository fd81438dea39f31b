//! What all connections of an endpoint share.

use crate::clock::Clock;
use crate::faults::Faults;
use crate::log::Log;
use crate::random::Random;
use crate::request::{Credential, Keyring, Nonces};
use crate::world::{Settings, World};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How an endpoint begins, and begins again after a reset.
#[derive(Debug, Clone, Default)]
pub(crate) struct Beginning {
    pub(crate) settings: Settings,
    pub(crate) credentials: Vec<Credential>,
    /// Seconds since 1970; the system's time, if absent.
    pub(crate) clock: Option<i64>,
    /// The seed of chaos.
    pub(crate) chaos: Option<u64>,
}

/// What all connections of an endpoint share. Each part has a lock of its own, which is never held while another is taken.
pub(crate) struct Endpoint {
    pub(crate) clock: Clock,
    pub(crate) keys: Keyring,
    beginning: Beginning,
    world: Mutex<World>,
    faults: Mutex<Faults>,
    nonces: Mutex<Nonces>,
    log: Mutex<Log>,
    ids: Mutex<Random>,
}

impl Endpoint {
    pub(crate) fn new(beginning: Beginning) -> Self {
        let clock = Clock::starting(beginning.clock);
        let seed = beginning.settings.seed;
        Self {
            keys: Keyring::new(beginning.credentials.clone()),
            world: Mutex::new(World::new(clock.clone(), beginning.settings.clone())),
            faults: Mutex::new(Faults::new(seed, beginning.chaos)),
            nonces: Mutex::default(),
            log: Mutex::default(),
            ids: Mutex::new(Random::stream(seed, "requests")),
            clock,
            beginning,
        }
    }

    /// Everything as it began: the clock, the services' states, faults, nonces, ids and the log.
    pub(crate) fn reset(&self) {
        let beginning = &self.beginning;
        let seed = beginning.settings.seed;
        self.clock.begin(beginning.clock);
        *self.world() = World::new(self.clock.clone(), beginning.settings.clone());
        *self.faults() = Faults::new(seed, beginning.chaos);
        *self.nonces() = Nonces::default();
        *self.log() = Log::default();
        *locked(&self.ids) = Random::stream(seed, "requests");
    }

    /// The world, for one piece of work.
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        locked(&self.world)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        locked(&self.faults)
    }

    pub(crate) fn nonces(&self) -> MutexGuard<'_, Nonces> {
        locked(&self.nonces)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        locked(&self.log)
    }

    pub(crate) fn request_id(&self) -> String {
        locked(&self.ids).request_id()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.beginning.settings
    }
}

/// Locks. A holder that panicked left nothing half-done that matters more than going on.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
