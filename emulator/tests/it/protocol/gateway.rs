//! The two gateways refuse every mistake with the error that the vendor documents.

use crate::setup::signed::{
    CAS, KCM, NOW, NOW_COMPACT, Pairs, SCOPE, acs3, aws4, aws4_signed, endpoint, kcm, set, simple_parameters,
    simple_signed, standing, v1, v1_parameters, v1_signed, without,
};
use crate::setup::wire::Sent;
use cloudcert::sign::aws4::Scope;
use cloudcert_emulator::{Cloud, Credential, Emulator, Handle};

async fn refused(endpoint: &Handle, sent: &Sent, status: u16, code: &str, part: &str) {
    let response = sent.to(endpoint.address()).await;
    assert_eq!((response.status, response.code().as_str()), (status, code), "{sent:?}\n{response:?}");
    assert!(response.message().contains(part), "{part} is not in {response:?}");
    let json = response.json();
    assert!(json["RequestId"].is_string(), "{response:?}");
    if response.header("x-acs-request-id").is_some() {
        assert_eq!(json["HostId"], "cas.aliyuncs.com");
        assert!(json["Recommend"].as_str().unwrap().contains(code), "{response:?}");
    }
}

fn changed(change: impl FnOnce(&mut Pairs)) -> Sent {
    let mut all = v1_parameters(CAS, "DescribeCertificateState", &[("OrderId", "1")]);
    change(&mut all);
    v1_signed(&all)
}

#[tokio::test]
async fn the_gateway_of_alibaba_cloud() {
    let endpoint = endpoint().await;
    let state = "DescribeCertificateState";
    let table = [
        (changed(|all| set(all, "Action", "DescribeNothing")), 404, "InvalidAction.NotFound", "not found"),
        (changed(|all| without(all, "Action")), 400, "MissingAction", "Action"),
        (changed(|all| set(all, "Version", "2019-01-01")), 400, "InvalidVersion", "Version"),
        (changed(|all| set(all, "Version", KCM)), 400, "InvalidVersion", "Version"),
        (changed(|all| without(all, "Version")), 400, "MissingVersion", "Version"),
        (changed(|all| without(all, "OrderId")), 400, "MissingOrderId", "OrderId"),
        (changed(|all| set(all, "OrderId", "")), 400, "MissingOrderId", "OrderId"),
        (changed(|all| set(all, "OrderId", "x")), 400, "InvalidParameter", "OrderId"),
        (changed(|all| set(all, "Format", "yaml")), 400, "InvalidParameter", "Format"),
        (changed(|all| set(all, "AccessKeyId", "nobody")), 404, "InvalidAccessKeyId.NotFound", ""),
        (changed(|all| without(all, "AccessKeyId")), 400, "IncompleteSignature", "AccessKeyId"),
        (changed(|all| without(all, "SignatureNonce")), 400, "IncompleteSignature", "SignatureNonce"),
        (changed(|all| without(all, "SignatureMethod")), 400, "IncompleteSignature", "SignatureMethod"),
        (changed(|all| without(all, "SignatureVersion")), 400, "IncompleteSignature", "SignatureVersion"),
        (changed(|all| without(all, "Timestamp")), 400, "IncompleteSignature", "Timestamp"),
        (changed(|all| set(all, "SignatureMethod", "HMAC-SHA256")), 400, "InvalidParameter", "SignatureMethod"),
        (changed(|all| set(all, "SignatureVersion", "2.0")), 400, "InvalidParameter", "SignatureVersion"),
        (changed(|all| set(all, "Timestamp", "2026-01-02 03:04:05")), 400, "InvalidTimeStamp.Format", ""),
        (changed(|all| set(all, "Timestamp", "2026-01-32T03:04:05Z")), 400, "InvalidTimeStamp.Format", ""),
        (changed(|all| set(all, "Timestamp", "2026-01-02T02:49:04Z")), 400, "InvalidTimeStamp.Expired", NOW_TEXT),
        (changed(|all| set(all, "Timestamp", "2026-01-02T03:19:06Z")), 400, "InvalidTimeStamp.Expired", NOW_TEXT),
        (
            Sent::new("POST", format!("/?Action={state}&Version={CAS}&OrderId=1")),
            400,
            "IncompleteSignature",
            "AccessKeyId",
        ),
        (Sent::new("PUT", format!("/?Action={state}&Version={CAS}")), 405, "UnsupportedHTTPMethod", ""),
        (acs3("POST", CAS, "DescribeNothing", &[], &[]), 404, "InvalidAction.NotFound", ""),
        (acs3("POST", "1999-01-01", state, &[], &[]), 400, "InvalidVersion", ""),
        (acs3("POST", CAS, state, &[], &[]), 400, "MissingOrderId", ""),
        // Mandatory in this case only, which the service knows and not the gateway.
        (
            acs3("POST", CAS, "UploadUserCertificate", &[("Name", "one"), ("Cert", "any")], &[]),
            400,
            "MissingKey",
            "Key",
        ),
    ];
    for (sent, status, code, part) in &table {
        refused(&endpoint, sent, *status, code, part).await;
    }
    // Just inside the window.
    for time in ["2026-01-02T02:49:05Z", "2026-01-02T03:19:05Z"] {
        let sent = changed(|all| {
            set(all, "Action", "DescribePackageState");
            set(all, "Timestamp", time);
        });
        assert_eq!(sent.to(endpoint.address()).await.status, 200, "{time}");
    }
}

