//! A throw-away certificate authority: its keys and chain, and reading and issuing of what the services deal in.
//!
//! Everything that comes from a seed is predictable. Nothing here is fit for any other use than tests.

mod archive;
mod authority;
mod key;
mod reading;
mod request;
mod signature;

#[cfg(test)]
mod tests;

pub(crate) use archive::archive;
pub(crate) use authority::{Issued, Level, Subject, Wanted};
pub(crate) use key::{Algorithm, Key, public_key};
pub(crate) use reading::{Reading, belongs};
pub(crate) use request::{Request, system_request};

use crate::random::Random;
use authority::Authority;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

/// Why something could not be read, made or issued: a sentence for the message of an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble(String);

impl Trouble {
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The authority and the keys that services make, each made when first needed.
///
/// It stands outside the lock on the world: making an RSA key takes a tenth of a second, and nobody else may wait for that.
pub(crate) struct Pki {
    seed: u64,
    authority: OnceLock<Result<Authority, Trouble>>,
    /// Keys that were made ahead and not fetched yet.
    ready: Mutex<BTreeMap<String, Key>>,
}

impl Pki {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, authority: OnceLock::new(), ready: Mutex::default() }
    }

    /// The authority; made at the first call, valid around the time of that.
    fn authority(&self, now: i64) -> Result<&Authority, Trouble> {
        self.authority.get_or_init(|| Authority::new(self.seed, now)).as_ref().map_err(Clone::clone)
    }

    /// Makes the authority, and a key under a name, so that they are there when they are asked for.
    pub(crate) fn prepare(&self, key: Option<(&str, Algorithm)>, now: i64) {
        // What cannot be made now cannot be made later either, and is reported there.
        let _ = self.authority(now);
        let Some((name, algorithm)) = key else { return };
        if crate::endpoint::locked(&self.ready).contains_key(name) {
            return;
        }
        if let Ok(key) = Key::make(algorithm, self.seed, name) {
            crate::endpoint::locked(&self.ready).insert(name.to_owned(), key);
        }
    }

    /// The key of a name. The same seed and name make the same RSA key; EC keys differ from run to run.
    pub(crate) fn key(&self, name: &str, algorithm: Algorithm) -> Result<Key, Trouble> {
        let ready = crate::endpoint::locked(&self.ready).remove(name);
        ready.map_or_else(|| Key::make(algorithm, self.seed, name), Ok)
    }

    /// Issues a certificate.
    pub(crate) fn issue(&self, wanted: &Wanted<'_>, now: i64) -> Result<Issued, Trouble> {
        let serial = Random::stream(self.seed, wanted.serial_of).bytes::<16>();
        self.authority(now)?.issue(wanted, serial, now)
    }

    /// The root certificate in PEM, which clients have to trust.
    pub(crate) fn root(&self, now: i64) -> Result<String, Trouble> {
        Ok(self.authority(now)?.root.clone())
    }
}

/// Shared by the world and by work outside its lock.
pub(crate) type SharedPki = Arc<Pki>;
