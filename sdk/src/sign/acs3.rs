//! Alibaba Cloud ACS3-HMAC-SHA256.

use super::{Request, Signed, hex, hmac_sha256, sha256_hex};
use crate::base::secret::Secret;

/// The scheme's name.
pub const ALGORITHM: &str = "ACS3-HMAC-SHA256";

/// Signs a request.
#[must_use]
pub fn sign(request: &Request<'_>, secret: &Secret) -> Signed {
    let canonical = request.canonical();
    let string_to_sign = format!("{ALGORITHM}\n{}", sha256_hex(canonical.as_bytes()));
    let signature = hex(&hmac_sha256(secret.expose().as_bytes(), string_to_sign.as_bytes()));
    Signed { string_to_sign, signature, canonical_request: Some(canonical) }
}

/// The value of the `Authorization` header.
#[must_use]
pub fn authorization(request: &Request<'_>, access_key_id: &str, signature: &str) -> String {
    let names = request.signed_headers();
    format!("{ALGORITHM} Credential={access_key_id},SignedHeaders={names},Signature={signature}")
}
