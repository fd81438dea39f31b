//! Alibaba Cloud CAS 2020-04-07: orders from a package that was bought.

use super::plan::{KeySource, Plan};
use super::purchase::{Owner, Purchase};
use super::refusal::failure;
use super::session::Session;
use super::{Certificate, Cloud, Listed, Progress, Steps, free, missing, timestamp};
use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::journal::event::{Challenge, Ids};
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::aliyun_cas::v2020_04_07::describe_certificate_state::{CertificateState, DomainProof};
use cloudcert::aliyun_cas::v2020_04_07::types::{OrderId, OrderStatus, OrderType};
use serde_json::{Map, Value, json};

/// Orders from packages.
#[derive(Debug, Clone)]
pub struct CasPackage {
    session: Session,
    client: Client,
}

const ID: &str = "OrderId";
const GONE: &[&str] = &["NotFoundOrder"];

impl CasPackage {
    /// The API version.
    pub const API: &'static str = "aliyun-cas-2020-04-07";

    /// Orders from packages of this account.
    ///
    /// # Errors
    ///
    /// If the configuration cannot work.
    pub fn new(session: Session) -> Result<Self, Failure> {
        let client = Client::new(session.config.clone()).map_err(|error| failure(&error))?;
        Ok(Self { session, client })
    }

    async fn state(&self, plan: &Plan, ids: &Ids) -> Result<Progress, Failure> {
        let id = order_id(ids)?;
        let state = match self.client.describe_certificate_state().order_id(id).await {
            Ok(response) => response.into_state(),
            Err(error) if missing(&error, GONE) => return Ok(Progress::Missing),
            Err(error) => return Err(failure(&error)),
        };
        Ok(match state {
            CertificateState::Process => Progress::Waiting(text!(
                "the service or the certificate authority is at it",
                "服务或证书颁发机构正在处理"
            )),
            CertificateState::DomainVerify(DomainProof::Dns(proof)) => {
                let name = proof.fqdn(plan.main());
                let domain = plan.main().trim_start_matches("*.").to_owned();
                let kind = proof.record_type.to_string();
                let challenge =
                    Challenge::Dns { domain, name, raw: proof.record_domain, kind, value: proof.record_value };
                Progress::Proof(vec![challenge])
            }
            CertificateState::DomainVerify(DomainProof::File(proof)) => {
                Progress::Proof(vec![Challenge::File { domain: proof.domain, path: proof.uri, content: proof.content }])
            }
            CertificateState::Certificate(issued) => {
                Progress::Issued(Certificate { texts: vec![issued.certificate], key: issued.private_key })
            }
            CertificateState::VerifyFail => Progress::Failed(text!(
                "the order has failed, by its state verify_fail",
                "订单失败，状态为 verify_fail"
            )),
            CertificateState::Payed => Progress::Withdrawn,
            other => Progress::Waiting(text!("the service shows the state {other:?}", "服务显示的状态为 {other:?}")),
        })
    }

    async fn orders(&self, plan: &Plan) -> Result<Vec<Listed>, Failure> {
        let mut out = Vec::new();
        let mut items = self.client.list_user_certificate_order().order_type(OrderType::Cpack).items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            let (Some(id), Some(domain)) = (item.order_id, item.domain) else { continue };
            let names: Vec<String> = domain.split(',').map(|name| name.trim().to_lowercase()).collect();
            if !plan.names.iter().any(|name| names.contains(&name.to_lowercase())) {
                continue;
            }
            let over = [OrderStatus::CheckedFail, OrderStatus::Expired, OrderStatus::Revoked];
            out.push(Listed {
                ids: Ids::from([(ID.to_owned(), id.to_string())]),
                status: item.status.as_ref().map_or_else(String::new, ToString::to_string),
                product: item.product_code,
                names,
                ordered: item.buy_date.and_then(|time| timestamp(time.instant().ok()?)),
                not_after: item.cert_end_time.and_then(|time| timestamp(time.instant().ok()?)),
                alive: item.status.is_none_or(|status| !over.contains(&status)),
            });
        }
        Ok(out)
    }
}

fn order_id(ids: &Ids) -> Result<OrderId, Failure> {
    let id = ids.get(ID).and_then(|id| id.parse::<i64>().ok());
    id.map(OrderId::from).ok_or_else(|| {
        Failure::new(Kind::Unknown, text!("no OrderId is known for the order", "订单没有已知的 OrderId"))
    })
}

