//! Every fault does what it says, through the library and through the management API.

use crate::setup::signed::{CAS, aws4, endpoint, standing, v1};
use crate::setup::wire::{Response, Sent, parse, raw};
use cloudcert::aliyun_cas::v2020_04_07::Client;
use cloudcert::{Config, Credentials, ErrorKind, Retries, ksyun_kcm::v2016_03_04 as kcm};
use cloudcert_emulator::{Emulator, Fault, Handle, Rule};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const READ: &str = "DescribePackageState";

async fn met(endpoint: &Handle, fault: Fault) -> Option<Response> {
    endpoint.clear_faults();
    endpoint.inject(Rule::new(fault)).unwrap();
    call(endpoint, &v1(CAS, READ, &[])).await
}

async fn call(endpoint: &Handle, sent: &Sent) -> Option<Response> {
    parse(&raw(endpoint.address(), &sent.bytes(endpoint.address())).await)
}

/// Whether the latest call was executed.
fn executed(endpoint: &Handle) -> bool {
    let state = endpoint.state();
    state["requests"]["latest"].as_array().unwrap().last().unwrap()["executed"].as_bool().unwrap()
}

#[tokio::test]
async fn throttling_has_each_vendors_form() {
    let endpoint = endpoint().await;
    let response = met(&endpoint, Fault::Throttle { retry_after_ms: Some(350) }).await.unwrap();
    assert_eq!((response.status, response.code().as_str()), (400, "Throttling.User"));
    assert_eq!(response.header("x-acs-retry-after"), Some("350"));
    let response = call(&endpoint, &aws4("GetToken", &[])).await.unwrap();
    assert_eq!((response.status, response.code().as_str()), (409, "LimitExceeded"));
    assert_eq!(response.header("x-acs-retry-after"), None);
    assert!(!executed(&endpoint));
}

#[tokio::test]
async fn faults_respond_with_errors_of_the_service_or_a_proxy() {
    let endpoint = endpoint().await;
    for committed in [false, true] {
        let response = met(&endpoint, Fault::Internal { committed }).await.unwrap();
        assert_eq!((response.status, response.code().as_str()), (500, "InternalError"));
        assert_eq!(executed(&endpoint), committed);
        let response = met(&endpoint, Fault::Unavailable { committed }).await.unwrap();
        assert_eq!((response.status, response.code().as_str()), (503, "ServiceUnavailable"));
        assert_eq!(executed(&endpoint), committed);
        let response = call(&endpoint, &aws4("GetToken", &[])).await.unwrap();
        assert_eq!((response.status, response.code().as_str()), (503, "ServiceUnavailable"));
        let response = met(&endpoint, Fault::Html { status: 502, committed }).await.unwrap();
        assert_eq!((response.status, response.header("content-type")), (502, Some("text/html")));
        assert!(response.body.starts_with("<html>"));
        assert_eq!(executed(&endpoint), committed);
        let response = met(&endpoint, Fault::Empty { status: 504, committed }).await.unwrap();
        assert_eq!((response.status, response.body.as_str()), (504, ""));
        assert_eq!(executed(&endpoint), committed);
    }
}

