//! Requests are checked against the spec: lists, types, unknown parameters.

use crate::setup::signed::{CAS, KCM, SCOPE, aws4, aws4_signed, endpoint, kcm_headers, v1};
use crate::setup::wire::{Response, Sent};
use cloudcert_emulator::Handle;
use serde_json::Value;

/// Returns the latest request in the log.
fn logged(endpoint: &Handle) -> Value {
    let state = endpoint.state();
    state["requests"]["latest"].as_array().unwrap().last().unwrap().clone()
}

async fn list(endpoint: &Handle, own: &[(&str, &str)]) -> Response {
    aws4("ListCertificates", own).to(endpoint.address()).await
}

#[tokio::test]
async fn lists_count_from_zero_or_one_with_points_or_brackets() {
    let endpoint = endpoint().await;
    let sound: [&[(&str, &str)]; 6] = [
        &[("CertificateId.1", "a"), ("CertificateId.2", "b")],
        &[("CertificateId.0", "a"), ("CertificateId.1", "b")],
        &[("CertificateId[0]", "a"), ("CertificateId[1]", "b")],
        &[("Filter.1.Name", "main-domain"), ("Filter.1.Value.1", "a.example.com")],
        &[("Filter.0.Name", "main-domain"), ("Filter.0.Value.0", "a.example.com")],
        &[("ProjectId.1", "0")],
    ];
    for own in sound {
        let response = list(&endpoint, own).await;
        assert_eq!(response.status, 200, "{own:?}: {response:?}");
    }
    let broken: [&[(&str, &str)]; 6] = [
        &[("CertificateId.1", "a"), ("CertificateId.3", "b")],
        &[("CertificateId.2", "a")],
        &[("CertificateId.x", "a")],
        &[("CertificateId.1.Name", "a")],
        &[("CertificateId.9999999999", "a")],
        &[("ProjectId.1", "first")],
    ];
    for own in broken {
        let response = list(&endpoint, own).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (400, "InvalidParameterValue"),
            "{own:?}: {response:?}"
        );
    }
}

#[tokio::test]
async fn values_have_their_types() {
    let endpoint = endpoint().await;
    let apply = |own: &[(&'static str, &'static str)]| {
        let mut all = vec![
            ("MainDomain", "www.example.com"),
            ("CertificateCode", "GEODV01"),
            ("YearLength", "1"),
            ("DomainCount", "1"),
            ("WildcardCount", "0"),
        ];
        all.retain(|(name, _)| !own.iter().any(|(changed, _)| changed == name));
        all.extend_from_slice(own);
        aws4("ApplyCertificate", &all)
    };
    let wrong = [
        ("YearLength", "one"),
        ("YearLength", "99999999999"),
        ("DomainCount", "-1"),
        ("CertificateCode", "GE00V01"),
        ("MainDomain", "no domain"),
        ("ProjectId", "1.5"),
    ];
    for (name, value) in wrong {
        let response = apply(&[(name, value)]).to(endpoint.address()).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (400, "InvalidParameterValue"),
            "{name}={value}: {response:?}"
        );
        assert!(response.message().contains(name), "{response:?}");
        assert!(!response.message().contains(value) || value.len() < 3, "a value is not quoted: {response:?}");
    }
    let update = [
        ("IsSubmit", "perhaps"),
        ("AuthMethod", "dns"),
        ("Contact", "[1]"),
        ("Contact", "{"),
        ("Wildcards", "www.example.com"),
        ("AdditionalDomains", "a.example.com,*.example.com"),
        ("DcvEmail", "nobody"),
        ("BusinessLicence", "<picture>"),
    ];
    for (name, value) in update {
        let sent = aws4("UpdateCertificate", &[("CertificateId", "1"), (name, value)]);
        let response = sent.to(endpoint.address()).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (400, "InvalidParameterValue"),
            "{name}={value}: {response:?}"
        );
    }
    let picture = "A".repeat(614_400 / 3 * 4 + 40);
    let sent = aws4("UpdateCertificate", &[("CertificateId", "1"), ("BusinessLicence", &picture)]);
    let response = sent.to(endpoint.address()).await;
    assert!(response.message().contains("BusinessLicence: it must be at most"), "{response:?}");
}

