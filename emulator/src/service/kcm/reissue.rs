//! Having a certificate issued again.

use super::certificate::Status;
use super::refusals::{invalid, wrong_status};
use super::store::Kcm;
use crate::base::call::{Call, Fields, Refusal};
use crate::pki::{Level, Trouble};

/// The brand whose DV certificates cannot be issued again.
const NEVER_AGAIN: &str = "Symantec";

/// Hands an issued certificate to the certificate authority again. What the response holds is not known, so it holds nothing.
pub(super) fn reissue(call: &Call<'_>, kcm: &mut Kcm, now: i64) -> Result<Fields, Refusal> {
    let certificate = kcm.get(call)?;
    let new_key = match call.params.text("CsrSource") {
        None => false,
        Some("new") => true,
        Some(_) => return Err(invalid("CsrSource", "It is new, or left out.")),
    };
    if certificate.product.brand == NEVER_AGAIN && certificate.product.level == Level::Dv {
        return Err(Refusal::new("cert-type-error", "A Symantec DV certificate cannot be reissued."));
    }
    if !matches!(certificate.stage, Status::Issued(_)) {
        return Err(wrong_status(certificate.stage.number(), "Only an issued certificate can be reissued."));
    }
    let failed = |trouble: Trouble| Refusal::new("service-unavailable", trouble.to_string());
    certificate.reissue(new_key, now).map_err(failed)?;
    Ok(Fields::new())
}
