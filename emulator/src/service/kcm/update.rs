//! Completing and submitting an application.

use super::certificate::{Certificate, Shown, Status};
use super::draft::{Draft, IMAGE_MOST, SAVED};
use super::product::check_domain;
use super::refusals::{demand, invalid, missing, no_order, wrong_status};
use super::store::Kcm;
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::{Algorithm, Csr, Level};
use crate::service::validation::{Validation, ValidationMethod};
use crate::service::values::{domain, fields};
use serde_json::{Map, Value, json};

/// How many seconds have to pass before a new certificate can be completed.
const SETTLES_SECONDS: i64 = 2;

/// Saves the applicant's data, and submits them if the call says so.
pub(super) fn update(call: &Call<'_>, kcm: &mut Kcm, now: i64) -> Result<Fields, Refusal> {
    let seed = kcm.seed;
    let certificate = kcm.get(call)?;
    if now - certificate.ordered < SETTLES_SECONDS {
        return Err(no_order(&certificate.id));
    }
    if !matches!(certificate.stage, Status::Ordered) {
        return Err(wrong_status(certificate.stage.number(), "The application has been submitted before."));
    }
    let draft = read(call, certificate)?;
    let before = std::mem::replace(&mut certificate.draft, draft);
    if let Err(refusal) = settle(call, certificate, now) {
        // A refused call must save nothing.
        certificate.draft = before;
        return Err(refusal);
    }
    let mut out = fields(json!({ "Certificate": certificate.shown(Shown::Application, seed) }));
    if let Some(contact) = &certificate.draft.contact {
        out.insert("Contact".to_owned(), contact.clone());
    }
    Ok(out)
}

/// Checks the draft, and submits it if the call says so.
fn settle(call: &Call<'_>, certificate: &mut Certificate, now: i64) -> Result<(), Refusal> {
    check_names(certificate)?;
    if call.params.boolean("IsSubmit") != Some(true) {
        return Ok(());
    }
    certificate.draft.system = system(call)?;
    if certificate.draft.method.is_none() {
        certificate.draft.method = default_method(call);
    }
    check_complete(certificate)?;
    certificate.stage = Status::Reviewed(Validation::since(now));
    Ok(())
}

/// Returns the saved data with those of the call.
fn read(call: &Call<'_>, certificate: &Certificate) -> Result<Draft, Refusal> {
    let before = &certificate.draft;
    let mut draft = Draft { system: None, ..before.clone() };
    for name in SAVED {
        if let Some(value) = call.params.text(name) {
            draft.texts.insert(name, value.to_owned());
        }
    }
    if let Some(method) = call.params.text("AuthMethod") {
        let method = ValidationMethod::read(method).ok_or_else(|| invalid("AuthMethod", "It is DNS or FILE."))?;
        draft.method = Some(method);
    }
    if let Some(contact) = contact(call)? {
        draft.contact = Some(contact);
    }
    if call.params.text("BusinessLicence").is_some_and(|image| image.len() > IMAGE_MOST) {
        return Err(invalid("BusinessLicence", "The picture is larger than 600 KB."));
    }
    // A service that makes the key ignores the CSR.
    if let Some(pem) = call.params.text("CSR").filter(|_| call.params.text("CsrSource") != Some("SYSTEM")) {
        let csr = Csr::read(pem).map_err(|trouble| invalid("CSR", trouble))?;
        if csr.names.common != certificate.domain {
            let why = format!("Its common name is {}, the main domain {}.", csr.names.common, certificate.domain);
            return Err(invalid("CSR", why));
        }
        draft.csr = Some((pem.to_owned(), csr.key));
    }
    Ok(draft)
}

/// Returns the method of validation that applies if neither the call nor the draft names one.
fn default_method(call: &Call<'_>) -> Option<ValidationMethod> {
    let default = call.action.parameter("AuthMethod")?.default.as_ref()?;
    ValidationMethod::read(default.as_str()?)
}

/// Returns the contact: JSON text, or single members as some clients send it.
fn contact(call: &Call<'_>) -> Result<Option<Value>, Refusal> {
    if call.params.text("Contact").is_some() {
        let contact = call.params.json("Contact").filter(Value::is_object);
        return contact.map(Some).ok_or_else(|| invalid("Contact", "It is not a JSON object."));
    }
    let members = call.params.0.iter().filter_map(|(name, value)| Some((name.strip_prefix("Contact.")?, value)));
    let members: Map<String, Value> = members.map(|(name, value)| (name.to_owned(), value.clone().into())).collect();
    Ok((!members.is_empty()).then_some(Value::Object(members)))
}

/// Returns the algorithm of the key that the service has to make, or `None` if the applicant has a CSR.
fn system(call: &Call<'_>) -> Result<Option<Algorithm>, Refusal> {
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

/// Checks that the domains can be ordered, and that there are not more of them than were ordered.
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

/// Checks that everything is there that a submission needs.
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
