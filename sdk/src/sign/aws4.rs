//! AWS4-HMAC-SHA256, in Kingsoft Cloud's variant.

use super::{Request, Signed, hex, hmac_sha256, sha256_hex};
use crate::base::secret::Secret;

/// The scheme's name.
pub const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The scope of a signature: the day, the region and the service that it is valid for.
#[derive(Debug, Clone, Copy)]
pub struct Scope<'a> {
    /// The time of the request, `20260102T030405Z`. Its first eight characters are the day.
    pub time: &'a str,
    /// The region, `cn-beijing-6`.
    pub region: &'a str,
    /// The service, `kcm`.
    pub service: &'a str,
}

impl Scope<'_> {
    fn day(&self) -> &str {
        self.time.get(..8).unwrap_or(self.time)
    }

    /// `<day>/<region>/<service>/aws4_request`.
    fn credential(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.day(), self.region, self.service)
    }
}

/// Derives the signing key for a day, a region and a service.
#[must_use]
pub fn signing_key(secret: &Secret, scope: &Scope<'_>) -> [u8; 32] {
    let first = Secret::from(format!("AWS4{}", secret.expose()));
    let parts = [scope.day(), scope.region, scope.service, "aws4_request"];
    let mut parts = parts.iter().map(|part| part.as_bytes());
    let day = hmac_sha256(first.expose().as_bytes(), parts.next().unwrap_or_default());
    parts.fold(day, |key, part| hmac_sha256(&key, part))
}

/// Signs a request.
#[must_use]
pub fn sign(request: &Request<'_>, scope: &Scope<'_>, secret: &Secret) -> Signed {
    let canonical = request.canonical();
    let hash = sha256_hex(canonical.as_bytes());
    let string_to_sign = format!("{ALGORITHM}\n{}\n{}\n{hash}", scope.time, scope.credential());
    let signature = hex(&hmac_sha256(&signing_key(secret, scope), string_to_sign.as_bytes()));
    Signed { string_to_sign, signature, canonical_request: Some(canonical) }
}

/// The value of the `Authorization` header.
#[must_use]
pub fn authorization(request: &Request<'_>, scope: &Scope<'_>, access_key_id: &str, signature: &str) -> String {
    let names = request.signed_headers();
    let credential = scope.credential();
    format!("{ALGORITHM} Credential={access_key_id}/{credential}, SignedHeaders={names}, Signature={signature}")
}
