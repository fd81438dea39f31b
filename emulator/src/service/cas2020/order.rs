//! One order: placed, proved, issued or failed.

use super::{no_package, product};
use crate::call::{Answer, Call, Refusal};
use crate::pki::{Algorithm, Level, Reading, Request};
use crate::service::cas2018::Held;
use crate::service::errand::{Of, Pending};
use crate::service::issue::{Certified, Issue, issue};
use crate::service::proof::{FILE_PATH, Method, Progress, Proof, Record, RecordType};
use crate::service::{answer, cell, domain};
use crate::world::{Settings, World};
use serde_json::{Value, json};
use std::sync::Arc;

/// The product that is valid for three months; the others are for a year.
const THREE_MONTHS: &str = "digicert-free-1-free";

/// An order. There may be a hundred thousand of them, so it holds little, and nothing of the applicant.
pub(super) struct Order {
    product: Arc<str>,
    domain: Box<str>,
    /// The key of the applicant's CSR, in DER. Without one the service makes the key, when it is needed.
    key: Option<Box<[u8]>>,
    method: Method,
    placed: i64,
    stage: Stage,
}

enum Stage {
    Placed,
    Proving(Proof),
    Failed,
    Issued(i64, Arc<Held>),
}

impl Order {
    fn record(&self, id: i64, seed: u64) -> Record {
        Record::new(self.method, RecordType::Txt, &self.domain, &key_name(id), self.placed, seed)
    }

    fn progress(&self, settings: &Settings, now: i64) -> Option<Progress> {
        let Stage::Proving(proof) = &self.stage else { return None };
        Some(proof.progress(Some(self.method), std::iter::once(&*self.domain), settings, now))
    }

    pub(super) fn found(&mut self) {
        if let Stage::Proving(proof) = &mut self.stage {
            proof.found = true;
        }
    }

    pub(super) fn pending(&self, id: i64, world: &World) -> Option<Pending> {
        let Stage::Proving(proof) = &self.stage else { return None };
        Some(Pending {
            of: Of::Order(id),
            record: (!proof.found).then(|| self.record(id, world.settings.seed)),
            key: self.key.is_none().then(|| (key_name(id), Algorithm::Rsa)),
            due: self.progress(&world.settings, world.clock.now()) == Some(Progress::Proved),
        })
    }

    pub(super) fn state(&self, id: i64) -> Value {
        let (state, certificate) = match &self.stage {
            Stage::Placed => ("process", None),
            Stage::Proving(_) => ("domain_verify", None),
            Stage::Failed => ("verify_fail", None),
            Stage::Issued(id, _) => ("certificate", Some(id)),
        };
        let own_csr = match &self.stage {
            Stage::Issued(_, held) => held.key.is_none(),
            _ => self.key.is_some(),
        };
        json!({
            "id": id,
            "product": &*self.product,
            "domain": &*self.domain,
            "placed": self.placed,
            "own_csr": own_csr,
            "state": state,
            "certificate": certificate,
        })
    }
}

fn key_name(id: i64) -> String {
    format!("order/{id}")
}

fn refused(why: impl std::fmt::Display) -> Refusal {
    Refusal::new("create-failed", format!("The certificate request could not be created. {why}"))
}

/// Places an order, which uses a certificate of the package at once.
pub(super) fn place(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let with_csr = call.action.name == "CreateCertificateWithCsrRequest";
    let code = product(call);
    let package = world.cas2020.packages.get(code).ok_or_else(|| no_package(code))?;
    if package.used >= package.total {
        return Err(Refusal::new("quota-exhausted", format!("No certificate of {code} is left in the package.")));
    }
    let (domain, key) = if with_csr {
        let request = Request::read(call.params.text("Csr").unwrap_or_default()).map_err(refused)?;
        let domain = request.names.common;
        if let Some(other) = request.names.others.iter().find(|other| **other != domain) {
            return Err(refused(format!("The CSR also names {other}; this product is for one domain.")));
        }
        (domain, Some(request.key.into_boxed_slice()))
    } else {
        (call.params.text("Domain").unwrap_or_default().to_owned(), None)
    };
    let domain = checked(call, code, &domain)?;
    let method = call.params.text("ValidateType").and_then(Method::read);
    let method = method.ok_or_else(|| refused("ValidateType is DNS or FILE."))?;

    let placed = world.clock.now();
    let cas = &mut world.cas2020;
    let id = cas.next_id();
    let known = cas.packages.get_key_value(code).map(|(code, _)| code.clone()).ok_or_else(|| no_package(code))?;
    if let Some(package) = cas.packages.get_mut(code) {
        package.used += 1;
    }
    let order = Order { product: known, domain: domain.into(), key, method, placed, stage: Stage::Placed };
    cas.orders.insert(id, order);
    // The samples of the two actions differ in this.
    Ok(answer(if with_csr { json!({ "OrderId": id.to_string() }) } else { json!({ "OrderId": id }) }))
}

