//! Kingsoft Cloud KCM 2016-03-04: an order that costs money, a draft, a submission; and the extension of a certificate in place of an order.

mod extension;
mod service;

pub(crate) use service::BEIJING;

use super::plan::Plan;
use super::purchase::Purchase;
use super::session::Session;
use super::{Cloud, Listed, Progress, Steps};
use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::journal::event::Ids;
use extension::Extension;
use serde_json::json;
use service::{ID, Service};

/// Orders of certificates, each for money.
#[derive(Debug, Clone)]
pub struct Kcm {
    service: Service,
    extension: Extension,
}

impl Kcm {
    /// The API version.
    pub const API: &'static str = "ksyun-kcm-2016-03-04";

    /// Orders of this account.
    ///
    /// # Errors
    ///
    /// If the configuration cannot work.
    pub fn new(session: Session) -> Result<Self, Failure> {
        let service = Service::new(session)?;
        Ok(Self { extension: Extension::new(service.clone()), service })
    }
}

impl Cloud for Kcm {
    fn session(&self) -> &Session {
        &self.service.session
    }

    fn flow(&self) -> &'static str {
        Self::API
    }

    fn extension(&self) -> Option<&dyn Cloud> {
        Some(&self.extension)
    }

    fn steps(&self) -> Steps {
        Steps { reserves: false, orders: true, drafts: true, submits: true, returns: false }
    }

    fn id(&self) -> &'static str {
        ID
    }

    fn order(&self, plan: &Plan, _csr: Option<&str>, _ids: &Ids) -> Result<Purchase, Failure> {
        let mut parameters = service::size(plan)?;
        parameters.insert("MainDomain".to_owned(), json!(plan.main()));
        if let Some(project) = service::project(plan) {
            parameters.insert("ProjectId".to_owned(), json!(project));
        }
        Purchase::new(&self.service.session.client, "ApplyCertificate", parameters)
    }

    fn draft<'a>(&'a self, plan: &'a Plan, csr: Option<&'a str>, ids: &'a Ids) -> Task<'a, ()> {
        Box::pin(self.service.write(plan, csr, ids))
    }

    fn submission(&self, plan: &Plan, csr: Option<&str>, ids: &Ids) -> Result<Purchase, Failure> {
        self.service.submission(plan, csr, ids)
    }

    fn poll<'a>(&'a self, plan: &'a Plan, ids: &'a Ids) -> Task<'a, Progress> {
        Box::pin(self.service.state(plan, ids))
    }

    fn list<'a>(&'a self, plan: &'a Plan) -> Task<'a, Vec<Listed>> {
        Box::pin(self.service.orders(plan))
    }

    fn cancel<'a>(&'a self, ids: &'a Ids) -> Task<'a, ()> {
        Box::pin(self.service.cancel(ids))
    }

    fn revocation<'a>(&'a self, plan: &'a Plan, ids: &'a Ids, reason: &'a str) -> Task<'a, Purchase> {
        Box::pin(self.service.revocation(plan, ids, reason))
    }

    fn give_back<'a>(&'a self, _ids: &'a Ids) -> Task<'a, ()> {
        no_way_back()
    }
}

fn no_way_back() -> Task<'static, ()> {
    let why = text!("Kingsoft Cloud documents no way to give a failed order back", "金山云文档没有退还失败订单的方法");
    Box::pin(std::future::ready(Err(Failure::new(Kind::Refused, why))))
}
