//! Revocations, and the tokens that they need.

use super::certificate::{Shown, Status};
use super::draft::IMAGE_MOST;
use super::refusals::{invalid, missing, required, wrong_status};
use super::store::Kcm;
use crate::base::call::{Call, Fields, Refusal};
use crate::service::shared::Shared;
use crate::service::values::fields;
use serde_json::json;

/// Issues a token. `ApiHost` is this endpoint, so that clients that follow it come back here.
pub(super) fn token(call: &Call<'_>, kcm: &mut Kcm, shared: &Shared) -> Fields {
    let url = call.url(&shared.settings);
    let host = url.trim_start_matches("http://");
    fields(json!({ "Token": kcm.tokens.give(shared.clock.now()), "ApiHost": host }))
}

/// Revokes a certificate. Only a successful revocation uses up the token.
pub(super) fn revoke(call: &Call<'_>, kcm: &mut Kcm, now: i64) -> Result<Fields, Refusal> {
    let seed = kcm.seed;
    let token = required(call, "Token")?;
    required(call, "Reason")?;
    if !kcm.tokens.is_valid(token, now) {
        return Err(Refusal::new("invalid-token", "The token is invalid or has expired."));
    }
    let certificate = kcm.get(call)?;
    if !matches!(certificate.stage, Status::Issued(_)) {
        return Err(wrong_status(certificate.stage.number(), "Only an issued certificate can be revoked."));
    }
    let letter = call.params.text("RevokeLetter");
    if letter.is_none() && !certificate.product.is_sectigo() {
        return Err(missing("RevokeLetter"));
    }
    if letter.is_some_and(|letter| letter.len() > IMAGE_MOST) {
        return Err(invalid("RevokeLetter", "The picture is larger than 600 KB."));
    }
    let stage = std::mem::replace(&mut certificate.stage, Status::Ordered);
    certificate.stage = match stage {
        Status::Issued(delivered) => Status::Revoked(delivered),
        other => other,
    };
    let shown = certificate.shown(Shown::Item, seed);
    kcm.tokens.use_up(token);
    Ok(fields(json!({ "Certificate": shown })))
}
