//! One order: placed, in validation, issued or failed.

use crate::base::call::Fields;
use crate::base::settings::Settings;
use crate::pki::{Algorithm, Level, Reading, SharedPki, Subject, Trouble};
use crate::service::account::{Account, StoredCertificate};
use crate::service::errand::Pending;
use crate::service::issue::{Certified, Issue, issue};
use crate::service::shared::Shared;
use crate::service::validation::{FILE_PATH, Progress, Record, RecordType, Validation, ValidationMethod};
use crate::service::values::fields;
use serde_json::{Value, json};
use std::sync::Arc;

/// The product that is valid for three months. The others are valid for a year.
const THREE_MONTHS: &str = "digicert-free-1-free";

/// An order. There may be a hundred thousand of them, so it holds little, and no personal data.
pub(super) struct Order {
    pub(super) product: Arc<str>,
    pub(super) level: Level,
    /// The domains, with commas between them, the main one first.
    pub(super) domains: Box<str>,
    /// The company that a certificate above DV names.
    pub(super) company: Option<Box<str>>,
    /// The public key of the applicant's CSR in DER. Without a CSR the service makes the key when it is needed.
    pub(super) key: Option<Box<[u8]>>,
    pub(super) method: ValidationMethod,
    pub(super) placed: i64,
    pub(super) stage: Stage,
}

/// What an order is for.
pub(super) struct Wanted {
    pub(super) domains: Vec<String>,
    /// The public key of the applicant's CSR in DER.
    pub(super) key: Option<Vec<u8>>,
    pub(super) company: Option<String>,
    pub(super) method: ValidationMethod,
}

pub(super) enum Stage {
    Placed,
    Validating(Validation),
    Failed,
    Issued(i64, Arc<StoredCertificate>),
    Revoked(i64, Arc<StoredCertificate>),
    Withdrawn {
        /// Whether the package got its certificate back.
        returned: bool,
    },
}

impl Order {
    /// Returns the domains, the main one first.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.domains.split(',')
    }

    fn record(&self, id: i64, seed: u64) -> Record {
        let main = self.names().next().unwrap_or_default();
        Record::new(self.method, RecordType::Txt, main, &key_name(id), self.placed, seed)
    }

    /// Returns how far the validation has come, if the order is being validated.
    pub(super) fn progress(&self, settings: &Settings, now: i64) -> Option<Progress> {
        let Stage::Validating(validation) = &self.stage else { return None };
        Some(validation.progress(Some(self.method), self.names(), settings, now))
    }

    pub(super) fn found(&mut self) {
        if let Stage::Validating(validation) = &mut self.stage {
            validation.found = true;
        }
    }

    pub(super) fn pending(&self, id: i64, shared: &Shared) -> Option<Pending> {
        let Stage::Validating(validation) = &self.stage else { return None };
        Some(Pending {
            id: id.to_string(),
            record: (!validation.found).then(|| self.record(id, shared.settings.seed)),
            key: self.key.is_none().then(|| (key_name(id), Algorithm::Rsa)),
            due: self.progress(&shared.settings, shared.clock.now()) == Some(Progress::Validated),
        })
    }

    /// Issues the certificate and stores it in the account.
    pub(super) fn issue(&mut self, id: i64, account: &mut Account, pki: &SharedPki, now: i64) -> Result<(), Trouble> {
        let name = key_name(id);
        let domains: Vec<String> = self.names().map(str::to_owned).collect();
        let (state, city) = (String::new(), String::new());
        let company = self.company.as_deref().map(str::to_owned);
        let subject = company.map(|organization| Subject { organization, state, city });
        let asked = Issue {
            order: &name,
            domains: &domains,
            subject: subject.as_ref(),
            level: self.level,
            key: self.key.as_deref().map_or(Certified::Made(Algorithm::Rsa), Certified::Given),
            days: if &*self.product == THREE_MONTHS { 90 } else { 365 },
        };
        let made = issue(&asked, pki, now)?;
        let pem = made.issued.chain();
        let reading = Reading::of(&pem)?;
        let key = made.key.map(|key| key.pem);
        let stored = StoredCertificate { name: format!("cert-{id}"), pem, key, bought: true, reading };
        let (certificate, stored) = account.add(stored);
        self.stage = Stage::Issued(certificate, stored);
        self.key = None;
        Ok(())
    }

    pub(super) fn state(&self, id: i64) -> Value {
        let (state, certificate) = match &self.stage {
            Stage::Placed => ("process", None),
            Stage::Validating(_) => ("domain_verify", None),
            Stage::Failed => ("verify_fail", None),
            Stage::Issued(id, _) => ("certificate", Some(id)),
            Stage::Revoked(id, _) => ("revoked", Some(id)),
            Stage::Withdrawn { .. } => ("payed", None),
        };
        let own_csr = match &self.stage {
            Stage::Issued(_, stored) | Stage::Revoked(_, stored) => stored.key.is_none(),
            _ => self.key.is_some(),
        };
        json!({
            "id": id,
            "product": &*self.product,
            "domain": &*self.domains,
            "placed": self.placed,
            "own_csr": own_csr,
            "state": state,
            "certificate": certificate,
        })
    }

    /// Returns the fields of the order's state, and no others.
    pub(super) fn shown(&self, id: i64, seed: u64) -> Fields {
        let record = || self.record(id, seed);
        fields(match (&self.stage, self.method) {
            (Stage::Placed, _) => json!({ "Type": "process" }),
            (Stage::Failed, _) => json!({ "Type": "verify_fail" }),
            (Stage::Withdrawn { .. }, _) => json!({ "Type": "payed" }),
            (Stage::Validating(_), ValidationMethod::Dns) => {
                let record = record();
                json!({
                    "Type": "domain_verify",
                    "ValidateType": "DNS",
                    "RecordDomain": "_dnsauth",
                    "RecordType": record.kind.name(),
                    "RecordValue": record.value,
                })
            }
            (Stage::Validating(_), ValidationMethod::File) => {
                let record = record();
                json!({
                    "Type": "domain_verify",
                    "ValidateType": "FILE",
                    "Domain": record.host,
                    "Uri": FILE_PATH,
                    "Content": record.value,
                })
            }
            // No state says that a certificate was revoked.
            (Stage::Issued(certificate, stored) | Stage::Revoked(certificate, stored), _) => {
                let mut out = json!({
                    "Type": "certificate",
                    "Certificate": stored.pem,
                    "CertId": certificate.to_string(),
                });
                if let (Some(key), Some(object)) = (&stored.key, out.as_object_mut()) {
                    object.insert("PrivateKey".to_owned(), key.clone().into());
                }
                out
            }
        })
    }
}

/// Returns the name of an order as a resource of the account, for lists, tags and resource groups.
pub(super) fn instance(id: i64) -> String {
    format!("cas-cn-{id}")
}

fn key_name(id: i64) -> String {
    format!("order/{id}")
}
