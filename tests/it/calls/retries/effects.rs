//! What is retried, by the effect of the action.

use super::{HARMLESS, ONCE, call_with_effect, good, throttled};
use crate::setup::clock::ManualClock;
use crate::setup::futures::run;
use crate::setup::script::{Reply, Script, busy, json_response, response};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::Effect;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{CallOptions, ErrorKind, Retries};

#[test]
fn a_harmless_call_is_retried() {
    for effect in HARMLESS {
        for fault in [busy(), throttled(), Reply::lost(), Reply::not_sent(), response(200, "text/html", "{\"a")] {
            let ended = call_with_effect(effect, [fault, good()], |config| config);
            assert!(ended.error.is_none(), "{:?}", ended.error);
            assert_eq!(ended.sent, 2);
        }
    }
}

#[test]
fn a_call_that_must_not_happen_twice_is_retried_only_if_it_was_certainly_not_executed() {
    for effect in ONCE {
        for fault in [throttled(), Reply::not_sent()] {
            let ended = call_with_effect(effect, [fault, good()], |config| config);
            assert!(ended.error.is_none(), "{:?}", ended.error);
            assert_eq!(ended.sent, 2);
        }
        let html = response(502, "text/html", "<html>");
        let cut = json_response(200, "{\"OrderId\":");
        for fault in [busy(), Reply::lost(), html, cut] {
            let ended = call_with_effect(effect, [fault, good()], |config| config);
            let error = ended.error.unwrap();
            assert!(error.outcome_unknown(), "{error}");
            assert_eq!((ended.sent, error.attempts()), (1, 1), "{effect}: {error}");
        }
    }
}

#[test]
fn a_lost_order_is_not_retried_even_after_harmless_failures() {
    let ended = call_with_effect(Effect::Order, [Reply::not_sent(), throttled(), Reply::lost(), good()], |config| {
        config.retries(Retries::new().attempts(9))
    });
    let error = ended.error.unwrap();
    assert_eq!((ended.sent, error.attempts(), error.outcome_unknown()), (3, 3, true));
    assert!(error.to_string().contains("It failed 3 times"), "{error}");
}

#[test]
fn a_call_that_the_service_rejects_is_not_retried() {
    for effect in HARMLESS.into_iter().chain(ONCE) {
        let refused = json_response(404, r#"{"Code":"NotRemainCount","Message":"none"}"#);
        let ended = call_with_effect(effect, [refused, good()], |config| config);
        assert_eq!(ended.sent, 1);
        assert!(!ended.error.unwrap().outcome_unknown());
    }
}

#[test]
fn a_client_stops_retrying_when_too_many_calls_fail() {
    let script = Script::repeat("{");
    let config = script.config_with_retries().environment(ManualClock::with_random(0.5));
    let client = cas::Client::new(config).unwrap();
    for _ in 0..100 {
        run(client.call("Later", [("A", "b")], Effect::Read)).unwrap_err();
    }
    // 500 for all, 5 for each attempt beyond the first.
    assert_eq!(script.sent().len(), 100 + 100);
}

#[test]
fn each_attempt_is_signed_anew() {
    let script = Script::replies([busy(), good()]);
    let config = script.config_with_retries().environment(ManualClock::with_random(0.5));
    run(cas::Client::new(config).unwrap().call("Later", [("A", "b")], Effect::Read)).unwrap();
    let sent = script.sent();
    assert!(sent[0].body.contains("nonce-0001") && sent[1].body.contains("nonce-0002"));
    assert_ne!(sent[0].body, sent[1].body);
}

#[test]
fn a_call_can_have_retries_of_its_own() {
    let script = Script::replies([busy(), good()]);
    let client = cas::Client::new(script.config_with_retries()).unwrap();
    let options = CallOptions::new().retries(Retries::none());
    let error = run(client.call_with("Later", [("A", "b")], Effect::Read, options)).unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Service, 1));
}

#[test]
fn kingsoft_cloud_throttles_with_a_status_of_its_own() {
    let limit = json_response(409, r#"{"Error":{"Code":"LimitExceeded","Message":"too fast"}}"#);
    let token = json_response(200, r#"{"Token":"t"}"#);
    let script = Script::replies([limit, token]);
    let client = kcm::Client::new(script.config_with_retries()).unwrap();
    run(client.get_token().send()).unwrap();
    assert_eq!(script.sent().len(), 2);
}
