//! The store of certificates: key and certificate change in one step, whatever happens in between.
//!
//! `live/<certificate>/generations/<cycle>/` below the state folder has `cert.pem`, `chain.pem`, `fullchain.pem`, `privkey.pem` and `meta.json`, and
//! never changes. `live/<certificate>/current` is a symbolic link to the one that counts: servers name their files through it. Three generations
//! stay.
//!
//! All functions block. [`Store::put`] needs the lock of the certificate.

pub mod access;
mod check;
mod disk;
mod steps;
mod switch;

pub use access::Access;
pub use disk::{Disk, FileKind, Look, SystemDisk};

pub(crate) use steps::Steps;
pub(crate) use switch::{NewFile, Switch};

use crate::base::failure::{Failure, Kind};
use crate::base::name::{Name, OrderKey};
use crate::base::text::Text;
use crate::base::watch::Watched;
use check::Facts;
use cloudcert::Secret;
use jiff::Timestamp;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

const LIVE: &str = "live";
const CERTIFICATE: &str = "cert.pem";
const CHAIN: &str = "chain.pem";
const FULLCHAIN: &str = "fullchain.pem";
const KEY: &str = "privkey.pem";
const META: &str = "meta.json";

/// A certificate that shall be stored.
#[derive(Debug, Clone)]
pub struct NewCertificate {
    /// The certificate as PEM.
    pub certificate: String,
    /// The certificates above it as PEM, in any order. Empty if there are none.
    pub chain: String,
    /// The private key as PEM.
    pub key: Secret,
    /// The names that it must have. Others do no harm.
    pub names: Vec<String>,
    /// Who may read it.
    pub access: Access,
    /// Now: a certificate that is not valid yet, or no longer, is refused.
    pub now: Timestamp,
}

/// A certificate in the store. Its files never change.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// Which certificate of which cycle.
    pub order: OrderKey,
    /// The folder of this generation.
    pub folder: PathBuf,
    /// The folder that servers name: the link to the generation that counts, which may be another one.
    pub current: PathBuf,
    /// The names of the certificate.
    pub names: Vec<String>,
    /// SHA-256 of the certificate, in lower-case hexadecimal digits.
    pub fingerprint: String,
    /// The serial number, in lower-case hexadecimal digits without leading zeros.
    pub serial: String,
    /// Since when it is valid.
    pub not_before: Timestamp,
    /// Until when it is valid.
    pub not_after: Timestamp,
}

impl Stored {
    /// The certificate.
    #[must_use]
    pub fn cert(&self) -> PathBuf {
        self.folder.join(CERTIFICATE)
    }

    /// The certificates above it, the issuer first. The file is empty if there are none.
    #[must_use]
    pub fn chain(&self) -> PathBuf {
        self.folder.join(CHAIN)
    }

    /// The certificate, then those above it.
    #[must_use]
    pub fn fullchain(&self) -> PathBuf {
        self.folder.join(FULLCHAIN)
    }

    /// The private key.
    #[must_use]
    pub fn privkey(&self) -> PathBuf {
        self.folder.join(KEY)
    }
}

/// The texts of a stored certificate. `Debug` shows no key.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Texts {
    /// The certificate as PEM.
    pub certificate: String,
    /// The certificates above it as PEM. Empty if there are none.
    pub chain: String,
    /// The private key as PEM.
    pub key: Secret,
}

/// The state folder, which is made if it is absent.
fn state(steps: &Steps, folder: &Path) -> Result<(), Failure> {
    steps.make_folders(folder)?;
    steps.check_folder(folder, true)
}

/// Certificates in folders.
#[derive(Debug, Clone)]
pub struct Store {
    steps: Steps,
    folder: PathBuf,
}

