//! A certificate order and the certificate that was issued for it.

use super::companies;
use super::draft::{Draft, is_shown};
use super::money::price;
use super::product::Product;
use super::refusals::invalid;
use crate::base::call::{Fields, Refusal};
use crate::base::random::Random;
use crate::base::settings::Settings;
use crate::pki::{Algorithm, Csr, Issued, Key, Level, SharedPki, Subject, Trouble, archive, system_request};
use crate::service::errand::Pending;
use crate::service::issue::{Certified, Issue, issue};
use crate::service::shared::Shared;
use crate::service::validation::{Progress, Record, RecordType, Validation, ValidationMethod};
use crate::service::values::{domain, fields, time};
use serde_json::{Value, json};

/// The path of archives.
pub(super) const DOWNLOADS: &str = "/kcm/download/";

/// A certificate order and the certificate that was issued for it.
pub(super) struct Certificate {
    pub(super) id: String,
    pub(super) domain: String,
    pub(super) product: Product,
    years: i64,
    pub(super) domains: i64,
    pub(super) wildcards: i64,
    pub(super) project: i64,
    /// When it was ordered. A renewal does not change this.
    pub(super) ordered: i64,
    /// How often it was renewed.
    round: u32,
    /// How often it was issued again since it was ordered or renewed.
    reissues: u32,
    /// The key that the service made for the certificate before, if this one shall have it too.
    kept: Option<Kept>,
    pub(super) draft: Draft,
    pub(super) stage: Status,
}

/// The status of a certificate.
pub(super) enum Status {
    Ordered,
    Reviewed(Validation),
    Issued(Box<Delivered>),
    Revoked(Box<Delivered>),
    Failed(&'static str),
    Cancelled,
}

/// A key that stays when a certificate is issued again.
struct Kept {
    /// Key and CSR in PEM.
    made: (String, String),
    /// The public key in DER.
    public: Vec<u8>,
}

/// An issued certificate.
pub(super) struct Delivered {
    issued: Issued,
    /// Key and CSR that the service made, in PEM.
    made: Option<(String, String)>,
}

impl Status {
    /// Returns the value of `CertificateStatus`.
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

/// How much of a certificate a response shows.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Shown {
    /// As orders and cancellations respond. Numbers are strings.
    Order,
    /// The same with the applicant's data. The contact is not part of it, because the response has it beside the certificate.
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
        let stage = Status::Ordered;
        let (round, reissues, kept) = (0, 0, None);
        Self {
            id,
            domain,
            product,
            years,
            domains,
            wildcards,
            project,
            ordered: now,
            round,
            reissues,
            kept,
            draft,
            stage,
        }
    }

    /// Starts a renewal with the applicant's data as saved before.
    pub(super) fn renew(&mut self, product: Product, [years, domains, wildcards]: [i64; 3]) {
        self.product = product;
        (self.years, self.domains, self.wildcards) = (years, domains, wildcards);
        self.round += 1;
        (self.reissues, self.kept) = (0, None);
        self.stage = Status::Ordered;
    }

    /// Starts the review of an issued certificate anew, with the same key or with a new one that the service makes.
    pub(super) fn reissue(&mut self, new_key: bool, now: i64) -> Result<(), Trouble> {
        let Status::Issued(delivered) = &self.stage else { return Ok(()) };
        if new_key {
            self.kept = None;
            (self.draft.system, self.draft.csr) = (self.draft.system.or(Some(Algorithm::Rsa)), None);
        } else if let Some(made) = &delivered.made {
            self.kept = Some(Kept { public: Csr::read(&made.1)?.key, made: made.clone() });
        }
        self.reissues += 1;
        self.stage = Status::Reviewed(Validation::since(now));
        Ok(())
    }

    /// Whether the domain is validated by a record or file. Otherwise people check the applicant.
    pub(super) fn needs_method(&self) -> bool {
        self.product.level == Level::Dv || self.product.is_sectigo()
    }

    /// Returns a name of this order or renewal.
    fn order(&self) -> String {
        let order = format!("kcm/{}/{}", self.id, self.round);
        if self.reissues == 0 { order } else { format!("{order}/{}", self.reissues) }
    }

    fn record(&self, seed: u64) -> Option<Record> {
        // The type of the record differs by brand, so that tests see both types.
        let cname = matches!(self.product.brand.as_str(), "Symantec" | "GeoTrust");
        let kind = if cname { RecordType::Cname } else { RecordType::Txt };
        Some(Record::new(self.method()?, kind, &self.domain, &self.order(), self.ordered, seed))
    }

    fn method(&self) -> Option<ValidationMethod> {
        self.draft.method.filter(|_| self.needs_method())
    }

    /// Returns the domains of the certificate, the main one first.
    pub(super) fn names(&self) -> Vec<String> {
        let more = ["AdditionalDomains", "Wildcards"].iter().filter_map(|name| self.draft.texts.get(name));
        // Whatever is saved here was checked to be a domain.
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
        let Status::Reviewed(validation) = &self.stage else { return None };
        Some(validation.progress(self.method(), self.names().iter().map(String::as_str), settings, now))
    }

