//! A certificate order and the certificate that comes of it.

use super::invalid;
use super::order::Product;
use crate::call::Refusal;
use crate::pki::{Algorithm, Issued, Key, Level, SharedPki, Subject, archive, system_request};
use crate::random::Random;
use crate::service::errand::{Of, Pending};
use crate::service::issue::{Certified, Issue, issue};
use crate::service::proof::{Method, Progress, Proof, Record, RecordType};
use crate::service::{domain, time};
use crate::world::{Settings, World};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Where archives are.
pub(super) const DOWNLOADS: &str = "/kcm/download/";

/// A certificate order and the certificate that comes of it.
pub(super) struct Certificate {
    pub(super) id: String,
    pub(super) domain: String,
    pub(super) product: Product,
    years: i64,
    pub(super) domains: i64,
    pub(super) wildcards: i64,
    pub(super) project: i64,
    /// When it was ordered; a renewal does not change it.
    pub(super) ordered: i64,
    /// How often it was renewed.
    round: u32,
    pub(super) draft: Draft,
    pub(super) stage: Stage,
}

/// The applicant's data that were saved so far.
#[derive(Default)]
pub(super) struct Draft {
    /// By wire name, without contact and CSR.
    pub(super) texts: BTreeMap<&'static str, String>,
    pub(super) contact: Option<Value>,
    /// The CSR of the caller in PEM, and its key in DER.
    pub(super) csr: Option<(String, Vec<u8>)>,
    pub(super) method: Option<Method>,
    /// The service makes the key, of this algorithm.
    pub(super) system: Option<Algorithm>,
}

/// How far a certificate is.
pub(super) enum Stage {
    Ordered,
    Reviewed(Proof),
    Issued(Box<Delivered>),
    Revoked(Box<Delivered>),
    Failed(&'static str),
    Cancelled,
}

/// What was issued.
pub(super) struct Delivered {
    issued: Issued,
    /// Key and CSR that the service made, in PEM.
    made: Option<(String, String)>,
}

impl Stage {
    /// `CertificateStatus`.
    pub(super) fn number(&self) -> i64 {
        match self {
            Self::Ordered => 0,
            Self::Reviewed(_) => 1,
            Self::Issued(_) => 2,
            Self::Revoked(_) => 3,
            Self::Failed(_) => 4,
            Self::Cancelled => 5,
        }
    }
}

/// How much of a certificate an answer shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// What orders, updates and cancellations answer; numbers are texts there.
    Order,
    /// The same with the applicant's data, but not the contact, which then stands beside.
    Application,
    /// An item of a list.
    Item,
    /// Everything.
    Whole,
}

impl Certificate {
    pub(super) fn new(
        id: String,
        domain: String,
        product: Product,
        [years, domains, wildcards]: [i64; 3],
        project: i64,
        now: i64,
    ) -> Self {
        let draft = Draft::default();
        let stage = Stage::Ordered;
        Self { id, domain, product, years, domains, wildcards, project, ordered: now, round: 0, draft, stage }
    }

    /// Begins anew for a renewal, with the applicant's data of before.
    pub(super) fn renew(&mut self, product: Product, [years, domains, wildcards]: [i64; 3]) {
        self.product = product;
        (self.years, self.domains, self.wildcards) = (years, domains, wildcards);
        self.round += 1;
        self.stage = Stage::Ordered;
    }

    /// Whether a record proves the domain; otherwise people check the applicant.
    pub(super) fn needs_method(&self) -> bool {
        self.product.level == Level::Dv || self.product.is_sectigo()
    }

    /// Names this order or renewal.
    fn order(&self) -> String {
        format!("kcm/{}/{}", self.id, self.round)
    }

    fn record(&self, seed: u64) -> Option<Record> {
        // Brands differ in the type of the record, so that callers meet both.
        let cname = matches!(self.product.brand.as_str(), "Symantec" | "GeoTrust");
        let kind = if cname { RecordType::Cname } else { RecordType::Txt };
        Some(Record::new(self.method()?, kind, &self.domain, &self.order(), self.ordered, seed))
    }

    fn method(&self) -> Option<Method> {
        self.draft.method.filter(|_| self.needs_method())
    }

