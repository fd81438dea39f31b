//! The endpoint accepts every signature scheme in all its forms, and no signature that leaves something out. Calls are signed by hand.

use crate::setup::signed::{
    CAS, FORM, KCM, NOW_COMPACT, OLD_CAS, Pairs, SCOPE, acs3, acs3_signed, aws4, aws4_signed, endpoint, kcm,
    kcm_headers, nonce, pairs, secret, set, simple_parameters, simple_signature, simple_signed, standing, v1,
    v1_parameters,
};
use crate::setup::wire::{Response, Sent, encoded};
use cloudcert::sign::{aliyun_v1, aws4 as scheme, sha256_hex};
use cloudcert_emulator::{Cloud, Credential, Emulator};

/// Makes a request of Alibaba Cloud with parameters in query and form, which are signed together.
fn v1_in(method: &str, query: Pairs, form: &Pairs) -> Sent {
    let mut all = query.clone();
    for (name, value) in form {
        set(&mut all, name, value);
    }
    let signature = aliyun_v1::sign(method, &all, &secret()).signature;
    let mut query = query;
    query.push(("Signature".to_owned(), signature));
    let sent = Sent::new(method, format!("/?{}", encoded(&query)));
    if form.is_empty() { sent } else { sent.body(FORM, encoded(form)) }
}

fn is_executed(response: &Response, what: &str) {
    assert_eq!(response.status, 200, "{what}: {response:?}");
    assert!(response.json()["RequestId"].is_string(), "{what}: {response:?}");
}

#[tokio::test]
async fn v1_is_accepted_in_query_and_form() {
    let endpoint = endpoint().await;
    let all = || v1_parameters(OLD_CAS, "DescribeUserCertificateList", &[]);
    let own = || pairs(&[("CurrentPage", "1"), ("ShowSize", "50"), ("Lang", "zh")]);
    let together = || [all(), own()].concat();
    let mut odd = together();
    set(&mut odd, "SourceIp", "192.0.2.1");
    // Official clients send these too.
    odd.extend(pairs(&[("SignatureType", ""), ("RegionId", "cn-hangzhou")]));
    let ways = [
        ("GET", v1_in("GET", together(), &Pairs::new())),
        ("POST with a query", v1_in("POST", together(), &Pairs::new())),
        ("POST with query and form", v1_in("POST", all(), &own())),
        ("POST with parameters in both", v1_in("POST", together(), &own())),
        ("POST with a form", v1(OLD_CAS, "DescribeUserCertificateList", &[("CurrentPage", "1"), ("ShowSize", "50")])),
        ("with an empty parameter", v1_in("GET", odd, &Pairs::new())),
    ];
    for (what, sent) in ways {
        is_executed(&sent.to(endpoint.address()).await, what);
    }
}

#[tokio::test]
async fn blanks_may_be_plus_signs_and_any_script_is_signed() {
    let endpoint = endpoint().await;
    let parameters =
        v1_parameters(CAS, "DescribePackageState", &[("ProductCode", "symantec-free-1-free"), ("Note", "张 三*~")]);
    let mut all = parameters.clone();
    all.push(("Signature".to_owned(), aliyun_v1::sign("POST", &parameters, &secret()).signature));
    let form = encoded(&all).replace("%20", "+");
    assert!(form.contains('+'));
    is_executed(&Sent::new("POST", "/").body(FORM, form).to(endpoint.address()).await, "plus signs");
}

#[tokio::test]
async fn acs3_is_taken_with_any_sufficient_headers() {
    let endpoint = endpoint().await;
    let few = ["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"];
    for names in [&few[..], &[]] {
        for method in ["GET", "POST"] {
            let sent = acs3(method, CAS, "DescribePackageState", &[("ProductCode", "symantec-free-1-free")], names);
            is_executed(&sent.to(endpoint.address()).await, method);
        }
    }
    // The clients of the older version send everything twice: in the query, and as JSON.
    let body = r#"{"ShowSize":50,"CurrentPage":1}"#;
    let sent = Sent::new("POST", "/?ShowSize=50&CurrentPage=1")
        .body("application/json; charset=utf-8", body)
        .header("host", "cas.example.com")
        .header("x-acs-action", "DescribeUserCertificateList")
        .header("x-acs-version", OLD_CAS)
        .header("x-acs-date", "2026-01-02T03:04:05Z")
        .header("x-acs-signature-nonce", nonce())
        .header("x-acs-content-sha256", sha256_hex(body.as_bytes()));
    is_executed(&acs3_signed(sent, &[]).to(endpoint.address()).await, "JSON and query");
}

