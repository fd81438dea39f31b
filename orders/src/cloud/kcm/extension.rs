//! Renewals by `ExtendCertificate`: money for another term of a certificate that was issued.
//!
//! The document does not say whether the renewal keeps the id. So a lost response has three ends: status 0 of the certificate shows that it was
//! executed; one new id of these names in the list is the renewal; anything else proves nothing, and the call is never sent again.

use super::super::plan::Plan;
use super::super::purchase::{Elsewhere, Listing, Purchase};
use super::super::session::Session;
use super::super::{Cloud, Held, Listed, Progress, Reserved, Steps};
use super::no_way_back;
use super::service::{ID, Service, size};
use crate::base::failure::{Failure, Kind};
use crate::base::hex::fingerprint;
use crate::base::task::Task;
use crate::base::text::Text;
use crate::journal::event::Ids;
use crate::journal::state::{BEFORE, INSTANCE};
use cloudcert::ksyun_kcm::v2016_03_04::types::CertificateStatus;
use cloudcert::pem::Bundle;
use serde_json::json;
use std::collections::BTreeSet;

/// Extensions of certificates, each for money.
#[derive(Debug, Clone)]
pub(super) struct Extension {
    service: Service,
}

/// The ids that the list has for the names of a plan.
#[derive(Debug)]
struct OfNames {
    service: Service,
    plan: Plan,
}

impl Listing for OfNames {
    fn ids(&self) -> Task<'_, BTreeSet<String>> {
        Box::pin(async move {
            let listed = self.service.orders(&self.plan).await?;
            Ok(listed.into_iter().filter_map(|mut one| one.ids.remove(ID)).collect())
        })
    }
}

impl Extension {
    pub(super) fn new(service: Service) -> Self {
        Self { service }
    }

    /// The certificate of the newest order, if it can be extended. Nothing is sent but a read.
    async fn extendable(&self, plan: &Plan, held: Option<&Held>) -> Result<Reserved, Failure> {
        let name = &plan.name;
        let refused = |message: Text| {
            let failure = Failure::new(Kind::Refused, message).at(name);
            failure.remedy(text!(
                "Set `by = \"order\"`, or order another one with `cloudcert issue {name} --replace`.",
                "请设置 `by = \"order\"`，或运行 `cloudcert issue {name} --replace` 重新订购。"
            ))
        };
        let held = held.ok_or_else(|| {
            refused(text!("the journal has no certificate that could be extended", "日志中没有可延期的证书"))
        })?;
        let Some(id) = held.ids.get(ID) else {
            return Err(refused(text!(
                "the order of its certificate has no CertificateId to extend",
                "其证书的订单没有可延期的 CertificateId"
            )));
        };
        if held.main != plan.main() {
            return Err(refused(text!(
                "an extension keeps the main domain {}, and the plan has another one",
                "延期保持主域名 {} 不变，而配置中的主域名不同",
                held.main
            )));
        }
        match self.service.status(id).await? {
            Some(CertificateStatus::Issued) => {
                Ok(Reserved { instance: id.clone(), before: Some(held.fingerprint.clone()) })
            }
            status => {
                let status = status.map_or_else(|| text!("none", "无"), |status| Text::quote(status.to_string()));
                Err(refused(text!(
                    "only an issued certificate can be extended, and {id} has the status {status}",
                    "只有已签发的证书才能延期，而 {id} 的状态为 {status}";
                    status
                )))
            }
        }
    }

    /// Until the new certificate is there, the service may go on showing the one before.
    async fn state(&self, plan: &Plan, ids: &Ids) -> Result<Progress, Failure> {
        let progress = self.service.state(plan, ids).await?;
        let Progress::Issued(certificate) = &progress else { return Ok(progress) };
        let shown = Bundle::read(&certificate.texts).ok().and_then(|bundle| fingerprint(&bundle.certificate));
        if shown.is_some() && shown.as_ref() == ids.get(BEFORE) {
            return Ok(Progress::Waiting(text!(
                "the service still shows the certificate before",
                "服务仍显示之前的证书"
            )));
        }
        Ok(progress)
    }
}

impl Cloud for Extension {
    fn session(&self) -> &Session {
        &self.service.session
    }

    fn flow(&self) -> &'static str {
        "ksyun-kcm-2016-03-04/extend"
    }

    fn steps(&self) -> Steps {
        Steps { reserves: true, orders: true, drafts: true, submits: true, returns: false }
    }

    fn id(&self) -> &'static str {
        ID
    }

    fn reserve<'a>(&'a self, plan: &'a Plan, _: &'a BTreeSet<String>, held: Option<&'a Held>) -> Task<'a, Reserved> {
        Box::pin(self.extendable(plan, held))
    }

    fn order(&self, plan: &Plan, _csr: Option<&str>, ids: &Ids) -> Result<Purchase, Failure> {
        let Some(id) = ids.get(INSTANCE) else {
            let message = text!("no certificate was set aside to be extended", "没有为延期预留的证书");
            return Err(Failure::new(Kind::Failed, message).at(&plan.name));
        };
        let mut parameters = size(plan)?;
        parameters.insert(ID.to_owned(), json!(id));
        let listing = OfNames { service: self.service.clone(), plan: plan.clone() };
        let elsewhere = Elsewhere { listing: Box::new(listing), id: ID, same: id.clone() };
        Ok(Purchase::new(&self.service.session.client, "ExtendCertificate", parameters)?.elsewhere(elsewhere))
    }

    fn draft<'a>(&'a self, plan: &'a Plan, csr: Option<&'a str>, ids: &'a Ids) -> Task<'a, ()> {
        Box::pin(self.service.write(plan, csr, ids))
    }

    fn submission(&self, plan: &Plan, csr: Option<&str>, ids: &Ids) -> Result<Purchase, Failure> {
        self.service.submission(plan, csr, ids)
    }

    fn poll<'a>(&'a self, plan: &'a Plan, ids: &'a Ids) -> Task<'a, Progress> {
        Box::pin(self.state(plan, ids))
    }

    fn list<'a>(&'a self, plan: &'a Plan) -> Task<'a, Vec<Listed>> {
        Box::pin(self.service.orders(plan))
    }

    fn give_back<'a>(&'a self, _ids: &'a Ids) -> Task<'a, ()> {
        no_way_back()
    }

    /// Under its old id the extension is one with the certificate that servers use: no document says what a cancellation leaves of that.
    fn cancel<'a>(&'a self, ids: &'a Ids) -> Task<'a, ()> {
        if ids.get(ID) == ids.get(INSTANCE) {
            let why = text!(
                "the extension has the id of the certificate that is in use, which a cancellation might take along",
                "延期订单与使用中的证书编号相同，取消可能使该证书一并失效"
            );
            let failure =
                Failure::new(Kind::Refused, why).remedy(text!("Cancel it in the console.", "请在控制台取消。"));
            return Box::pin(std::future::ready(Err(failure)));
        }
        Box::pin(self.service.cancel(ids))
    }

    fn revocation<'a>(&'a self, plan: &'a Plan, ids: &'a Ids, reason: &'a str) -> Task<'a, Purchase> {
        Box::pin(self.service.revocation(plan, ids, reason))
    }
}
