//! Signatures of the SDK beside the bare HMAC over the same bytes, and beside aws-sigv4 with comparable requests.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{self, SignableBody, SignableRequest, SigningParams, SigningSettings};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use cloudcert::Secret;
use cloudcert::sign::{Request, acs3, aliyun_v1, aws4, canonical_query, ksyun_simple, sha256_hex};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use sha2::Sha256;
use std::time::{Duration, UNIX_EPOCH};
use turns::Case;

const KEY: &str = "testsecret";
const HOST: &str = "kcm.api.ksyun.com";
const TIME: &str = "20260102T030405Z";
const SCOPE: aws4::Scope<'_> = aws4::Scope { time: TIME, region: "cn-beijing-6", service: "kcm" };

/// 16 parameters, as a `CreateCertificateRequest` has them.
const PARAMETERS: [(&str, &str); 16] = [
    ("Action", "CreateCertificateRequest"),
    ("Version", "2020-04-07"),
    ("Format", "JSON"),
    ("AccessKeyId", "testid"),
    ("SignatureMethod", "HMAC-SHA1"),
    ("SignatureVersion", "1.0"),
    ("SignatureNonce", "3ee8c1b883d344afa94f4e0ad82fd6cf"),
    ("Timestamp", "2026-01-02T03:04:05Z"),
    ("Domain", "www.example.com"),
    ("Email", "a b+c@example.com"),
    ("Phone", "13800000000"),
    ("Username", "张三"),
    ("ValidateType", "DNS"),
    ("ProductCode", "digicert-free-1-free"),
    ("Tags.1.Key", "team"),
    ("Tags.1.Value", "edge * ~"),
];

/// What both sign of the POST: four headers. aws-sigv4 adds host and time by itself.
const HEADERS: [(&str, &str); 4] = [
    ("content-type", "application/json"),
    ("host", HOST),
    ("x-amz-date", TIME),
    ("x-amz-target", "CertificateManager.CreateCertificateRequest"),
];
/// And of the GET: two.
const FEW: [(&str, &str); 2] = [("host", HOST), ("x-amz-date", TIME)];

fn sha1(text: &str) -> [u8; 20] {
    // Signature 1.0 has a `&` behind the key.
    let mut mac = Hmac::<Sha1>::new_from_slice(b"testsecret&").expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

fn sha256(text: &str) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(KEY.as_bytes()).expect("any key");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().into()
}

/// A request whose body is hashed with it.
fn post<'a>(body: &'a str, hash: &'a mut String) -> Request<'a> {
    *hash = sha256_hex(body.as_bytes());
    Request { method: "POST", path: "/", query: "", headers: &HEADERS, payload_hash: hash }
}

fn get<'a>(query: &'a mut String, hash: &'a mut String) -> Request<'a> {
    *query = canonical_query(&PARAMETERS);
    *hash = sha256_hex(b"");
    Request { method: "GET", path: "/", query, headers: &FEW, payload_hash: hash }
}

fn parameters(identity: &Identity) -> SigningParams<'_> {
    let time = UNIX_EPOCH + Duration::from_secs(1_767_323_045);
    let builder = v4::SigningParams::builder().identity(identity).region(SCOPE.region).name(SCOPE.service);
    builder.time(time).settings(SigningSettings::default()).build().expect("all of it").into()
}

fn main() {
    let secret = Secret::from(KEY);
    let identity: Identity = Credentials::new("testid", KEY, None, None, "test").into();
    let parameters = parameters(&identity);
    let members: Vec<String> = PARAMETERS.iter().map(|(name, value)| format!("\"{name}\":\"{value}\"")).collect();
    let body = format!("{{{}}}", members.join(","));
    let url = format!("https://{HOST}/");
    let long = format!("{url}?{}", canonical_query(&PARAMETERS));

    let signable_post = || {
        let headers = HEADERS.into_iter().filter(|(name, _)| name.starts_with("content") || name.ends_with("target"));
        SignableRequest::new("POST", url.as_str(), headers, SignableBody::Bytes(body.as_bytes())).expect("a request")
    };
    let signable_get =
        || SignableRequest::new("GET", long.as_str(), [].into_iter(), SignableBody::Bytes(&[])).expect("a request");
    let by_aws = |request| http_request::sign(request, &parameters).expect("a signature").into_parts().1;

    let acs3_post = || acs3::sign(&post(&body, &mut String::new()), &secret);
    let acs3_get = || acs3::sign(&get(&mut String::new(), &mut String::new()), &secret);
    let aws4_post = || aws4::sign(&post(&body, &mut String::new()), &SCOPE, &secret);
    let aws4_get = || aws4::sign(&get(&mut String::new(), &mut String::new()), &SCOPE, &secret);
    let v1 = || aliyun_v1::sign("POST", &PARAMETERS, &secret);
    let simple = || ksyun_simple::sign(&PARAMETERS, &secret);

    // It is the same work: both come to the same signature.
    assert_eq!(aws4_post().signature, by_aws(signable_post()), "POST");
    assert_eq!(aws4_get().signature, by_aws(signable_get()), "GET");

    let texts = [v1(), simple(), acs3_post(), acs3_get(), aws4_post(), aws4_get()].map(|signed| signed.string_to_sign);
    let [v1_text, simple_text, acs3_post_text, acs3_get_text, aws4_post_text, aws4_get_text] = &texts;
    turns::measure(vec![
        Case::new("v1", v1),
        Case::new("v1 bare", || sha1(v1_text)),
        Case::new("simple", simple),
        Case::new("simple bare", || sha256(simple_text)),
        Case::new("acs3 post", acs3_post),
        Case::new("acs3 post bare", || sha256(acs3_post_text)),
        Case::new("acs3 get", acs3_get),
        Case::new("acs3 get bare", || sha256(acs3_get_text)),
        Case::new("aws4 post", aws4_post),
        Case::new("aws4 post bare", || sha256(aws4_post_text)),
        Case::new("aws4 get", aws4_get),
        Case::new("aws4 get bare", || sha256(aws4_get_text)),
        Case::prepared("aws-sigv4 post", signable_post, by_aws),
        Case::prepared("aws-sigv4 get", signable_get, by_aws),
    ]);
}