const NOW_TEXT: &str = "2026-01-02T03:04:05Z";

#[tokio::test]
async fn acs3_is_refused_with_a_missing_part() {
    let endpoint = endpoint().await;
    for header in ["x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"] {
        let mut sent = acs3("POST", CAS, "DescribePackageState", &[], &[]);
        sent.headers.retain(|(name, _)| name != header);
        refused(&endpoint, &sent, 400, "IncompleteSignature", header).await;
    }
    for part in ["Credential", "SignedHeaders", "Signature"] {
        let mut sent = acs3("POST", CAS, "DescribePackageState", &[], &[]);
        let authorization = sent.headers.iter_mut().find(|(name, _)| name == "authorization").unwrap();
        authorization.1 = authorization.1.replace(&format!("{part}="), "Other=");
        refused(&endpoint, &sent, 400, "IncompleteSignature", part).await;
    }
    let mut sent = acs3("POST", CAS, "DescribePackageState", &[], &[]);
    sent.headers.iter_mut().filter(|(name, _)| name == "x-acs-date").for_each(|(_, time)| *time = "now".to_owned());
    refused(&endpoint, &sent, 400, "InvalidTimeStamp.Format", "").await;
    sent.headers
        .iter_mut()
        .filter(|(name, _)| name == "x-acs-date")
        .for_each(|(_, time)| *time = "2026-01-03T03:04:05Z".to_owned());
    refused(&endpoint, &sent, 400, "InvalidTimeStamp.Expired", "").await;
}

#[tokio::test]
async fn a_nonce_is_accepted_once_and_used_up_by_its_owner_only() {
    let endpoint = endpoint().await;
    for sent in [v1(CAS, "DescribePackageState", &[]), acs3("POST", CAS, "DescribePackageState", &[], &[])] {
        let mut forged = sent.clone();
        let forge = |text: String| text.replace("Signature=", "Signature=x");
        forged.body = forge(String::from_utf8(forged.body).unwrap()).into_bytes();
        forged
            .headers
            .iter_mut()
            .filter(|(name, _)| name == "authorization")
            .for_each(|(_, text)| *text = forge(text.clone()));
        refused(&endpoint, &forged, 400, "SignatureDoesNotMatch", "").await;
        assert_eq!(sent.to(endpoint.address()).await.status, 200);
        refused(&endpoint, &sent, 400, "SignatureNonceUsed", "").await;
        endpoint.reset();
        endpoint.clock().set(NOW);
        assert_eq!(sent.to(endpoint.address()).await.status, 200, "a reset forgets nonces");
    }
}

