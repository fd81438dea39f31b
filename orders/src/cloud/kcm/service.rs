//! What both ways of ordering at Kingsoft Cloud call.

use super::super::plan::{KeySource, Plan};
use super::super::purchase::Purchase;
use super::super::refusal::failure;
use super::super::session::Session;
use super::super::{Certificate, Listed, Progress, free, missing, timestamp};
use crate::base::failure::{Failure, Kind};
use crate::base::machine::Since;
use crate::base::text::Text;
use crate::journal::event::{Challenge, Ids};
use crate::keys::KeyKind;
use crate::proof::name::full_name;
use cloudcert::Secret;
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::ksyun_kcm::v2016_03_04::types::{self, CertificateId, CertificateStatus, ProjectId};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The service, by an account.
#[derive(Debug, Clone)]
pub(super) struct Service {
    pub(super) session: Session,
    client: Client,
    since: Since,
}

pub(super) const ID: &str = "CertificateId";
const GONE: &[&str] = &["order_not_exist"];
/// No document says in which zone the times are; the console shows Beijing's, in seconds east of Greenwich.
pub(crate) const BEIJING: i32 = 8 * 3600;
/// A new order cannot be completed earlier. The order may have been made by a process before this one, right before its end.
const VISIBLE: Duration = Duration::from_secs(2);

impl Service {
    pub(super) fn new(session: Session) -> Result<Self, Failure> {
        let client = Client::new(session.config.clone()).map_err(|error| failure(&error))?;
        Ok(Self { session, client, since: Since::now() })
    }

    pub(super) async fn state(&self, plan: &Plan, ids: &Ids) -> Result<Progress, Failure> {
        let id = certificate_id(ids)?;
        let found = match self.client.get_certificate_detail().certificate_id(id.clone()).await {
            Ok(response) => response.certificate,
            Err(error) if missing(&error, GONE) => return Ok(Progress::Missing),
            Err(error) => return Err(failure(&error)),
        };
        Ok(match found.certificate_status {
            Some(CertificateStatus::Issued) => Progress::Issued(self.download(id).await?),
            Some(CertificateStatus::InReview) => match found.auth_content.and_then(|proof| challenge(plan, proof)) {
                Some(challenge) => Progress::Proof(vec![challenge]),
                None => Progress::Waiting(text!("the certificate authority reviews it", "证书颁发机构正在审核")),
            },
            Some(CertificateStatus::ReviewFailed) => {
                let why = found.fail_reason.map_or_else(|| text!("no reason was given", "未说明原因"), Text::quote);
                Progress::Failed(text!("the review has failed: {why}", "审核未通过：{why}"; why))
            }
            Some(CertificateStatus::Cancelled) => Progress::Withdrawn,
            Some(CertificateStatus::Revoked) => Progress::Revoked,
            Some(other) => Progress::Waiting(text!("the service shows the status {other}", "服务显示的状态为 {other}")),
            None => Progress::Waiting(text!("the service shows no status", "服务未显示状态")),
        })
    }

    /// The status that the service shows.
    pub(super) async fn status(&self, id: &str) -> Result<Option<CertificateStatus>, Failure> {
        let found = self.client.get_certificate_detail().certificate_id(id).await.map_err(|error| failure(&error))?;
        Ok(found.certificate.certificate_status)
    }

    pub(super) fn submission(&self, plan: &Plan, csr: Option<&str>, ids: &Ids) -> Result<Purchase, Failure> {
        Purchase::new(&self.session.client, "UpdateCertificate", application(plan, csr, ids, true)?)
    }

    /// Each revocation needs a new token, which is never written down.
    pub(super) async fn revocation(&self, plan: &Plan, ids: &Ids, reason: &str) -> Result<Purchase, Failure> {
        let id = certificate_id(ids)?;
        let token = self.client.get_token().await.map_err(|error| failure(&error))?.token;
        let mut parameters = Map::from_iter([
            (ID.to_owned(), json!(id.as_str())),
            ("Reason".to_owned(), json!(reason)),
            ("Token".to_owned(), json!(token.expose())),
        ]);
        if let Some(letter) = &plan.revoke_letter {
            parameters.insert("RevokeLetter".to_owned(), json!(letter));
        }
        Purchase::new(&self.session.client, "RevokeCertificate", parameters)
    }

