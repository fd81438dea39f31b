//! A throw-away certificate authority: it makes keys, reads CSRs and certificates, and issues certificates.
//!
//! Everything that is made from a seed is predictable. Use it for tests only.

mod archive;
mod authority;
mod facts;
mod key;
mod reading;
mod request;
mod signature;
mod trouble;

#[cfg(test)]
mod tests;

pub(crate) use archive::archive;
pub(crate) use authority::{Issued, Level, Subject, Template};
pub(crate) use facts::{Link, chain, pairs};
pub(crate) use key::{Algorithm, Key, public_key};
pub(crate) use reading::{Reading, belongs};
pub(crate) use request::{Applicant, Csr, Names, applicants_request, system_request};
pub(crate) use trouble::Trouble;

use crate::base::lock::locked;
use crate::base::random::Random;
use authority::Authority;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

/// The authority and the keys that services make. Each is made when it is first needed.
///
/// It is used outside the lock on the world: making an RSA key takes a tenth of a second, and no other call may wait for that.
pub(crate) struct Pki {
    seed: u64,
    authority: OnceLock<Result<Authority, Trouble>>,
    /// Keys that were made in advance and not fetched yet.
    ready: Mutex<BTreeMap<String, Key>>,
}

impl Pki {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, authority: OnceLock::new(), ready: Mutex::default() }
    }

    /// Returns the authority. The first call makes it, valid around the time `now`.
    fn authority(&self, now: i64) -> Result<&Authority, Trouble> {
        self.authority.get_or_init(|| Authority::new(self.seed, now)).as_ref().map_err(Clone::clone)
    }

    /// Makes the authority, and the key of a name, so that later calls need not wait for them.
    pub(crate) fn prepare(&self, key: Option<(&str, Algorithm)>, now: i64) {
        // A failure shows again, and is reported, when the authority is needed.
        let _ = self.authority(now);
        let Some((name, algorithm)) = key else { return };
        if locked(&self.ready).contains_key(name) {
            return;
        }
        if let Ok(key) = Key::make(algorithm, self.seed, name) {
            locked(&self.ready).insert(name.to_owned(), key);
        }
    }

    /// Returns the key of a name. The same seed and name give the same RSA key. EC keys differ from run to run.
    pub(crate) fn key(&self, name: &str, algorithm: Algorithm) -> Result<Key, Trouble> {
        let ready = locked(&self.ready).remove(name);
        ready.map_or_else(|| Key::make(algorithm, self.seed, name), Ok)
    }

    /// Issues a certificate.
    pub(crate) fn issue(&self, wanted: &Template<'_>, now: i64) -> Result<Issued, Trouble> {
        let serial = Random::stream(self.seed, wanted.serial_of).bytes::<16>();
        self.authority(now)?.issue(wanted, serial, now)
    }

    /// Returns the root certificate in PEM, which clients have to trust.
    pub(crate) fn root(&self, now: i64) -> Result<String, Trouble> {
        Ok(self.authority(now)?.root.clone())
    }

    /// Returns the certificate in PEM that issues all others.
    pub(crate) fn intermediate(&self, now: i64) -> Result<String, Trouble> {
        Ok(self.authority(now)?.intermediate.clone())
    }
}

/// Shared between the world and work outside its lock.
pub(crate) type SharedPki = Arc<Pki>;
