//! Waits: what ends them, what they say then, and their progress.

use crate::setup::script::{Frozen, Reply, Script, answer, now, timed};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{Environment, ErrorKind, Sleep, UnknownStates};
use futures_core::Stream;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn json(body: &str) -> Reply {
    answer(200, "application/json", body.to_owned())
}

fn not_found() -> Reply {
    answer(404, "application/json", r#"{"Code":"NotFoundOrder","Message":"no such order"}"#.to_owned())
}

fn client(script: &Script) -> cas::Client {
    cas::Client::new(script.config()).unwrap()
}

#[test]
fn an_error_keeps_how_the_wait_stood() {
    let script =
        Script::jsons([r#"{"Type":"process"}"#, r#"{"Type":"verify_fail","PrivateKey":"canary","Surprise":"canary"}"#]);
    let error = now(client(&script).wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    let end = error.wait().unwrap();
    assert_eq!((end.last_state.as_deref(), end.polls, end.elapsed), (Some("verify_fail"), 2, Duration::from_secs(30)));
    let kept = end.last_response.as_deref().unwrap();
    assert!(kept.contains(r#""Type":"verify_fail""#) && kept.contains("Surprise"), "{kept}");
    assert!(!format!("{error:?} {end:?}").contains("canary"), "{kept}");

    let script = Script::repeat(r#"{"Type":"process"}"#);
    let wait = client(&script).wait_until_certificate_issued(5).deadline(Duration::from_secs(100));
    let error = now(wait.into_future()).unwrap_err();
    let end = error.wait().unwrap();
    assert_eq!((error.kind(), end.last_state.as_deref(), end.polls), (ErrorKind::Timeout, Some("process"), 4));
    assert_eq!(end.elapsed, Duration::from_secs(100), "the last look is made at the deadline");

    // A call that fails for good ends the wait too.
    let denied = answer(403, "application/json", r#"{"Code":"NoPermission","Message":"no"}"#.to_owned());
    let script = Script::replies([json(r#"{"Type":"process"}"#), denied]);
    let error = now(client(&script).wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("NoPermission")));
    assert_eq!(error.wait().unwrap().polls, 2);

    let script = Script::json("{}");
    let error = now(client(&script).describe_certificate_state().order_id(5).send()).err();
    assert!(error.is_none_or(|error| error.wait().is_none()));
}

#[test]
fn a_state_that_is_not_known_is_no_failure_and_can_be_waited_out() {
    let frozen = [r#"{"Type":"process"}"#, r#"{"Type":"frozen"}"#, r#"{"Type":"certificate","Certificate":"PEM"}"#];
    let script = Script::jsons(frozen);
    let error = now(client(&script).wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownState);
    assert_eq!(error.wait().unwrap().last_state.as_deref(), Some("frozen"));

    let script = Script::jsons(frozen);
    let wait = client(&script).wait_until_certificate_issued(5).unknown_states(UnknownStates::KeepWaiting);
    assert_eq!(now(wait.into_future()).unwrap().certificate.as_deref(), Some("PEM"));

    let script = Script::repeat(r#"{"Type":"frozen"}"#);
    let wait = client(&script).wait_until_certificate_issued(5).unknown_states(UnknownStates::KeepWaiting);
    let error = now(wait.deadline(Duration::from_secs(40)).into_future()).unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Timeout, 3));
}

#[test]
fn what_was_found_once_must_not_vanish() {
    let script = Script::replies([not_found(), not_found(), json(r#"{"Type":"process"}"#), not_found()]);
    let error = now(client(&script).wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("NotFoundOrder")));
    assert_eq!(script.sent().len(), 4);
}

#[test]
fn a_wait_bears_with_calls_that_fail_in_passing_but_not_for_ever() {
    let busy = || answer(503, "application/json", r#"{"Code":"ServiceUnavailable","Message":"busy"}"#.to_owned());
    let script = Script::replies([
        Reply::lost(),
        Reply::not_sent(),
        busy(),
        Reply::lost(),
        json(r#"{"Type":"process"}"#),
        busy(),
        json(r#"{"Type":"certificate"}"#),
    ]);
    now(client(&script).wait_until_certificate_issued(5).into_future()).unwrap();
    let script = Script::replies((0..5).map(|_| busy()));
    let error = now(client(&script).wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert_eq!((error.code(), error.wait().unwrap().polls), (Some("ServiceUnavailable"), 5));
}

/// Keeps the pauses, and leaves a part of them out.
#[derive(Debug, Clone)]
struct Chancy(f64, Arc<Frozen>, Arc<Mutex<Vec<Duration>>>);

impl Environment for Chancy {
    fn now(&self) -> i64 {
        self.1.now()
    }

    fn elapsed(&self) -> Duration {
        self.1.elapsed()
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        self.1.nonce()
    }

    fn random(&self) -> f64 {
        self.0
    }

    fn sleep(&self, pause: Duration) -> Sleep {
        self.2.lock().unwrap().push(pause);
        self.1.sleep(pause)
    }
}

fn pauses(chance: f64, replies: impl IntoIterator<Item = Reply>) -> Vec<f64> {
    let environment = Chancy(chance, Arc::default(), Arc::default());
    let script = Script::replies(replies);
    let client = cas::Client::new(script.config().environment(environment.clone())).unwrap();
    let wait = client.wait_until_certificate_issued(5).initial_interval(Duration::from_secs(8));
    now(wait.max_interval(Duration::from_secs(20)).into_future()).unwrap();
    let pauses = environment.2.lock().unwrap();
    pauses.iter().map(Duration::as_secs_f64).collect()
}

#[test]
fn pauses_double_up_to_the_longest_and_up_to_a_quarter_of_each_is_left_to_chance() {
    let replies = || {
        let going = || json(r#"{"Type":"process"}"#);
        [going(), going(), going(), going(), json(r#"{"Type":"certificate"}"#)]
    };
    assert_eq!(pauses(1.0, replies()), [8.0, 16.0, 20.0, 20.0]);
    assert_eq!(pauses(0.0, replies()), [6.0, 12.0, 15.0, 15.0]);
    assert_eq!(pauses(f64::NAN, replies()), [8.0, 16.0, 20.0, 20.0]);
    let slow =
        timed(400, vec![("x-acs-retry-after", "30000")], r#"{"Code":"Throttling.User","Message":"slow"}"#.to_owned());
    let asked = [slow, json(r#"{"Type":"process"}"#), json(r#"{"Type":"certificate"}"#)];
    assert_eq!(pauses(0.0, asked), [30.0, 12.0], "the service asked for it");
}

#[test]
fn what_comes_about_in_the_last_pause_is_still_seen() {
    let replies = || [json(r#"{"Type":"process"}"#), json(r#"{"Type":"certificate"}"#)];
    let script = Script::replies(replies());
    let wait = client(&script).wait_until_certificate_issued(5).initial_interval(Duration::from_secs(60));
    now(wait.deadline(Duration::from_secs(50)).into_future()).unwrap();
    assert!(script.sent()[1].timeout >= Duration::from_secs(2), "the last call has time to be answered");
    // A service that asks for more time than is left is not asked again before.
    let slow = timed(400, vec![("x-acs-retry-after", "30000")], r#"{"Code":"Throttling.User","Message":"slow"}"#);
    let script = Script::replies([slow].into_iter().chain(replies()));
    let wait = client(&script).wait_until_certificate_issued(5).deadline(Duration::from_secs(20));
    assert_eq!(now(wait.into_future()).unwrap_err().kind(), ErrorKind::Timeout);
    assert_eq!(script.sent().len(), 1);
}

#[test]
fn the_progress_of_a_wait_is_a_stream() {
    let script = Script::jsons([
        r#"{"Certificate":{"CertificateId":"7","CertificateStatus":0}}"#,
        r#"{"Certificate":{"CertificateId":"7","CertificateStatus":1}}"#,
        r#"{"Certificate":{"CertificateId":"7","CertificateStatus":2}}"#,
    ]);
    let client = kcm::Client::new(script.config()).unwrap();
    let mut progress = client.wait_until_certificate_issued("7").progress();
    assert!(script.sent().is_empty(), "nothing is called before it is asked for");
    let first = now(progress.next()).unwrap().unwrap();
    assert_eq!((first.state.as_deref(), first.done, first.polls, first.elapsed), (Some("0"), false, 1, Duration::ZERO));
    assert_eq!(first.response.certificate.certificate_id.as_str(), "7");
    assert_eq!(script.sent().len(), 1);
    let second = now(std::future::poll_fn(|context| Pin::new(&mut progress).poll_next(context))).unwrap().unwrap();
    assert_eq!((second.state.as_deref(), second.elapsed), (Some("1"), Duration::from_secs(10)));
    let last = now(progress.next()).unwrap().unwrap();
    assert!(last.done && last.state.as_deref() == Some("2"));
    assert!(now(progress.next()).is_none() && now(progress.next()).is_none());
    assert_eq!(script.sent().len(), 3);
}

#[test]
fn the_progress_of_a_wait_that_fails_ends_with_the_error() {
    let script = Script::jsons([r#"{"Type":"process"}"#, r#"{"Type":"verify_fail"}"#]);
    let mut progress = client(&script).wait_until_certificate_issued(5).progress();
    now(progress.next()).unwrap().unwrap();
    let error = now(progress.next()).unwrap().unwrap_err();
    assert_eq!((error.kind(), error.wait().unwrap().polls), (ErrorKind::State, 2));
    assert!(now(progress.next()).is_none());
}
