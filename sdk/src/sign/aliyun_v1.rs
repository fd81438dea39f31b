//! Alibaba Cloud signature 1.0: HMAC-SHA1 over the method and all parameters.

use super::Signed;
use super::canonical::sorted;
use super::percent::encode_twice_into;
use crate::base::secret::Secret;
use crate::base::string_to_sign::ALIYUN_V1_PATH;
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
    let signature = match Hmac::<Sha1>::new_from_slice(key.expose().as_bytes()) {
        Ok(mut mac) => {
            mac.update(string_to_sign.as_bytes());
            STANDARD.encode(mac.finalize().into_bytes())
        }
        // HMAC takes keys of any length.
        Err(_) => String::new(),
    };
    Signed { signature, string_to_sign, canonical_request: None }
}

/// Builds the text that is signed.
#[must_use]
pub fn string_to_sign<K: AsRef<str>, V: AsRef<str>>(method: &str, parameters: &[(K, V)]) -> String {
    let bytes: usize = parameters.iter().map(|(k, v)| k.as_ref().len() + v.as_ref().len() + 8).sum();
    let mut out = String::with_capacity(bytes + bytes / 2 + 16);
    out.extend([method, ALIYUN_V1_PATH]);
    for (index, (_, key, value)) in sorted(parameters).into_iter().enumerate() {
        if index > 0 {
            out.push_str("%26");
        }
        encode_twice_into(&mut out, key);
        out.push_str("%3D");
        encode_twice_into(&mut out, value);
    }
    out
}
