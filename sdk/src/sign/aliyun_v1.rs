//! Alibaba Cloud signature 1.0: HMAC-SHA1 over the method and all parameters.

use super::Signed;
use super::canonical::sorted;
use super::percent::encode_twice_into;
use crate::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// Signs a request. `parameters` are those of the query and of the form together, decoded, without `Signature`.
///
/// ```
/// use cloudcert::{Secret, sign::aliyun_v1};
///
/// let signed = aliyun_v1::sign("POST", &[("Action", "GetIt"), ("Format", "JSON")], &Secret::from("testsecret"));
/// assert_eq!(signed.string_to_sign, "POST&%2F&Action%3DGetIt%26Format%3DJSON");
/// ```
#[must_use]
pub fn sign<K: AsRef<str>, V: AsRef<str>>(method: &str, parameters: &[(K, V)], secret: &Secret) -> Signed {
    let string_to_sign = string_to_sign(method, parameters);
    let mut key = String::with_capacity(secret.expose().len() + 1);
    key.push_str(secret.expose());
    key.push('&');
    let key = Secret::from(key);
    let digest: Vec<u8> = match Hmac::<Sha1>::new_from_slice(key.expose().as_bytes()) {
        Ok(mut mac) => {
            mac.update(string_to_sign.as_bytes());
            mac.finalize().into_bytes().to_vec()
        }
        // HMAC takes keys of any length.
        Err(_) => Vec::new(),
    };
    Signed { signature: STANDARD.encode(digest), string_to_sign, canonical_request: None }
}

/// The text that is signed.
#[must_use]
pub fn string_to_sign<K: AsRef<str>, V: AsRef<str>>(method: &str, parameters: &[(K, V)]) -> String {
    let bytes: usize = parameters.iter().map(|(k, v)| k.as_ref().len() + v.as_ref().len() + 8).sum();
    let mut out = Vec::with_capacity(bytes + bytes / 2 + 16);
    out.extend_from_slice(method.as_bytes());
    out.extend_from_slice(b"&%2F&");
    for (index, (key, value)) in sorted(parameters).into_iter().enumerate() {
        if index > 0 {
            out.extend_from_slice(b"%26");
        }
        encode_twice_into(&mut out, key);
        out.extend_from_slice(b"%3D");
        encode_twice_into(&mut out, value);
    }
    // What was encoded is ASCII, and the method is text.
    String::from_utf8(out).unwrap_or_default()
}