#[tokio::test]
async fn structures_in_lists_are_checked_too() {
    let endpoint = endpoint().await;
    let create = |own: &[(&'static str, &'static str)]| {
        let mut all = vec![
            ("Domain", "www.example.com"),
            ("Email", "ops@example.com"),
            ("Phone", "13800000000"),
            ("Username", "Ops"),
            ("ValidateType", "DNS"),
        ];
        all.retain(|(name, _)| !own.iter().any(|(changed, _)| changed == name));
        all.extend_from_slice(own);
        v1(CAS, "CreateCertificateRequest", &all)
    };
    let long: &str = "long".repeat(100).leak();
    let response = create(&[("Tags.0.Key", "k"), ("Tags.0.Value", long)]).to(endpoint.address()).await;
    assert_eq!((response.status, response.code().as_str()), (400, "InvalidParameter"), "{response:?}");
    assert!(response.message().contains("Tags.1.Value is not valid: it must be at most"), "{response:?}");
    let many: Vec<String> = (1..=30).map(|n| format!("Tags.{n}.Key")).collect();
    let many: Vec<(&'static str, &'static str)> = many.into_iter().map(|name| (&*name.leak(), "k")).collect();
    let response = create(&many).to(endpoint.address()).await;
    assert!(response.message().contains("at most") && response.message().contains("elements"), "{response:?}");
    let response = create(&[("ValidateType", "MAIL")]).to(endpoint.address()).await;
    assert_eq!(response.code(), "InvalidParameter", "{response:?}");
}

#[tokio::test]
async fn unknown_parameters_are_ignored_and_shown() {
    let endpoint = endpoint().await;
    let response = list(&endpoint, &[("Pgae", "1"), ("SdkVersion", "x"), ("Region", "cn-beijing-6")]).await;
    assert_eq!(response.status, 200, "{response:?}");
    let entry = logged(&endpoint);
    assert_eq!(entry["ignored"], serde_json::json!(["Pgae", "SdkVersion"]), "{entry}");
}

#[tokio::test]
async fn a_structure_may_be_members_or_json() {
    let endpoint = endpoint().await;
    let json = format!(
        r#"{{"Action":"UpdateCertificate","Version":"{KCM}","CertificateId":"1","Contact":{{"FirstName":"Lei","Phone":"13800000000"}},"IsSubmit":false}}"#
    );
    let ways = [
        aws4("UpdateCertificate", &[("CertificateId", "1"), ("Contact.FirstName", "Lei")]),
        aws4("UpdateCertificate", &[("CertificateId", "1"), ("Contact", r#"{"FirstName":"Lei"}"#)]),
        aws4_signed(kcm_headers(Sent::new("POST", "/").body("application/json", json)), &SCOPE, &[]),
    ];
    for sent in ways {
        let response = sent.to(endpoint.address()).await;
        // Past the checks, where the service may still miss the certificate.
        assert_ne!(response.code(), "InvalidParameterValue", "{response:?}");
        assert_ne!(response.code(), "MissingParameter", "{response:?}");
    }
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let endpoint = endpoint().await;
    let target = format!("/?Action=GetToken&Version={KCM}");
    for (kind, body) in [("application/json", "{\"a\":"), ("application/json", "[1]"), ("text/plain", "hello")] {
        let sent = aws4_signed(kcm_headers(Sent::new("POST", &target).body(kind, body)), &SCOPE, &[]);
        let response = sent.to(endpoint.address()).await;
        assert_eq!(
            (response.status, response.code().as_str()),
            (400, "InvalidParameterValue"),
            "{kind} {body}: {response:?}"
        );
        assert!(response.message().contains("body"), "{response:?}");
    }
}
