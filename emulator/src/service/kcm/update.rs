//! Completing and submitting an application.

use super::certificate::{Certificate, Draft, Shown, Stage};
use super::order::{check_domain, demand};
use super::{invalid, missing, no_order, wrong_status};
use crate::call::{Answer, Call, Refusal};
use crate::pki::{Algorithm, Level, Request};
use crate::service::proof::{Method, Proof};
use crate::service::{answer, domain};
use crate::world::World;
use serde_json::{Map, Value, json};

/// A new certificate cannot be completed for so long.
const SETTLES_SECONDS: i64 = 2;
/// What is saved as it comes, by wire name.
const SAVED: [&str; 12] = [
    "AdditionalDomains",
    "Address",
    "City",
    "CompanyId",
    "CompanyName",
    "CompanyPhone",
    "ContactId",
    "DcvEmail",
    "Department",
    "PostalCode",
    "State",
    "Wildcards",
];
/// What is saved, but stands in no answer.
const HIDDEN: [&str; 2] = ["CompanyId", "ContactId"];
const IMAGE_MOST_BYTES: usize = 600 * 1024;

/// Saves the applicant's data, and submits them if asked to.
pub(super) fn update(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let now = world.clock.now();
    let seed = world.kcm.seed;
    let certificate = world.kcm.get(call)?;
    if now - certificate.ordered < SETTLES_SECONDS {
        return Err(no_order(&certificate.id));
    }
    if !matches!(certificate.stage, Stage::Ordered) {
        return Err(wrong_status(certificate, "The application has been submitted before."));
    }
    let draft = read(call, certificate)?;
    let before = std::mem::replace(&mut certificate.draft, draft);
    if let Err(refusal) = settle(call, certificate, now) {
        // A refused call saves nothing.
        certificate.draft = before;
        return Err(refusal);
    }
    let mut out = answer(json!({ "Certificate": certificate.shown(Shown::Application, seed) }));
    if let Some(contact) = &certificate.draft.contact {
        out.insert("Contact".to_owned(), contact.clone());
    }
    Ok(out)
}

/// Checks the draft, and submits it if asked to.
fn settle(call: &Call, certificate: &mut Certificate, now: i64) -> Result<(), Refusal> {
    check_names(certificate)?;
    if call.params.truth("IsSubmit") != Some(true) {
        return Ok(());
    }
    certificate.draft.system = system(call)?;
    if certificate.draft.method.is_none() {
        certificate.draft.method = default_method(call);
    }
    check_complete(certificate)?;
    certificate.stage = Stage::Reviewed(Proof::since(now));
    Ok(())
}

/// What was saved before, with what the call brings.
fn read(call: &Call, certificate: &Certificate) -> Result<Draft, Refusal> {
    let before = &certificate.draft;
    let mut draft = Draft {
        texts: before.texts.clone(),
        contact: before.contact.clone(),
        csr: before.csr.clone(),
        method: before.method,
        system: None,
    };
    for name in SAVED {
        if let Some(value) = call.params.text(name) {
            draft.texts.insert(name, value.to_owned());
        }
    }
    if let Some(method) = call.params.text("AuthMethod") {
        let method = Method::read(method).ok_or_else(|| invalid("AuthMethod", "It is DNS or FILE."))?;
        draft.method = Some(method);
    }
    if let Some(contact) = contact(call)? {
        draft.contact = Some(contact);
    }
    if call.params.text("BusinessLicence").is_some_and(|image| image.len() > IMAGE_MOST_BYTES * 4 / 3 + 4) {
        return Err(invalid("BusinessLicence", "The picture is larger than 600 KB."));
    }
    // With a key of its own the service does not look at the CSR.
    if let Some(pem) = call.params.text("CSR").filter(|_| call.params.text("CsrSource") != Some("SYSTEM")) {
        let request = Request::read(pem).map_err(|trouble| invalid("CSR", trouble))?;
        if request.names.common != certificate.domain {
            let why = format!("Its common name is {}, the main domain {}.", request.names.common, certificate.domain);
            return Err(invalid("CSR", why));
        }
        draft.csr = Some((pem.to_owned(), request.key));
    }
    Ok(draft)
}

