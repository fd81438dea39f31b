//! All that an endpoint knows.

use crate::clock::Clock;
use crate::pki::{Pki, SharedPki};
use crate::service::{Cas2018, Cas2020, Kcm, Mishap};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

/// How an endpoint behaves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Settings {
    /// Where the endpoint is reached, for links: `http://127.0.0.1:8080`, without a slash at the end.
    pub(crate) public_url: String,
    pub(crate) seed: u64,
    /// A domain counts as proved after so many looks at the order.
    pub(crate) polls_until_verified: Option<u32>,
    /// A domain counts as proved after so many seconds.
    pub(crate) seconds_until_verified: Option<u32>,
    /// The DNS server at which records are really looked up.
    pub(crate) dns: Option<SocketAddr>,
    /// Where files that prove a domain are really fetched.
    pub(crate) file_host: Option<SocketAddr>,
    /// Certificates bought before, by product code. Empty: the services' own default.
    pub(crate) quota: BTreeMap<String, u32>,
    /// How many instances of the old API version were bought before.
    pub(crate) instances: Option<u32>,
}

/// All that an endpoint knows. A lock is held while a service works with it.
pub(crate) struct World {
    pub(crate) clock: Clock,
    pub(crate) settings: Settings,
    /// Errors that services are going to answer for reasons of their own.
    pub(crate) mishaps: Vec<Mishap>,
    pub(crate) pki: SharedPki,
    pub(crate) cas2020: Cas2020,
    pub(crate) cas2018: Cas2018,
    pub(crate) kcm: Kcm,
}

impl World {
    pub(crate) fn new(clock: Clock, settings: Settings) -> Self {
        Self {
            clock,
            mishaps: Vec::new(),
            pki: Arc::new(Pki::new(settings.seed)),
            cas2020: Cas2020::new(&settings),
            cas2018: Cas2018::new(&settings),
            kcm: Kcm::new(&settings),
            settings,
        }
    }
}
