//! Views of states: each state with its own fields, and states that are unknown or incomplete.

use crate::setup::futures::now;
use crate::setup::script::Script;
use cloudcert::aliyun_cas::v2020_04_07::describe_certificate_state::{CertificateState, DomainProof};

fn state(body: &str) -> CertificateState {
    let client = Script::json(body).cas_client();
    now(client.describe_certificate_state().order_id(5).send()).unwrap().state()
}

#[test]
fn each_state_has_only_its_own_fields() {
    match state(
        r#"{"Type":"domain_verify","ValidateType":"DNS","RecordDomain":"_dnsauth","RecordType":"TXT","RecordValue":"v"}"#,
    ) {
        CertificateState::DomainVerify(DomainProof::Dns(proof)) => {
            assert_eq!((proof.record_domain.as_str(), proof.record_value.as_str()), ("_dnsauth", "v"));
        }
        other => panic!("{other:?}"),
    }
    match state(r#"{"Type":"domain_verify","ValidateType":"FILE","Domain":"d","Uri":"/u","Content":"c"}"#) {
        CertificateState::DomainVerify(DomainProof::File(proof)) => assert_eq!(proof.uri, "/u"),
        other => panic!("{other:?}"),
    }
    match state(r#"{"Type":"certificate","Certificate":"PEM","PrivateKey":"canary"}"#) {
        CertificateState::Certificate(issued) => {
            assert_eq!(issued.certificate, "PEM");
            assert_eq!(issued.private_key.as_ref().map(cloudcert::Secret::expose), Some("canary"));
            assert!(!format!("{issued:?}").contains("canary"));
        }
        other => panic!("{other:?}"),
    }
    assert!(matches!(state(r#"{"Type":"process"}"#), CertificateState::Process));
    assert!(matches!(state(r#"{"Type":"verify_fail"}"#), CertificateState::VerifyFail));
}

#[test]
fn an_unknown_or_incomplete_state_is_no_error() {
    let missing = |body: &str| match state(body) {
        CertificateState::Other(other) => {
            assert_eq!(other.response.kind, other.state);
            (other.state.map(|s| s.to_string()), other.missing)
        }
        state => panic!("{state:?}"),
    };
    assert_eq!(missing(r#"{"Type":"frozen"}"#), (Some("frozen".into()), vec![]));
    assert_eq!(missing(r#"{"Type":"certificate"}"#), (Some("certificate".into()), vec!["Certificate"]));
    assert_eq!(
        missing(r#"{"Type":"domain_verify","ValidateType":"MAIL"}"#),
        (Some("domain_verify".into()), vec!["ValidateType"])
    );
    let (_, fields) = missing(r#"{"Type":"domain_verify","ValidateType":"DNS","RecordType":"TXT"}"#);
    assert_eq!(fields, ["RecordDomain", "RecordValue"]);
    assert_eq!(missing("{}"), (None, vec![]));
}
