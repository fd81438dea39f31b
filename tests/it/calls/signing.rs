//! The signers give what the vendors' own signers gave, and the encoder follows RFC 3986.

use cloudcert::Secret;
use cloudcert::sign::{self, Request, acs3, aliyun_v1, aws4, ksyun_simple};
use proptest::prelude::*;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Vectors {
    alibaba_v1: Vec<V1>,
    alibaba_v3: Vec<V3>,
    ksc_aws4: Vec<Aws4>,
    ksc_simple: Vec<Simple>,
    percent_encoding: Vec<Encoding>,
}

#[derive(Deserialize)]
struct V1 {
    name: String,
    method: String,
    params: BTreeMap<String, String>,
    access_key_secret: String,
    string_to_sign: String,
    signature: String,
}

#[derive(Deserialize)]
struct V3 {
    name: String,
    method: String,
    path: String,
    query: BTreeMap<String, String>,
    headers: BTreeMap<String, String>,
    body: String,
    access_key_id: String,
    access_key_secret: String,
    canonical_request: String,
    string_to_sign: String,
    signature: String,
    authorization: String,
}

#[derive(Deserialize)]
struct Aws4 {
    name: String,
    method: String,
    url: String,
    headers: BTreeMap<String, String>,
    body: String,
    region: String,
    service: String,
    access_key_id: String,
    secret: String,
    canonical_request: String,
    string_to_sign: String,
    signing_key_hex: Option<String>,
    signature: String,
    authorization: String,
}

#[derive(Deserialize)]
struct Simple {
    name: String,
    params: BTreeMap<String, String>,
    secret: String,
    canonicalized_query_string: String,
    signature: String,
}

#[derive(Deserialize)]
struct Encoding {
    #[serde(rename = "in")]
    from: String,
    #[serde(rename = "out")]
    to: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../data/signing-vectors.json")).unwrap()
}

fn pairs(map: &BTreeMap<String, String>) -> Vec<(&str, &str)> {
    // Backwards, so that a signer that forgets to sort is found out.
    map.iter().rev().map(|(k, v)| (k.as_str(), v.as_str())).collect()
}

#[test]
fn alibaba_signature_1_0() {
    let vectors = vectors().alibaba_v1;
    assert_eq!(vectors.len(), 19);
    for v in vectors {
        let signed = aliyun_v1::sign(&v.method, &pairs(&v.params), &v.access_key_secret.as_str().into());
        assert_eq!(signed.string_to_sign, v.string_to_sign, "{}", v.name);
        assert_eq!(signed.signature, v.signature, "{}", v.name);
    }
}

#[test]
fn alibaba_acs3() {
    let vectors = vectors().alibaba_v3;
    assert_eq!(vectors.len(), 15);
    for v in vectors {
        let request = Request {
            method: &v.method,
            path: &v.path,
            query: &sign::canonical_query(&pairs(&v.query)),
            headers: &pairs(&v.headers),
            payload_hash: &sign::sha256_hex(v.body.as_bytes()),
        };
        assert_eq!(request.canonical(), v.canonical_request, "{}", v.name);
        let signed = acs3::sign(&request, &v.access_key_secret.as_str().into());
        assert_eq!(signed.string_to_sign, v.string_to_sign, "{}", v.name);
        assert_eq!(signed.signature, v.signature, "{}", v.name);
        assert_eq!(acs3::authorization(&request, &v.access_key_id, &signed.signature), v.authorization, "{}", v.name);
    }
}

/// The query of a URL, decoded. The vectors write a blank as `+`, as some clients do.
fn query_of(url: &str) -> Vec<(String, String)> {
    let decode = |text: &str| {
        percent_encoding::percent_decode_str(&text.replace('+', "%20")).decode_utf8().unwrap().into_owned()
    };
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    pairs.map(|pair| pair.split_once('=').unwrap_or((pair, ""))).map(|(k, v)| (decode(k), decode(v))).collect()
}