#[tokio::test]
async fn connections_are_closed_before_reading_or_after_committing() {
    let endpoint = endpoint().await;
    assert!(met(&endpoint, Fault::CloseAfterCommit).await.is_none());
    assert!(executed(&endpoint));
    assert!(met(&endpoint, Fault::CloseBeforeReading).await.is_none());
    assert!(!executed(&endpoint));
    // A body that never comes is not waited for.
    let mut stream = TcpStream::connect(endpoint.address()).await.unwrap();
    stream.write_all(b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n").await.unwrap();
    let mut out = Vec::new();
    let _ = stream.read_to_end(&mut out).await;
    assert!(out.is_empty());
    // Of one action only, which stands in the body.
    endpoint.clear_faults();
    endpoint.inject(Rule::new(Fault::CloseBeforeReading).action("GetToken")).unwrap();
    assert!(call(&endpoint, &aws4("GetToken", &[])).await.is_none());
    assert_eq!(call(&endpoint, &aws4("ListCertificates", &[])).await.unwrap().status, 200);
}

#[tokio::test]
async fn bodies_come_slowly_or_not_to_their_end() {
    let endpoint = endpoint().await;
    let begun = Instant::now();
    let response = met(&endpoint, Fault::Slow { ms: 400 }).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(360), "{:?}", begun.elapsed());
    assert!(response.json()["RequestId"].is_string(), "it is whole in the end");
    let begun = Instant::now();
    let response = met(&endpoint, Fault::Stall { ms: 300 }).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_millis(300), "{:?}", begun.elapsed());
    let claimed: usize = response.header("content-length").unwrap().parse().unwrap();
    assert_eq!(response.body.len(), claimed / 2);
    let response = met(&endpoint, Fault::Truncated).await.unwrap();
    assert_eq!(response.body.len(), claimed / 2);
    assert_eq!(response.header("content-length").unwrap().parse::<usize>().unwrap(), claimed);
    assert!(executed(&endpoint));
}

#[tokio::test]
async fn bodies_are_malformed_oversized_or_of_a_wrong_type() {
    let endpoint = endpoint().await;
    let response = met(&endpoint, Fault::Malformed).await.unwrap();
    assert_eq!(response.header("content-length"), Some(response.body.len().to_string().as_str()));
    assert!(serde_json::from_str::<serde_json::Value>(&response.body).is_err());
    let response = met(&endpoint, Fault::Oversized { bytes: 6 << 20 }).await.unwrap();
    assert_eq!(response.body.len(), 6 << 20);
    assert!(response.json()["RequestId"].is_string());
    let response = met(&endpoint, Fault::ContentType { value: "image/png".to_owned() }).await.unwrap();
    assert_eq!((response.status, response.header("content-type")), (200, Some("image/png")));
    let response = met(&endpoint, Fault::ClockSkew { seconds: 901 }).await.unwrap();
    assert_eq!(response.code(), "InvalidTimeStamp.Expired");
    let response = met(&endpoint, Fault::ClockSkew { seconds: -900 }).await.unwrap();
    assert_eq!(response.status, 200);
}

#[tokio::test]
async fn a_service_can_return_any_error_of_its_actions() {
    let endpoint = endpoint().await;
    let order = || {
        let own = [("Domain", "www.example.com"), ("Email", "ops@example.com"), ("Phone", "13800000000")];
        v1(CAS, "CreateCertificateRequest", &[&own[..], &[("Username", "Ops"), ("ValidateType", "DNS")]].concat())
    };
    let service = |row: &str, committed| Fault::Service { row: row.to_owned(), committed };
    for committed in [false, true] {
        let before = orders(&endpoint);
        endpoint.inject(Rule::new(service("unknown-error", committed)).times(1)).unwrap();
        let response = call(&endpoint, &order()).await.unwrap();
        assert_eq!((response.status, response.code().as_str()), (500, "Error"), "{response:?}");
        assert_eq!(orders(&endpoint) - before, u64::from(committed), "an order made behind an error");
    }
    endpoint.inject(Rule::new(service("user-not-exists", false)).times(1)).unwrap();
    let response = call(&endpoint, &aws4("ListCertificates", &[])).await.unwrap();
    assert_eq!(response.json()["Error"]["InnerCode"], "user_not_exists");
    assert_eq!(response.status, 401);
    // An error that is common to the API.
    endpoint
        .inject(Rule::new(service("credential-region-invalid", false)).action("ListCertificates").times(1))
        .unwrap();
    let response = call(&endpoint, &aws4("ListCertificates", &[])).await.unwrap();
    assert_eq!(response.json()["Error"]["Code"], "SignatureDoesNotMatch");
    let wrong = endpoint.inject(Rule::new(service("cancel-conflict", false)).action("ListCertificates")).unwrap_err();
    assert!(wrong.to_string().contains("ListCertificates lists no error row cancel-conflict"), "{wrong}");
}