    /// The domains of the certificate, the main one first.
    pub(super) fn names(&self) -> Vec<String> {
        let more = ["AdditionalDomains", "Wildcards"].iter().filter_map(|name| self.draft.texts.get(name));
        // Only domains are saved.
        let more = more.flat_map(|list| list.split(',')).filter_map(|name| domain(name.trim()));
        let mut names = vec![self.domain.clone()];
        for name in more {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names
    }

    fn progress(&self, settings: &Settings, now: i64) -> Option<Progress> {
        let Stage::Reviewed(proof) = &self.stage else { return None };
        Some(proof.progress(self.method(), self.names().iter().map(String::as_str), settings, now))
    }

    pub(super) fn pending(&self, world: &World) -> Option<Pending> {
        let Stage::Reviewed(proof) = &self.stage else { return None };
        Some(Pending {
            of: Of::Certificate(self.id.clone()),
            record: self.record(world.kcm.seed).filter(|_| !proof.found),
            key: self.draft.system.map(|algorithm| (self.order(), algorithm)),
            due: self.progress(&world.settings, world.clock.now()) == Some(Progress::Proved),
        })
    }

    /// Moves it on.
    pub(super) fn look(&mut self, pki: &SharedPki, settings: &Settings, now: i64) -> Result<(), Refusal> {
        match (self.progress(settings, now), &mut self.stage) {
            (Some(Progress::Open), Stage::Reviewed(proof)) => proof.looked(),
            (Some(Progress::Failed(why)), stage) => *stage = Stage::Failed(why),
            (Some(Progress::Proved), _) => self.stage = Stage::Issued(Box::new(self.deliver(pki, now)?)),
            _ => {}
        }
        Ok(())
    }

    fn deliver(&self, pki: &SharedPki, now: i64) -> Result<Delivered, Refusal> {
        let text = |name| self.draft.texts.get(name).cloned().unwrap_or_default();
        let subject = Subject { organization: text("CompanyName"), state: text("State"), city: text("City") };
        let key = match (&self.draft.system, &self.draft.csr) {
            (Some(algorithm), _) => Certified::Made(*algorithm),
            (None, Some((_, key))) => Certified::Given(key),
            (None, None) => return Err(invalid("CSR", "There is none.")),
        };
        let (order, names) = (self.order(), self.names());
        let asked = Issue {
            order: &order,
            domains: &names,
            // A company that the service keeps under an id is not named, as nothing is known of it.
            subject: Some(&subject).filter(|subject| !subject.organization.is_empty()),
            level: self.product.level,
            key,
            days: 365 * self.years,
        };
        let failed = |trouble: crate::pki::Trouble| Refusal::new("service-unavailable", trouble.to_string());
        let made = issue(&asked, pki, now).map_err(failed)?;
        let request = |key: Key| Ok((system_request(&key, &self.domain)?, key.pem));
        let key = made.key.map(request).transpose().map_err(failed)?;
        Ok(Delivered { issued: made.issued, made: key.map(|(csr, key)| (key, csr)) })
    }

    /// The path of its archive. Whoever knows it can fetch the archive.
    pub(super) fn path(&self, seed: u64) -> String {
        let secret = Random::stream(seed, &format!("download/{}", self.order())).hex(40);
        format!("{DOWNLOADS}{}/{secret}.zip", self.id)
    }

    /// The archive, while the certificate is issued and not revoked.
    pub(super) fn archive(&self) -> Option<Vec<u8>> {
        let Stage::Issued(delivered) = &self.stage else { return None };
        let chain = delivered.issued.chain();
        let mut files = vec![
            ("certificate.pem", delivered.issued.leaf.as_str()),
            ("chain.pem", delivered.issued.issuer.as_str()),
            ("fullchain.pem", chain.as_str()),
        ];
        files.extend(delivered.made.as_ref().map(|(key, _)| ("private.key", key.as_str())));
        archive(&files).ok()
    }

    pub(super) fn state(&self) -> Value {
        json!({
            "id": self.id,
            "domain": self.domain,
            "product": self.product.code,
            "status": self.stage.number(),
            "ordered": self.ordered,
            "renewals": self.round,
        })
    }

    /// As an answer shows it.
    pub(super) fn shown(&self, how: Shown, seed: u64) -> Value {
        let number =
            |n: i64| if matches!(how, Shown::Order | Shown::Application) { json!(n.to_string()) } else { json!(n) };
        let level = match self.product.level {
            Level::Dv => "DV",
            Level::Ov => "OV",
            Level::Ev => "EV",
        };
        let mut out = crate::service::answer(json!({
            "CertificateId": self.id,
            "MainDomain": self.domain,
            "CertificateBrand": self.product.brand,
            "CertificateLevel": level,
            "CertificateName": self.product.name,
            "CertificateCode": self.product.code,
            "CertificateStatus": number(self.stage.number()),
            "YearLength": number(self.years),
            "DomainCount": number(self.domains),
            "WildcardCount": number(self.wildcards),
        }));
        if how != Shown::Order {
            self.show_proof(&mut out, how, seed);
        }
        if matches!(how, Shown::Application | Shown::Whole) {
            self.show_application(&mut out, how);
        }
        Value::Object(out)
    }

    /// Times, reason, and what proves the domain.
    fn show_proof(&self, out: &mut Map<String, Value>, how: Shown, seed: u64) {
        if let Some(method) = self.draft.method {
            out.insert("AuthMethod".to_owned(), method.name().into());
        }
        match &self.stage {
            Stage::Issued(delivered) | Stage::Revoked(delivered) => {
                out.insert("IssueTime".to_owned(), time(delivered.issued.from).into());
                out.insert("ExpireTime".to_owned(), time(delivered.issued.to).into());
            }
            Stage::Failed(why) => {
                out.insert("FailReason".to_owned(), (*why).into());
            }
            Stage::Reviewed(_) if how != Shown::Application => {
                if let Some(record) = self.record(seed) {
                    out.insert("AuthContent".to_owned(), content(&record));
                }
            }
            _ => {}
        }
    }

    fn show_application(&self, out: &mut Map<String, Value>, how: Shown) {
        for (name, value) in self.draft.texts.iter().filter(|(name, _)| super::update::is_shown(name)) {
            out.insert((*name).to_owned(), value.clone().into());
        }
        let made = match &self.stage {
            Stage::Issued(delivered) | Stage::Revoked(delivered) => delivered.made.as_ref().map(|(_, csr)| csr),
            _ => None,
        };
        if let Some(csr) = made.or(self.draft.csr.as_ref().map(|(csr, _)| csr)) {
            out.insert("CSR".to_owned(), csr.clone().into());
        }
        if let Some(contact) = self.draft.contact.clone().filter(|_| how == Shown::Whole) {
            out.insert("Contact".to_owned(), contact);
        }
    }
}

fn content(record: &Record) -> Value {
    match record.method {
        Method::Dns => json!({
            "CheckName": record.dns_name(),
            "CheckValue": record.value,
            "RecordType": record.kind.name(),
        }),
        Method::File => json!({ "CheckName": record.file_address(), "CheckValue": record.value }),
    }
}
