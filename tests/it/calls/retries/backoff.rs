//! The backoff between attempts: how it grows, what a service may ask for, and that nothing outlives its operation.

use super::{HARMLESS, call_with_effect, good, throttled};
use crate::setup::clock::ManualClock;
use crate::setup::futures::run;
use crate::setup::script::{Script, busy, response_with_headers};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::Effect;
use cloudcert::{Config, ErrorKind, Retries};
use std::time::Duration;

#[test]
fn backoff_grows_and_is_as_long_as_the_service_asks_for() {
    let retries =
        Retries::new().attempts(6).initial_backoff(Duration::from_secs(1)).max_backoff(Duration::from_secs(3));
    let ended = call_with_effect(Effect::Read, [busy(), busy(), busy(), throttled(), busy(), busy()], |config| {
        config.retries(retries)
    });
    assert_eq!(ended.backoffs, [500, 1_000, 1_500, 1_500, 1_500], "half of 1, 2, 3, 3, 3 seconds");
    let ended = call_with_effect(Effect::Order, [throttled(), good()], |config| config);
    assert_eq!(ended.backoffs, [700], "x-acs-retry-after counts milliseconds");
    let later = response_with_headers(429, vec![("retry-after", "2")], "{}");
    assert_eq!(
        call_with_effect(Effect::Read, [later, good()], |config| config).backoffs,
        [2_000],
        "Retry-After counts seconds"
    );
}

#[test]
fn no_retry_outlives_the_operation() {
    let slow = response_with_headers(429, vec![("retry-after", "3600")], "{}");
    let ended = call_with_effect(Effect::Read, [slow, good()], |config| config);
    let error = ended.error.unwrap();
    assert_eq!((ended.sent, error.retry_after()), (1, Some(Duration::from_secs(3_600))));
    let retries = Retries::new().attempts(100).initial_backoff(Duration::from_secs(8));
    let ended = call_with_effect(Effect::Read, (0..100).map(|_| busy()), |config| config.retries(retries));
    assert!(ended.backoffs.iter().sum::<u64>() < 60_000, "{:?}", ended.backoffs);
    assert!(ended.sent > 4);
}

#[test]
fn no_random_number_and_no_backoff_makes_a_call_panic() {
    for (longest, attempts) in [(Duration::from_secs(1), 3), (Duration::MAX, 1)] {
        let script = Script::replies([busy(), busy(), busy()]);
        let retries = Retries::new().initial_backoff(longest).max_backoff(longest);
        let config = script.config().retries(retries).environment(ManualClock::with_random(f64::NAN));
        let error = run(cas::Client::new(config).unwrap().describe_package_state().send()).unwrap_err();
        assert_eq!((error.attempts(), script.sent().len()), (attempts, attempts as usize), "{error}");
    }
}

#[test]
fn a_service_may_name_the_time_of_the_next_attempt() {
    let headers = vec![("date", "Fri, 02 Jan 2026 03:04:05 GMT"), ("retry-after", "Fri, 02 Jan 2026 03:04:12 GMT")];
    let throttled = response_with_headers(429, headers, r#"{"Code":"Busy","Message":"slow"}"#);
    let ended = call_with_effect(Effect::Read, [throttled, good()], |config| config);
    assert_eq!((ended.sent, ended.backoffs), (2, vec![7_000]));
}

#[test]
fn the_retry_header_of_the_service_counts_with_any_code() {
    for (status, body) in [
        (400, r#"{"Code":"Throttling.User","Message":"slow"}"#),
        (400, r#"{"Code":"NobodyKnows","Message":"slow"}"#),
        (403, r#"{"Code":"NobodyKnows","Message":"slow"}"#),
        (404, r#"{"Code":"NotRemainCount","Message":"none"}"#),
        (503, r#"{"Code":"NobodyKnows","Message":"slow"}"#),
        (400, "{}"),
        (503, "<html><body>busy</body></html>"),
        (200, "{"),
    ] {
        let reply = || response_with_headers(status, vec![("x-acs-retry-after", "700")], body);
        for effect in HARMLESS {
            let ended = call_with_effect(effect, [reply(), good()], |config| config);
            assert_eq!((ended.sent, ended.backoffs), (2, vec![700]), "{status} {body}");
        }
        let alone = call_with_effect(Effect::Read, [reply()], |config| config.retries(Retries::none())).error.unwrap();
        assert_eq!(alone.retry_after(), Some(Duration::from_millis(700)), "{status} {body}");
        // It says nothing about whether the call was executed.
        if !body.contains("Throttling") && !body.contains("NotRemainCount") {
            let ended = call_with_effect(Effect::Order, [reply(), good()], |config| config);
            assert_eq!((ended.sent, ended.error.unwrap().outcome_unknown()), (1, true), "{status} {body}");
        }
    }
    // Without a number it says nothing.
    for text in ["0", "soon", "-5", ""] {
        let reply =
            response_with_headers(400, vec![("x-acs-retry-after", text)], r#"{"Code":"NobodyKnows","Message":"slow"}"#);
        assert_eq!(call_with_effect(Effect::Read, [reply, good()], |config| config).sent, 1, "{text}");
    }
    // A number that is too large is a long time, and not none.
    let reply = response_with_headers(
        400,
        vec![("x-acs-retry-after", "99999999999999")],
        r#"{"Code":"Throttling","Message":"slow"}"#,
    );
    assert_eq!(call_with_effect(Effect::Read, [reply, good()], |config| config).sent, 1);
}

#[test]
fn waiting_for_credentials_ends_with_the_operation() {
    let never = cloudcert::credentials::from_fn("never", std::future::pending);
    let script = Script::default();
    let config = Config::new(never).transport(script.clone()).environment(ManualClock::new());
    let client = cas::Client::new(config).unwrap();
    let error = run(client.describe_package_state().send()).unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Credentials, 0));
    assert!(error.to_string().contains("within the operation timeout"), "{error}");
}
