//! The certificates of the Alibaba Cloud account: uploaded ones, and those that both versions of CAS have issued.

use crate::pki::Reading;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The id of the first certificate.
const FIRST_ID: i64 = 7_654_321;

/// A certificate in the account.
#[derive(Debug)]
pub(super) struct StoredCertificate {
    pub(super) name: String,
    /// The certificate, perhaps with its chain.
    pub(super) pem: String,
    /// The private key. Unknown if the certificate was ordered with a CSR.
    pub(super) key: Option<String>,
    pub(super) bought: bool,
    pub(super) reading: Reading,
}

/// The certificates of the account, by id.
#[derive(Default)]
pub(super) struct Account {
    certificates: BTreeMap<i64, Arc<StoredCertificate>>,
    names: BTreeSet<String>,
    /// How many ids were ever given out.
    given: i64,
}

impl Account {
    /// Stores a certificate and returns its id. If its name is taken, the certificate gets another name.
    pub(super) fn add(&mut self, mut certificate: StoredCertificate) -> (i64, Arc<StoredCertificate>) {
        let id = FIRST_ID + self.given;
        self.given += 1;
        if !self.names.insert(certificate.name.clone()) {
            certificate.name = format!("{}-{id}", certificate.name);
            self.names.insert(certificate.name.clone());
        }
        let certificate = Arc::new(certificate);
        self.certificates.insert(id, certificate.clone());
        (id, certificate)
    }

    pub(super) fn remove(&mut self, id: i64) {
        if let Some(certificate) = self.certificates.remove(&id) {
            self.names.remove(&certificate.name);
        }
    }

    pub(super) fn get(&self, id: i64) -> Option<&StoredCertificate> {
        self.certificates.get(&id).map(|certificate| &**certificate)
    }

    /// Returns all certificates, the oldest first.
    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = (i64, &StoredCertificate)> {
        self.certificates.iter().map(|(id, certificate)| (*id, &**certificate))
    }

    pub(super) fn len(&self) -> usize {
        self.certificates.len()
    }

    pub(super) fn has_name(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Whether an id was ever given out, even if its certificate is gone.
    pub(super) fn has_given(&self, id: i64) -> bool {
        (FIRST_ID..FIRST_ID + self.given).contains(&id)
    }
}
