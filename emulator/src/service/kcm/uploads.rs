//! Certificates of the applicant's own.

use super::page::page;
use super::refusals::{invalid, supplied};
use crate::base::call::{Call, Fields, Refusal};
use crate::base::time::format;
use crate::pki::{Reading, belongs};
use crate::service::values::{fields, time};
use serde_json::{Value, json};

/// Numbers of uploads begin here, so that an upload never has the id of an order.
const NUMBERS_FROM: usize = 50_000;

/// All uploaded certificates, in the order in which they came.
#[derive(Default)]
pub(super) struct Uploads(Vec<Upload>);

/// An uploaded certificate. Its key is checked and not kept.
pub(super) struct Upload {
    id: String,
    name: String,
    pub(super) pem: String,
    pub(super) reading: Reading,
    /// How often it was uploaded, refused calls included: so a test sees one that comes twice.
    submitted: u32,
}

impl Uploads {
    /// Stores a certificate, unless it is there.
    pub(super) fn add(&mut self, call: &Call<'_>, now: i64) -> Result<Fields, Refusal> {
        let name = supplied(call, "CertName")?.to_owned();
        let (pem, key) = (supplied(call, "CertFile")?, supplied(call, "CertKey")?);
        if call.params.text("ProjectId").is_some() && call.params.whole("ProjectId").is_none() {
            return Err(invalid("ProjectId", "It is a number."));
        }
        let reading = Reading::of(pem).map_err(|trouble| invalid("CertFile", trouble))?;
        belongs(pem, key).map_err(|trouble| invalid("CertKey", trouble))?;
        if let Some(same) = self.0.iter_mut().find(|upload| upload.reading.fingerprint == reading.fingerprint) {
            same.submitted = same.submitted.saturating_add(1);
            return Err(invalid("CertFile", format!("Duplicate certificate file: it is stored as {}.", same.id)));
        }
        let id = format!("{}{:05}", format(now, "%y%m%d%H"), NUMBERS_FROM + self.0.len() + 1);
        let upload = Upload { id, name, pem: pem.to_owned(), reading, submitted: 1 };
        let shown = upload.shown();
        self.0.push(upload);
        Ok(fields(json!({ "Success": true, "Ret": shown })))
    }

    pub(super) fn list(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let (skip, take) = page(call)?;
        let shown: Vec<Value> = self.0.iter().skip(skip).take(take).map(Upload::shown).collect();
        Ok(fields(json!({ "Success": true, "Ret": { "Certs": shown } })))
    }

    /// Returns the certificate of an id.
    pub(super) fn get(&self, id: &str) -> Option<&Upload> {
        self.0.iter().find(|upload| upload.id == id)
    }

    pub(super) fn state(&self, most: usize) -> Value {
        let shown = self.0.iter().rev().take(most).map(|upload| {
            json!({
                "id": upload.id,
                "name": upload.name,
                "fingerprint": upload.reading.fingerprint,
                "submitted": upload.submitted,
            })
        });
        json!({ "total": self.0.len(), "latest": shown.collect::<Vec<_>>() })
    }
}

impl Upload {
    /// Returns the certificate as responses show it. Brand, level and source are left out: no values of theirs are known.
    fn shown(&self) -> Value {
        let reading = &self.reading;
        let more: Vec<&String> = reading.sans.iter().filter(|name| **name != reading.common).collect();
        let wildcards = reading.sans.iter().filter(|name| name.starts_with("*.")).count();
        json!({
            "CertID": self.id,
            "CertName": self.name,
            "MainDomain": reading.common,
            "Domains": reading.sans,
            "AdditionalDomains": more,
            "CA": reading.issuer,
            "FingerPrint": reading.fingerprint.to_lowercase(),
            "DomainCount": reading.sans.len() - wildcards,
            "WildcardCount": wildcards,
            "IssueTime": time(reading.from),
            "ExpireTime": time(reading.to),
        })
    }
}
