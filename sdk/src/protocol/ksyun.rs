//! Kingsoft Cloud `OpenAPI`.

use super::dialect::{Dialect, Scheme, TEST_REQUEST_ID};
use super::quote::{hashed, lines, parameters, until_end};
use super::{Draft, Payload, form, placed, time};
use crate::base::difference::HASH;
use crate::sign::{Request, aws4 as scheme, ksyun_simple, sha256_hex};
use serde_json::{Value, json};

pub(super) static DIALECT: Dialect = Dialect {
    request_id_header: "x-kss-request-id",
    header_prefixes: &["x-amz-", "x-ksc-"],
    // All members of an error are inside `Error`.
    error_members: &[],
    error_body,
};

pub(super) static AWS4: Scheme = Scheme {
    sign: aws4,
    signature_is_parameter: false,
    reserved: SIMPLE_PARAMETERS,
    quoted: |message| hashed(message, scheme::ALGORITHM, 4),
    parts: |text| lines(text, &["the algorithm", "the time", "the credential scope", HASH]),
};

pub(super) static SIMPLE: Scheme = Scheme {
    sign: simple,
    signature_is_parameter: true,
    reserved: SIMPLE_PARAMETERS,
    quoted: |message| {
        let start = message.find("Accesskey=").or_else(|| message.find("Action="))?;
        let before = message.get(..start)?;
        let start = before.rfind([' ', '\'', '"', '[', ':', '\n']).map_or(0, |at| at + 1);
        until_end(message.get(start..)?)
    },
    parts: parameters,
};

fn error_body(code: &str, inner_code: Option<&str>, message: &str) -> Value {
    let mut error = json!({ "Type": "Sender", "Code": code, "Message": message });
    if let (Some(inner), Some(error)) = (inner_code, error.as_object_mut()) {
        error.insert("InnerCode".to_owned(), inner.into());
    }
    json!({ "RequestId": TEST_REQUEST_ID, "Error": error })
}

/// What the simplified scheme adds to the parameters of a call.
const SIMPLE_PARAMETERS: &[&str] = &[
    "Action",
    "Version",
    "Accesskey",
    "Service",
    "Region",
    "Timestamp",
    "SignatureVersion",
    "SignatureMethod",
    "SecurityToken",
    "Signature",
];

/// AWS4: action and version beside the parameters, the signature in a header.
fn aws4(draft: &Draft<'_>) -> Payload {
    let pairs = draft.with(&[("Action", draft.action), ("Version", draft.api.version)]);
    let mut out = Payload::unsigned(draft.method, &pairs);
    let now = time(draft.now, false);
    let hash = sha256_hex(out.body.as_bytes());
    out.headers.extend([("x-amz-date", now.clone()), ("x-amz-content-sha256", hash.clone())]);
    if let Some(token) = &draft.credentials.token {
        out.headers.push(("x-amz-security-token", token.expose().to_owned()));
    }
    let headers = out.to_sign(draft.host);
    let request =
        Request { method: draft.method.as_str(), path: "/", query: &out.query, headers: &headers, payload_hash: &hash };
    let scope = scheme::Scope { time: &now, region: draft.region, service: draft.api.signing_name };
    let signed = scheme::sign(&request, &scope, &draft.credentials.secret);
    let authorization = scheme::authorization(&request, &scope, &draft.credentials.id, &signed.signature);
    out.headers.push(("authorization", authorization));
    out.headers.push(("accept", draft.format.media_type().to_owned()));
    out.proof = Some(signed);
    out
}

/// The simplified scheme: everything is a parameter, including the signature. It has no nonce.
fn simple(draft: &Draft<'_>) -> Payload {
    let now = time(draft.now, true);
    let mut pairs = draft.with(&[
        ("Action", draft.action),
        ("Version", draft.api.version),
        ("Accesskey", &draft.credentials.id),
        ("Service", draft.api.signing_name),
        ("Region", draft.region),
        ("Timestamp", &now),
        ("SignatureVersion", "1.0"),
        ("SignatureMethod", "HMAC-SHA256"),
    ]);
    if let Some(token) = &draft.credentials.token {
        pairs.push(("SecurityToken", token.expose()));
    }
    let signed = ksyun_simple::sign(&pairs, &draft.credentials.secret);
    pairs.push(("Signature", &signed.signature));
    let mut out = placed(draft.method, form(&pairs));
    out.headers.push(("accept", draft.format.media_type().to_owned()));
    out.proof = Some(signed);
    out
}
