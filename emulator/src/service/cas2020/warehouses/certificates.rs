//! The certificates of warehouses. A key is checked and not kept.

use crate::base::call::{Call, Fields, Refusal};
use crate::pki::{Reading, Trouble};
use crate::service::cas2020::refusals::{invalid, required};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// The certificates of all warehouses, the oldest first.
#[derive(Default)]
pub(super) struct Certificates {
    pub(super) all: Vec<Stored>,
    /// The ids of those that were deleted.
    deleted: BTreeSet<String>,
}

pub(super) struct Stored {
    pub(super) id: String,
    /// The number of its warehouse.
    pub(super) warehouse: i64,
    /// The name that the call gave it.
    pub(super) name: Option<String>,
    pub(super) pem: String,
    pub(super) reading: Reading,
    pub(super) origin: Origin,
    pub(super) has_key: bool,
}

/// Where a certificate comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    Upload,
    /// It is that of the sub CA itself.
    SubCa,
    /// The sub CA has issued it, and may have revoked it.
    Issued {
        parent: String,
        revoked: bool,
    },
}

impl Certificates {
    pub(super) fn has_sub_ca(&self) -> bool {
        self.all.iter().any(|stored| stored.origin == Origin::SubCa)
    }

    pub(super) fn add_sub_ca(&mut self, id: String, warehouse: i64, pem: String) -> Result<(), Trouble> {
        let reading = Reading::of(&pem)?;
        self.add(Stored { id, warehouse, name: None, pem, reading, origin: Origin::SubCa, has_key: true });
        Ok(())
    }

    pub(super) fn add(&mut self, stored: Stored) {
        self.all.push(stored);
    }

    pub(super) fn get(&self, id: &str) -> Option<&Stored> {
        self.all.iter().find(|stored| stored.id == id)
    }

    /// Returns the number of the next certificate, counting deleted ones.
    pub(super) fn next(&self) -> usize {
        self.all.len() + self.deleted.len()
    }

    /// Deletes a certificate. Succeeds again if it was deleted before; fails if there never was one.
    pub(super) fn delete(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let id = required(call, "Identifier")?;
        match self.get(id) {
            Some(stored) if stored.origin == Origin::SubCa => {
                return Err(invalid("Identifier", "It is the certificate of a sub CA."));
            }
            None if !self.deleted.contains(id) => return Err(unknown("Identifier")),
            _ => {}
        }
        self.all.retain(|stored| stored.id != id);
        self.deleted.insert(id.to_owned());
        Ok(Fields::new())
    }

    /// Deletes what is in a warehouse.
    pub(super) fn delete_all(&mut self, warehouse: i64) {
        let gone = self.all.iter().filter(|stored| stored.warehouse == warehouse).map(|stored| stored.id.clone());
        self.deleted.extend(gone);
        self.all.retain(|stored| stored.warehouse != warehouse);
    }

    /// Revokes a certificate that the sub CA has issued, at once and only once.
    pub(super) fn revoke(&mut self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let id = required(call, "Identifier")?;
        let stored = self.all.iter_mut().find(|stored| stored.id == id).ok_or_else(|| unknown("Identifier"))?;
        match &mut stored.origin {
            Origin::Issued { revoked, .. } if !*revoked => *revoked = true,
            Origin::Issued { .. } => return Err(invalid("Identifier", "The certificate has been revoked before.")),
            _ => return Err(invalid("Identifier", "No private CA of the account has issued it.")),
        }
        Ok(Fields::new())
    }

    pub(super) fn state(&self) -> Value {
        let revoked = self.all.iter().filter(|stored| stored.is_revoked()).count();
        // The sub CA is there from the start, whether somebody has asked for it or not.
        json!({ "total": self.all.len() - usize::from(self.has_sub_ca()), "revoked": revoked })
    }
}

impl Stored {
    pub(super) fn is_revoked(&self) -> bool {
        matches!(self.origin, Origin::Issued { revoked: true, .. })
    }

    pub(super) fn kind(&self) -> &'static str {
        if self.origin == Origin::SubCa { "CA" } else { "CERT" }
    }

    pub(super) fn source(&self) -> &'static str {
        if self.origin == Origin::Upload { "upload" } else { "aliyun" }
    }

    pub(super) fn status(&self) -> &'static str {
        if self.is_revoked() { "REVOKE" } else { "ISSUE" }
    }

    pub(super) fn item(&self, warehouse_id: &str) -> Value {
        let reading = &self.reading;
        json!({
            "Identifier": self.id,
            "WhId": self.warehouse,
            "WhInstanceId": warehouse_id,
            "CertType": self.kind(),
            "SourceType": self.source(),
            "Status": self.status(),
            "CommonName": reading.common,
            "Sans": reading.sans.join(","),
            "Issuer": reading.issuer,
            "Algorithm": reading.key_type,
            "SerialNo": reading.serial.to_lowercase(),
            "BeforeDate": reading.from.saturating_mul(1000),
            "AfterDate": reading.to.saturating_mul(1000),
            "ExistPrivateKey": self.has_key,
        })
    }
}

pub(super) fn unknown(parameter: &str) -> Refusal {
    invalid(parameter, "There is no such certificate.")
}
