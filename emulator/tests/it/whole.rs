//! Whole errands over the wire: from an order to a certificate, with the SDK.

use cloudcert::aliyun_cas::v2020_04_07::Client as Cas;
use cloudcert::ksyun_kcm::v2016_03_04::Client as Kcm;
use cloudcert::{Config, Credentials};
use cloudcert_emulator::{Emulator, Fault, Rule};
use serde_json::Value;
use std::time::Duration;

fn cas(url: &str) -> Cas {
    Cas::new(Config::new(Credentials::new("testid", "testsecret")).endpoint(url)).unwrap()
}

fn kcm(url: &str) -> Kcm {
    Kcm::new(Config::new(Credentials::new("AKLTtestid", "testsecret")).endpoint(url)).unwrap()
}

#[tokio::test]
async fn an_order_becomes_a_certificate_and_costs_once() {
    let endpoint = Emulator::new().polls_until_verified(1).serve().await.unwrap();
    let client = cas(endpoint.url());
    let create = client.create_certificate_request().domain("www.example.com").email("ops@example.com");
    let order = create.phone("13800000000").username("Ops").validate_type("DNS").send().await.unwrap();
    let mut state = None;
    for _ in 0..10 {
        let answer = client.describe_certificate_state().order_id(order.order_id.clone()).send().await.unwrap();
        state = answer.certificate.clone();
        if state.is_some() {
            break;
        }
    }
    assert!(state.unwrap().contains("-----BEGIN CERTIFICATE-----"));
    let shown = endpoint.state();
    assert_eq!(shown["services"]["aliyun-cas-2020-04-07"]["orders"]["total"], 1);
    assert!(!shown.to_string().contains("PRIVATE KEY"), "no key in the state");
}

#[tokio::test]
async fn a_lost_answer_to_an_order_leaves_an_order_behind() {
    let endpoint = Emulator::start().await.unwrap();
    let client = kcm(endpoint.url());
    let rule = Rule::new(Fault::CloseAfterCommit {}).action("ApplyCertificate").times(1);
    endpoint.inject(rule).unwrap();
    let apply = || {
        let draft = client.apply_certificate().main_domain("www.example.com").certificate_code("SECDV01");
        draft.year_length(1).domain_count(1).wildcard_count(0).send()
    };
    let error = apply().await.unwrap_err();
    assert!(error.outcome_unknown(), "{error}");
    endpoint.clock().advance(Duration::from_secs(5));
    let list = client.list_certificates().send().await.unwrap();
    assert_eq!(list.certificate_set.len(), 1, "it was executed, once");
    endpoint.inject(Rule::new(Fault::Envelope {})).unwrap();
    let made = apply().await.unwrap();
    assert!(made.certificate.main_domain.is_some(), "the SDK reads envelopes");
    endpoint.clear_faults();
    endpoint.clock().advance(Duration::from_secs(5));
    let cancelled =
        client.cancel_transaction().certificate_id(list.certificate_set[0].certificate_id.clone()).send().await;
    cancelled.unwrap();
}

#[tokio::test]
async fn the_misspelt_envelope_is_sent_as_the_vendor_spells_it() {
    let endpoint = crate::call::endpoint().await;
    let own = [
        ("MainDomain", "www.example.com"),
        ("CertificateCode", "SECDV01"),
        ("YearLength", "1"),
        ("DomainCount", "1"),
        ("WildcardCount", "0"),
    ];
    let made = crate::call::aws4("ApplyCertificate", &own).to(endpoint.address()).await.json();
    let id = made["Certificate"]["CertificateId"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned();
    endpoint.clock().advance(Duration::from_secs(3));
    endpoint.inject(Rule::new(Fault::Envelope {})).unwrap();
    let answer = crate::call::aws4("CancelTransaction", &[("CertificateId", &id)]).to(endpoint.address()).await.json();
    let inner: &Value = &answer["CancleTransactionResponse"];
    assert!(inner["RequestId"].is_string(), "{answer}");
    assert_eq!(inner["Certificate"]["CertificateStatus"], "5", "numbers are texts: {answer}");
}
