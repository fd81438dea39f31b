//! What `benches/instructions.py` counts. Time and nonce stand still, so that two counts of the same code agree.

use cloudcert::aliyun_cas::{v2018_07_13 as old, v2020_04_07 as cas};
use cloudcert::http::HttpResponse;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::sign::{Request, acs3, aliyun_v1, aws4, canonical_query, ksyun_simple, sha256_hex};
use cloudcert::{Environment, Secret};
use decoding::{Canned, now, responses};
use serde_json::json;
use turns::Case;

/// A clock that stands still, and always the same nonce.
#[derive(Debug)]
struct Still;

impl Environment for Still {
    fn now(&self) -> i64 {
        1_767_323_045
    }

    fn elapsed(&self) -> std::time::Duration {
        std::time::Duration::ZERO
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok("3ee8c1b883d344afa94f4e0ad82fd6cf".to_owned())
    }
}

fn signatures<'a>(parameters: &'a [(String, String)], secret: &'a Secret) -> Vec<Case<'a>> {
    let acs3 = move || {
        let (query, hash) = (canonical_query(parameters), sha256_hex(b""));
        let headers = [("host", "cas.aliyuncs.com"), ("x-acs-action", "Any"), ("x-acs-date", "2026-01-02T03:04:05Z")];
        acs3::sign(&Request { method: "GET", path: "/", query: &query, headers: &headers, payload_hash: &hash }, secret)
    };
    let aws4 = move || {
        let (query, hash) = (canonical_query(parameters), sha256_hex(b""));
        let headers = [("host", "kcm.api.ksyun.com"), ("x-amz-date", "20260102T030405Z")];
        let scope = aws4::Scope { time: "20260102T030405Z", region: "cn-beijing-6", service: "kcm" };
        let request = Request { method: "GET", path: "/", query: &query, headers: &headers, payload_hash: &hash };
        aws4::sign(&request, &scope, secret)
    };
    vec![
        Case::new("sign aliyun 1.0", move || aliyun_v1::sign("POST", parameters, secret)),
        Case::new("sign ACS3", acs3),
        Case::new("sign AWS4", aws4),
        Case::new("sign Kingsoft simplified", move || ksyun_simple::sign(parameters, secret)),
    ]
}

fn main() {
    let secret = Secret::from("testsecret");
    let parameters: Vec<(String, String)> =
        (1..=16).map(|number| (format!("Domain.{}", 17 - number), format!("www{number}.例子.com + *"))).collect();
    let canned = Canned::default();
    let config = || canned.config().environment(Still);
    let old = old::Client::new(config()).expect("a client");
    let cas = cas::Client::new(config()).expect("a client");
    let kcm = kcm::Client::new(config()).expect("a client");

    let order: cas::create_certificate_request::Request = serde_json::from_value(json!({
        "ProductCode": "digicert-free-1-free", "Domain": "www.example.com", "Email": "ops@example.com",
        "Phone": "13800000000", "Username": "张三", "ValidateType": "DNS",
        "Tags": (1..=5).map(|tag| json!({"Key": format!("team {tag}"), "Value": "edge * ~"})).collect::<Vec<_>>(),
    }))
    .expect("a request");
    let filter = json!({"Name": "main-domain", "Value": ["www.example.com", "*.example.org", "例子.com"]});
    let search: kcm::list_certificates::Request = serde_json::from_value(json!({
        "CertificateId": ["2601020900001", "2601020900002", "2601020900003"], "ProjectId": ["0", "1"],
        "Filter": [filter, filter], "Page": 1, "PageSize": 20,
    }))
    .expect("a request");

    let list = || drop(now(old.describe_order_instance_list().send()));
    let order = || drop(now(cas.send(order.clone())));
    let search = || drop(now(kcm.send(search.clone())));
    let uploaded = || drop(now(old.describe_user_certificate_list().current_page(1).show_size(50).send()));
    let bought = || drop(now(kcm.list_certificates().send()));
    let mut calls: Vec<(String, String, &dyn Fn())> = vec![
        ("call aliyun, nothing".into(), "{}".into(), &list),
        ("call aliyun, 16 parameters".into(), r#"{"OrderId":1}"#.into(), &order),
        ("call Kingsoft, nothing".into(), "{}".into(), &bought),
        ("call Kingsoft, lists and structures".into(), "{}".into(), &search),
        ("call aliyun, list".into(), "{}".into(), &uploaded),
    ];
    for (format, count) in [("json", 1), ("json", 100), ("xml", 1), ("xml", 100)] {
        calls.push((format!("decode aliyun, {format}, {count}"), responses::aliyun(format, count), &uploaded));
        calls.push((format!("decode Kingsoft, {format}, {count}"), responses::ksyun(format, count), &bought));
    }
    let mut cases = signatures(&parameters, &secret);
    for (name, body, call) in &calls {
        let response = move || HttpResponse::new(200, Vec::new(), body.as_str());
        let canned = &canned;
        cases.push(Case::prepared(name.as_str(), response, move |response| {
            canned.put(response);
            call();
        }));
    }
    turns::measure(cases);
}
