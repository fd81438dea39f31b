//! Work that a call needs done while nobody holds the lock on the world.

use super::lookup;
use super::proof::{Method, Record};
use crate::pki::{Algorithm, SharedPki};
use crate::world::World;
use std::net::SocketAddr;

/// What an errand is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Of {
    Nothing,
    Order(i64),
    Instance(String),
    Certificate(String),
}

/// What a call may be waiting for.
pub(super) struct Pending {
    pub(super) of: Of,
    /// What has to be found, if it was not found before.
    pub(super) record: Option<Record>,
    /// The key that the service makes.
    pub(super) key: Option<(String, Algorithm)>,
    /// Issued as soon as the call is executed, whatever is found.
    pub(super) due: bool,
}

/// Work that a call needs done while nobody holds the lock on the world.
pub(crate) struct Errand {
    of: Of,
    lookup: Option<(SocketAddr, Record)>,
    key: Option<(String, Algorithm)>,
    pki: SharedPki,
    now: i64,
}

/// What came of an errand.
pub(crate) struct Report {
    pub(super) of: Of,
    pub(super) found: bool,
}

impl Errand {
    pub(super) fn of(pending: Pending, world: &World) -> Option<Self> {
        let lookup = pending.record.and_then(|record| {
            let server = match record.method {
                Method::Dns => world.settings.dns,
                Method::File => world.settings.file_host,
            };
            Some((server?, record))
        });
        if lookup.is_none() && !pending.due {
            return None;
        }
        Some(Self { of: pending.of, lookup, key: pending.key, pki: world.pki.clone(), now: world.clock.now() })
    }

    pub(super) fn authority(world: &World) -> Self {
        Self { of: Of::Nothing, lookup: None, key: None, pki: world.pki.clone(), now: world.clock.now() }
    }

    /// Does it. This blocks: for as long as a key takes to make, or a server to answer.
    pub(crate) fn run(self) -> Report {
        let found = match &self.lookup {
            Some((server, record)) => lookup::is_there(record, *server),
            None => true,
        };
        if found {
            let key = self.key.as_ref().map(|(name, algorithm)| (name.as_str(), *algorithm));
            self.pki.prepare(key, self.now);
        }
        Report { of: self.of, found: found && self.lookup.is_some() }
    }
}
