//! Issues the certificate of an instance whose domains are validated.

use super::instance::{Instance, Issued, Placed, Stage};
use crate::pki::{Applicant, Names, Reading, SharedPki, Subject, Trouble, applicants_request};
use crate::service::account::{Account, StoredCertificate};
use crate::service::cas2020::store::{Note, Store};
use crate::service::issue::{Certified, Issue, issue};

/// Where certificates are issued and stored.
pub(super) struct Desk<'a> {
    pub(super) account: &'a mut Account,
    pub(super) store: &'a mut Store,
    pub(super) pki: &'a SharedPki,
    /// The organization in the certificate.
    pub(super) subject: Option<Subject>,
    /// The private key that belongs to the applicant's CSR, if the service stores it.
    pub(super) known_key: Option<String>,
    pub(super) now: i64,
}

impl Desk<'_> {
    /// Issues the certificate of an instance, if its domains are being validated.
    pub(super) fn issue(&mut self, instance: &mut Instance) -> Result<(), Trouble> {
        let Stage::Validating(placed, _) = &instance.stage else { return Ok(()) };
        let name = instance.key_name();
        let Placed { complete, .. } = placed;
        let asked = Issue {
            order: &name,
            domains: &complete.domains,
            subject: self.subject.as_ref(),
            level: instance.kind.level,
            key: complete.key.as_deref().map_or(Certified::Made(instance.algorithm()), Certified::Given),
            days: instance.kind.days,
        };
        let made = issue(&asked, self.pki, self.now)?;
        let pem = made.issued.chain();
        let reading = Reading::of(&pem)?;
        let application = &instance.application;
        let csr = if let Some(key) = &made.key {
            let (common, others) = (reading.common.clone(), complete.domains.iter().skip(1).cloned().collect());
            let part = |given: &Option<String>, usual: &str| given.clone().or_else(|| Some(usual.to_owned()));
            let applicant = Applicant {
                city: part(&application.city, "Beijing"),
                province: part(&application.province, "Beijing"),
                country: part(&application.country, "CN"),
                ..Applicant::default()
            };
            applicants_request(key, &Names { common, others }, &applicant)?
        } else {
            application.csr.clone().unwrap_or_default()
        };
        let key = made.key.map(|key| key.pem).or_else(|| self.known_key.take());
        let name = application.name.clone().unwrap_or_else(|| format!("cert-{}", instance.id));
        let note = Note {
            instance: Some(instance.id.clone()),
            test: instance.kind.test,
            csr: Some(csr.clone()),
            company: application.company,
            contact: application.contacts.first().copied(),
            group: application.group.clone(),
            tags: application.tags.clone(),
            ..Note::default()
        };
        let (from, to, domains) = (made.issued.from, made.issued.to, complete.domains.clone());
        let (certificate, _) = self.account.add(StoredCertificate { name, pem, key, bought: true, reading });
        self.store.add(certificate, note);
        instance.stage = Stage::Idle;
        instance.term.get_or_insert((from, to));
        instance.issued = Some(Issued { certificate, csr, domains, from, to, revoked: None });
        Ok(())
    }
}
