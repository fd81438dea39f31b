//! The state of all services.

use super::account::Account;
use super::definition::Service;
use super::forced::ForcedError;
use super::shared::Shared;
use super::table::SERVICES;
use crate::base::clock::Clock;
use crate::base::settings::Settings;
use crate::pki::Pki;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The state of all services. Its lock is held while a service executes a call.
pub(crate) struct World {
    pub(crate) shared: Shared,
    /// Errors that the next calls get instead of their own outcome.
    pub(crate) forced: Vec<ForcedError>,
    /// By the id of the API.
    pub(super) services: BTreeMap<&'static str, Box<dyn Service>>,
}

impl World {
    /// Makes the state at the start. Without behaviours, every call is answered from its description.
    pub(crate) fn new(clock: Clock, settings: Settings, with_behaviours: bool) -> Self {
        let played = if with_behaviours { SERVICES.as_slice() } else { &[] };
        let services = played.iter().map(|(id, make)| (*id, make(&settings, clock.now()))).collect();
        let pki = Arc::new(Pki::new(settings.seed));
        Self { shared: Shared { clock, settings, pki, account: Account::default() }, forced: Vec::new(), services }
    }
}
