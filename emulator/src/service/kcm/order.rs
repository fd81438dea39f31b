//! Orders: applying, extending, cancelling.

use super::certificate::{Certificate, Shown, Status};
use super::money::{FREE_LIMIT, is_free, price};
use super::product::{Product, check_domain};
use super::refusals::{invalid, required, wrong_status};
use super::store::Kcm;
use crate::base::call::{Call, Fields, Refusal};
use crate::base::time::format;
use crate::service::values::{domain, fields};
use serde_json::json;

/// What an order and a renewal are for: a product, its term and its domains.
struct Size {
    product: Product,
    years: i64,
    domains: i64,
    wildcards: i64,
}

impl Size {
    fn of(call: &Call<'_>) -> Result<Self, Refusal> {
        let product = Product::of(call)?;
        let count = |name: &str, [least, most]: [i64; 2]| {
            required(call, name)?;
            let count = call.params.whole(name).filter(|count| (least..=most).contains(count));
            count.ok_or_else(|| invalid(name, format!("{} takes {least} to {most}.", product.code)))
        };
        let years = count("YearLength", [1, 1])?;
        let domains = count("DomainCount", product.domains)?;
        let wildcards = count("WildcardCount", product.wildcards)?;
        Ok(Self { product, years, domains, wildcards })
    }

    fn price(&self) -> i64 {
        price(&self.product, self.domains, self.wildcards, self.years)
    }
}

/// Buys a certificate.
pub(super) fn apply(call: &Call<'_>, kcm: &mut Kcm, now: i64) -> Result<Fields, Refusal> {
    let domain =
        domain(required(call, "MainDomain")?).ok_or_else(|| invalid("MainDomain", "It is not a valid domain."))?;
    let size = Size::of(call)?;
    let (counted, of_kind) =
        if domain.starts_with("*.") { ("WildcardCount", size.wildcards) } else { ("DomainCount", size.domains) };
    if of_kind == 0 {
        return Err(invalid(counted, "It does not count the main domain."));
    }
    check_domain(&domain, &size.product)?;
    let project = match call.params.text("ProjectId") {
        None => 0,
        Some(_) => call.params.whole("ProjectId").ok_or_else(|| invalid("ProjectId", "It is a number."))?,
    };

    if is_free(&size.product.code) {
        if kcm.free_used >= FREE_LIMIT {
            let why = format!("The account has ordered all its {FREE_LIMIT} free certificates.");
            return Err(Refusal::new("free-limit", why));
        }
        kcm.free_used += 1;
    }
    kcm.spent = kcm.spent.saturating_add(size.price());
    let id = next_id(kcm, now);
    let Size { product, years, domains, wildcards } = size;
    let certificate = Certificate::new(id.clone(), domain, product, [years, domains, wildcards], project, now);
    let shown = certificate.shown(Shown::Order, kcm.seed);
    kcm.certificates.insert(id, certificate);
    Ok(fields(json!({ "Certificate": shown })))
}

/// Returns an id for a new order: the hour of the order and its number.
fn next_id(kcm: &mut Kcm, now: i64) -> String {
    kcm.ordered += 1;
    format!("{}{:05}", format(now, "%y%m%d%H"), kcm.ordered)
}

/// Orders the renewal of an issued certificate. The id stays the same, as in the document's sample.
pub(super) fn extend(call: &Call<'_>, kcm: &mut Kcm) -> Result<Fields, Refusal> {
    let seed = kcm.seed;
    let certificate = kcm.get(call)?;
    if !matches!(certificate.stage, Status::Issued(_)) {
        return Err(wrong_status(certificate.stage.number(), "Only an issued certificate can be extended."));
    }
    if is_free(&certificate.product.code) {
        return Err(Refusal::new("extend-limit", "A free certificate cannot be extended."));
    }
    let size = Size::of(call)?;
    check_domain(&certificate.domain, &size.product)?;
    let price = size.price();
    certificate.renew(size.product, [size.years, size.domains, size.wildcards]);
    let shown = certificate.shown(Shown::Order, seed);
    kcm.spent = kcm.spent.saturating_add(price);
    Ok(fields(json!({ "Certificate": shown })))
}

/// Cancels an order that is not completed. The money is not returned.
pub(super) fn cancel(call: &Call<'_>, kcm: &mut Kcm) -> Result<Fields, Refusal> {
    let seed = kcm.seed;
    let certificate = kcm.get(call)?;
    match certificate.stage {
        Status::Ordered | Status::Reviewed(_) | Status::Failed(_) => certificate.stage = Status::Cancelled,
        Status::Cancelled => {
            return Err(Refusal::new("cancel-conflict", "The certificate has been cancelled before."));
        }
        Status::Issued(_) => {
            let why = "The order is through, so there is nothing to cancel. Revoke the certificate.";
            return Err(Refusal::new("trans-status-error", why));
        }
        Status::Revoked(_) => {
            return Err(wrong_status(certificate.stage.number(), "A revoked certificate cannot be cancelled."));
        }
    }
    Ok(fields(json!({ "Certificate": certificate.shown(Shown::Order, seed) })))
}