/// The parameters of the order, and its action.
fn parameters(plan: &Plan, csr: Option<&str>) -> Result<(&'static str, Map<String, Value>), Failure> {
    let product = plan.product.as_deref().ok_or_else(|| {
        Failure::new(Kind::Unconfigured, text!("no product is named", "未指定产品")).at(&plan.name).remedy(text!(
            "Set `product`: it costs, so it is never guessed.",
            "请设置 `product`：它产生费用，因此不会猜测。"
        ))
    })?;
    let mut out = Map::new();
    let mut set = |name: &str, value: Value| out.insert(name.to_owned(), value);
    set("ProductCode", json!(product));
    set("ValidateType", json!(if plan.by_file { "FILE" } else { "DNS" }));
    set("Username", json!(plan.contact.name));
    set("Email", json!(plan.contact.email));
    set("Phone", json!(plan.contact.phone));
    if let Some(csr) = csr {
        set("Csr", json!(csr));
    }
    let company = plan.organization.company.as_ref();
    let action = match (plan.names.as_slice(), csr, company) {
        ([_], Some(_), None) => "CreateCertificateWithCsrRequest",
        ([one], None, None) => {
            set("Domain", json!(one));
            "CreateCertificateRequest"
        }
        (names, _, company) => {
            set("Domain", json!(names));
            if let Some(company) = company {
                set("CompanyName", json!(company));
            }
            "CreateCertificateForPackageRequest"
        }
    };
    Ok((action, out))
}

impl Cloud for CasPackage {
    fn session(&self) -> &Session {
        &self.session
    }

    fn flow(&self) -> &'static str {
        "aliyun-cas-2020-04-07/package"
    }

    fn steps(&self) -> Steps {
        Steps { reserves: false, orders: true, drafts: false, submits: false, returns: true }
    }

    fn id(&self) -> &'static str {
        ID
    }

    fn order(&self, plan: &Plan, csr: Option<&str>, _ids: &Ids) -> Result<Purchase, Failure> {
        if matches!(plan.key, KeySource::Own(_)) && csr.is_none() {
            return Err(Failure::new(
                Kind::Failed,
                text!("the order has no certificate signing request", "订单没有证书签名请求"),
            )
            .at(&plan.name));
        }
        let (action, parameters) = parameters(plan, csr)?;
        let owner = Owner { member: "Domain", names: plan.names.clone(), shared: plan.shared };
        Ok(Purchase::new(&self.session.client, action, parameters)?.owner(owner))
    }

    fn poll<'a>(&'a self, plan: &'a Plan, ids: &'a Ids) -> Task<'a, Progress> {
        Box::pin(self.state(plan, ids))
    }

    fn list<'a>(&'a self, plan: &'a Plan) -> Task<'a, Vec<Listed>> {
        Box::pin(self.orders(plan))
    }

    fn give_back<'a>(&'a self, ids: &'a Ids) -> Task<'a, ()> {
        Box::pin(async move {
            let id = ids.get(ID).cloned().unwrap_or_default();
            free(&self.session.client, "DeleteCertificateRequest", json!({ ID: id }), GONE).await
        })
    }

    fn cancel<'a>(&'a self, ids: &'a Ids) -> Task<'a, ()> {
        Box::pin(async move {
            let id = ids.get(ID).cloned().unwrap_or_default();
            free(&self.session.client, "CancelOrderRequest", json!({ ID: id }), GONE).await
        })
    }

    fn revocation<'a>(&'a self, _plan: &'a Plan, ids: &'a Ids, _reason: &'a str) -> Task<'a, Purchase> {
        Box::pin(async move {
            let id = ids.get(ID).cloned().unwrap_or_default();
            let parameters = Map::from_iter([(ID.to_owned(), json!(id))]);
            Purchase::new(&self.session.client, "CancelCertificateForPackageRequest", parameters)
        })
    }

    fn draft<'a>(&'a self, plan: &'a Plan, _csr: Option<&'a str>, _ids: &'a Ids) -> Task<'a, ()> {
        super::unused(plan)
    }

    fn submission(&self, plan: &Plan, _csr: Option<&str>, _ids: &Ids) -> Result<Purchase, Failure> {
        Err(super::not_a_step(plan))
    }
}
