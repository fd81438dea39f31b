//! The products of KCM, and which domains they are for.

use super::refusals::{invalid, required};
use crate::base::call::{Call, Refusal};
use crate::pki::Level;
use crate::service::validation::NOWHERE;
use crate::service::values::cell;
use serde_json::Value;

/// Products that require an ICP filing of the domain: those of `GeoTrust` at level DV.
const NEEDS_FILING: &str = "GEODV";
/// This domain and its subdomains count as not filed.
const UNFILED: &str = "example.org";

/// A product, as the spec's table has it.
#[derive(Debug, Clone)]
pub(super) struct Product {
    pub(super) code: String,
    pub(super) name: String,
    pub(super) brand: String,
    pub(super) level: Level,
    /// The least and the largest number of single domains.
    pub(super) domains: [i64; 2],
    /// The least and the largest number of wildcard domains.
    pub(super) wildcards: [i64; 2],
}

impl Product {
    /// Looks up the product that a call names.
    pub(super) fn of(call: &Call<'_>) -> Result<Self, Refusal> {
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
