//! Client certificates of the private CA.

use super::all::{Warehouses, failed};
use super::certificates::{Certificates, Origin, Stored, unknown};
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::{Algorithm, Csr, Level, Reading, Subject};
use crate::service::cas2020::refusals::{invalid, missing, number, required};
use crate::service::issue::{Certified, Issue, issue};
use crate::service::shared::Shared;
use crate::service::values::fields;
use serde_json::json;

/// How many days a certificate is valid if the call does not say, and at most.
const USUAL_DAYS: i64 = 365;
const DAYS_MOST: i64 = 36_500;

/// The key that a call has to wait for, by name and algorithm.
pub(super) fn pending(call: &Call<'_>, certificates: &Certificates) -> Option<(String, Algorithm)> {
    let makes_key = call.action.name == "CreateWHClientCertificate" && call.params.text("Csr").is_none();
    makes_key.then(|| Some((name(certificates), algorithm(call).ok()?))).flatten()
}

impl Warehouses {
    /// Issues a certificate. Nothing refuses a second one of the same name.
    pub(super) fn issue(&mut self, call: &Call<'_>, shared: &Shared) -> Result<Fields, Refusal> {
        let parent = required(call, "ParentIdentifier")?;
        let sub_ca = self.certificates.get(parent).ok_or_else(|| unknown("ParentIdentifier"))?;
        if sub_ca.origin != Origin::SubCa {
            return Err(invalid("ParentIdentifier", "It is not the certificate of a sub CA."));
        }
        let (now, warehouse) = (shared.clock.now(), sub_ca.warehouse);
        let csr = call.params.text("Csr").map(Csr::read).transpose().map_err(|trouble| invalid("Csr", trouble))?;
        let common = match (call.params.text("CommonName"), &csr) {
            (Some(name), _) => name.to_owned(),
            (None, Some(csr)) => csr.names.common.clone(),
            (None, None) => return Err(missing("CommonName")),
        };
        let others = call.params.text("SanValue").into_iter().flat_map(|list| list.split(','));
        let mut names = vec![common.clone()];
        names.extend(others.map(|name| name.trim().to_owned()).filter(|name| *name != common));
        let text = |name| call.params.text(name).unwrap_or_default().to_owned();
        let subject = Subject { organization: text("Organization"), state: text("State"), city: text("Locality") };
        let has_organization = !subject.organization.is_empty();
        let order = name(&self.certificates);
        let key = match &csr {
            Some(csr) => Certified::Given(&csr.key),
            None => Certified::Made(algorithm(call)?),
        };
        let wanted = Issue {
            order: &order,
            domains: &names,
            subject: Some(&subject).filter(|_| has_organization),
            level: if has_organization { Level::Ov } else { Level::Dv },
            key,
            days: days(call, now)?,
        };
        let made = issue(&wanted, &shared.pki, now).map_err(|trouble| invalid("CommonName", trouble))?;
        let reading = Reading::of(&made.issued.leaf).map_err(|trouble| failed(&trouble))?;
        let id = self.ids.request_id().to_lowercase();
        let mut out = fields(json!({ "Identifier": id }));
        let shown = call.params.whole("Immediately").unwrap_or_default();
        if shown >= 1 {
            out.insert("X509Certificate".to_owned(), made.issued.leaf.clone().into());
        }
        if shown >= 2 {
            let root = shared.pki.root(now).map_err(|trouble| failed(&trouble))?;
            let chain = format!("{}{root}", made.issued.issuer);
            out.extend(fields(json!({
                "CertificateChain": chain,
                "ParentX509Certificate": made.issued.issuer,
                "RootX509Certificate": root,
            })));
        }
        let (pem, has_key) = (made.issued.chain(), made.key.is_some());
        let origin = Origin::Issued { parent: parent.to_owned(), revoked: false };
        self.certificates.add(Stored { id, warehouse, name: None, pem, reading, origin, has_key });
        Ok(out)
    }
}

/// The name of the next certificate. Key and serial number depend on it.
fn name(certificates: &Certificates) -> String {
    format!("client/{}", certificates.next())
}

/// Returns the key that a call asks for. The sub CA has an RSA key, but signs others, too.
fn algorithm(call: &Call<'_>) -> Result<Algorithm, Refusal> {
    match call.params.text("Algorithm") {
        None | Some("RSA_2048") => Ok(Algorithm::Rsa),
        Some("RSA_4096") => Ok(Algorithm::Rsa4096),
        Some("ECC_256") => Ok(Algorithm::Ecc),
        Some(other) => Err(invalid("Algorithm", format!("This endpoint makes no keys of {other}."))),
    }
}

/// How long the certificate is valid. It begins at once.
fn days(call: &Call<'_>, now: i64) -> Result<i64, Refusal> {
    let given = |name: &str| call.params.text(name).map(|_| number(call, name)).transpose();
    let parts = [("Days", 1), ("Months", 30), ("Years", 365)];
    let mut sum = None;
    for (name, each) in parts {
        if let Some(count) = given(name)? {
            sum = Some(sum.unwrap_or(0_i64).saturating_add(count.saturating_mul(each)));
        }
    }
    let until = given("AfterTime")?.map(|end| end.saturating_sub(now).div_euclid(86_400));
    let days = sum.or(until).unwrap_or(USUAL_DAYS);
    if (1..=DAYS_MOST).contains(&days) {
        Ok(days)
    } else {
        Err(invalid("Days", format!("It is between 1 and {DAYS_MOST}.")))
    }
}