#[tokio::test]
async fn acs3_must_sign_every_header_that_matters() {
    let endpoint = endpoint().await;
    let all = ["host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"];
    for left_out in all {
        let names: Vec<&str> = all.into_iter().filter(|name| *name != left_out).collect();
        let response = acs3("POST", CAS, "DescribePackageState", &[], &names).to(endpoint.address()).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (400, "IncompleteSignature"),
            "{left_out}: {response:?}"
        );
        assert!(response.message().contains(left_out), "{response:?}");
    }
    let mut sent = acs3("POST", CAS, "DescribePackageState", &[("ProductCode", "symantec-free-1-free")], &[]);
    sent.body = b"ProductCode=symantec-dv-1-starter".to_vec();
    let response = sent.to(endpoint.address()).await;
    assert_eq!(response.code(), "SignatureDoesNotMatch", "the body is part of the signature: {response:?}");
}

#[tokio::test]
async fn aws4_is_taken_with_and_without_the_hash_as_form_and_as_json() {
    let endpoint = endpoint().await;
    let form = kcm("ListCertificates", &[("Filter.1.Name", "main-domain"), ("Filter.1.Value.1", "www.example.com")]);
    let hash = sha256_hex(&form.body);
    let json =
        r#"{"Service":"kcm","Action":"ListCertificates","Version":"2016-03-04","Page":1,"CertificateId":["1","2"]}"#;
    let json_hash = sha256_hex(json.as_bytes());
    let in_json = Sent::new("POST", "/?Action=ListCertificates&Version=2016-03-04")
        .body("application/json; charset=utf-8", json)
        .header("x-amz-content-sha256", json_hash);
    let in_headers =
        Sent::new("POST", "/").body(FORM, "Page=1").header("x-action", "ListCertificates").header("x-version", KCM);
    let ways = [
        ("a form", aws4_signed(form.clone(), &SCOPE, &[])),
        ("a form with the hash", aws4_signed(form.clone().header("x-amz-content-sha256", hash), &SCOPE, &[])),
        ("few headers", aws4_signed(form, &SCOPE, &["host", "x-amz-date"])),
        ("JSON", aws4_signed(kcm_headers(in_json), &SCOPE, &[])),
        ("action in a header", aws4_signed(kcm_headers(in_headers), &SCOPE, &[])),
        (
            "a query",
            aws4_signed(kcm_headers(Sent::new("GET", format!("/?Action=ListCertificates&Version={KCM}"))), &SCOPE, &[]),
        ),
    ];
    for (what, sent) in ways {
        is_executed(&sent.to(endpoint.address()).await, what);
    }
}

#[tokio::test]
async fn aws4_may_take_its_time_from_the_date_header() {
    let endpoint = endpoint().await;
    let sent = Sent::new("GET", format!("/?Action=GetToken&Version={KCM}"))
        .header("host", "kcm.example.com")
        .header("date", "Fri, 02 Jan 2026 03:04:05 GMT");
    is_executed(&aws4_signed(sent, &SCOPE, &[]).to(endpoint.address()).await, "Date");
}

#[tokio::test]
async fn aws4_may_be_in_the_query() {
    let endpoint = endpoint().await;
    let all = pairs(&[
        ("Action", "GetToken"),
        ("Version", KCM),
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", "AKLTtestid/20260102/cn-beijing-6/kcm/aws4_request"),
        ("X-Amz-Date", NOW_COMPACT),
        ("X-Amz-SignedHeaders", "host"),
    ]);
    let query = cloudcert::sign::canonical_query(&all);
    let headers = [("host", "kcm.example.com")];
    let hash = sha256_hex(b"");
    let request =
        cloudcert::sign::Request { method: "GET", path: "/", query: &query, headers: &headers, payload_hash: &hash };
    let signature = scheme::sign(&request, &SCOPE, &secret()).signature;
    let target = format!("/?{query}&X-Amz-Signature={signature}");
    let sent = Sent::new("GET", target.clone()).header("host", "kcm.example.com");
    is_executed(&sent.to(endpoint.address()).await, "in the query");
    let sent = Sent::new("GET", target.replace("X-Amz-Date", "X-Amz-Time")).header("host", "kcm.example.com");
    let response = sent.to(endpoint.address()).await;
    assert_eq!((response.status, response.code().as_str()), (400, "IncompleteSignature"));
    assert!(response.message().contains("'X-Amz-Date'"), "{response:?}");
}