fn orders(endpoint: &Handle) -> u64 {
    let state = endpoint.state();
    state["services"]["aliyun-cas-2020-04-07"]["orders"]["total"].as_u64().unwrap()
}

#[tokio::test]
async fn malformed_xml_is_not_valid_xml() {
    let endpoint = endpoint().await;
    endpoint.inject(Rule::new(Fault::Malformed)).unwrap();
    let mut all = crate::setup::signed::v1_parameters(CAS, READ, &[]);
    crate::setup::signed::set(&mut all, "Format", "XML");
    let response = call(&endpoint, &crate::setup::signed::v1_signed(&all)).await.unwrap();
    assert!(response.body.starts_with("<?xml") && roxmltree::Document::parse(&response.body).is_err(), "{response:?}");
}

async fn statuses(endpoint: &Handle, calls: usize) -> Vec<u16> {
    let mut out = Vec::new();
    for _ in 0..calls {
        out.push(call(endpoint, &v1(CAS, READ, &[])).await.map_or(0, |response| response.status));
    }
    out
}

#[tokio::test]
async fn rules_count_choose_and_follow_scripts() {
    let endpoint = endpoint().await;
    let internal = || Fault::Internal { committed: false };
    endpoint.inject(Rule::new(internal()).action(READ).times(2)).unwrap();
    assert_eq!(call(&endpoint, &aws4("GetToken", &[])).await.unwrap().status, 200, "another action");
    assert_eq!(statuses(&endpoint, 3).await, [500, 500, 200]);
    let throttle = Fault::Throttle { retry_after_ms: None };
    endpoint.inject(Rule::script([Some(throttle), None, Some(Fault::CloseAfterCommit), Some(internal())])).unwrap();
    assert_eq!(statuses(&endpoint, 5).await, [400, 200, 0, 500, 200]);
    let mut seen = Vec::new();
    for seed in [1, 1, 2] {
        let endpoint = standing(Emulator::new().seed(seed)).await;
        endpoint.inject(Rule::new(internal()).probability(0.5)).unwrap();
        seen.push(statuses(&endpoint, 40).await);
    }
    assert!(seen[0] == seen[1] && seen[0] != seen[2], "a seed decides: {seen:?}");
    let faults = seen[0].iter().filter(|status| **status == 500).count();
    assert!((8..=32).contains(&faults), "about half: {faults}");
    endpoint.inject(Rule::new(internal()).probability(0.0)).unwrap();
    assert_eq!(statuses(&endpoint, 5).await, [200; 5]);
}

#[tokio::test]
async fn a_rule_waits_for_calls_of_an_api_that_has_its_fault() {
    let endpoint = endpoint().await;
    let service = Fault::Service { row: "user-not-exists".to_owned(), committed: false };
    endpoint.inject(Rule::new(service).times(1)).unwrap();
    endpoint.inject(Rule::new(Fault::Envelope).times(1)).unwrap();
    assert_eq!(statuses(&endpoint, 2).await, [200; 2], "Alibaba Cloud has neither");
    let list = async || call(&endpoint, &aws4("ListCertificates", &[])).await;
    assert_eq!(list().await.unwrap().status, 401);
    assert!(list().await.unwrap().body.contains("ListCertificatesResponse"));
    assert!(!list().await.unwrap().body.contains("ListCertificatesResponse"), "the rules are used up");
    let internal = || Rule::new(Fault::Internal { committed: false }).times(1);
    endpoint.inject(internal().api("ksyun-kcm-2016-03-04")).unwrap();
    assert_eq!(statuses(&endpoint, 2).await, [200; 2]);
    assert_eq!(list().await.unwrap().status, 500);
    let wrong = endpoint.inject(internal().api("kcm")).unwrap_err();
    assert!(wrong.to_string().contains("no API is called kcm"), "{wrong}");
}

