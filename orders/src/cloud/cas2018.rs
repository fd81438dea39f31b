//! Alibaba Cloud CAS 2018-07-13: a bought instance is submitted, once.

use super::plan::{KeySource, Plan};
use super::purchase::Purchase;
use super::refusal::failure;
use super::session::Session;
use super::{Certificate, Cloud, Held, Listed, Progress, Reserved, Steps, not_a_step, unused};
use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::journal::event::{Challenge, Ids};
use cloudcert::aliyun_cas::v2018_07_13::Client;
use cloudcert::aliyun_cas::v2018_07_13::describe_dv_order_result::{DomainCheck, OrderResult};
use cloudcert::aliyun_cas::v2018_07_13::types::InstanceStatus;
use serde_json::{Map, json};
use std::collections::BTreeSet;

/// Orders of the withdrawn version, which knows no CSR: the service makes the key.
#[derive(Debug, Clone)]
pub struct Cas2018 {
    session: Session,
    client: Client,
}

const ID: &str = "InstanceId";

impl Cas2018 {
    /// The API version.
    pub const API: &'static str = "aliyun-cas-2018-07-13";

    /// Orders of this account.
    ///
    /// # Errors
    ///
    /// If the configuration cannot work.
    pub fn new(session: Session) -> Result<Self, Failure> {
        let client = Client::new(session.config.clone()).map_err(|error| failure(&error))?;
        Ok(Self { session, client })
    }

    async fn state(&self, plan: &Plan, ids: &Ids) -> Result<Progress, Failure> {
        let id = ids.get(ID).cloned().unwrap_or_default();
        let response = self.client.describe_dv_order_result().instance_id(id).await.map_err(|error| failure(&error))?;
        Ok(match response.into_state() {
            OrderResult::Checking(DomainCheck::Dns(check)) => {
                let domain = plan.main().trim_start_matches("*.").to_owned();
                let name = check.fqdn(plan.main());
                // The document names no type; the vendor's examples are TXT records.
                let kind = "TXT".to_owned();
                let challenge = Challenge::Dns { domain, name, raw: check.check_name, kind, value: check.check_value };
                Progress::Proof(vec![challenge])
            }
            OrderResult::Checking(DomainCheck::File(check)) => {
                // A host and a path, without a scheme.
                let (domain, path) = check.check_name.split_once('/').unwrap_or((plan.main(), &check.check_name));
                let (domain, path) = (domain.to_owned(), format!("/{path}"));
                Progress::Proof(vec![Challenge::File { domain, path, content: check.check_value }])
            }
            OrderResult::Issued(issued) => {
                Progress::Issued(Certificate { texts: vec![issued.certificate], key: issued.private_key })
            }
            OrderResult::CheckFail => Progress::Failed(text!(
                "the review has failed, by its state check_fail",
                "审核未通过，状态为 check_fail"
            )),
            other => Progress::Waiting(text!("the service shows {other:?}", "服务显示 {other:?}")),
        })
    }

    async fn paid(&self, plan: &Plan, taken: &BTreeSet<String>) -> Result<Reserved, Failure> {
        if let Some(instance) = &plan.instance {
            return Ok(Reserved { instance: instance.clone(), before: None });
        }
        let mut items = self.client.describe_order_instance_list().items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            let (Some(id), Some(InstanceStatus::Payed)) = (item.instance_id, item.status) else { continue };
            if !taken.contains(id.as_str()) {
                return Ok(Reserved { instance: id.to_string(), before: None });
            }
        }
        let failure =
            Failure::new(Kind::Refused, text!("no bought instance is free", "没有空闲的已购实例")).at(&plan.name);
        Err(failure.remedy(text!(
            "Buy one in the console, or name one with `instance`.",
            "请在控制台购买，或用 `instance` 指定实例。"
        )))
    }
}

impl Cloud for Cas2018 {
    fn session(&self) -> &Session {
        &self.session
    }