#[tokio::test]
async fn the_simplified_signature_is_taken_in_query_form_and_json() {
    let endpoint = endpoint().await;
    let all = simple_parameters("ListCertificates", &[("Page", "1"), ("Empty", "")]);
    let mut signed = all.clone();
    signed.push(simple_signature(&all));
    let json: serde_json::Map<_, _> = signed.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
    let json = serde_json::Value::Object(json).to_string();
    let ways = [
        ("a form", simple_signed(&all)),
        ("a query", Sent::new("GET", format!("/?{}", encoded(&signed)))),
        ("JSON", Sent::new("POST", "/").body("application/json", json.clone())),
        (
            "JSON, and the action in the query too",
            Sent::new("POST", format!("/?Action=ListCertificates&Version={KCM}")).body("application/json", json),
        ),
    ];
    for (what, sent) in ways {
        is_executed(&sent.to(endpoint.address()).await, what);
    }
}

#[tokio::test]
async fn a_changed_request_is_refused_with_the_servers_string_to_sign() {
    let endpoint = endpoint().await;
    let address = endpoint.address();

    let mut sent = v1(CAS, "DescribePackageState", &[("ProductCode", "symantec-free-1-free")]);
    sent.body = String::from_utf8(sent.body).unwrap().replace("free-1-free", "dv-1-starter").into_bytes();
    let response = sent.to(address).await;
    assert_eq!((response.status, response.code().as_str()), (400, "SignatureDoesNotMatch"));
    let message = response.message();
    // Official clients split at the colon and compare with what they signed.
    let (words, string) = message.split_once(':').unwrap();
    assert_eq!(words, "Specified signature is not matched with our calculation. server string to sign is");
    assert!(string.starts_with("POST&%2F&AccessKeyId%3Dtestid%26Action%3DDescribePackageState"), "{string}");
    assert!(!string.contains(':'), "{string}");

    let mut sent = acs3("GET", CAS, "DescribePackageState", &[("ProductCode", "a")], &[]);
    sent.target = sent.target.replace("=a", "=b");
    let response = sent.to(address).await;
    assert_eq!((response.status, response.code().as_str()), (400, "SignatureDoesNotMatch"));
    assert!(response.message().contains("server string to sign is:ACS3-HMAC-SHA256\n"), "{response:?}");

    let mut sent = aws4("ListCertificates", &[("Page", "1")]);
    sent.body = String::from_utf8(sent.body).unwrap().replace("Page=1", "Page=2").into_bytes();
    let response = sent.to(address).await;
    assert_eq!((response.status, response.code().as_str()), (403, "SignatureDoesNotMatch"));
    let message = response.message();
    assert!(
        message.contains("The request signature we calculated does not match the signature you provided."),
        "{message}"
    );
    assert!(
        message.contains("'AWS4-HMAC-SHA256\n20260102T030405Z\n20260102/cn-beijing-6/kcm/aws4_request\n"),
        "{message}"
    );

    let mut all = simple_parameters("ListCertificates", &[("Page", "1")]);
    let signature = simple_signature(&all);
    set(&mut all, "Page", "2");
    all.push(signature);
    let response = Sent::new("POST", "/").body(FORM, encoded(&all)).to(address).await;
    assert_eq!((response.status, response.code().as_str()), (403, "SignatureDoesNotMatch"));
    assert!(response.message().contains("'Accesskey=AKLTtestid&Action=ListCertificates&Page=2&"), "{response:?}");
}

/// Anybody on the way could change an unsigned header.
#[tokio::test]
async fn aws4_must_sign_everything_that_decides_what_is_executed_and_as_whom() {
    let key = Credential::new(Cloud::Ksyun, "AKLTtestid", "testsecret");
    let endpoint = standing(Emulator::new().credential(key.clone()).credential(key.token("testtoken"))).await;
    let headers = |sent: Sent| {
        let sent = sent.header("x-action", "ListCertificates").header("x-version", KCM);
        kcm_headers(sent).header("x-amz-security-token", "testtoken")
    };
    let bare = || headers(Sent::new("POST", "/").body(FORM, "Page=1"));
    let both = || headers(Sent::new("POST", format!("/?Action=GetToken&Version={KCM}")).body(FORM, "Page=1"));
    let all = ["host", "x-action", "x-version", "x-amz-security-token", "x-amz-date"];
    for made in [bare(), both()] {
        is_executed(&aws4_signed(made.clone(), &SCOPE, &all).to(endpoint.address()).await, "all");
        for (left_out, called) in
            [("x-action", "X-Action"), ("x-version", "X-Version"), ("x-amz-security-token", "X-Amz-Security-Token")]
        {
            let names: Vec<&str> = all.into_iter().filter(|name| *name != left_out).collect();
            let response = aws4_signed(made.clone(), &SCOPE, &names).to(endpoint.address()).await;
            assert_eq!(
                (response.status, response.code().as_str()),
                (403, "SignatureDoesNotMatch"),
                "{left_out}: {response:?}"
            );
            assert!(response.message().contains(&format!("'{called}' must be a 'SignedHeader'")), "{response:?}");
        }
    }
    // Added on the way to a request that has its action elsewhere.
    for added in [("x-action", "GetToken"), ("X-VERSION", KCM)] {
        let response = aws4("ListCertificates", &[]).header(added.0, added.1).to(endpoint.address()).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (403, "SignatureDoesNotMatch"),
            "{added:?}: {response:?}"
        );
    }
    assert_eq!(
        endpoint.state()["requests"]["latest"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|call| call["executed"] == true)
            .count(),
        2
    );
}