#[tokio::test]
async fn chaos_mixes_faults_as_its_seed_decides() {
    let mut seen = Vec::new();
    for seed in [1, 1, 2] {
        let endpoint = standing(Emulator::new().chaos(seed)).await;
        for _ in 0..60 {
            let _ = call(&endpoint, &v1(CAS, READ, &[])).await;
        }
        let state = endpoint.state();
        let log = state["requests"]["latest"].as_array().unwrap().clone();
        let faults: Vec<String> = log.iter().map(|entry| entry["fault"].to_string()).collect();
        seen.push(faults);
        endpoint.clear_faults();
        assert_eq!(statuses(&endpoint, 20).await, [200; 20], "cleared");
    }
    assert_eq!(seen[0], seen[1]);
    assert_ne!(seen[0], seen[2]);
    let kinds: std::collections::BTreeSet<&String> = seen.iter().flatten().collect();
    assert!(kinds.len() >= 6, "{kinds:?}");
    assert!(seen[0].iter().filter(|kind| *kind == "null").count() >= 30, "most calls pass");
}

#[tokio::test]
async fn the_sdk_tells_what_each_fault_did_to_a_call() {
    let endpoint = Emulator::start().await.unwrap();
    let config =
        Config::new(Credentials::new("testid", "testsecret")).endpoint(endpoint.url()).retries(Retries::none());
    let client = Client::new(config).unwrap();
    let order = async || {
        let create = client.create_certificate_request().domain("www.example.com").email("ops@example.com");
        create.phone("13800000000").username("Ops").validate_type("DNS").send().await
    };
    for fault in [Fault::CloseAfterCommit, Fault::Truncated, Fault::Internal { committed: true }] {
        endpoint.inject(Rule::new(fault.clone()).times(1)).unwrap();
        let error = order().await.unwrap_err();
        assert!(error.outcome_unknown(), "{fault:?}: {error}");
    }
    endpoint.inject(Rule::new(Fault::Throttle { retry_after_ms: Some(10) }).times(1)).unwrap();
    let error = order().await.unwrap_err();
    assert!(error.is_throttled() && !error.outcome_unknown(), "{error}");
    endpoint.inject(Rule::new(Fault::Oversized { bytes: 64 << 20 }).times(1)).unwrap();
    let error = client.describe_package_state().send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response, "{error}");
}

#[tokio::test]
async fn a_lost_response_to_an_order_leaves_an_order_behind() {
    let endpoint = Emulator::start().await.unwrap();
    let credentials = Credentials::new("AKLTtestid", "testsecret");
    let client = kcm::Client::new(Config::new(credentials).endpoint(endpoint.url())).unwrap();
    let rule = Rule::new(Fault::CloseAfterCommit).action("ApplyCertificate").times(1);
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
    endpoint.inject(Rule::new(Fault::Envelope)).unwrap();
    let made = apply().await.unwrap();
    assert!(made.certificate.main_domain.is_some(), "the SDK reads envelopes");
    endpoint.clear_faults();
    endpoint.clock().advance(Duration::from_secs(5));
    let cancelled =
        client.cancel_transaction().certificate_id(list.certificate_set[0].certificate_id.clone()).send().await;
    cancelled.unwrap();
}

#[test]
fn a_fault_denies_members_that_it_does_not_have() {
    for kind in ["close-after-commit", "envelope", "slow"] {
        let fault = serde_json::json!({"kind": kind, "committed": true});
        let error = serde_json::from_value::<Fault>(fault).unwrap_err();
        assert!(error.to_string().contains("unknown field `committed`"), "{kind}: {error}");
        let fault = serde_json::json!({"kind": kind});
        let read: Fault = serde_json::from_value(fault).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap()["kind"], kind);
    }
}
