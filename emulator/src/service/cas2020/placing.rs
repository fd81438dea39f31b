//! Placing orders: for one domain, for a CSR, from a package in one call, and as a renewal.

use super::order::{Stage, Wanted};
use super::orders::Orders;
use super::package::{Packages, product};
use super::store::Store;
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::Csr;
use crate::service::shared::Shared;
use crate::service::validation::ValidationMethod;
use crate::service::values::{cell, domain, fields};
use serde_json::{Value, json};

/// How many domains an order from a package may have.
const DOMAINS_MOST: usize = 5;

/// Places an order for one domain or for a CSR.
pub(super) fn place(
    call: &Call<'_>,
    orders: &mut Orders,
    packages: &mut Packages,
    shared: &Shared,
) -> Result<i64, Refusal> {
    let code = product(call);
    packages.check(code)?;
    let (domain, key) = if call.action.name == "CreateCertificateWithCsrRequest" {
        let (domain, key) = request(call.params.text("Csr").unwrap_or_default())?;
        (domain, Some(key))
    } else {
        (call.params.text("Domain").unwrap_or_default().to_owned(), None)
    };
    let domains = vec![checked(call, code, &domain)?];
    let method = call.params.text("ValidateType").and_then(ValidationMethod::read);
    let method = method.ok_or_else(|| refused("ValidateType is DNS or FILE."))?;
    let wanted = Wanted { domains, key, company: None, method };
    orders.place(call, code, wanted, packages, shared)
}

/// Places an order from a package, for a CSR or for up to five domains of one kind.
pub(super) fn place_from_package(
    call: &Call<'_>,
    orders: &mut Orders,
    packages: &mut Packages,
    shared: &Shared,
) -> Result<i64, Refusal> {
    let code = product(call);
    packages.check(code)?;
    let (domains, key) = match (call.params.text("Csr"), call.params.text("Domain")) {
        // The vendor takes the domain of the CSR, even if the call names domains too.
        (Some(csr), _) => {
            let (domain, key) = request(csr)?;
            (vec![checked(call, code, &domain)?], Some(key))
        }
        (None, Some(list)) => (several(call, code, list)?, None),
        (None, None) => return Err(refused("Domain or Csr is needed.")),
    };
    let method = match call.params.text("ValidateType") {
        None => ValidationMethod::Dns,
        Some(text) => ValidationMethod::read(text).ok_or_else(|| refused("ValidateType is DNS or FILE."))?,
    };
    let company = call.params.text("CompanyName").map(str::to_owned);
    orders.place(call, code, Wanted { domains, key, company, method }, packages, shared)
}

/// Places an order that renews an issued one. The old order stays as it is.
pub(super) fn renew(
    call: &Call<'_>,
    orders: &mut Orders,
    packages: &mut Packages,
    store: &Store,
    shared: &Shared,
) -> Result<i64, Refusal> {
    let (id, old) = orders.named(call)?;
    if !matches!(&old.stage, Stage::Issued(id, _) if store.note(*id).revoked.is_none()) {
        return Err(Refusal::new("order-state-error", "Only an issued certificate can be renewed."));
    }
    let code = old.product.clone();
    packages.check(&code)?;
    let domains: Vec<String> = old.names().map(str::to_owned).collect();
    let key = match call.params.text("Csr") {
        None => None,
        Some(csr) => {
            let (domain, key) = request(csr)?;
            if domains != [domain] {
                return Err(refused(format!("The domains of the CSR are not those of order {id}.")));
            }
            Some(key)
        }
    };
    let company = old.company.as_deref().map(str::to_owned);
    let wanted = Wanted { domains, key, company, method: old.method };
    orders.place(call, &code, wanted, packages, shared)
}

/// Responds with the id of a new order.
pub(super) fn response(call: &Call<'_>, id: i64) -> Fields {
    // The id is a string in the vendor's sample of one action, and a number in those of the others.
    let as_text = call.action.name == "CreateCertificateWithCsrRequest";
    fields(if as_text { json!({ "OrderId": id.to_string() }) } else { json!({ "OrderId": id }) })
}

/// Reads a CSR for one domain. Returns the domain and the public key.
fn request(pem: &str) -> Result<(String, Vec<u8>), Refusal> {
    let csr = Csr::read(pem).map_err(refused)?;
    let domain = csr.names.common;
    if let Some(other) = csr.names.others.iter().find(|other| **other != domain) {
        return Err(refused(format!("The CSR also names {other}; this product is for one domain.")));
    }
    Ok((domain, csr.key))
}

/// Reads the domains of an order: all single ones or all wildcards.
fn several(call: &Call<'_>, code: &str, list: &str) -> Result<Vec<String>, Refusal> {
    let mut domains = Vec::new();
    for given in list.split(',') {
        let domain = checked(call, code, given.trim())?;
        if domains.contains(&domain) {
            return Err(refused(format!("{domain} is named twice.")));
        }
        domains.push(domain);
    }
    let wildcards = domains.iter().filter(|domain| domain.starts_with("*.")).count();
    if domains.len() > DOMAINS_MOST {
        return Err(refused(format!("An order has at most {DOMAINS_MOST} domains.")));
    }
    if wildcards != 0 && wildcards != domains.len() {
        return Err(refused("The domains are either all wildcards or none is."));
    }
    Ok(domains)
}

/// Returns the domain in ASCII, if the product is for domains of its shape.
fn checked(call: &Call<'_>, code: &str, given: &str) -> Result<String, Refusal> {
    let domain = domain(given).ok_or_else(|| refused(format!("{given} is not a valid domain.")))?;
    let wildcard = domain.starts_with("*.");
    match cell(call, "ProductCodes", code, "shape").and_then(Value::as_str) {
        Some("wildcard") if !wildcard => Err(refused(format!("{code} is for wildcard domains."))),
        Some("single") if wildcard => Err(refused(format!("{code} is for single domains."))),
        _ => Ok(domain),
    }
}

fn refused(why: impl std::fmt::Display) -> Refusal {
    Refusal::new("create-failed", format!("The certificate request could not be created. {why}"))
}