#[tokio::test]
async fn aws4_in_the_query_does_not_take_the_action_from_a_header() {
    let endpoint = endpoint().await;
    let all = pairs(&[
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("X-Amz-Credential", "AKLTtestid/20260102/cn-beijing-6/kcm/aws4_request"),
        ("X-Amz-Date", NOW_COMPACT),
        ("X-Amz-SignedHeaders", "host"),
    ]);
    let query = cloudcert::sign::canonical_query(&all);
    let hash = sha256_hex(b"");
    let headers = [("host", "kcm.example.com")];
    let request =
        cloudcert::sign::Request { method: "GET", path: "/", query: &query, headers: &headers, payload_hash: &hash };
    let signature = scheme::sign(&request, &SCOPE, &secret()).signature;
    let sent = Sent::new("GET", format!("/?{query}&X-Amz-Signature={signature}")).header("host", "kcm.example.com");
    let response = sent.header("x-action", "GetToken").header("x-version", KCM).to(endpoint.address()).await;
    assert_eq!((response.status, response.code().as_str()), (403, "SignatureDoesNotMatch"), "{response:?}");
    assert!(response.message().contains("'X-Action' must be a 'SignedHeader'"), "{response:?}");
}

#[tokio::test]
async fn schemes_that_sign_parameters_take_nothing_from_headers() {
    let endpoint = endpoint().await;
    for name in ["Action", "Version"] {
        let mut all = v1_parameters(CAS, "DescribePackageState", &[]);
        all.retain(|(key, _)| key != name);
        let signature = aliyun_v1::sign("POST", &all, &secret()).signature;
        all.push(("Signature".to_owned(), signature));
        let sent = Sent::new("POST", "/").body(FORM, encoded(&all));
        let response = sent.header("x-acs-action", "DescribePackageState").header("x-acs-version", CAS);
        let response = response.to(endpoint.address()).await;
        assert_eq!((response.status, response.code().as_str()), (400, "IncompleteSignature"), "{name}: {response:?}");
        assert!(response.message().contains(name), "{response:?}");

        let mut all = simple_parameters("GetToken", &[]);
        all.retain(|(key, _)| key != name);
        let sent = simple_signed(&all).header("x-action", "GetToken").header("x-version", KCM);
        let response = sent.to(endpoint.address()).await;
        assert_eq!((response.status, response.code().as_str()), (400, "IncompleteSignature"), "{name}: {response:?}");
        assert!(response.message().contains(&format!("'{name}'")), "{response:?}");
    }
    // A header beside what is signed decides nothing.
    let sent = v1(CAS, "DescribePackageState", &[]).header("x-acs-action", "CreateCertificateRequest");
    is_executed(&sent.to(endpoint.address()).await, "another header");
    assert_eq!(endpoint.state()["requests"]["latest"][4]["action"], "DescribePackageState");
}

/// The content type is not always signed. A body that loses it must not lose its parameters.
#[tokio::test]
async fn a_signed_body_means_the_same_under_every_content_type() {
    let endpoint = endpoint().await;
    let json = r#"{"ProductCode":"symantec-free-1-free"}"#;
    let sent = |kind: Option<&str>| {
        let mut sent = Sent::new("POST", "/").header("host", "cas.example.com");
        sent.body = json.as_bytes().to_vec();
        let sent = sent
            .header("x-acs-action", "DescribePackageState")
            .header("x-acs-version", CAS)
            .header("x-acs-date", "2026-01-02T03:04:05Z")
            .header("x-acs-signature-nonce", nonce())
            .header("x-acs-content-sha256", sha256_hex(json.as_bytes()));
        let sent = acs3_signed(sent, &[]);
        match kind {
            Some(kind) => sent.header("content-type", kind),
            None => sent,
        }
    };
    is_executed(&sent(Some("application/json")).to(endpoint.address()).await, "JSON");
    for kind in [None, Some(FORM), Some(""), Some("text/plain"), Some("multipart/form-data; boundary=x")] {
        let response = sent(kind).to(endpoint.address()).await;
        assert_eq!((response.status, response.code().as_str()), (400, "InvalidParameter"), "{kind:?}: {response:?}");
    }
}
