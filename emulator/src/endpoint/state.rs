//! The state of an endpoint.

use super::description::Description;
use super::log::Log;
use crate::base::clock::Clock;
use crate::base::credential::{Credential, Keyring};
use crate::base::lock::locked;
use crate::base::random::Random;
use crate::base::settings::Settings;
use crate::dialect::{Nonces, nonce_seconds};
use crate::faults::Faults;
use crate::service::World;
use cloudcert::model::Api;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};
use std::time::{SystemTime, UNIX_EPOCH};

/// How an endpoint starts, and starts again after a reset.
#[derive(Debug, Clone, Default)]
pub(crate) struct Setup {
    pub(crate) description: Description,
    pub(crate) settings: Settings,
    pub(crate) credentials: Vec<Credential>,
    /// Seconds since 1970; the system time if absent.
    pub(crate) clock: Option<i64>,
    /// The seed of chaos, if chaos is on.
    pub(crate) chaos: Option<u64>,
}

/// What all connections of an endpoint share.
///
/// Each part has a lock of its own. Nobody takes one of these locks while holding another.
pub(crate) struct Endpoint {
    pub(crate) clock: Clock,
    pub(crate) keys: Keyring,
    pub(crate) nonces: Mutex<Nonces>,
    setup: Setup,
    world: Mutex<World>,
    faults: Mutex<Faults>,
    log: Mutex<Log>,
    ids: Mutex<Random>,
    /// Tells this endpoint from others at the same address, before and after it.
    born: u128,
    resets: AtomicU64,
}

impl Endpoint {
    pub(crate) fn new(setup: Setup) -> Self {
        let clock = Clock::starting(setup.clock);
        let seed = setup.settings.seed;
        Self {
            keys: Keyring::new(setup.credentials.clone()),
            world: Mutex::new(World::new(clock.clone(), setup.settings.clone(), setup.description.has_behaviours())),
            faults: Mutex::new(Faults::new(seed, setup.chaos)),
            nonces: Mutex::new(Nonces::kept_for(nonce_seconds(setup.description.apis()))),
            log: Mutex::default(),
            ids: Mutex::new(request_ids(seed)),
            born: SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos(),
            resets: AtomicU64::new(0),
            clock,
            setup,
        }
    }

    /// Resets everything to the state at the start: clock, services, faults, nonces, request ids and log.
    pub(crate) fn reset(&self) {
        let setup = &self.setup;
        let seed = setup.settings.seed;
        self.clock.begin(setup.clock);
        *self.world() = World::new(self.clock.clone(), setup.settings.clone(), setup.description.has_behaviours());
        *self.faults() = Faults::new(seed, setup.chaos);
        *locked(&self.nonces) = Nonces::kept_for(nonce_seconds(setup.description.apis()));
        *self.log() = Log::default();
        *locked(&self.ids) = request_ids(seed);
        self.resets.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns a text that differs from all earlier ones if the state may differ. Every call is logged after its changes, so whoever reads the
    /// version before the state never takes an old state for a new one. Some states change by time alone, so the version does too, every ten
    /// seconds of the endpoint's clock.
    pub(crate) fn version(&self) -> String {
        let (seen, changes) = (self.log().seen(), self.faults().changes());
        let (moves, tens) = (self.clock.moves(), self.clock.now().div_euclid(10));
        let resets = self.resets.load(Ordering::Relaxed);
        format!("{:x}-{resets}-{seen}-{changes}-{moves}-{tens}", self.born)
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        locked(&self.world)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, Faults> {
        locked(&self.faults)
    }

    pub(crate) fn log(&self) -> MutexGuard<'_, Log> {
        locked(&self.log)
    }

    /// Returns a new request id.
    pub(crate) fn request_id(&self) -> String {
        locked(&self.ids).request_id()
    }

    /// Returns the APIs that the endpoint answers.
    pub(crate) fn apis(&self) -> &[Api] {
        self.setup.description.apis()
    }

    pub(crate) fn settings(&self) -> &Settings {
        &self.setup.settings
    }
}

fn request_ids(seed: u64) -> Random {
    Random::stream(seed, "requests")
}
