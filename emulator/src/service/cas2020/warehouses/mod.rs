//! Warehouses of certificates, and the sub CA of a private CA that issues client certificates into one of them.

mod all;
mod certificates;
mod client;
mod stored;

use crate::base::call::{Call, Fields, Refusal};
use crate::service::errand::Pending;
use crate::service::shared::Shared;

pub(super) use all::Warehouses;

impl Warehouses {
    /// Handles a call about warehouses and their certificates.
    pub(super) fn handle(&mut self, call: &Call<'_>, shared: &Shared) -> Option<Result<Fields, Refusal>> {
        let now = shared.clock.now();
        Some(match call.action.name.as_str() {
            "CreateWarehouse" => Ok(self.create(call, now)),
            "ListWarehouse" => self.list(call),
            "ListCertWarehouse" => self.numbered(call, now),
            "DeleteWarehouse" => self.delete(call),
            "UploadPCACert" => self.upload(call),
            "ListCert" => self.founded(shared).and_then(|()| self.list_certificates(call)),
            "DescribeWarehouseCert" => self.founded(shared).and_then(|()| self.describe(call)),
            "DeletePCACert" => self.founded(shared).and_then(|()| self.certificates.delete(call)),
            "CreateWHClientCertificate" => self.founded(shared).and_then(|()| self.issue(call, shared)),
            "RevokeWHClientCertificate" => self.founded(shared).and_then(|()| self.certificates.revoke(call)),
            _ => return None,
        })
    }

    /// What a call has to wait for: the sub CA, when it is first needed, and a key that the service makes.
    pub(super) fn pending(&self, call: &Call<'_>) -> Option<Pending> {
        let key = client::pending(call, &self.certificates);
        (key.is_some() || !self.certificates.has_sub_ca()).then(|| Pending {
            id: String::new(),
            record: None,
            key,
            due: true,
        })
    }
}
