//! Cooldowns: the client waits between two calls about the same certificate where the service requires it.

use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::requests::application;
use crate::setup::script::{Reply, Script};
use cloudcert::ksyun_kcm::v2016_03_04::{Client, types::CertificateId};
use cloudcert::{CallOptions, ErrorKind};
use std::time::Duration;

const TWO: Duration = Duration::from_secs(2);
const NONE: [Duration; 0] = [];

/// A client whose every call is about certificate `7`.
fn client_and_clock() -> (Script, ManualClock, Client) {
    let script = Script::repeat(r#"{"Certificate":{"CertificateId":"7"}}"#);
    let clock = ManualClock::new();
    let client = Client::new(script.config().environment(clock.clone())).unwrap();
    (script, clock, client)
}

fn apply(client: &Client) {
    now(application(client).send()).unwrap();
}

fn update(client: &Client, id: impl Into<CertificateId>) {
    now(client.update_certificate().certificate_id(id).city("Beijing").send()).unwrap();
}

#[test]
fn an_update_waits_two_seconds_after_the_application() {
    let (_, clock, client) = client_and_clock();
    apply(&client);
    update(&client, "7");
    assert_eq!(clock.take_sleeps(), [TWO]);
    update(&client, "7");
    assert_eq!(clock.take_sleeps(), NONE, "it is over");
    apply(&client);
    clock.advance(Duration::from_millis(1_500));
    update(&client, "7");
    assert_eq!(clock.take_sleeps(), [Duration::from_millis(500)], "some of it had passed");
    apply(&client);
    clock.advance(TWO);
    update(&client, "7");
    assert_eq!(clock.take_sleeps(), NONE);
}

#[test]
fn clones_and_plain_requests_wait_too_and_no_other_call() {
    let (_, clock, client) = client_and_clock();
    apply(&client);
    update(&client, "8");
    now(client.get_certificate_detail().certificate_id("7").send()).unwrap();
    assert_eq!(clock.take_sleeps(), NONE, "it is about another certificate, or needs no cooldown");
    let request = client.update_certificate().certificate_id("7").into_request();
    now(client.clone().send(request)).unwrap();
    assert_eq!(clock.take_sleeps(), [TWO]);
}

#[test]
fn a_guarded_submission_waits_before_its_probe() {
    let script = Script::repeat(r#"{"Certificate":{"CertificateId":"7","CertificateStatus":0}}"#);
    let clock = ManualClock::new();
    let client = Client::new(script.config().environment(clock.clone())).unwrap();
    apply(&client);
    let submit = client.update_certificate().certificate_id("7").is_submit(true).skip_validation();
    let submit = now(submit.guard()).unwrap();
    assert_eq!(clock.take_sleeps(), [TWO]);
    now(submit.send()).unwrap();
    assert_eq!(clock.take_sleeps(), NONE);
    let actions: Vec<String> = script.sent().iter().map(|request| request.action().to_owned()).collect();
    assert_eq!(actions, ["ApplyCertificate", "GetCertificateDetail", "UpdateCertificate"]);
}

#[test]
fn an_update_also_waits_after_an_application_that_was_found() {
    let list = |ids: &[&str]| {
        let items: Vec<String> =
            ids.iter().map(|id| format!(r#"{{"CertificateId":"{id}","MainDomain":"a.example.com"}}"#)).collect();
        Reply::json(format!(r#"{{"CertificateSet":[{}]}}"#, items.join(",")))
    };
    let update_reply = Reply::json(r#"{"Certificate":{"CertificateId":"7"}}"#);
    let replies = [list(&["1"]), list(&[]), Reply::lost(), list(&["1", "7"]), list(&[]), update_reply];
    let script = Script::replies(replies);
    let clock = ManualClock::new();
    let client = Client::new(script.config().environment(clock.clone())).unwrap();
    let call = now(application(&client).guard()).unwrap();
    now(call.send()).unwrap_err();
    now(call.find_out()).unwrap();
    clock.take_sleeps();
    update(&client, &call.found()[0].certificate_id);
    assert_eq!(clock.take_sleeps(), [TWO]);
}

#[test]
fn a_cooldown_counts_towards_the_operation() {
    let (script, clock, client) = client_and_clock();
    apply(&client);
    let limited = |seconds| CallOptions::new().operation_timeout(Duration::from_secs(seconds));
    let early = client.update_certificate().certificate_id("7").with_options(limited(2));
    let error = now(early.send()).unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown(), script.sent().len()), (ErrorKind::Timeout, false, 1));
    assert!(error.to_string().contains("must wait another 2 s after ApplyCertificate"), "{error}");
    assert_eq!(clock.take_sleeps(), NONE, "there is no use in waiting for what will not be sent");
    now(client.update_certificate().certificate_id("7").with_options(limited(5)).send()).unwrap();
    assert_eq!(script.sent()[1].timeout, Duration::from_secs(3));
}

#[test]
fn the_number_of_remembered_cooldowns_is_bounded() {
    let (_, clock, client) = client_and_clock();
    let response = |id| Reply::json(format!(r#"{{"Certificate":{{"CertificateId":"{id}"}}}}"#));
    let script = Script::replies((0..1_100).map(response));
    let many = Client::new(script.config().environment(clock.clone())).unwrap();
    for _ in 0..1_099 {
        apply(&many);
    }
    // Only the oldest were forgotten.
    let request = |id: &str| many.update_certificate().certificate_id(id).skip_validation();
    now(request("0").send()).unwrap();
    assert_eq!(clock.take_sleeps(), NONE);
    let _ = now(request("1098").with_options(CallOptions::new().operation_timeout(TWO)).send()).unwrap_err();
    drop(client);
}