    pub(super) fn pending(&self, seed: u64, shared: &Shared) -> Option<Pending> {
        let Status::Reviewed(validation) = &self.stage else { return None };
        Some(Pending {
            id: self.id.clone(),
            record: self.record(seed).filter(|_| !validation.found),
            key: self.draft.system.filter(|_| self.kept.is_none()).map(|algorithm| (self.order(), algorithm)),
            due: self.progress(&shared.settings, shared.clock.now()) == Some(Progress::Validated),
        })
    }

    /// Moves the order on if it is due.
    pub(super) fn probe(&mut self, pki: &SharedPki, settings: &Settings, now: i64) -> Result<(), Refusal> {
        match (self.progress(settings, now), &mut self.stage) {
            (Some(Progress::Open), Status::Reviewed(validation)) => validation.count_probe(),
            (Some(Progress::Failed(why)), stage) => *stage = Status::Failed(why),
            (Some(Progress::Validated), _) => self.stage = Status::Issued(Box::new(self.deliver(pki, now)?)),
            _ => {}
        }
        Ok(())
    }

    fn deliver(&self, pki: &SharedPki, now: i64) -> Result<Delivered, Refusal> {
        let text = |name| self.draft.texts.get(name).cloned().unwrap_or_default();
        let given = || Subject { organization: text("CompanyName"), state: text("State"), city: text("City") };
        // An id that no company has counts as one all the same, but then there is no name.
        let stored = self.draft.texts.get("CompanyId").and_then(|id| companies::subject(id));
        let subject = stored.unwrap_or_else(given);
        let key = match (&self.kept, &self.draft.system, &self.draft.csr) {
            (Some(kept), ..) => Certified::Given(&kept.public),
            (None, Some(algorithm), _) => Certified::Made(*algorithm),
            (None, None, Some((_, key))) => Certified::Given(key),
            (None, None, None) => return Err(invalid("CSR", "There is none.")),
        };
        let (order, names) = (self.order(), self.names());
        let asked = Issue {
            order: &order,
            domains: &names,
            subject: Some(&subject).filter(|subject| !subject.organization.is_empty()),
            level: self.product.level,
            key,
            days: 365 * self.years,
        };
        let failed = |trouble: Trouble| Refusal::new("service-unavailable", trouble.to_string());
        let made = issue(&asked, pki, now).map_err(failed)?;
        let request = |key: Key| Ok((system_request(&key, &self.domain)?, key.pem));
        let key = made.key.map(request).transpose().map_err(failed)?;
        let kept = self.kept.as_ref().map(|kept| kept.made.clone());
        Ok(Delivered { issued: made.issued, made: key.map(|(csr, key)| (key, csr)).or(kept) })
    }

    /// Returns the path of the archive. Whoever knows it can download the archive.
    pub(super) fn path(&self, seed: u64) -> String {
        let secret = Random::stream(seed, &format!("download/{}", self.order())).hex(40);
        format!("{DOWNLOADS}{}/{secret}.zip", self.id)
    }

    /// Returns the archive, unless the certificate is not issued or was revoked.
    pub(super) fn archive(&self) -> Option<Vec<u8>> {
        let Status::Issued(delivered) = &self.stage else { return None };
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
            "reissues": self.reissues,
            "price": price(&self.product, self.domains, self.wildcards, self.years),
        })
    }

    /// Returns the certificate as a response shows it.
    pub(super) fn shown(&self, how: Shown, seed: u64) -> Value {
        let number =
            |n: i64| if matches!(how, Shown::Order | Shown::Application) { json!(n.to_string()) } else { json!(n) };
        let level = match self.product.level {
            Level::Dv => "DV",
            Level::Ov => "OV",
            Level::Ev => "EV",
        };
        let mut out = fields(json!({
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

    /// Adds times, the reason of a failure, and the validation record.
    fn show_proof(&self, out: &mut Fields, how: Shown, seed: u64) {
        if let Some(method) = self.draft.method {
            out.insert("AuthMethod".to_owned(), method.name().into());
        }
        match &self.stage {
            Status::Issued(delivered) | Status::Revoked(delivered) => {
                out.insert("IssueTime".to_owned(), time(delivered.issued.from).into());
                out.insert("ExpireTime".to_owned(), time(delivered.issued.to).into());
            }
            Status::Failed(why) => {
                out.insert("FailReason".to_owned(), (*why).into());
            }
            Status::Reviewed(_) if how != Shown::Application => {
                if let Some(record) = self.record(seed) {
                    out.insert("AuthContent".to_owned(), content(&record));
                }
            }
            _ => {}
        }
    }

    fn show_application(&self, out: &mut Fields, how: Shown) {
        for (name, value) in self.draft.texts.iter().filter(|(name, _)| is_shown(name)) {
            out.insert((*name).to_owned(), value.clone().into());
        }
        let made = match &self.stage {
            Status::Issued(delivered) | Status::Revoked(delivered) => delivered.made.as_ref().map(|(_, csr)| csr),
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
        ValidationMethod::Dns => json!({
            "CheckName": record.dns_name(),
            "CheckValue": record.value,
            "RecordType": record.kind.name(),
        }),
        ValidationMethod::File => json!({ "CheckName": record.file_address(), "CheckValue": record.value }),
    }
}