#[tokio::test]
async fn unusable_keys_are_refused() {
    let key = |id: &str| Credential::new(Cloud::Aliyun, id, "testsecret");
    let emulator = Emulator::new()
        .credential(key("testid"))
        .credential(key("off").disabled())
        .credential(key("short").token("t1").expires(NOW))
        .credential(key("long").token("t2").expires(NOW + 1))
        .credential(key("weak").denied("DescribeCertificateState"))
        .credential(Credential::new(Cloud::Ksyun, "weak", "testsecret").denied("*"));
    let endpoint = standing(emulator).await;
    let with = |id: &str, token: Option<&str>| {
        changed(|all| {
            set(all, "AccessKeyId", id);
            if let Some(token) = token {
                set(all, "SecurityToken", token);
            }
        })
    };
    refused(&endpoint, &with("off", None), 403, "InvalidAccessKeyId.Inactive", "").await;
    refused(&endpoint, &with("short", Some("t1")), 400, "InvalidSecurityToken.Expired", "").await;
    refused(&endpoint, &with("short", Some("t2")), 400, "InvalidSecurityToken.MismatchWithAccessKey", "").await;
    refused(&endpoint, &with("short", Some("t3")), 400, "InvalidSecurityToken.Malformed", "").await;
    refused(&endpoint, &with("short", None), 404, "InvalidAccessKeyId.NotFound", "").await;
    refused(&endpoint, &with("weak", None), 403, "Forbidden.RAM", "DescribeCertificateState").await;
    // Not refused by the gateway: there is no such order.
    let response = with("long", Some("t2")).to(endpoint.address()).await;
    assert!(!response.code().starts_with("Invalid"), "{response:?}");
    let mut sent = kcm("GetToken", &[]);
    sent = aws4_signed(sent, &SCOPE, &[]);
    refused(&endpoint, &sent, 403, "InvalidClientTokenId", "").await;
    sent.headers
        .iter_mut()
        .filter(|(name, _)| name == "authorization")
        .for_each(|(_, text)| *text = text.replace("AKLTtestid", "weak"));
    refused(&endpoint, &sent, 403, "AccessDenied", "GetToken").await;
}

/// Makes a signed request whose `Authorization` is changed after signing.
fn rewritten(from: &str, to: &str) -> Sent {
    let mut sent = aws4("GetToken", &[]);
    sent.headers
        .iter_mut()
        .filter(|(name, _)| name == "authorization")
        .for_each(|(_, text)| *text = text.replace(from, to));
    sent
}

#[tokio::test]
async fn the_gateway_of_kingsoft_cloud() {
    let endpoint = endpoint().await;
    let dated = |time: &str| {
        let mut sent = kcm("GetToken", &[]);
        sent.headers.iter_mut().filter(|(name, _)| name == "x-amz-date").for_each(|(_, date)| *date = time.to_owned());
        aws4_signed(sent, &Scope { time, ..SCOPE }, &[])
    };
    let without_header = |gone: &str| {
        let mut sent = aws4("GetToken", &[]);
        sent.headers.retain(|(name, _)| name != gone);
        sent
    };
    let mismatch = "SignatureDoesNotMatch";
    let table = [
        (aws4("GetNothing", &[]), 404, "NoSuchEntity", "'InnerApi' that does not exist"),
        (kcm("GetToken", &[]), 403, "MissingAuthenticationToken", "missing Authentication Token"),
        (without_header("accept"), 403, "MissingAuthenticationToken", "accept not in Http Header"),
        (aws4_signed(kcm("GetToken", &[]), &SCOPE, &["x-amz-date"]), 403, mismatch, "must be a 'SignedHeader'"),
        (
            rewritten("aws4_request", "aws5_request"),
            403,
            mismatch,
            "valid terminator: 'aws4_request', not: aws5_request.",
        ),
        (rewritten("/cn-beijing-6/", "/Beijing!/"), 403, mismatch, "to a valid region, not:Beijing!."),
        (rewritten("/kcm/", "/iam/"), 403, mismatch, "to correct service"),
        (rewritten("/20260102/", "/20260103/"), 403, mismatch, "Date in Credential scope"),
        (rewritten("Signature=", "Signature=0"), 403, mismatch, "request signature we calculated"),
        (dated("20260102T024904Z"), 403, mismatch, "Signature expired"),
        (dated("20260102T031906Z"), 403, mismatch, "Signature expired"),
        (rewritten("AKLTtestid", "AKLTnobody"), 403, "InvalidClientTokenId", ""),
        (
            dated("2026-01-02T03:04:05Z"),
            400,
            "IncompleteSignature",
            "ISO-8601 'basic format'. Got '2026-01-02T03:04:05Z'. See ",
        ),
        (dated("20260102T030405+00:00"), 400, "IncompleteSignature", "ISO-8601 'basic format'"),
        (rewritten("AWS4-HMAC-SHA256", "AWS4-HMAC-SHA1"), 400, "IncompleteSignature", "Unsupported ksc 'algorithm'"),
        (
            rewritten("Credential=", "Who="),
            400,
            "IncompleteSignature",
            "requires 'Credential' parameter. Authorization=AWS4-HMAC-SHA256 Who=AKLTtestid/",
        ),
        (
            rewritten("SignedHeaders=", "Headers="),
            400,
            "IncompleteSignature",
            "requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256 ",
        ),
        (rewritten("Signature=", "Sign="), 400, "IncompleteSignature", ", Sign="),
        (
            rewritten("/cn-beijing-6/", "/"),
            400,
            "IncompleteSignature",
            "slash-delimited elements, e.g. accesskeyid/date/region/service/aws4_request, got: AKLTtestid/20260102/kcm/aws4_request.",
        ),
        (
            kcm("GetToken", &[]).header("authorization", "AWS4-HMAC-SHA256 nothing"),
            400,
            "IncompleteSignature",
            "header format error",
        ),
        (
            without_header("x-amz-date"),
            400,
            "IncompleteSignature",
            "'X-Amz-Date' or a 'Date' header, Authorization=AWS4-HMAC-SHA256 Credential=",
        ),
        (aws4("GetCertificateDetail", &[]), 400, "MissingParameter", "input parameter CertificateId"),
        (aws4("ListCertificates", &[("Page", "x")]), 400, "InvalidParameterValue", "input parameter Page"),
        (aws4("ListCertificates", &[("Page", "0")]), 400, "InvalidParameterValue", "at least 1"),
        (kcm_get("CancelTransaction", "&CertificateId=1"), 400, "InvalidMethod", "GET"),
    ];
    for (sent, status, code, part) in &table {
        refused(&endpoint, sent, *status, code, part).await;
    }
    for time in ["20260102T024905Z", "20260102T031905Z", NOW_COMPACT] {
        assert_eq!(dated(time).to(endpoint.address()).await.status, 200, "{time}");
    }
}

