//! Alibaba Cloud CAS 2020-04-07: a bought instance gets its data and is applied for, once.

use super::plan::{KeySource, Plan};
use super::purchase::Purchase;
use super::refusal::failure;
use super::session::Session;
use super::{Certificate, Cloud, Held, Listed, Progress, Reserved, Steps, free, missing, not_a_step, timestamp};
use crate::base::failure::{Failure, Kind};
use crate::base::task::Task;
use crate::base::text::Text;
use crate::journal::event::{Challenge, Ids};
use crate::journal::state::BEFORE;
use crate::proof::name::full_name;
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::aliyun_cas::v2020_04_07::get_instance_detail::DomainValidation;
use cloudcert::aliyun_cas::v2020_04_07::types::{
    CertId, CertificateStatus, InstanceStatus, TaskStatus, ValidationType,
};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// Orders by bought instances.
#[derive(Debug, Clone)]
pub struct CasInstance {
    session: Session,
    client: Client,
}

const ID: &str = "InstanceId";
const GONE: &[&str] = &["NotFound"];

impl CasInstance {
    /// The API version.
    pub const API: &'static str = "aliyun-cas-2020-04-07";

    /// Orders by instances of this account.
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
        let found = match self.client.get_instance_detail().instance_id(id.clone()).await {
            Ok(found) => found,
            Err(error) if missing(&error, GONE) => return Ok(Progress::Missing),
            Err(error) => return Err(failure(&error)),
        };
        // An instance that had a certificate before shows it until the new one is there.
        let before = ids.get(BEFORE);
        let new = found.certificate_id.filter(|id| before.is_none_or(|before| *before != id.to_string()));
        match (&found.status, &found.certificate_status, new) {
            (_, Some(CertificateStatus::Issued | CertificateStatus::WillExpire), Some(certificate)) => {
                Ok(Progress::Issued(self.fetch(plan, certificate).await?))
            }
            (_, Some(CertificateStatus::Revoked), Some(_)) => Ok(Progress::Revoked),
            (Some(InstanceStatus::Pending), ..) => {
                let all: Vec<_> = found.domain_validation_list.into_iter().filter_map(challenge).collect();
                let waiting =
                    || Progress::Waiting(text!("the certificate authority reviews it", "证书颁发机构正在审核"));
                Ok(if all.is_empty() { waiting() } else { Progress::Proof(all) })
            }
            _ => self.submitted(id).await,
        }
    }

    /// An instance that is not pending: its submission is under way, or has failed.
    async fn submitted(&self, id: String) -> Result<Progress, Failure> {
        let task = self.client.get_task_attribute().task_id(id).await.map_err(|error| failure(&error))?;
        Ok(match task.task_status {
            Some(TaskStatus::Failed) => {
                let why = task.task_message.map_or_else(|| text!("no reason was given", "未说明原因"), Text::quote);
                Progress::Failed(text!("the submission has failed: {why}", "提交失败：{why}"; why))
            }
            _ => Progress::Waiting(text!("the application is being submitted", "正在提交申请")),
        })
    }

    /// The text of a certificate comes only together with its key, of which the service has none if it is ours.
    async fn fetch(&self, plan: &Plan, certificate: CertId) -> Result<Certificate, Failure> {
        let call = self.client.get_user_certificate_detail().cert_id(certificate).with_private_keys();
        let detail = call.await.map_err(|error| failure(&error))?;
        let text = detail.cert.ok_or_else(|| {
            Failure::new(Kind::NotNow, text!("the service shows no text of the certificate", "服务未返回证书内容"))
        })?;
        let key = detail.key.filter(|_| plan.key == KeySource::Service);
        Ok(Certificate { texts: vec![text], key })
    }

    async fn free_one(&self, plan: &Plan, taken: &BTreeSet<String>) -> Result<Reserved, Failure> {
        if let Some(instance) = &plan.instance {
            return self.named(instance).await;
        }
        let mut items = self.client.list_instances().status(InstanceStatus::Inactive).show_size(100).items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            if let Some(id) = item.instance_id.filter(|id| !taken.contains(id.as_str())) {
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

    async fn named(&self, instance: &str) -> Result<Reserved, Failure> {
        let detail = self.client.get_instance_detail().instance_id(instance).await.map_err(|error| failure(&error))?;
        let before = detail.certificate_id.map(|id| id.to_string());
        Ok(Reserved { instance: instance.to_owned(), before })
    }

    async fn instances(&self, plan: &Plan) -> Result<Vec<Listed>, Failure> {
        let mut out = Vec::new();
        let mut items = self.client.list_instances().show_size(100).items();
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            let Some(id) = item.instance_id else { continue };
            let names: Vec<String> = item.certificate_domain.iter().map(|name| name.to_lowercase()).collect();
            if !plan.names.iter().any(|name| names.contains(&name.to_lowercase())) {
                continue;
            }
            let over = [CertificateStatus::Revoked, CertificateStatus::Expired];
            out.push(Listed {
                ids: Ids::from([(ID.to_owned(), id.to_string())]),
                status: item.certificate_status.as_ref().map_or_else(String::new, ToString::to_string),
                product: None,
                names,
                ordered: None,
                not_after: item.certificate_not_after.and_then(|time| timestamp(time.instant().ok()?)),
                alive: item.certificate_status.is_none_or(|status| !over.contains(&status)),
            });
        }
        Ok(out)
    }

    async fn write(&self, plan: &Plan, csr: Option<&str>, ids: &Ids) -> Result<(), Failure> {
        let organization = &plan.organization;
        let contacts = match organization.contact_ids.as_slice() {
            [] => vec![self.contact().await?],
            named => named.to_vec(),
        };
        let mut parameters = Map::from_iter([
            (ID.to_owned(), json!(ids.get(ID))),
            ("ContactIdList".to_owned(), json!(contacts)),
            ("ValidationMethod".to_owned(), json!(if plan.by_file { "HTTP" } else { "DNS" })),
        ]);
        if let (KeySource::Own(_), Some(csr)) = (plan.key, csr) {
            parameters.insert("GenerateCsrMethod".to_owned(), json!("upload"));
            parameters.insert("Csr".to_owned(), json!(csr));
        } else {
            parameters.insert("GenerateCsrMethod".to_owned(), json!("online"));
            parameters.insert("Domain".to_owned(), json!(plan.names));
        }
        if let Some(company) = &organization.company_id {
            parameters.insert("CompanyId".to_owned(), json!(company));
        }
        free(&self.session.client, "UpdateInstance", Value::Object(parameters), &[]).await
    }

    /// The contact of the account, if it has just one: whom an application names is not guessed.
    async fn contact(&self) -> Result<String, Failure> {
        let listed = self.client.list_contact().await.map_err(|error| failure(&error))?.contact_list;
        let ids: Vec<String> = listed.into_iter().filter_map(|contact| Some(contact.contact_id?.to_string())).collect();
        match ids.as_slice() {
            [one] => Ok(one.clone()),
            all => {
                let message = text!(
                    "the account has {} contacts, and the configuration names none",
                    "账号有 {} 个联系人，而配置未指定",
                    all.len()
                );
                Err(Failure::new(Kind::Unconfigured, message)
                    .remedy(text!("Write `contact = {{ ids = [ID] }}`.", "请写 `contact = {{ ids = [ID] }}`。")))
            }
        }
    }
}