    pub(super) async fn cancel(&self, ids: &Ids) -> Result<(), Failure> {
        let id = ids.get(ID).cloned().unwrap_or_default();
        free(&self.session.client, "CancelTransaction", json!({ ID: id }), &["cancel_conflict"]).await
    }

    /// The link is fetched anew each time, and never written down: whoever has it can download the private key.
    async fn download(&self, id: CertificateId) -> Result<Certificate, Failure> {
        let told = |error: &cloudcert::Error| failure(error);
        let link = self.client.get_download_link().certificate_id(id).await.map_err(|error| told(&error))?.download_url;
        let archive = self.client.download(link).await.map_err(|error| told(&error))?;
        let bundle = archive.archive().and_then(|archive| archive.bundle()).map_err(|error| told(&error))?;
        Ok(Certificate {
            texts: vec![bundle.fullchain()],
            key: bundle.key.as_ref().map(|key| Secret::from(key.expose().to_owned())),
        })
    }

    pub(super) async fn orders(&self, plan: &Plan) -> Result<Vec<Listed>, Failure> {
        let mut out = Vec::new();
        let list = self.client.list_certificates();
        let mut items = match project(plan) {
            Some(project) => list.project_ids([ProjectId::from(project)]).items(),
            None => list.items(),
        };
        while let Some(item) = items.next().await {
            let item = item.map_err(|error| failure(&error))?;
            let Some(domain) = item.main_domain else { continue };
            if !plan.names.iter().any(|name| name.eq_ignore_ascii_case(&domain)) {
                continue;
            }
            let over = [CertificateStatus::ReviewFailed, CertificateStatus::Cancelled, CertificateStatus::Revoked];
            out.push(Listed {
                ids: Ids::from([(ID.to_owned(), item.certificate_id.to_string())]),
                status: item.certificate_status.as_ref().map_or_else(String::new, ToString::to_string),
                product: item.certificate_code.map(|code| code.to_string()),
                names: vec![domain.to_lowercase()],
                ordered: None,
                not_after: item.expire_time.and_then(|time| timestamp(time.instant_at(BEIJING).ok()?)),
                alive: item.certificate_status.is_none_or(|status| !over.contains(&status)),
            });
        }
        Ok(out)
    }

    pub(super) async fn write(&self, plan: &Plan, csr: Option<&str>, ids: &Ids) -> Result<(), Failure> {
        let left = VISIBLE.saturating_sub(self.since.elapsed());
        tokio::time::sleep(left).await;
        let parameters = application(plan, csr, ids, false)?;
        let written = free(&self.session.client, "UpdateCertificate", Value::Object(parameters), &[]).await;
        written.map_err(|failure| match failure.service_code() {
            // The list and the response had it: it is only too early.
            Some(code) if GONE.contains(&code) => {
                Failure::new(Kind::NotNow, text!("the service does not know the new order yet", "服务尚未显示新订单"))
                    .remedy(text!("Run it again later.", "请稍后再次运行。"))
            }
            _ => failure,
        })
    }
}

fn certificate_id(ids: &Ids) -> Result<CertificateId, Failure> {
    let id = ids.get(ID).ok_or_else(|| {
        Failure::new(Kind::Unknown, text!("no CertificateId is known for the order", "订单没有已知的 CertificateId"))
    })?;
    Ok(CertificateId::from(id.as_str()))
}

/// What an order and an extension are for, and how they are paid.
pub(super) fn size(plan: &Plan) -> Result<Map<String, Value>, Failure> {
    let product = plan.product.as_deref().ok_or_else(|| {
        let failure = Failure::new(Kind::Unconfigured, text!("no product is named", "未指定产品")).at(&plan.name);
        failure.remedy(text!(
            "Set `product`: it costs, so it is never guessed.",
            "请设置 `product`：它产生费用，因此不会猜测。"
        ))
    })?;
    let wild = plan.names.iter().filter(|name| name.starts_with("*.")).count();
    let mut parameters = Map::from_iter([
        ("CertificateCode".to_owned(), json!(product)),
        ("YearLength".to_owned(), json!(1)),
        ("DomainCount".to_owned(), json!(plan.names.len().saturating_sub(wild))),
        ("WildcardCount".to_owned(), json!(wild)),
    ]);
    if let Some(bill_type) = plan.bill_type {
        parameters.insert("BillType".to_owned(), json!(bill_type));
    }
    Ok(parameters)
}

