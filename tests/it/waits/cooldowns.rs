//! Pauses between two calls about the same thing are kept for the caller.

use crate::setup::script::{Frozen, Script, now};
use cloudcert::ksyun_kcm::v2016_03_04::{Client, types::CertificateId};
use cloudcert::{CallOptions, Environment, ErrorKind, Sleep};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A clock that moves by pauses, and by hand.
#[derive(Debug, Clone, Default)]
struct Watch(Arc<Frozen>, Arc<Mutex<Vec<Duration>>>);

impl Watch {
    fn passes(&self, time: Duration) {
        drop(self.0.sleep(time));
    }

    fn pauses(&self) -> Vec<Duration> {
        std::mem::take(&mut *self.1.lock().unwrap())
    }
}

impl Environment for Watch {
    fn now(&self) -> i64 {
        self.0.now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        self.0.nonce()
    }

    fn sleep(&self, pause: Duration) -> Sleep {
        self.1.lock().unwrap().push(pause);
        self.0.sleep(pause)
    }
}

const TWO: Duration = Duration::from_secs(2);
const NONE: [Duration; 0] = [];

fn setup() -> (Script, Watch, Client) {
    let script = Script::repeat(r#"{"Certificate":{"CertificateId":"7"}}"#);
    let watch = Watch::default();
    let client = Client::new(script.config().environment(watch.clone())).unwrap();
    (script, watch, client)
}

fn apply(client: &Client) {
    let order = client.apply_certificate().main_domain("www.example.com").certificate_code("SECDV01");
    now(order.year_length(1).domain_count(1).wildcard_count(0).send()).unwrap();
}

fn update(client: &Client, id: impl Into<CertificateId>) {
    now(client.update_certificate().certificate_id(id).city("Beijing").send()).unwrap();
}

#[test]
fn an_update_waits_two_seconds_after_the_application() {
    let (_, watch, client) = setup();
    apply(&client);
    update(&client, "7");
    assert_eq!(watch.pauses(), [TWO]);
    update(&client, "7");
    assert_eq!(watch.pauses(), NONE, "it is over");
    apply(&client);
    watch.passes(Duration::from_millis(1_500));
    update(&client, "7");
    assert_eq!(watch.pauses(), [Duration::from_millis(500)], "some of it had passed");
    apply(&client);
    watch.passes(TWO);
    update(&client, "7");
    assert_eq!(watch.pauses(), NONE);
}

#[test]
fn clones_and_plain_requests_wait_too_and_nobody_else() {
    let (_, watch, client) = setup();
    apply(&client);
    update(&client, "8");
    now(client.get_certificate_detail().certificate_id("7").send()).unwrap();
    assert_eq!(watch.pauses(), NONE, "it is about another certificate, or needs no pause");
    let request = client.update_certificate().certificate_id("7").into_request();
    now(client.clone().send(request)).unwrap();
    assert_eq!(watch.pauses(), [TWO]);
}

#[test]
fn a_guarded_submission_waits_before_it_looks() {
    let script = Script::repeat(r#"{"Certificate":{"CertificateId":"7","CertificateStatus":0}}"#);
    let watch = Watch::default();
    let client = Client::new(script.config().environment(watch.clone())).unwrap();
    apply(&client);
    let submit = client.update_certificate().certificate_id("7").is_submit(true).skip_validation();
    let submit = now(submit.guard()).unwrap();
    assert_eq!(watch.pauses(), [TWO]);
    now(submit.send()).unwrap();
    assert_eq!(watch.pauses(), NONE);
    let actions: Vec<String> = script.sent().iter().map(|request| request.action().to_owned()).collect();
    assert_eq!(actions, ["ApplyCertificate", "GetCertificateDetail", "UpdateCertificate"]);
}

#[test]
fn the_pause_is_time_of_the_operation() {
    let (script, watch, client) = setup();
    apply(&client);
    let limited = |seconds| CallOptions::new().operation_timeout(Duration::from_secs(seconds));
    let early = client.update_certificate().certificate_id("7").with_options(limited(2));
    let error = now(early.send()).unwrap_err();
    assert_eq!((error.kind(), error.outcome_unknown(), script.sent().len()), (ErrorKind::Timeout, false, 1));
    assert!(error.to_string().contains("must wait another 2 s after ApplyCertificate"), "{error}");
    assert_eq!(watch.pauses(), NONE, "there is no use in waiting for what will not be sent");
    now(client.update_certificate().certificate_id("7").with_options(limited(5)).send()).unwrap();
    assert_eq!(script.sent()[1].timeout, Duration::from_secs(3));
}

#[test]
fn what_is_remembered_is_bounded() {
    let (_, watch, client) = setup();
    let script = Script::replies((0..1_100).map(|id| {
        crate::setup::script::answer(
            200,
            "application/json",
            format!(r#"{{"Certificate":{{"CertificateId":"{id}"}}}}"#),
        )
    }));
    let many = Client::new(script.config().environment(watch.clone())).unwrap();
    for _ in 0..1_099 {
        apply(&many);
    }
    // The oldest were forgotten; nothing else is.
    let request = |id: &str| many.update_certificate().certificate_id(id).skip_validation();
    now(request("0").send()).unwrap();
    assert_eq!(watch.pauses(), NONE);
    let _ = now(request("1098").with_options(CallOptions::new().operation_timeout(TWO)).send()).unwrap_err();
    drop(client);
}
