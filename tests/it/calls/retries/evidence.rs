//! What proves that a call was not executed, or that an earlier attempt executed it.

use super::{ONCE, call_with_effect, good};
use crate::setup::futures::run;
use crate::setup::script::{Reply, Script, json_response, response};
use cloudcert::api::Effect;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{Error, ErrorKind};

#[test]
fn an_unknown_code_in_a_success_leaves_the_outcome_unknown() {
    let odd = || json_response(200, r#"{"Code":"Success","Message":"fine","OrderId":5}"#);
    for effect in ONCE {
        let ended = call_with_effect(effect, [odd(), good()], |config| config);
        assert!(ended.error.unwrap().outcome_unknown());
        assert_eq!(ended.sent, 1);
    }
    let ended = call_with_effect(Effect::Read, [odd(), good()], |config| config);
    assert_eq!((ended.error.unwrap().outcome_unknown(), ended.sent), (false, 1));
}

/// An order with this response: how often it was sent, and whether its outcome is unknown.
fn ordered(status: u16, body: &str) -> (usize, bool) {
    let ended = call_with_effect(Effect::Order, [json_response(status, body), good()], |config| config);
    (ended.sent, ended.error.is_some_and(|error| error.outcome_unknown()))
}

#[test]
fn only_a_code_with_its_own_status_and_no_result_beside_it_is_a_rejection() {
    assert_eq!(ordered(400, r#"{"Code":"Throttling.User","Message":"slow"}"#), (2, false));
    for status in [200, 302, 403, 404, 429, 500, 503] {
        assert_eq!(ordered(status, r#"{"Code":"Throttling.User","Message":"slow"}"#), (1, true), "{status}");
    }
    for body in [
        r#"{"Code":"Throttling.User","OrderId":5}"#,
        r#"{"Code":"Throttling.User","Later":{"Order":5}}"#,
        r#"{"Code":"Throttling.User","Code":"OK"}"#,
        r#"{"Code":"Throttling.User","Message":"slow""#,
        r#"{"Error":{"Code":"Throttling.User"}}"#,
        r#"{"Code":"Later.Code","Message":"new"}"#,
        r#"{"error":"rate limited"}"#,
        "Too Many Requests",
        "",
    ] {
        assert_eq!(ordered(400, body), (1, true), "{body}");
        assert_eq!(ordered(429, body), (1, true), "{body}");
    }
    // What an error has by itself contradicts nothing.
    let beside = r#"{"Code":"Throttling.User","Message":"m","RequestId":"R","HostId":"h","Recommend":"r"}"#;
    assert_eq!(ordered(400, beside), (2, false));
    // A read is retried if the status alone says so.
    let slow = || response(429, "text/html", "<html>Too Many Requests</html>");
    assert_eq!(call_with_effect(Effect::Read, [slow(), good()], |config| config).sent, 2);
}

/// A cancellation with these replies, which must end in a success, and its request id.
fn cancelled(replies: impl IntoIterator<Item = Reply>) -> Result<Option<String>, Error> {
    let script = Script::replies(replies);
    let client = kcm::Client::new(script.config_with_retries()).unwrap();
    let response = run(client.cancel_transaction().certificate_id("7").send())?;
    assert!(response.certificate.is_none() && response.metadata().status == 400);
    Ok(response.request_id().map(str::to_owned))
}

#[test]
fn a_call_that_a_lost_attempt_executed_is_a_success() {
    let kcm = |status, code: &str, inner: &str| {
        let error = format!(r#"{{"Code":"{code}","InnerCode":"{inner}","Message":"m"}}"#);
        json_response(status, format!(r#"{{"RequestId":"R-2","Error":{error}}}"#))
    };
    let conflict = || kcm(400, "StatusError", "cancel_conflict");
    for lost in [Reply::lost(), response(502, "text/html", "<html>"), json_response(200, "{\"Certificate\":{")] {
        assert_eq!(cancelled([lost, conflict()]).unwrap().as_deref(), Some("R-2"));
    }
    // Without a doubtful attempt before it, somebody else did it.
    for first in [Reply::not_sent(), kcm(409, "LimitExceeded", "")] {
        let error = cancelled([first, conflict()]).unwrap_err();
        assert!(error.already_done() && !error.outcome_unknown(), "{error}");
    }
    // With a status that is not its own, the code says nothing.
    let error = cancelled([Reply::lost(), kcm(404, "StatusError", "cancel_conflict")]).unwrap_err();
    assert!(!error.already_done() && error.attempts() == 2, "{error}");
    // What comes after a doubtful attempt may be its echo, whatever it is.
    for echo in [kcm(400, "StatusError", "trans_status_error"), kcm(404, "NoSuchEntity", "order_not_exist")] {
        let error = cancelled([Reply::lost(), echo]).unwrap_err();
        assert!(error.outcome_unknown() && !error.already_done(), "{error}");
    }
    let error = cancelled([Reply::lost(), Reply::not_sent(), Reply::not_sent()]).unwrap_err();
    assert!(error.outcome_unknown() && error.kind() == ErrorKind::Connect, "{error}");
}

#[test]
fn a_call_by_name_ends_like_a_typed_one() {
    let gone = r#"{"RequestId":"R","Error":{"Code":"StatusError","InnerCode":"cancel_conflict","Message":"m"}}"#;
    let script = Script::replies([Reply::lost(), json_response(400, gone)]);
    let client = kcm::Client::new(script.config_with_retries()).unwrap();
    let done = run(client.call("CancelTransaction", [("CertificateId", "7")], Effect::Idempotent)).unwrap();
    assert_eq!((done.value.is_null(), done.metadata.request_id.as_deref()), (true, Some("R")));
}
