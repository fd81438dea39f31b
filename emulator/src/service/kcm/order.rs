//! Orders: applying, extending, cancelling.

use super::certificate::{Certificate, Shown, Stage};
use super::money::{self, FREE_LIMIT, is_free, price};
use super::{Kcm, invalid, missing, required, wrong_status};
use crate::call::{Answer, Call, Refusal};
use crate::pki::Level;
use crate::service::{answer, cell, domain, shown};
use crate::world::World;
use serde_json::{Value, json};

/// Products that ask for an ICP filing of the domain: those of `GeoTrust` at level DV.
const NEEDS_FILING: &str = "GEODV";
/// The domain that counts as not filed, with all below it.
const UNFILED: &str = "example.org";
/// Names that exist nowhere (RFC 6761).
const NOWHERE: &str = ".invalid";

/// A product, as the table of the description has it.
#[derive(Debug, Clone)]
pub(super) struct Product {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) brand: String,
    pub(super) level: Level,
    domains: [i64; 2],
    wildcards: [i64; 2],
}

impl Product {
    /// Looks a code up in the description's table.
    fn of(call: &Call) -> Result<Self, Refusal> {
        let code = required(call, "CertificateCode")?;
        let column = |name: &str| cell(call, "CertificateCodes", code, name);
        let text = |name| column(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let number = |name| column(name).and_then(Value::as_i64).unwrap_or_default();
        let level = match column("level").and_then(Value::as_str) {
            Some("DV") => Level::Dv,
            Some("OV") => Level::Ov,
            Some("EV") => Level::Ev,
            _ => return Err(invalid("CertificateCode", "There is no such product.")),
        };
        Ok(Self {
            code: code.to_owned(),
            name: text("name_zh"),
            brand: text("brand"),
            level,
            domains: [number("min_domains"), number("max_domains")],
            wildcards: [number("min_wildcards"), number("max_wildcards")],
        })
    }

    pub(super) fn is_sectigo(&self) -> bool {
        self.brand == "Sectigo"
    }
}

/// What both orders name: a product and how much of it.
struct Size {
    product: Product,
    years: i64,
    domains: i64,
    wildcards: i64,
}

impl Size {
    fn of(call: &Call) -> Result<Self, Refusal> {
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

/// Whether a certificate can be ordered for a domain at all.
pub(super) fn check_domain(domain: &str, product: &Product) -> Result<(), Refusal> {
    let name = domain.strip_prefix("*.").unwrap_or(domain);
    if name.ends_with(NOWHERE) {
        return Err(Refusal::new("domain-not-exist", format!("The domain {domain} does not exist.")));
    }
    let unfiled = name.strip_suffix(UNFILED).is_some_and(|above| above.is_empty() || above.ends_with('.'));
    if unfiled && product.code.starts_with(NEEDS_FILING) {
        return Err(Refusal::new("not-on-record", format!("The domain {domain} has no ICP filing.")));
    }
    Ok(())
}

/// Buys a certificate.
pub(super) fn apply(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let domain = domain(required(call, "MainDomain")?).ok_or_else(|| invalid("MainDomain", "It is no domain."))?;
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

    let now = world.clock.now();
    let kcm = &mut world.kcm;
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
    Ok(answer(json!({ "Certificate": shown })))
}

/// The hour of the order and its number.
fn next_id(kcm: &mut Kcm, now: i64) -> String {
    kcm.ordered += 1;
    format!("{}{:05}", shown(now, "%y%m%d%H"), kcm.ordered)
}

/// Orders the renewal of an issued certificate. The renewal keeps its id, as in the document's sample.
pub(super) fn extend(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let kcm = &mut world.kcm;
    let seed = kcm.seed;
    let certificate = kcm.get(call)?;
    if !matches!(certificate.stage, Stage::Issued(_)) {
        return Err(wrong_status(certificate, "Only an issued certificate can be extended."));
    }
    if money::is_free(&certificate.product.code) {
        return Err(Refusal::new("extend-limit", "A free certificate cannot be extended."));
    }
    let size = Size::of(call)?;
    check_domain(&certificate.domain, &size.product)?;
    let price = size.price();
    certificate.renew(size.product, [size.years, size.domains, size.wildcards]);
    let shown = certificate.shown(Shown::Order, seed);
    kcm.spent = kcm.spent.saturating_add(price);
    Ok(answer(json!({ "Certificate": shown })))
}

/// Cancels an order that is not through. The money stays spent.
pub(super) fn cancel(call: &Call, world: &mut World) -> Result<Answer, Refusal> {
    let seed = world.kcm.seed;
    let certificate = world.kcm.get(call)?;
    match certificate.stage {
        Stage::Ordered | Stage::Reviewed(_) | Stage::Failed(_) => certificate.stage = Stage::Cancelled,
        Stage::Cancelled => {
            return Err(Refusal::new("cancel-conflict", "The certificate has been cancelled before."));
        }
        Stage::Issued(_) => {
            let why = "The order is through, so there is nothing to cancel. Revoke the certificate.";
            return Err(Refusal::new("trans-status-error", why));
        }
        Stage::Revoked(_) => return Err(wrong_status(certificate, "A revoked certificate cannot be cancelled.")),
    }
    Ok(answer(json!({ "Certificate": certificate.shown(Shown::Order, seed) })))
}

/// Whether a parameter or a saved value is there; `missing` names what is not.
pub(super) fn demand(there: bool, name: &str) -> Result<(), Refusal> {
    if there { Ok(()) } else { Err(missing(name)) }
}
