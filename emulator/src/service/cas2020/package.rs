//! Packages: certificates that were bought in advance.

use crate::base::call::{Call, Fields, Refusal};
use crate::base::settings::Settings;
use crate::service::values::{cell, fields};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The packages that exist if the settings name none, and how many certificates each has.
const USUAL_PACKAGES: [&str; 6] = [
    "digicert-free-1-free",
    "symantec-free-1-free",
    "symantec-dv-1-starter",
    "geotrust-dv-1-starter",
    "geotrust-dv-w-starter",
    "globalsign-dv-1-personal",
];
const USUAL_QUOTA: u32 = 100;
/// The product of a call that names none.
const USUAL_PRODUCT: &str = "digicert-free-1-free";

/// All packages, by product code.
pub(super) struct Packages(BTreeMap<Arc<str>, Package>);

/// Certificates of one product that were bought in advance.
#[derive(Debug, Clone, Copy, Default)]
struct Package {
    total: u32,
    used: u32,
    issued: u32,
}

impl Packages {
    pub(super) fn bought(settings: &Settings) -> Self {
        let package = |code: &str, total| (Arc::from(code), Package { total, ..Package::default() });
        Self(if settings.quota.is_empty() {
            USUAL_PACKAGES.iter().map(|code| package(code, USUAL_QUOTA)).collect()
        } else {
            settings.quota.iter().map(|(code, total)| package(code, *total)).collect()
        })
    }

    /// Checks that a package has a certificate left.
    pub(super) fn check(&self, code: &str) -> Result<(), Refusal> {
        let package = self.0.get(code).ok_or_else(|| not_found(code))?;
        if package.used >= package.total {
            return Err(Refusal::new("quota-exhausted", format!("No certificate of {code} is left in the package.")));
        }
        Ok(())
    }

    /// Uses a certificate of a package. Returns the product code, shared by all orders of the package.
    pub(super) fn take(&mut self, code: &str) -> Result<Arc<str>, Refusal> {
        let known = self.0.get_key_value(code).map(|(code, _)| code.clone()).ok_or_else(|| not_found(code))?;
        if let Some(package) = self.0.get_mut(code) {
            package.used += 1;
        }
        Ok(known)
    }

    /// Counts an issued certificate.
    pub(super) fn count_issued(&mut self, code: &str) {
        if let Some(package) = self.0.get_mut(code) {
            package.issued += 1;
        }
    }

    /// Returns a certificate to its package.
    pub(super) fn give_back(&mut self, code: &str) {
        if let Some(package) = self.0.get_mut(code) {
            package.used = package.used.saturating_sub(1);
        }
    }

    /// Responds to `DescribePackageState`.
    pub(super) fn describe(&self, call: &Call<'_>) -> Result<Fields, Refusal> {
        let code = product(call);
        let package = self.0.get(code).ok_or_else(|| not_found(code))?;
        // The counts are strings in the vendor's samples.
        Ok(fields(json!({
            "ProductCode": code,
            "TotalCount": package.total.to_string(),
            "UsedCount": package.used.to_string(),
            "IssuedCount": package.issued.to_string(),
        })))
    }

    /// Responds to `GetCertificatePackageCount`: one field is JSON in a text, the others are maps as Java prints them.
    pub(super) fn counts(&self, call: &Call<'_>) -> Fields {
        let (mut total, mut used) = (0_u32, 0_u32);
        let products = self.0.iter().zip(1..).map(|((code, package), number)| {
            total = package.total.saturating_add(total);
            used = package.used.saturating_add(used);
            let text = |column| cell(call, "ProductCodes", code, column).and_then(Value::as_str).unwrap_or_default();
            json!({
                "ProductId": number,
                "ProductCode": &**code,
                "BrandName": text("brand"),
                "CertType": if code.contains("-free-") { "FREE" } else { text("level") },
                "DomainType": if text("shape") == "wildcard" { "WILDCARD" } else { "ONE" },
                "TotalCount": package.total,
                "UsedCount": package.used,
                "RemainCount": package.total.saturating_sub(package.used),
            })
        });
        let products = products.collect::<Vec<_>>();
        let left = total.saturating_sub(used);
        fields(json!({
            "ProductCountList": Value::from(products).to_string(),
            "TotalCountDetail": format!("{{TotalCount={total}, RemainCount={left}, FreeQuota=0, UsedCount={used}}}"),
            "TrusteeCountDetail": "{TotalCount=0, ValidCount=0, RemainCount=0, UsedCount=0}",
            "NoticeCountDetail": "{TotalCount=0, RemainCount=0, UsedCount=0}",
            "ProxyCountDetail": "{TotalCount=0, RemainCount=0, AutoPay=0, AutoPayCount=0, UsedCount=0}",
        }))
    }

    pub(super) fn state(&self) -> Value {
        let package = |(code, package): (&Arc<str>, &Package)| {
            let counts = json!({ "total": package.total, "used": package.used, "issued": package.issued });
            (code.to_string(), counts)
        };
        Value::Object(self.0.iter().map(package).collect())
    }
}

/// Returns the product that a call is about.
pub(super) fn product<'a>(call: &'a Call<'_>) -> &'a str {
    call.params.text("ProductCode").unwrap_or(USUAL_PRODUCT)
}

fn not_found(code: &str) -> Refusal {
    Refusal::new("package-not-found", format!("No certificate package of {code} was bought."))
}
