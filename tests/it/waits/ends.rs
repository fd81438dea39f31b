//! Waits: what ends them, what their error tells then, and their progress.

use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::script::{Reply, Script, busy, json_response, response_with_headers};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::{CallOptions, ErrorKind, UnknownStates};
use futures_core::Stream;
use std::pin::Pin;
use std::time::Duration;

fn not_found() -> Reply {
    json_response(404, r#"{"Code":"NotFoundOrder","Message":"no such order"}"#.to_owned())
}

#[test]
fn a_wait_ends_with_the_state_it_waits_for() {
    let script = Script::jsons([
        r#"{"Type":"process"}"#,
        r#"{"Type":"domain_verify"}"#,
        r#"{"Type":"certificate","Certificate":"PEM"}"#,
    ]);
    let client = script.cas_client();
    let response = now(client.wait_until_certificate_issued(5).into_future()).unwrap();
    assert_eq!(response.certificate.as_deref(), Some("PEM"));
    assert_eq!(script.sent().len(), 3);
}

#[test]
fn a_wait_for_a_field_ends_when_the_field_is_there() {
    let pending = r#"{"Status":"pending"}"#;
    let there = r#"{"Status":"pending","DomainValidationList":[{"Domain":"www.example.com","Key":"_dnsauth"}]}"#;
    let script = Script::jsons([pending, pending, there]);
    let response = now(script.cas_client().wait_until_domain_validation_ready("i").into_future()).unwrap();
    assert_eq!((script.sent().len(), response.domain_validation_list.len()), (3, 1));
    // Without validation the certificate comes at once; a closed instance never gets the field.
    let script = Script::jsons([pending, r#"{"Status":"normal"}"#]);
    let response = now(script.cas_client().wait_until_domain_validation_ready("i").into_future()).unwrap();
    assert!(response.domain_validation_list.is_empty());
    let script = Script::jsons([pending, r#"{"Status":"closed"}"#]);
    let error = now(script.cas_client().wait_until_domain_validation_ready("i").into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
}

#[test]
fn a_failed_wait_gives_the_reason() {
    let script = Script::jsons([
        r#"{"Certificate":{"CertificateId":"7","CertificateStatus":4,"FailReason":"no such company"}}"#,
    ]);
    let client = script.kcm_client();
    let error = now(client.wait_until_certificate_issued("7").into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    assert!(error.to_string().contains("no such company"), "{error}");
    let script = Script::jsons([r#"{"Type":"frozen"}"#]);
    let client = script.cas_client();
    let error = now(client.wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert!(error.to_string().contains("frozen"), "{error}");
}

#[test]
fn a_wait_gives_up_at_its_deadline() {
    let script = Script::jsons([r#"{"Type":"process"}"#; 5]);
    let client = script.cas_client();
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
fn a_wait_without_intervals_still_ends() {
    let script = Script::repeat(r#"{"Type":"process"}"#);
    let client = script.cas_client();
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
    let client = script.cas_client();
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

#[test]
fn an_error_tells_how_far_the_wait_had_come() {
    let script =
        Script::jsons([r#"{"Type":"process"}"#, r#"{"Type":"verify_fail","PrivateKey":"canary","Surprise":"canary"}"#]);
    let error = now(script.cas_client().wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::State);
    let end = error.wait().unwrap();
    assert_eq!((end.last_state.as_deref(), end.polls, end.elapsed), (Some("verify_fail"), 2, Duration::from_secs(30)));
    let last = end.last_response.as_deref().unwrap();
    assert!(last.contains(r#""Type":"verify_fail""#) && last.contains("Surprise"), "{last}");
    assert!(!format!("{error:?} {end:?}").contains("canary"), "{last}");

    let script = Script::repeat(r#"{"Type":"process"}"#);
    let wait = script.cas_client().wait_until_certificate_issued(5).deadline(Duration::from_secs(100));
    let error = now(wait.into_future()).unwrap_err();
    let end = error.wait().unwrap();
    assert_eq!((error.kind(), end.last_state.as_deref(), end.polls), (ErrorKind::Timeout, Some("process"), 4));
    assert_eq!(end.elapsed, Duration::from_secs(100), "the last poll is sent at the deadline");

    // A call that fails for good ends the wait too.
    let denied = json_response(403, r#"{"Code":"NoPermission","Message":"no"}"#.to_owned());
    let script = Script::replies([Reply::json(r#"{"Type":"process"}"#), denied]);
    let error = now(script.cas_client().wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("NoPermission")));
    assert_eq!(error.wait().unwrap().polls, 2);

    let script = Script::json("{}");
    let error = now(script.cas_client().describe_certificate_state().order_id(5).send()).err();
    assert!(error.is_none_or(|error| error.wait().is_none()));
}

#[test]
fn an_unknown_state_is_no_failure_and_can_be_waited_out() {
    let frozen = [r#"{"Type":"process"}"#, r#"{"Type":"frozen"}"#, r#"{"Type":"certificate","Certificate":"PEM"}"#];
    let script = Script::jsons(frozen);
    let error = now(script.cas_client().wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownState);
    assert_eq!(error.wait().unwrap().last_state.as_deref(), Some("frozen"));

    let script = Script::jsons(frozen);
    let wait = script.cas_client().wait_until_certificate_issued(5).unknown_states(UnknownStates::KeepWaiting);
    assert_eq!(now(wait.into_future()).unwrap().certificate.as_deref(), Some("PEM"));

    let script = Script::repeat(r#"{"Type":"frozen"}"#);
    let wait = script.cas_client().wait_until_certificate_issued(5).unknown_states(UnknownStates::KeepWaiting);
    let error = now(wait.deadline(Duration::from_secs(40)).into_future()).unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Timeout, 3));
}

#[test]
fn an_order_that_was_found_once_must_not_vanish() {
    let script = Script::replies([not_found(), not_found(), Reply::json(r#"{"Type":"process"}"#), not_found()]);
    let error = now(script.cas_client().wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("NotFoundOrder")));
    assert_eq!(script.sent().len(), 4);
}

#[test]
fn an_order_that_is_never_found_ends_the_wait_after_its_tolerance() {
    let wait = |script: &Script| script.cas_client().wait_until_certificate_issued(5);
    let script = Script::replies((0..9).map(|_| not_found()));
    let error = now(wait(&script).into_future()).unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("NotFoundOrder")));
    let end = error.wait().unwrap();
    assert_eq!((end.polls, end.elapsed), (3, Duration::from_secs(60)), "after 0, 30 and 60 seconds");

    let script = Script::replies((0..9).map(|_| not_found()));
    let error = now(wait(&script).not_found_tolerance(Duration::from_secs(7)).into_future()).unwrap_err();
    assert_eq!((error.code(), error.wait().unwrap().elapsed), (Some("NotFoundOrder"), Duration::from_secs(7)));
    let script = Script::replies([not_found()]);
    let error = now(wait(&script).not_found_tolerance(Duration::ZERO).into_future()).unwrap_err();
    assert_eq!((error.code(), script.sent().len()), (Some("NotFoundOrder"), 1));

    // A shorter deadline ends the wait as any other: the order may still appear.
    let script = Script::replies((0..9).map(|_| not_found()));
    let error = now(wait(&script).deadline(Duration::from_secs(40)).into_future()).unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Timeout, 3));
}

#[test]
fn a_wait_tolerates_transient_failures_but_not_forever() {
    let script = Script::replies([
        Reply::lost(),
        Reply::not_sent(),
        busy(),
        Reply::lost(),
        Reply::json(r#"{"Type":"process"}"#),
        busy(),
        Reply::json(r#"{"Type":"certificate"}"#),
    ]);
    now(script.cas_client().wait_until_certificate_issued(5).into_future()).unwrap();
    let script = Script::replies((0..5).map(|_| busy()));
    let error = now(script.cas_client().wait_until_certificate_issued(5).into_future()).unwrap_err();
    assert_eq!((error.code(), error.wait().unwrap().polls), (Some("ServiceUnavailable"), 5));
}

/// The sleeps of a wait, in seconds, with this random number for its jitter.
fn intervals(random: f64, replies: impl IntoIterator<Item = Reply>) -> Vec<f64> {
    let clock = ManualClock::with_random(random);
    let client = cas::Client::new(Script::replies(replies).config().environment(clock.clone())).unwrap();
    let wait = client.wait_until_certificate_issued(5).initial_interval(Duration::from_secs(8));
    now(wait.max_interval(Duration::from_secs(20)).into_future()).unwrap();
    clock.take_sleeps().iter().map(Duration::as_secs_f64).collect()
}

#[test]
fn intervals_double_up_to_a_maximum_and_jitter_takes_up_to_a_quarter() {
    let replies = || {
        let going = || Reply::json(r#"{"Type":"process"}"#);
        [going(), going(), going(), going(), Reply::json(r#"{"Type":"certificate"}"#)]
    };
    assert_eq!(intervals(1.0, replies()), [8.0, 16.0, 20.0, 20.0]);
    assert_eq!(intervals(0.0, replies()), [6.0, 12.0, 15.0, 15.0]);
    assert_eq!(intervals(f64::NAN, replies()), [8.0, 16.0, 20.0, 20.0]);
    let slow = response_with_headers(
        400,
        vec![("x-acs-retry-after", "30000")],
        r#"{"Code":"Throttling.User","Message":"slow"}"#.to_owned(),
    );
    let asked = [slow, Reply::json(r#"{"Type":"process"}"#), Reply::json(r#"{"Type":"certificate"}"#)];
    assert_eq!(intervals(0.0, asked), [30.0, 12.0], "the service asked for it");
}

#[test]
fn a_change_in_the_last_interval_is_still_seen() {
    let replies = || [Reply::json(r#"{"Type":"process"}"#), Reply::json(r#"{"Type":"certificate"}"#)];
    let script = Script::replies(replies());
    let wait = script.cas_client().wait_until_certificate_issued(5).initial_interval(Duration::from_secs(60));
    now(wait.deadline(Duration::from_secs(50)).into_future()).unwrap();
    assert!(script.sent()[1].timeout >= Duration::from_secs(2), "the last call has time for its response");
    // If the service asks for more time than is left, there is no further poll.
    let slow = response_with_headers(
        400,
        vec![("x-acs-retry-after", "30000")],
        r#"{"Code":"Throttling.User","Message":"slow"}"#,
    );
    let script = Script::replies([slow].into_iter().chain(replies()));
    let wait = script.cas_client().wait_until_certificate_issued(5).deadline(Duration::from_secs(20));
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
    let client = script.kcm_client();
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
    let mut progress = script.cas_client().wait_until_certificate_issued(5).progress();
    now(progress.next()).unwrap().unwrap();
    let error = now(progress.next()).unwrap().unwrap_err();
    assert_eq!((error.kind(), error.wait().unwrap().polls), (ErrorKind::State, 2));
    assert!(now(progress.next()).is_none());
}
