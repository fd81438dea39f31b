//! Pages, waits, and views of states.

use crate::setup::script::{Script, now, pairs};
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::aliyun_cas::v2020_04_07::{
    self as cas,
    describe_certificate_state::{CertificateState, DomainProof},
};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{CallOptions, ErrorKind};
use std::time::Duration;

fn state(body: &str) -> CertificateState {
    let client = cas::Client::new(Script::json(body).config()).unwrap();
    now(client.describe_certificate_state().order_id(5).send()).unwrap().state()
}

#[test]
fn each_state_has_just_its_fields() {
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
fn a_state_that_is_not_known_or_not_whole_never_fails_the_answer() {
    let missing = |body: &str| match state(body) {
        CertificateState::Other(other) => {
            assert_eq!(other.answer.kind, other.state);
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

#[test]
fn a_wait_ends_with_the_state_it_waits_for() {
    let script = Script::jsons([
        r#"{"Type":"process"}"#,
        r#"{"Type":"domain_verify"}"#,
        r#"{"Type":"certificate","Certificate":"PEM"}"#,
    ]);
    let client = cas::Client::new(script.config()).unwrap();
    let answer = now(client.wait_until_certificate_issued(5).into_future()).unwrap();
    assert_eq!(answer.certificate.as_deref(), Some("PEM"));
    assert_eq!(script.sent().len(), 3);
}

#[test]
fn a_wait_says_why_it_failed() {
    let script = Script::jsons([
        r#"{"Certificate":{"CertificateId":"7","CertificateStatus":4,"FailReason":"no such company"}}"#,
    ]);
    let client = kcm::Client::new(script.config()).unwrap();
    let error = now(client.wait_until_certificate_issued("7").into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    assert!(error.to_string().contains("no such company"), "{error}");
    let script = Script::jsons([r#"{"Type":"frozen"}"#]);
    let client = cas::Client::new(script.config()).unwrap();
    let error = now(client.wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert!(error.to_string().contains("frozen"), "{error}");
}

#[test]
fn a_wait_gives_up_at_its_deadline() {
    let script = Script::jsons([r#"{"Type":"process"}"#; 5]);
    let client = cas::Client::new(script.config()).unwrap();
    let wait = client
        .wait_until_certificate_issued(5)
        .initial_interval(Duration::from_secs(10))
        .deadline(Duration::from_secs(35));
    let error = now(wait.into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(script.sent().len(), 4, "after 0, 10, 30 and 35 seconds");
    assert!(error.to_string().contains("`process`"), "{error}");
}

#[test]
fn a_wait_without_pauses_still_ends() {
    let script = Script::repeat(r#"{"Type":"process"}"#);
    let client = cas::Client::new(script.config()).unwrap();
    let wait = client
        .wait_until_certificate_issued(5)
        .initial_interval(Duration::ZERO)
        .max_interval(Duration::ZERO)
        .deadline(Duration::from_secs(1));
    let error = now(wait.into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_eq!(script.sent().len(), 11, "a tenth of a second between calls, whatever is asked for");
}

#[test]
fn the_calls_of_a_wait_take_its_options_and_end_with_it() {
    let script = Script::repeat(r#"{"Type":"process"}"#);
    let client = cas::Client::new(script.config()).unwrap();
    let wait = client
        .wait_until_certificate_issued(5)
        .initial_interval(Duration::from_secs(6))
        .deadline(Duration::from_secs(10))
        .with_options(CallOptions::new().endpoint("https://cas.example.com").attempt_timeout(Duration::from_secs(7)));
    now(wait.into_future()).unwrap_err();
    let sent = script.sent();
    assert!(sent.iter().all(|request| request.base == "https://cas.example.com/"));
    let timeouts: Vec<u64> = sent.iter().map(|request| request.timeout.as_secs()).collect();
    assert_eq!(timeouts, [7, 4, 2], "the last one is made at the deadline");
}

fn page(from: usize, count: usize, total: usize) -> String {
    let items: Vec<String> = (from..from + count).map(|i| format!(r#"{{"id":{i}}}"#)).collect();
    format!(r#"{{"TotalCount":{total},"CertificateList":[{}]}}"#, items.join(","))
}

#[test]
fn pages_are_read_to_the_end_and_no_further() {
    let bodies = [page(0, 2, 5), page(2, 2, 5), page(4, 1, 5)];
    let script = Script::jsons([&bodies[0], &bodies[1], &bodies[2]].map(String::as_str));
    let client = old::Client::new(script.config()).unwrap();
    let mut pages = client.describe_user_certificate_list().show_size(2).pages();
    let mut seen = 0;
    while let Some(page) = now(pages.next()) {
        seen += page.unwrap().certificate_list.len();
    }
    assert_eq!(seen, 5);
    let asked: Vec<String> = script
        .sent()
        .iter()
        .flat_map(|request| pairs(&request.body))
        .filter(|(key, _)| key == "CurrentPage")
        .map(|(_, value)| value)
        .collect();
    assert_eq!(asked, ["1", "2", "3"]);
}

#[test]
fn a_server_that_repeats_itself_does_not_go_on_for_ever() {
    let body = r#"{"CertificateSet":[{"CertificateId":"1"}]}"#;
    let script = Script::jsons([body, body, body]);
    let client = kcm::Client::new(script.config()).unwrap();
    let mut pages = client.list_certificates().pages();
    assert!(now(pages.next()).unwrap().is_ok());
    assert!(now(pages.next()).unwrap().is_err(), "nobody knows whether this was all");
    assert!(now(pages.next()).is_none());
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn pages_can_be_taken_up_in_the_middle() {
    let bodies = [page(2, 2, 5), page(4, 1, 5), page(5, 0, 5)];
    let script = Script::jsons([&bodies[0], &bodies[1], &bodies[2]].map(String::as_str));
    let client = old::Client::new(script.config()).unwrap();
    let mut pages = client.describe_user_certificate_list().current_page(2).show_size(2).pages();
    now(pages.next()).unwrap().unwrap();
    assert_eq!(pages.position(), 3);
    now(pages.next()).unwrap().unwrap();
    assert!(now(pages.next()).is_none());
}