    fn flow(&self) -> &'static str {
        "aliyun-cas-2018-07-13"
    }

    fn steps(&self) -> Steps {
        Steps { reserves: true, orders: false, drafts: false, submits: true, returns: false }
    }

    fn id(&self) -> &'static str {
        ID
    }

    fn reserve<'a>(
        &'a self,
        plan: &'a Plan,
        taken: &'a BTreeSet<String>,
        _held: Option<&'a Held>,
    ) -> Task<'a, Reserved> {
        Box::pin(self.paid(plan, taken))
    }

    fn submission(&self, plan: &Plan, _csr: Option<&str>, ids: &Ids) -> Result<Purchase, Failure> {
        if plan.key != KeySource::Service {
            let failure = Failure::new(Kind::Unconfigured, text!("this version takes no CSR", "此接口版本不接受 CSR"))
                .at(&plan.name);
            return Err(failure.remedy(text!(
                "Set `key = \"service\"`, or order by the version 2020-04-07.",
                "请设置 `key = \"service\"`，或改用 2020-04-07 版本订购。"
            )));
        }
        let organization = &plan.organization;
        let need = |what: &str, value: &Option<String>| {
            value.clone().ok_or_else(|| {
                Failure::new(Kind::Unconfigured, text!("`{what}` is missing", "缺少 `{what}`")).at(&plan.name)
            })
        };
        let parameters = Map::from_iter([
            (ID.to_owned(), json!(ids.get(ID))),
            ("Domain".to_owned(), json!(plan.names)),
            ("DomainVerifyType".to_owned(), json!(if plan.by_file { "FILE" } else { "DNS" })),
            ("City".to_owned(), json!(need("company.city", &organization.city)?)),
            ("Province".to_owned(), json!(need("company.province", &organization.province)?)),
            ("Username".to_owned(), json!(plan.contact.name)),
            ("Email".to_owned(), json!(plan.contact.email)),
            ("Mobile".to_owned(), json!(plan.contact.phone)),
        ]);
        Purchase::new(&self.session.client, "CreateDVOrderAudit", parameters)
    }

    fn poll<'a>(&'a self, plan: &'a Plan, ids: &'a Ids) -> Task<'a, Progress> {
        Box::pin(self.state(plan, ids))
    }

    /// The list of this version shows no domains, so nothing can be told by it.
    fn list<'a>(&'a self, _plan: &'a Plan) -> Task<'a, Vec<Listed>> {
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    fn order(&self, plan: &Plan, _csr: Option<&str>, _ids: &Ids) -> Result<Purchase, Failure> {
        Err(not_a_step(plan))
    }

    fn draft<'a>(&'a self, plan: &'a Plan, _csr: Option<&'a str>, _ids: &'a Ids) -> Task<'a, ()> {
        unused(plan)
    }

    fn give_back<'a>(&'a self, _ids: &'a Ids) -> Task<'a, ()> {
        Box::pin(std::future::ready(Err(Failure::new(
            Kind::Refused,
            text!("this version cannot give an instance back", "此接口版本不能退还实例"),
        ))))
    }

    fn cancel<'a>(&'a self, _ids: &'a Ids) -> Task<'a, ()> {
        let failure = Failure::new(
            Kind::Refused,
            text!("this version cannot withdraw a submitted order", "此接口版本不能撤回已提交的订单"),
        );
        Box::pin(std::future::ready(Err(failure.remedy(text!("Withdraw it in the console.", "请在控制台撤回。")))))
    }

    fn revocation<'a>(&'a self, _plan: &'a Plan, _ids: &'a Ids, _reason: &'a str) -> Task<'a, Purchase> {
        let failure =
            Failure::new(Kind::Refused, text!("this version cannot revoke a certificate", "此接口版本不能吊销证书"));
        Box::pin(std::future::ready(Err(failure.remedy(text!("Revoke it in the console.", "请在控制台吊销。")))))
    }
}