impl Store {
    /// Opens the store below the state folder, and makes both folders if they are absent.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unconfigured`](Kind::Unconfigured) if group or others can write to one of the folders, another user owns one, or the state
    /// folder is a link of another user. Otherwise those of the file system.
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        Self::with(folder, Arc::new(SystemDisk), Watched::default())
    }

    /// Makes the state folder if it is absent, and checks it, without a store in it.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Store::open).
    pub fn prepare(folder: &Path) -> Result<(), Failure> {
        state(&Steps::new(Arc::new(SystemDisk), Watched::default()), folder)
    }

    /// Opens the store on a disk, and tells `watched` of every operation.
    ///
    /// # Errors
    ///
    /// Those of [`open`](Store::open).
    pub fn with(folder: &Path, disk: Arc<dyn Disk>, watched: Watched) -> Result<Self, Failure> {
        let steps = Steps::new(disk, watched);
        let live = folder.join(LIVE);
        state(&steps, folder)?;
        steps.make_folders(&live)?;
        steps.check_folder(&live, false)?;
        Ok(Self { steps, folder: folder.to_owned() })
    }

    /// Checks a certificate, stores it as the generation of its cycle, and lets `current` lead to it.
    ///
    /// What a process that died has left is removed first. Storing the same certificate again changes nothing, and syncs all of it.
    ///
    /// # Errors
    ///
    /// - The key belongs to another certificate, the chain did not issue it, a name is missing, it has expired: nothing was written.
    /// - The generation is there with another certificate, or not whole.
    /// - Those of the file system. `current` leads to the old or to the new generation then, and both are whole: run it again.
    ///
    /// No error shows the key.
    pub fn put(&self, order: &OrderKey, new: &NewCertificate) -> Result<Stored, Failure> {
        new.access.check()?;
        let texts = [new.certificate.as_str(), new.chain.as_str(), new.key.expose()];
        let (bundle, facts) = check::check(texts, &new.names, new.now).map_err(|failure| failure.at(order))?;
        let Some(key) = &bundle.key else {
            return Err(Failure::new(Kind::Failed, text!("the private key is missing", "缺少私钥")).at(order));
        };
        let mut meta = facts.json();
        if let Some(meta) = meta.as_object_mut() {
            meta.insert("version".to_owned(), json!(1));
            meta.insert("certificate".to_owned(), json!(order.certificate));
            meta.insert("cycle".to_owned(), json!(order.cycle));
        }
        let files = [
            NewFile::new(KEY, key.expose()),
            NewFile::new(CERTIFICATE, bundle.certificate.as_str()),
            NewFile::new(CHAIN, bundle.chain.concat()),
            NewFile::new(FULLCHAIN, bundle.fullchain()),
            NewFile::new(META, format!("{meta:#}\n")),
        ];
        self.switch(&order.certificate).write(order.cycle, &files, &new.access, &self.folder)?;
        Ok(self.stored(order.clone(), facts))
    }

    /// The certificate that `current` leads to, or `None` if none was stored yet.
    ///
    /// # Errors
    ///
    /// If it cannot be read, or was tampered with.
    pub fn current(&self, certificate: &Name) -> Result<Option<Stored>, Failure> {
        let switch = self.switch(certificate);
        let mut last = None;
        while let Some(cycle) = switch.current()? {
            let order = OrderKey::new(certificate.clone(), cycle);
            if let Some(stored) = self.generation(&order)? {
                return Ok(Some(stored));
            }
            // It may have been replaced and removed since the link was read, but then the link has changed.
            if last.replace(cycle) == Some(cycle) {
                let failure = Failure::new(
                    Kind::Failed,
                    text!("this link leads to a generation that is not there", "此链接指向不存在的代次"),
                );
                let failure = failure.at(switch.current_link().display());
                return Err(failure.remedy(text!(
                    "Restore `live` from a backup, or fetch the certificate again.",
                    "请从备份恢复 `live`，或重新获取证书。"
                )));
            }
        }
        Ok(None)
    }

    /// The certificate of a cycle, if it is still there.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn generation(&self, order: &OrderKey) -> Result<Option<Stored>, Failure> {
        let path = self.switch(&order.certificate).place(order.cycle).join(CERTIFICATE);
        let Some(text) = self.steps.read(&path)? else { return Ok(None) };
        let facts = Facts::read(&String::from_utf8_lossy(&text)).map_err(|failure| failure.at(path.display()))?;
        Ok(Some(self.stored(order.clone(), facts)))
    }

    /// Lets `current` lead to a generation that is there, in one step. Needs the lock of the certificate.
    ///
    /// # Errors
    ///
    /// Those of the file system. `current` leads to the old or to the new generation then: run it again.
    pub fn make_current(&self, stored: &Stored) -> Result<(), Failure> {
        self.switch(&stored.order.certificate).switch(stored.order.cycle)
    }

    /// Checks a generation as a new certificate is checked: it is whole, its key fits, it is for these names and valid now.
    ///
    /// # Errors
    ///
    /// What is wrong with it. No error shows the key.
    pub fn check(&self, stored: &Stored, names: &[String], now: Timestamp) -> Result<(), Failure> {
        self.read(stored, names, now).map(drop)
    }

    /// The cycles of a certificate that are there, the oldest first.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    pub fn generations(&self, certificate: &Name) -> Result<Vec<u32>, Failure> {
        self.switch(certificate).all()
    }

    /// All certificates that `current` leads to, by name.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read.
    pub fn list(&self) -> Result<Vec<Stored>, Failure> {
        let names = self.steps.entries(&self.folder.join(LIVE))?;
        let mut names: Vec<Name> = names.iter().filter_map(|name| name.parse().ok()).collect();
        names.sort_unstable();
        names.iter().filter_map(|name| self.current(name).transpose()).collect()
    }

    /// Reads certificate, chain and key of a generation, and checks that they belong together.
    ///
    /// # Errors
    ///
    /// If one cannot be read, or the key belongs to another certificate. No error shows the key.
    pub fn texts(&self, stored: &Stored) -> Result<Texts, Failure> {
        // An expired one can be read too: only what is new must be valid.
        self.read(stored, &[], stored.not_before)
    }

    fn read(&self, stored: &Stored, names: &[String], now: Timestamp) -> Result<Texts, Failure> {
        let read = |path: &Path| -> Result<Zeroizing<String>, Failure> {
            let wrong = |message: Text| {
                let failure = Failure::new(Kind::Failed, message).at(path.display());
                failure.remedy(text!(
                    "Store the certificate again, or deploy another generation.",
                    "请重新保存证书，或部署其他代次。"
                ))
            };
            let text = self
                .steps
                .read(path)?
                .map(Zeroizing::new)
                .ok_or_else(|| wrong(text!("this file is missing", "缺少此文件")))?;
            let text = std::str::from_utf8(&text).map_err(|_| wrong(text!("this file is damaged", "此文件已损坏")))?;
            Ok(Zeroizing::new(text.to_owned()))
        };
        let (certificate, chain, key) = (read(&stored.cert())?, read(&stored.chain())?, read(&stored.privkey())?);
        check::check([&certificate, &chain, &key], names, now)
            .map_err(|failure| failure.at(stored.folder.display()))?;
        Ok(Texts { certificate: (*certificate).clone(), chain: (*chain).clone(), key: Secret::from(key.as_str()) })
    }

    fn switch(&self, certificate: &Name) -> Switch<'_> {
        Switch::new(&self.steps, self.folder.join(LIVE).join(certificate.as_str()))
    }

    fn stored(&self, order: OrderKey, facts: Facts) -> Stored {
        let switch = self.switch(&order.certificate);
        Stored {
            folder: switch.place(order.cycle),
            current: switch.current_link(),
            order,
            names: facts.names,
            fingerprint: facts.fingerprint,
            serial: facts.serial,
            not_before: facts.not_before,
            not_after: facts.not_after,
        }
    }
}
