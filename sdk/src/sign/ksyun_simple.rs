//! Kingsoft Cloud's simplified signature: HMAC-SHA256 over all parameters. It has no nonce, so it does not protect from replays.
//! The vendor recommends AWS4.

use super::{Signed, canonical_query, hex, hmac_sha256};
use crate::base::secret::Secret;

/// Signs a request. `parameters` are all of them, decoded, without `Signature`.
///
/// ```
/// use cloudcert::{Secret, sign::ksyun_simple};
///
/// let signed = ksyun_simple::sign(&[("Service", "kcm"), ("Action", "GetToken")], &Secret::from("testsecret"));
/// assert_eq!(signed.string_to_sign, "Action=GetToken&Service=kcm");
/// ```
#[must_use]
pub fn sign<K: AsRef<str>, V: AsRef<str>>(parameters: &[(K, V)], secret: &Secret) -> Signed {
    let string_to_sign = canonical_query(parameters);
    let signature = hex(&hmac_sha256(secret.expose().as_bytes(), string_to_sign.as_bytes()));
    Signed { string_to_sign, signature, canonical_request: None }
}
