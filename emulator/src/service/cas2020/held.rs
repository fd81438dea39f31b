//! The certificates of the account, with what this API version knows of them.

use super::store::Store;
use crate::service::account::{Account, StoredCertificate};

/// The certificates of the account, and notes on them.
#[derive(Clone, Copy)]
pub(crate) struct Held<'a> {
    account: &'a Account,
    store: &'a Store,
}

impl<'a> Held<'a> {
    pub(crate) fn new(account: &'a Account, store: &'a Store) -> Self {
        Self { account, store }
    }

    pub(crate) fn get(self, id: i64) -> Option<&'a StoredCertificate> {
        self.account.get(id)
    }

    /// Returns all certificates, the oldest first.
    pub(crate) fn iter(self) -> impl DoubleEndedIterator<Item = (i64, &'a StoredCertificate)> {
        self.account.iter()
    }

    pub(crate) fn is_revoked(self, id: i64) -> bool {
        self.store.note(id).revoked.is_some()
    }

    /// Returns the id that tags and resource groups know a certificate by.
    pub(crate) fn resource(self, id: i64, held: &StoredCertificate) -> String {
        self.store.resource(id, held)
    }
}