fn challenge(validation: DomainValidation) -> Option<Challenge> {
    let (domain, value) = (validation.domain?, validation.validation_value?);
    let key = validation.validation_key.unwrap_or_default();
    let kind = validation.validation_type.unwrap_or(ValidationType::Txt);
    Some(match kind {
        ValidationType::Http | ValidationType::File => {
            let path = format!("/{}", key.trim_start_matches('/'));
            Challenge::File { domain, path, content: value }
        }
        kind => {
            let root = validation.root_domain.as_deref().unwrap_or(&domain);
            let name = full_name(&key, root);
            Challenge::Dns { domain: domain.clone(), name, raw: key, kind: kind.to_string(), value }
        }
    })
}

impl Cloud for CasInstance {
    fn session(&self) -> &Session {
        &self.session
    }

    fn flow(&self) -> &'static str {
        "aliyun-cas-2020-04-07/instance"
    }

    fn steps(&self) -> Steps {
        Steps { reserves: true, orders: false, drafts: true, submits: true, returns: false }
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
        Box::pin(self.free_one(plan, taken))
    }

    fn draft<'a>(&'a self, plan: &'a Plan, csr: Option<&'a str>, ids: &'a Ids) -> Task<'a, ()> {
        Box::pin(self.write(plan, csr, ids))
    }

    fn submission(&self, _plan: &Plan, _csr: Option<&str>, ids: &Ids) -> Result<Purchase, Failure> {
        let parameters = Map::from_iter([(ID.to_owned(), json!(ids.get(ID)))]);
        Purchase::new(&self.session.client, "ApplyCertificate", parameters)
    }

    fn poll<'a>(&'a self, plan: &'a Plan, ids: &'a Ids) -> Task<'a, Progress> {
        Box::pin(self.state(plan, ids))
    }

    fn list<'a>(&'a self, plan: &'a Plan) -> Task<'a, Vec<Listed>> {
        Box::pin(self.instances(plan))
    }

    fn cancel<'a>(&'a self, ids: &'a Ids) -> Task<'a, ()> {
        Box::pin(async move {
            let id = ids.get(ID).cloned().unwrap_or_default();
            free(&self.session.client, "CancelPendingCertificate", json!({ ID: id }), &[]).await
        })
    }

    fn revocation<'a>(&'a self, _plan: &'a Plan, ids: &'a Ids, _reason: &'a str) -> Task<'a, Purchase> {
        Box::pin(async move {
            let instance = ids.get(ID).cloned().unwrap_or_default();
            let detail = self.client.get_instance_detail().instance_id(instance.clone()).await;
            let certificate = detail.map_err(|error| failure(&error))?.certificate_id;
            let certificate = certificate
                .ok_or_else(|| Failure::new(Kind::Refused, text!("the instance has no certificate", "实例没有证书")))?;
            let parameters = Map::from_iter([
                (ID.to_owned(), json!(instance)),
                ("CertificateId".to_owned(), json!(certificate.to_string())),
            ]);
            Purchase::new(&self.session.client, "RevokeCertificate", parameters)
        })
    }

    fn order(&self, plan: &Plan, _csr: Option<&str>, _ids: &Ids) -> Result<Purchase, Failure> {
        Err(not_a_step(plan))
    }

    fn give_back<'a>(&'a self, _ids: &'a Ids) -> Task<'a, ()> {
        Box::pin(std::future::ready(Err(Failure::new(
            Kind::Refused,
            text!("an instance is refunded in the console", "实例须在控制台退款"),
        ))))
    }
}
