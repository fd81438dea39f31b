//! Calls that are signed by hand, so that tests can change every part before and after signing.

use super::wire::{Sent, encoded};
use cloudcert::Secret;
use cloudcert::sign::{self, Request, acs3, aliyun_v1, aws4, ksyun_simple};
use std::sync::atomic::{AtomicU64, Ordering};

pub(crate) const CAS: &str = "2020-04-07";
pub(crate) const OLD_CAS: &str = "2018-07-13";
pub(crate) const KCM: &str = "2016-03-04";
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";
/// 2026-01-02T03:04:05Z, at which the endpoints of these tests stand still.
pub(crate) const NOW: i64 = 1_767_323_045;
pub(crate) const NOW_EXTENDED: &str = "2026-01-02T03:04:05Z";
pub(crate) const NOW_COMPACT: &str = "20260102T030405Z";

/// The system's time, in the form that signatures have it.
pub(crate) fn now() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

pub(crate) type Pairs = Vec<(String, String)>;

pub(crate) fn pairs(of: &[(&str, &str)]) -> Pairs {
    of.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub(crate) fn nonce() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("nonce-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn secret() -> Secret {
    Secret::from("testsecret")
}

/// Starts an endpoint whose clock stands still.
pub(crate) async fn endpoint() -> cloudcert_emulator::Handle {
    standing(cloudcert_emulator::Emulator::new()).await
}

/// Starts a configured endpoint, and stops its clock at [`NOW`].
pub(crate) async fn standing(emulator: cloudcert_emulator::Emulator) -> cloudcert_emulator::Handle {
    let endpoint = emulator.clock_start(NOW).serve().await.unwrap();
    endpoint.clock().stop();
    endpoint.clock().set(NOW);
    endpoint
}

/// Returns the parameters of signature 1.0, without the signature.
pub(crate) fn v1_parameters(version: &str, action: &str, own: &[(&str, &str)]) -> Pairs {
    let mut all = pairs(&[
        ("Action", action),
        ("Version", version),
        ("Format", "JSON"),
        ("AccessKeyId", "testid"),
        ("SignatureMethod", "HMAC-SHA1"),
        ("SignatureVersion", "1.0"),
        ("SignatureNonce", &nonce()),
        ("Timestamp", NOW_EXTENDED),
    ]);
    all.extend(pairs(own));
    all
}

pub(crate) fn set(pairs: &mut Pairs, name: &str, value: &str) {
    pairs.retain(|(key, _)| key != name);
    pairs.push((name.to_owned(), value.to_owned()));
}

pub(crate) fn without(pairs: &mut Pairs, name: &str) {
    pairs.retain(|(key, _)| key != name);
}

/// Signs parameters, and makes a form of them.
pub(crate) fn v1_signed(parameters: &Pairs) -> Sent {
    let mut all = parameters.clone();
    all.push(("Signature".to_owned(), aliyun_v1::sign("POST", parameters, &secret()).signature));
    Sent::new("POST", "/").body(FORM, encoded(&all))
}

pub(crate) fn v1(version: &str, action: &str, own: &[(&str, &str)]) -> Sent {
    v1_signed(&v1_parameters(version, action, own))
}

/// Makes a request that is signed with ACS3. `names` are the headers to sign; if empty, all are signed.
pub(crate) fn acs3(method: &str, version: &str, action: &str, own: &[(&str, &str)], names: &[&str]) -> Sent {
    let encoded = encoded(&pairs(own));
    let (query, body) = if method == "GET" { (encoded, String::new()) } else { (String::new(), encoded) };
    let mut sent = Sent::new(method, if query.is_empty() { "/".to_owned() } else { format!("/?{query}") });
    if !body.is_empty() {
        sent = sent.body(FORM, body);
    }
    let hash = sign::sha256_hex(&sent.body);
    let sent = sent
        .header("host", "cas.example.com")
        .header("x-acs-action", action)
        .header("x-acs-version", version)
        .header("x-acs-date", NOW_EXTENDED)
        .header("x-acs-signature-nonce", nonce())
        .header("x-acs-content-sha256", hash)
        .header("accept", "application/json")
        .header("user-agent", "a test");
    acs3_signed(sent, names)
}

/// Signs a request as it is now.
pub(crate) fn acs3_signed(sent: Sent, names: &[&str]) -> Sent {
    let (headers, query, hash) = parts(&sent, names);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let request = Request { method: &sent.method, path: "/", query: &query, headers: &headers, payload_hash: &hash };
    let signature = acs3::sign(&request, &secret()).signature;
    let authorization = acs3::authorization(&request, "testid", &signature);
    sent.header("authorization", authorization)
}

/// Returns what schemes sign that sign headers: headers, query and the hash of the body.
pub(crate) fn parts(sent: &Sent, names: &[&str]) -> (Pairs, String, String) {
    let signed = |name: &str| names.is_empty() || names.contains(&name);
    let headers: Pairs = sent.headers.iter().filter(|(name, _)| signed(name)).cloned().collect();
    let query = sent.target.split_once('?').map_or("", |(_, query)| query);
    let query: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    (headers, sign::canonical_query(&query), sign::sha256_hex(&sent.body))
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned()
}

/// Makes an unsigned request of Kingsoft Cloud: a form with Action, Version and these parameters.
pub(crate) fn kcm(action: &str, own: &[(&str, &str)]) -> Sent {
    let mut all = pairs(own);
    all.extend(pairs(&[("Action", action), ("Version", KCM)]));
    kcm_headers(Sent::new("POST", "/").body(FORM, encoded(&all)))
}

pub(crate) fn kcm_headers(sent: Sent) -> Sent {
    sent.header("host", "kcm.example.com").header("x-amz-date", NOW_COMPACT).header("accept", "application/json")
}

pub(crate) const SCOPE: aws4::Scope<'static> =
    aws4::Scope { time: NOW_COMPACT, region: "cn-beijing-6", service: "kcm" };

/// Signs a request as it is now with AWS4.
pub(crate) fn aws4_signed(sent: Sent, scope: &aws4::Scope<'_>, names: &[&str]) -> Sent {
    let (headers, query, hash) = parts(&sent, names);
    let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let request = Request { method: &sent.method, path: "/", query: &query, headers: &headers, payload_hash: &hash };
    let signature = aws4::sign(&request, scope, &secret()).signature;
    let authorization = aws4::authorization(&request, scope, "AKLTtestid", &signature);
    sent.header("authorization", authorization)
}

pub(crate) fn aws4(action: &str, own: &[(&str, &str)]) -> Sent {
    aws4_signed(kcm(action, own), &SCOPE, &[])
}

/// Returns the parameters of the simplified signature, without the signature.
pub(crate) fn simple_parameters(action: &str, own: &[(&str, &str)]) -> Pairs {
    let mut all = pairs(&[
        ("Action", action),
        ("Version", KCM),
        ("Accesskey", "AKLTtestid"),
        ("Service", "kcm"),
        ("Timestamp", NOW_EXTENDED),
        ("SignatureVersion", "1.0"),
        ("SignatureMethod", "HMAC-SHA256"),
    ]);
    all.extend(pairs(own));
    all
}

pub(crate) fn simple_signature(parameters: &Pairs) -> (String, String) {
    ("Signature".to_owned(), ksyun_simple::sign(parameters, &secret()).signature)
}

pub(crate) fn simple_signed(parameters: &Pairs) -> Sent {
    let mut all = parameters.clone();
    all.push(simple_signature(parameters));
    Sent::new("POST", "/").body(FORM, encoded(&all)).header("accept", "application/json")
}
