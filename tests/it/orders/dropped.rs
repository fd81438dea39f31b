//! Guarded calls and probes whose futures are dropped or delayed: a verdict is right in whatever order responses arrive.

use crate::setup::clock::ManualClock;
use crate::setup::futures::{now, poll_and_drop};
use crate::setup::requests::{self, rollback};
use crate::setup::script::{Reply, Script};
use crate::setup::transports::{Gated, hanging_config};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{ErrorKind, Evidence, Guarded, Outcome};
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::Semaphore;

/// Responses to probes: the number of rollbacks.
const ONE: &str = r#"{"RollbackCount":1}"#;
const TWO: &str = r#"{"RollbackCount":2}"#;
/// The response to a rollback.
const DONE: &str = r#"{"Data":[]}"#;

#[test]
fn the_outcome_of_a_dropped_call_is_unknown_once_it_was_polled() {
    let script = Script::jsons([ONE, DONE, TWO]);
    let client = cas::Client::new(hanging_config(&script, [1])).unwrap();
    let order = now(rollback(&client).guard()).unwrap();
    drop(order.send());
    assert_eq!(
        now(order.find_out()).unwrap(),
        Outcome::NotExecuted { evidence: Evidence::Response },
        "it was not even polled"
    );
    poll_and_drop(order.send());
    assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
    assert_eq!(script.sent().len(), 3);
}

#[test]
fn a_dropped_probe_can_be_sent_again() {
    let script = Script::jsons([ONE, DONE, ONE, TWO]);
    let client = cas::Client::new(hanging_config(&script, [1, 2])).unwrap();
    let order = now(rollback(&client).guard()).unwrap();
    poll_and_drop(order.send());
    poll_and_drop(order.find_out());
    assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
}

#[test]
fn a_call_that_is_being_sent_is_neither_probed_nor_sent_again() {
    let script = Script::jsons([ONE, DONE, TWO]);
    let client = cas::Client::new(hanging_config(&script, [1])).unwrap();
    let order = now(rollback(&client).guard()).unwrap();
    let mut sent = Box::pin(order.send());
    assert!(sent.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(now(order.find_out()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 2, "one probe, one call");
    drop(sent);
    assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
}

#[test]
fn the_wait_after_a_dropped_call_counts_from_its_drop() {
    let script = Script::jsons([ONE, DONE, ONE, ONE, ONE]);
    let clock = ManualClock::new();
    clock.advance(Duration::from_secs(1_000));
    let client = cas::Client::new(hanging_config(&script, [1]).environment(clock.clone())).unwrap();
    let order = now(rollback(&client).guard()).unwrap().interval(Duration::ZERO);
    poll_and_drop(order.send());
    assert_eq!(now(order.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
    assert_eq!(clock.elapsed(), Duration::from_secs(1_020));
}

type Application = Guarded<kcm::apply_certificate::Request>;

/// An application whose response is lost, and these responses to its probes, of which one waits for the gate.
fn lost_application(replies: &[&str], gated: usize) -> (Application, Script, Arc<Semaphore>) {
    let script = Script::replies(replies.iter().map(|body| Reply::json(*body)));
    let gate = Arc::new(Semaphore::new(0));
    let client = kcm::Client::new(script.config().transport(Gated::only(&script, &gate, gated))).unwrap();
    let call = now(requests::application(&client).guard()).unwrap().probes(2);
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    (call, script, gate)
}

const NONE: &str = r#"{"CertificateSet":[]}"#;
const BEFORE: &str = r#"{"CertificateSet":[{"CertificateId":"1","MainDomain":"a.example.com"}]}"#;
const AFTER: &str = r#"{"CertificateSet":[{"CertificateId":"1","MainDomain":"a.example.com"},{"CertificateId":"2","MainDomain":"a.example.com"}]}"#;

#[test]
fn a_slow_probe_from_before_the_change_does_not_undo_the_proof_of_another() {
    // The slow one probes twice, and its second probe takes long.
    let replies = [BEFORE, NONE, "{", BEFORE, NONE, BEFORE, AFTER, NONE, NONE];
    let (call, script, gate) = lost_application(&replies, 5);
    let mut slow = Box::pin(call.find_out());
    let mut context = Context::from_waker(Waker::noop());
    assert!(slow.as_mut().poll(&mut context).is_pending());
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::List });
    assert_eq!(call.found().len(), 1);
    gate.add_permits(1);
    assert!(matches!(slow.as_mut().poll(&mut context), Poll::Ready(Ok(Outcome::Executed { .. }))));
    assert_eq!(call.found().len(), 1, "what was found stays");
    assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 9);
}

#[test]
fn an_execution_that_is_seen_late_still_forbids_another_call() {
    let replies = [BEFORE, NONE, "{", AFTER, BEFORE, NONE, BEFORE, NONE, NONE];
    let (call, script, gate) = lost_application(&replies, 3);
    let mut slow = Box::pin(call.find_out());
    let mut context = Context::from_waker(Waker::noop());
    assert!(slow.as_mut().poll(&mut context).is_pending());
    assert_eq!(now(call.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::List });
    gate.add_permits(1);
    assert!(matches!(slow.as_mut().poll(&mut context), Poll::Ready(Ok(Outcome::Executed { .. }))));
    assert_eq!(call.found().len(), 1);
    assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 9);
}

#[test]
fn a_verdict_on_a_call_that_was_sent_again_in_the_meantime_allows_nothing() {
    let script = Script::jsons([ONE, "{", ONE, ONE, ONE, "{", ONE]);
    let gate = Arc::new(Semaphore::new(0));
    let transport = Gated::only(&script, &gate, 2);
    let client = cas::Client::new(script.config().transport(transport)).unwrap();
    let order = now(rollback(&client).guard()).unwrap().probes(2);
    now(order.send()).unwrap_err();
    let mut slow = Box::pin(order.find_out());
    let mut context = Context::from_waker(Waker::noop());
    assert!(slow.as_mut().poll(&mut context).is_pending());
    assert_eq!(now(order.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
    assert!(now(order.send()).unwrap_err().outcome_unknown());
    gate.add_permits(1);
    let Poll::Ready(Ok(Outcome::Ambiguous { why })) = slow.as_mut().poll(&mut context) else { panic!("no verdict") };
    assert!(why.contains("sent again meanwhile"), "{why}");
    assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 7);
}