pub(super) fn project(plan: &Plan) -> Option<i64> {
    plan.project.as_deref().and_then(|project| project.parse().ok())
}

/// What the service wants to see, if it has told already.
fn challenge(plan: &Plan, proof: types::AuthContent) -> Option<Challenge> {
    let (name, value) = (proof.check_name.filter(|name| !name.is_empty())?, proof.check_value?);
    let domain = plan.main().trim_start_matches("*.").to_owned();
    Some(if let Some(kind) = proof.record_type {
        let full = full_name(&name, &domain);
        Challenge::Dns { domain, name: full, raw: name, kind: kind.to_string(), value }
    } else {
        // The address of the file: with a scheme, with a host, or the path alone.
        let address = name.split_once("://").map_or(name.as_str(), |(_, rest)| rest);
        let path = address.find('/').and_then(|slash| address.get(slash..)).unwrap_or(address);
        Challenge::File { domain, path: format!("/{}", path.trim_start_matches('/')), content: value }
    })
}

/// The parameters of the draft and of the submission.
fn application(plan: &Plan, csr: Option<&str>, ids: &Ids, submit: bool) -> Result<Map<String, Value>, Failure> {
    let id = ids.get(ID).ok_or_else(|| {
        Failure::new(Kind::Unknown, text!("no CertificateId is known for the order", "订单没有已知的 CertificateId"))
    })?;
    let (organization, contact) = (&plan.organization, &plan.contact);
    let mut out = Map::from_iter([
        (ID.to_owned(), json!(id)),
        ("IsSubmit".to_owned(), json!(submit)),
        ("AuthMethod".to_owned(), json!(if plan.by_file { "FILE" } else { "DNS" })),
    ]);
    match (plan.key, csr) {
        (KeySource::Own(kind), Some(csr)) => {
            out.insert("CsrSource".to_owned(), json!("USER"));
            out.insert("CSR".to_owned(), json!(csr));
            let ecc = matches!(kind, KeyKind::EcP256 | KeyKind::EcP384);
            out.insert("Algorithm".to_owned(), json!(if ecc { "ECC" } else { "RSA" }));
        }
        (KeySource::Service, _) => {
            out.insert("CsrSource".to_owned(), json!("SYSTEM"));
        }
        (KeySource::Own(_), None) => {
            return Err(Failure::new(
                Kind::Failed,
                text!("the order has no certificate signing request", "订单没有证书签名请求"),
            )
            .at(&plan.name));
        }
    }
    // What the service keeps replaces what the request says.
    if let Some(id) = organization.contact_ids.first() {
        out.insert("ContactId".to_owned(), json!(id));
    } else {
        let (last, first) = contact.name.split_once(' ').unwrap_or((&contact.name, ""));
        let (phone, email, title) = (&contact.phone, &contact.email, &organization.title);
        let mut person = json!({ "LastName": last, "FirstName": first, "Phone": phone, "Email": email });
        if let (Some(title), Some(person)) = (title, person.as_object_mut()) {
            person.insert("Title".to_owned(), json!(title));
        }
        out.insert("Contact".to_owned(), person);
    }
    if let Some(id) = &organization.company_id {
        out.insert("CompanyId".to_owned(), json!(id));
        return Ok(names(plan, out));
    }
    let texts = [
        ("CompanyName", &organization.company),
        ("Department", &organization.department),
        ("State", &organization.province),
        ("City", &organization.city),
        ("Address", &organization.address),
        ("PostalCode", &organization.postal_code),
        ("CompanyPhone", &organization.phone),
    ];
    out.extend(texts.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value.as_ref()?)))));
    Ok(names(plan, out))
}

/// With the domains beside the main one.
fn names(plan: &Plan, mut out: Map<String, Value>) -> Map<String, Value> {
    let (wildcards, singles): (Vec<_>, Vec<_>) = plan.names.iter().skip(1).partition(|name| name.starts_with("*."));
    for (name, list) in [("Wildcards", wildcards), ("AdditionalDomains", singles)] {
        if !list.is_empty() {
            out.insert(name.to_owned(), json!(list));
        }
    }
    out
}
