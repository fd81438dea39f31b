//! Work that a call needs done while nobody holds the lock on the world.

use super::lookup;
use super::shared::Shared;
use super::validation::{Record, ValidationMethod};
use crate::pki::{Algorithm, SharedPki};
use std::net::SocketAddr;

/// What has to happen before a call is executed.
pub(crate) struct Pending {
    /// The id of the order, for [`Service::found`](super::definition::Service::found).
    pub(super) id: String,
    /// The validation record to look up, unless it was found before.
    pub(super) record: Option<Record>,
    /// The name and algorithm of the key that the service makes.
    pub(super) key: Option<(String, Algorithm)>,
    /// Whether the certificate is issued in any case once the call is executed.
    pub(super) due: bool,
}

/// Work that a call needs done while nobody holds the lock on the world.
pub(crate) struct Errand {
    /// The API and the id of the order.
    order: Option<(&'static str, String)>,
    lookup: Option<(SocketAddr, Record)>,
    key: Option<(String, Algorithm)>,
    pki: SharedPki,
    now: i64,
}

/// The result of an errand.
pub(crate) struct Report {
    /// The API and the id of the order whose validation record was found.
    pub(super) found: Option<(&'static str, String)>,
}

impl Errand {
    /// Makes the errand of an order, or `None` if nothing takes long.
    pub(super) fn of_order(api: &'static str, pending: Pending, shared: &Shared) -> Option<Self> {
        let lookup = pending.record.and_then(|record| {
            let server = match record.method {
                ValidationMethod::Dns => shared.settings.dns,
                ValidationMethod::File => shared.settings.file_host,
            };
            Some((server?, record))
        });
        if lookup.is_none() && !pending.due {
            return None;
        }
        let order = Some((api, pending.id));
        Some(Self { order, lookup, key: pending.key, pki: shared.pki.clone(), now: shared.clock.now() })
    }

    /// Makes the errand that only creates the authority.
    pub(super) fn of_authority(shared: &Shared) -> Self {
        Self { order: None, lookup: None, key: None, pki: shared.pki.clone(), now: shared.clock.now() }
    }

    /// Runs the errand. Blocks until the key is made and the server has responded.
    pub(crate) fn run(self) -> Report {
        let is_valid = match &self.lookup {
            Some((server, record)) => lookup::is_there(record, *server),
            None => true,
        };
        if is_valid {
            let key = self.key.as_ref().map(|(name, algorithm)| (name.as_str(), *algorithm));
            self.pki.prepare(key, self.now);
        }
        Report { found: self.order.filter(|_| is_valid && self.lookup.is_some()) }
    }
}
