//! Alibaba Cloud RPC.

use super::dialect::{Dialect, Scheme, TEST_REQUEST_ID};
use super::quote::{Part, decoded, hashed, lines, named, owned, parameters, until_end};
use super::{Draft, Pair, Payload, form, placed, time};
use crate::base::api::{ApiInfo, Family};
use crate::base::api::{Format, Method};
use crate::base::difference::HASH;
use crate::base::string_to_sign::ALIYUN_V1_STARTS;
use crate::sign::{Request, acs3 as scheme, aliyun_v1, sha256_hex};
use serde_json::json;
use std::borrow::Cow;

/// The family, for STS, which is not in the spec.
pub(crate) const FAMILY: Family = Family::AliyunRpc;

pub(super) static DIALECT: Dialect = Dialect {
    request_id_header: "x-acs-request-id",
    header_prefixes: &["x-acs-"],
    // The host that was called, a link to help, and why a permission is missing.
    error_members: &["HostId", "Recommend", "AccessDeniedDetail"],
    error_body: |code, _, message| json!({ "RequestId": TEST_REQUEST_ID, "Code": code, "Message": message }),
};

pub(super) static V1: Scheme = Scheme {
    sign: v1,
    signature_is_parameter: true,
    reserved: V1_PARAMETERS,
    quoted: |message| {
        let start = ALIYUN_V1_STARTS.iter().filter_map(|head| message.find(head)).min()?;
        until_end(message.get(start..)?)
    },
    parts: v1_parts,
};

pub(super) static ACS3: Scheme = Scheme {
    sign: acs3,
    signature_is_parameter: false,
    reserved: V1_PARAMETERS,
    quoted: |message| hashed(message, scheme::ALGORITHM, 2),
    parts: |text| lines(text, &["the algorithm", HASH]),
};

/// What signature 1.0 adds to the parameters of a call.
const V1_PARAMETERS: &[&str] = &[
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

/// Signature 1.0: everything is a parameter, the signature too.
fn v1(draft: &Draft<'_>) -> Payload {
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
    Payload { proof: Some(signed), ..placed }
}

/// A call without a signature, by POST. Its parameters identify the caller.
pub(crate) fn unsigned(api: &ApiInfo, action: &str, parameters: &[Pair], now: i64, nonce: &str) -> Payload {
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
fn acs3(draft: &Draft<'_>) -> Payload {
    let mut out = Payload::unsigned(draft.method, &draft.with(&[]));
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

/// The method, the path, and the query, which is encoded once more.
fn v1_parts(text: &str) -> Vec<Part<'_>> {
    let mut pieces = text.splitn(3, '&');
    let mut out: Vec<Part<'_>> =
        ["the method", "the path"].iter().zip(&mut pieces).map(|(name, value)| named(name, value)).collect();
    let query = pieces.next().map_or(Cow::Borrowed(""), decoded);
    out.extend(parameters(&query).iter().map(owned));
    out
}