fn kcm_get(action: &str, rest: &str) -> Sent {
    let sent = Sent::new("GET", format!("/?Action={action}&Version={KCM}{rest}"));
    aws4_signed(crate::setup::signed::kcm_headers(sent), &SCOPE, &[])
}

#[tokio::test]
async fn the_simplified_signature_is_refused_with_a_wrong_part() {
    let endpoint = endpoint().await;
    let changed = |name: &str, value: Option<&str>| {
        let mut all = simple_parameters("GetToken", &[]);
        match value {
            Some(value) => set(&mut all, name, value),
            None => without(&mut all, name),
        }
        simple_signed(&all)
    };
    let table = [
        (changed("Timestamp", None), 400, "IncompleteSignature", "'Timestamp'"),
        (changed("Timestamp", Some("yesterday")), 400, "InvalidParameterValue", "Timestamp"),
        (changed("Timestamp", Some("2026-01-02T02:49:04Z")), 403, "SignatureDoesNotMatch", "Signature expired"),
        (changed("SignatureMethod", Some("HMAC-SHA1")), 400, "IncompleteSignature", "Unsupported ksc 'algorithm'"),
        (changed("Service", Some("iam")), 400, "InvalidParameterValue", "Service"),
        (changed("Accesskey", Some("nobody")), 403, "InvalidClientTokenId", ""),
        (changed("Accesskey", None), 400, "IncompleteSignature", "'Accesskey'"),
        (changed("Version", Some("2000-01-01")), 404, "NoSuchEntity", ""),
        (changed("Version", None), 400, "MissingParameter", "Version"),
        (changed("DryRun", Some("true")), 412, "DryRunOperation", "DryRun flag is set"),
    ];
    for (sent, status, code, part) in &table {
        refused(&endpoint, sent, *status, code, part).await;
    }
    assert_eq!(changed("DryRun", Some("false")).to(endpoint.address()).await.status, 200);
}

#[tokio::test]
async fn a_host_header_is_required() {
    let endpoint = endpoint().await;
    let mut sent = aws4("GetToken", &[]);
    sent.headers.retain(|(name, _)| name != "host");
    let bytes = String::from_utf8(sent.bytes(endpoint.address())).unwrap();
    let bytes = bytes.replacen(&format!("host: {}\r\n", endpoint.address()), "", 1).replace("host;", "");
    let response =
        crate::setup::wire::parse(&crate::setup::wire::raw(endpoint.address(), bytes.as_bytes()).await).unwrap();
    assert_eq!((response.status, response.code().as_str()), (403, "MissingAuthenticationToken"), "{response:?}");
    assert!(response.message().contains("missing 'Host' header"), "{response:?}");
}