/// How the domain is proved if neither the call nor a draft says so.
fn default_method(call: &Call) -> Option<Method> {
    let default = call.action.parameter("AuthMethod")?.default.as_ref()?;
    Method::read(default.as_str()?)
}

/// The contact: JSON text, or its members one by one as some clients send it.
fn contact(call: &Call) -> Result<Option<Value>, Refusal> {
    if call.params.text("Contact").is_some() {
        let contact = call.params.json("Contact").filter(Value::is_object);
        return contact.map(Some).ok_or_else(|| invalid("Contact", "It is no JSON object."));
    }
    let members = call.params.0.iter().filter_map(|(name, value)| Some((name.strip_prefix("Contact.")?, value)));
    let members: Map<String, Value> = members.map(|(name, value)| (name.to_owned(), value.clone().into())).collect();
    Ok((!members.is_empty()).then_some(Value::Object(members)))
}

/// The algorithm of the key that the service is to make; nothing if the caller has a CSR.
fn system(call: &Call) -> Result<Option<Algorithm>, Refusal> {
    match call.params.text("CsrSource") {
        None | Some("USER") => return Ok(None),
        Some("SYSTEM") => {}
        Some(_) => return Err(invalid("CsrSource", "It is USER or SYSTEM.")),
    }
    match call.params.text("Algorithm") {
        None | Some("RSA") => Ok(Some(Algorithm::Rsa)),
        Some("ECC") => Ok(Some(Algorithm::Ecc)),
        Some(_) => Err(invalid("Algorithm", "It is RSA or ECC.")),
    }
}

/// Whether the domains are ones that can be ordered, and not more than were ordered.
fn check_names(certificate: &Certificate) -> Result<(), Refusal> {
    let kinds = [("AdditionalDomains", false, certificate.domains), ("Wildcards", true, certificate.wildcards)];
    for (name, wildcard, ordered) in kinds {
        let list = certificate.draft.texts.get(name).map_or("", String::as_str);
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        for given in names {
            let domain = domain(given).filter(|domain| domain.starts_with("*.") == wildcard);
            let domain = domain.ok_or_else(|| invalid(name, format!("{given} does not belong there.")))?;
            check_domain(&domain, &certificate.product)?;
        }
        let count = certificate.names().iter().filter(|name| name.starts_with("*.") == wildcard).count();
        if i64::try_from(count).unwrap_or(i64::MAX) > ordered {
            return Err(invalid(name, format!("The order is for {ordered} of this kind.")));
        }
    }
    Ok(())
}

/// Whether everything is there that a submission needs.
fn check_complete(certificate: &Certificate) -> Result<(), Refusal> {
    let draft = &certificate.draft;
    let has = |name: &str| draft.texts.contains_key(name);
    demand(draft.system.is_some() || draft.csr.is_some(), "CSR")?;
    demand(draft.contact.is_some() || has("ContactId"), "Contact")?;
    if has("CompanyId") {
        return Ok(());
    }
    for name in ["CompanyName", "State", "City", "Address", "PostalCode"] {
        demand(has(name), name)?;
    }
    let is_dv = certificate.product.level == Level::Dv;
    demand(is_dv || has("Department"), "Department")?;
    let contact_phone = draft.contact.as_ref().and_then(|contact| contact.get("Phone")).and_then(Value::as_str);
    let by_contact = is_dv && contact_phone.is_some_and(|phone| !phone.is_empty());
    if has("CompanyPhone") || by_contact { Ok(()) } else { Err(missing("CompanyPhone")) }
}

/// Whether a saved value stands in answers.
pub(super) fn is_shown(name: &str) -> bool {
    !HIDDEN.contains(&name)
}
