//! Alibaba Cloud RPC.

use super::{Draft, Pair, Signed, form, placed, time};
use crate::base::api::ApiInfo;
use crate::base::api::{Format, Method};
use crate::sign::{Request, acs3 as scheme, aliyun_v1, sha256_hex};

/// What signature 1.0 adds to the parameters of a call.
pub(super) const V1_PARAMETERS: &[&str] = &[
    "Action",
    "Version",
    "Format",
    "AccessKeyId",
    "SignatureMethod",
    "SignatureVersion",
    "SignatureNonce",
    "Timestamp",
    "SecurityToken",
    "Signature",
];

/// What the gateway writes beside a code: the host that was called, a link to help, and why a permission is missing.
pub(super) const ERROR_MEMBERS: &[&str] = &["HostId", "Recommend", "AccessDeniedDetail"];

/// Signature 1.0: everything is a parameter, the signature too.
pub(super) fn v1(draft: &Draft<'_>) -> Signed {
    let now = time(draft.now, true);
    let mut pairs = draft.with(&[
        ("Action", draft.action),
        ("Version", draft.api.version),
        ("Format", draft.format.name()),
        ("AccessKeyId", &draft.credentials.id),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("SignatureNonce", &draft.nonce),
        ("Timestamp", &now),
    ]);
    if let Some(token) = &draft.credentials.token {
        pairs.push(("SecurityToken", token.expose()));
    }
    let signed = aliyun_v1::sign(draft.method.as_str(), &pairs, &draft.credentials.secret);
    pairs.push(("Signature", &signed.signature));
    let placed = placed(draft.method, form(&pairs));
    Signed { proof: Some(signed), ..placed }
}

/// A call without a signature, by POST: its parameters show who calls.
pub(crate) fn unsigned(api: &ApiInfo, action: &str, parameters: &[Pair], now: i64, nonce: &str) -> Signed {
    let now = time(now, true);
    let mut pairs: Vec<(&str, &str)> = parameters.iter().map(|(name, value)| (&**name, value.as_str())).collect();
    pairs.extend([
        ("Action", action),
        ("Version", api.version),
        ("Format", Format::Json.name()),
        ("SignatureNonce", nonce),
        ("Timestamp", &now),
    ]);
    placed(Method::Post, form(&pairs))
}

/// ACS3: the API's own parameters, and headers for the rest.
pub(super) fn acs3(draft: &Draft<'_>) -> Signed {
    let mut out = Signed::unsigned(draft.method, &draft.with(&[]));
    let hash = sha256_hex(out.body.as_bytes());
    out.headers.extend([
        ("x-acs-action", draft.action.to_owned()),
        ("x-acs-version", draft.api.version.to_owned()),
        ("x-acs-date", time(draft.now, true)),
        ("x-acs-signature-nonce", draft.nonce.clone()),
        ("x-acs-content-sha256", hash.clone()),
        ("accept", draft.format.media_type().to_owned()),
    ]);
    if let Some(token) = &draft.credentials.token {
        out.headers.push(("x-acs-security-token", token.expose().to_owned()));
    }
    let headers = out.to_sign(draft.host);
    let request =
        Request { method: draft.method.as_str(), path: "/", query: &out.query, headers: &headers, payload_hash: &hash };
    let signed = scheme::sign(&request, &draft.credentials.secret);
    let authorization = scheme::authorization(&request, &draft.credentials.id, &signed.signature);
    out.headers.push(("authorization", authorization));
    out.proof = Some(signed);
    out
}