/// The domain in ASCII, if it is of the shape that the product is for.
fn checked(call: &Call, code: &str, given: &str) -> Result<String, Refusal> {
    let domain = domain(given).ok_or_else(|| refused(format!("{given} is no domain.")))?;
    let wildcard = domain.starts_with("*.");
    match cell(call, "ProductCodes", code, "shape").and_then(Value::as_str) {
        Some("wildcard") if !wildcard => Err(refused(format!("{code} is for wildcard domains."))),
        Some("single") if wildcard => Err(refused(format!("{code} is for single domains."))),
        _ => Ok(domain),
    }
}

fn order_id(call: &Call) -> Result<i64, Refusal> {
    call.params.whole("OrderId").ok_or_else(|| not_found(call.params.text("OrderId").unwrap_or_default()))
}

fn not_found(id: impl std::fmt::Display) -> Refusal {
    Refusal::new("order-not-found", format!("There is no order {id}."))
}

/// Shows an order, after moving it on.
pub(super) fn look(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let id = order_id(call)?;
    let now = world.clock.now();
    let seed = world.settings.seed;
    let World { cas2020, cas2018, pki, settings, .. } = world;
    let order = cas2020.orders.get_mut(&id).ok_or_else(|| not_found(id))?;
    if let Stage::Placed = order.stage {
        order.stage = Stage::Proving(Proof::since(order.placed));
        return Ok(answer(json!({ "Type": "process" })));
    }
    match (order.progress(settings, now), &mut order.stage) {
        (Some(Progress::Open), Stage::Proving(proof)) => proof.looked(),
        (Some(Progress::Failed(_)), stage) => *stage = Stage::Failed,
        (Some(Progress::Proved), _) => {
            let name = key_name(id);
            let domains = [order.domain.to_string()];
            let asked = Issue {
                order: &name,
                domains: &domains,
                subject: None,
                level: Level::Dv,
                key: order.key.as_deref().map_or(Certified::Made(Algorithm::Rsa), Certified::Given),
                days: if &*order.product == THREE_MONTHS { 90 } else { 365 },
            };
            let failed = |trouble: crate::pki::Trouble| Refusal::new("unknown-error", trouble.to_string());
            let made = issue(&asked, pki, now).map_err(failed)?;
            let pem = made.issued.chain();
            let reading = Reading::of(&pem).map_err(failed)?;
            let key = made.key.map(|key| key.pem);
            let held = Held { name: format!("cert-{id}"), pem, key, bought: true, reading };
            let (certificate, held) = cas2018.certificates.add(held);
            order.stage = Stage::Issued(certificate, held);
            order.key = None;
            if let Some(package) = cas2020.packages.get_mut(&order.product) {
                package.issued += 1;
            }
        }
        _ => {}
    }
    Ok(shown(order, id, seed))
}

/// The fields that the state has, and no others.
fn shown(order: &Order, id: i64, seed: u64) -> Answer {
    let record = || order.record(id, seed);
    answer(match (&order.stage, order.method) {
        (Stage::Placed, _) => json!({ "Type": "process" }),
        (Stage::Failed, _) => json!({ "Type": "verify_fail" }),
        (Stage::Proving(_), Method::Dns) => {
            let record = record();
            json!({
                "Type": "domain_verify",
                "ValidateType": "DNS",
                "RecordDomain": "_dnsauth",
                "RecordType": record.kind.name(),
                "RecordValue": record.value,
            })
        }
        (Stage::Proving(_), Method::File) => {
            let record = record();
            json!({
                "Type": "domain_verify",
                "ValidateType": "FILE",
                "Domain": record.host,
                "Uri": FILE_PATH,
                "Content": record.value,
            })
        }
        (Stage::Issued(certificate, held), _) => {
            let mut out = json!({
                "Type": "certificate",
                "Certificate": held.pem,
                "CertId": certificate.to_string(),
            });
            if let (Some(key), Some(object)) = (&held.key, out.as_object_mut()) {
                object.insert("PrivateKey".to_owned(), key.clone().into());
            }
            out
        }
    })
}

/// Deletes a failed order, which gives its certificate back to the package.
pub(super) fn delete(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let id = order_id(call)?;
    let order = world.cas2020.orders.get(&id).ok_or_else(|| not_found(id))?;
    let failed = matches!(order.progress(&world.settings, world.clock.now()), Some(Progress::Failed(_)));
    if !failed && !matches!(order.stage, Stage::Failed) {
        return Err(Refusal::new("order-state-error", "Only failed orders can be deleted."));
    }
    let product = order.product.clone();
    world.cas2020.orders.remove(&id);
    if let Some(package) = world.cas2020.packages.get_mut(&product) {
        package.used = package.used.saturating_sub(1);
    }
    Ok(Answer::new())
}