#[test]
fn kingsoft_aws4() {
    let vectors = vectors().ksc_aws4;
    assert_eq!(vectors.len(), 7);
    for v in vectors {
        let names = v.authorization.split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap();
        let mut headers = v.headers.clone();
        let host = v.url.trim_start_matches("https://").split('/').next().unwrap();
        headers.retain(|name, _| names.split(';').any(|signed| signed.eq_ignore_ascii_case(name)));
        if !headers.keys().any(|name| name.eq_ignore_ascii_case("host")) {
            headers.insert("Host".to_owned(), host.to_owned());
        }
        let request = Request {
            method: &v.method,
            path: "/",
            query: &sign::canonical_query(&query_of(&v.url)),
            headers: &pairs(&headers),
            payload_hash: &sign::sha256_hex(v.body.as_bytes()),
        };
        assert_eq!(request.canonical(), v.canonical_request, "{}", v.name);
        let time = v.string_to_sign.lines().nth(1).unwrap();
        let scope = aws4::Scope { time, region: &v.region, service: &v.service };
        let secret = Secret::from(v.secret.as_str());
        if let Some(key) = &v.signing_key_hex {
            let bytes = (0..key.len()).step_by(2).map(|i| u8::from_str_radix(&key[i..i + 2], 16).unwrap());
            let key: Vec<u8> = bytes.collect();
            assert_eq!(aws4::signing_key(&secret, &scope).to_vec(), key, "{}", v.name);
        }
        let signed = aws4::sign(&request, &scope, &secret);
        assert_eq!(signed.string_to_sign, v.string_to_sign, "{}", v.name);
        assert_eq!(signed.signature, v.signature, "{}", v.name);
        let authorization = aws4::authorization(&request, &scope, &v.access_key_id, &signed.signature);
        assert_eq!(authorization, v.authorization, "{}", v.name);
    }
}

#[test]
fn kingsoft_simplified() {
    let vectors = vectors().ksc_simple;
    assert_eq!(vectors.len(), 7);
    for v in vectors {
        let signed = ksyun_simple::sign(&pairs(&v.params), &v.secret.as_str().into());
        assert_eq!(signed.string_to_sign, v.canonicalized_query_string, "{}", v.name);
        assert_eq!(signed.signature, v.signature, "{}", v.name);
    }
}

#[test]
fn percent_encoding() {
    let vectors = vectors().percent_encoding;
    assert_eq!(vectors.len(), 23);
    for v in vectors {
        assert_eq!(sign::encode(&v.from), v.to);
    }
}

#[test]
fn signed_data_is_not_shown() {
    let signed = aliyun_v1::sign("POST", &[("Key", "canary")], &Secret::from("canary"));
    let request =
        Request { method: "GET", path: "/", query: "a=canary", headers: &[("x", "canary")], payload_hash: "" };
    let shown = format!("{signed:?} {signed:#?} {request:?} {request:#?} {:?}", Secret::from("canary"));
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!shown.contains(&signed.signature), "{shown}");
}

proptest! {
    #[test]
    fn encoding_is_that_of_rfc_3986(text in "\\PC{0,40}") {
        let plain: String = text
            .bytes()
            .map(|b| match b {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(b).to_string(),
                b => format!("%{b:02X}"),
            })
            .collect();
        prop_assert_eq!(sign::encode(&text), plain);
    }

    #[test]
    fn signature_1_0_encodes_twice(key in "\\PC{0,20}", value in "\\PC{0,40}") {
        let text = aliyun_v1::string_to_sign("GET", &[(key.as_str(), value.as_str())]);
        let once = format!("{}={}", sign::encode(&key), sign::encode(&value));
        prop_assert_eq!(text, format!("GET&%2F&{}", sign::encode(&once)));
    }

    #[test]
    fn a_canonical_query_does_not_depend_on_the_order(mut pairs in prop::collection::vec(("\\PC{0,8}", "\\PC{0,8}"), 0..8)) {
        let first = sign::canonical_query(&pairs);
        pairs.reverse();
        prop_assert_eq!(&first, &sign::canonical_query(&pairs));
        let back: Vec<(String, String)> = query_of(&format!("?{first}"));
        pairs.sort();
        // A pair without name and value is lost in a query.
        pairs.retain(|(k, v)| !first.is_empty() || !k.is_empty() || !v.is_empty());
        prop_assert_eq!(back, pairs);
    }
}
