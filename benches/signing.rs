//! Signing beside the bare HMAC over the same bytes: `cargo bench --bench signing`.

#![allow(missing_docs, reason = "criterion's macros make undocumented items")]

use cloudcert::Secret;
use cloudcert::sign::{Request, acs3, aliyun_v1, aws4, canonical_query, ksyun_simple, sha256_hex};
use criterion::{Criterion, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use std::hint::black_box;

/// 16 parameters, as a `CreateCertificateRequest` has them.
fn parameters() -> Vec<(&'static str, &'static str)> {
    vec![
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
    ]
}

fn signing(c: &mut Criterion) {
    let secret = Secret::from("testsecret");
    let pairs = parameters();
    let text = aliyun_v1::string_to_sign("POST", &pairs);
    let mut group = c.benchmark_group("sign");
    group.bench_function(format!("bare HMAC-SHA1 over {} bytes", text.len()), |b| {
        b.iter(|| {
            let mut mac = Hmac::<Sha1>::new_from_slice(b"testsecret&").unwrap_or_else(|_| unreachable!());
            mac.update(black_box(text.as_bytes()));
            mac.finalize().into_bytes()
        });
    });
    group.bench_function("aliyun 1.0, 16 parameters", |b| {
        b.iter(|| aliyun_v1::sign("POST", black_box(&pairs), &secret));
    });
    group.bench_function("kingsoft simplified, 16 parameters", |b| {
        b.iter(|| ksyun_simple::sign(black_box(&pairs), &secret));
    });
    let body = canonical_query(&pairs);
    let hash = sha256_hex(body.as_bytes());
    let headers = [
        ("host", "cas.aliyuncs.com"),
        ("x-acs-action", "CreateCertificateRequest"),
        ("x-acs-date", "2026-01-02T03:04:05Z"),
    ];
    let request = Request { method: "POST", path: "/", query: "", headers: &headers, payload_hash: &hash };
    group.bench_function("acs3", |b| b.iter(|| acs3::sign(black_box(&request), &secret)));
    let scope = aws4::Scope { time: "20260102T030405Z", region: "cn-beijing-6", service: "kcm" };
    group.bench_function("aws4", |b| b.iter(|| aws4::sign(black_box(&request), &scope, &secret)));
    group.finish();
}

criterion_group!(benches, signing);
criterion_main!(benches);
