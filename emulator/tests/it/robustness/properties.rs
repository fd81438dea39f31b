//! Requests of any shape, and valid requests that were damaged, each get a response in the right shape.

use crate::setup::signed::{CAS, KCM, OLD_CAS, acs3, aws4, endpoint, simple_parameters, simple_signed, v1};
use crate::setup::wire::{Response, Sent, parse, raw};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

/// Runs a property over an endpoint.
fn check<S: Strategy>(cases: u32, strategy: &S, property: &impl AsyncFn(&cloudcert_emulator::Handle, S::Value)) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let endpoint = runtime.block_on(endpoint());
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let result = runner.run(strategy, |value| {
        runtime.block_on(property(&endpoint, value));
        Ok(())
    });
    result.unwrap();
    let lives = runtime.block_on(v1(CAS, "DescribePackageState", &[]).to(endpoint.address()));
    assert_eq!(lives.status, 200);
}

/// Checks that an error has a body in one of the vendors' shapes.
fn is_sound(response: &Response) {
    assert!(matches!(response.status, 200 | 400..=499), "{response:?}");
    let kind = response.header("content-type").unwrap_or_default();
    if kind.contains("xml") {
        roxmltree::Document::parse(&response.body).unwrap_or_else(|error| panic!("{error}: {response:?}"));
    } else if kind.contains("json") {
        let json = response.json();
        assert!(json["RequestId"].is_string(), "{response:?}");
        assert!(response.status == 200 || !response.code().is_empty(), "{response:?}");
    }
}

#[test]
fn the_endpoint_survives_any_bytes() {
    check(300, &vec(any::<u8>(), 0..2_000), &async |endpoint, bytes| {
        let mut whole = bytes;
        whole.extend_from_slice(b"\r\n\r\n");
        let mut stream = tokio::net::TcpStream::connect(endpoint.address()).await.unwrap();
        let _ = tokio::io::AsyncWriteExt::write_all(&mut stream, &whole).await;
        let _ = tokio::io::AsyncWriteExt::shutdown(&mut stream).await;
        let mut out = Vec::new();
        let _ = tokio::io::AsyncReadExt::read_to_end(&mut stream, &mut out).await;
    });
}

fn name() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        "Action",
        "Version",
        "Format",
        "Signature",
        "SignatureNonce",
        "Timestamp",
        "AccessKeyId",
        "Accesskey",
        "SecurityToken",
        "X-Amz-Algorithm",
        "X-Amz-Credential",
        "CertificateId",
        "CertificateId.1",
        "CertificateId.0",
        "Filter.1.Name",
        "OrderId",
        "Tags.1.Key",
        "Contact",
        "Contact.FirstName",
        "IsSubmit",
        "DryRun",
        "Service",
        "SignatureMethod",
        "SignatureVersion",
    ];
    prop_oneof![3 => proptest::sample::select(KNOWN).prop_map(str::to_owned), 1 => ".{0,20}"]
}

fn value() -> impl Strategy<Value = String> {
    const KNOWN: &[&str] = &[
        CAS,
        OLD_CAS,
        KCM,
        "GetToken",
        "ListCertificates",
        "DescribeCertificateState",
        "CreateCertificateRequest",
        "testid",
        "AKLTtestid",
        "2026-01-02T03:04:05Z",
        "HMAC-SHA1",
        "HMAC-SHA256",
        "1.0",
        "XML",
        "1",
        "true",
        "kcm",
        "AWS4-HMAC-SHA256",
    ];
    prop_oneof![3 => proptest::sample::select(KNOWN).prop_map(str::to_owned), 1 => ".{0,40}"]
}

#[test]
fn any_parameters_get_a_response_in_shape() {
    let pairs = || vec((name(), value()), 0..12);
    let kinds = prop_oneof![
        Just("application/x-www-form-urlencoded"),
        Just("application/json"),
        Just("application/json; charset=utf-8"),
        Just("multipart/form-data"),
    ];
    let whole = (pairs(), pairs(), kinds, proptest::bool::ANY);
    check(400, &whole, &async |endpoint, (query, form, kind, get)| {
        let target = format!("/?{}", crate::setup::wire::encoded(&query));
        let body = if kind.contains("json") {
            let members: serde_json::Map<_, _> = form.into_iter().map(|(name, value)| (name, value.into())).collect();
            serde_json::Value::Object(members).to_string()
        } else {
            crate::setup::wire::encoded(&form)
        };
        let sent = if get { Sent::new("GET", target) } else { Sent::new("POST", target).body(kind, body) };
        is_sound(&sent.to(endpoint.address()).await);
    });
}

#[test]
fn a_damaged_request_is_refused_and_never_executed() {
    // Where to strike, what to put there; and which of the schemes.
    let damage = (0..4usize, any::<prop::sample::Index>(), proptest::char::range(' ', '~'));
    check(400, &damage, &async |endpoint, (scheme, place, sign)| {
        let sent = match scheme {
            0 => v1(CAS, "DescribePackageState", &[("ProductCode", "symantec-free-1-free")]),
            1 => acs3("POST", CAS, "DescribePackageState", &[("ProductCode", "symantec-free-1-free")], &[]),
            2 => aws4("ListCertificates", &[("Page", "1")]),
            _ => simple_signed(&simple_parameters("ListCertificates", &[("Page", "1")])),
        };
        let mut damaged = sent.clone();
        let at = place.index(damaged.body.len());
        let was = damaged.body[at];
        damaged.body[at] = u8::try_from(u32::from(sign)).unwrap();
        let bytes = raw(endpoint.address(), &damaged.bytes(endpoint.address())).await;
        let Some(response) = parse(&bytes) else { panic!("no response to {damaged:?}") };
        is_sound(&response);
        // The same letter is no damage, nor is one of the same meaning: %2D and %2d.
        let same = damaged.body[at] == was || damaged.body[at].eq_ignore_ascii_case(&was) && matches!(scheme, 0 | 3);
        assert!(response.status != 200 || same, "{damaged:?}\n{response:?}");
    });
}

#[test]
fn any_authorization_gets_a_response_in_shape() {
    let header = prop_oneof![
        "(ACS3|AWS4)-HMAC-SHA256 (Credential=[ -~]{0,30},)? ?(SignedHeaders=[a-z;-]{0,40},)?(Signature=[0-9a-f]{0,64})?",
        "[ -~]{0,60}"
    ];
    check(300, &(header, value(), value()), &async |endpoint, (authorization, date, action)| {
        let plain: String = date.chars().filter(char::is_ascii_graphic).collect();
        let sent = Sent::new("POST", format!("/?Version={KCM}&Action={}", cloudcert::sign::encode(&action)))
            .header("authorization", authorization.trim())
            .header("x-amz-date", plain.clone())
            .header("x-acs-date", plain);
        is_sound(&sent.to(endpoint.address()).await);
    });
}
