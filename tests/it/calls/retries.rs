//! Sending again: never what must not happen twice, unless it surely has not happened.

use crate::setup::script::{Frozen, Reply, Script, answer, run, timed};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::api::Effect;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{CallOptions, Config, Environment, Error, ErrorKind, Retries, Sleep};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Keeps the pauses; half of each is made.
#[derive(Debug, Default, Clone)]
struct Watched(Arc<Mutex<Vec<Duration>>>, Arc<Frozen>);

impl Environment for Watched {
    fn now(&self) -> i64 {
        self.1.now()
    }

    fn elapsed(&self) -> Duration {
        self.1.elapsed()
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok(format!("nonce-{}", self.0.lock().unwrap().len()))
    }

    fn random(&self) -> f64 {
        0.5
    }

    fn sleep(&self, pause: Duration) -> Sleep {
        self.0.lock().unwrap().push(pause);
        self.1.sleep(pause)
    }
}

fn throttled() -> Reply {
    timed(400, vec![("x-acs-retry-after", "700")], r#"{"Code":"Throttling.User","Message":"slow"}"#)
}

fn busy() -> Reply {
    answer(503, "application/json", r#"{"Code":"ServiceUnavailable","Message":"busy"}"#)
}

fn good() -> Reply {
    answer(200, "application/json", r#"{"RequestId":"R","OrderId":5}"#)
}

struct Ended {
    error: Option<Error>,
    sent: usize,
    pauses: Vec<u64>,
}

/// A call with this effect that is answered so.
fn call(effect: Effect, replies: impl IntoIterator<Item = Reply>, change: impl FnOnce(Config) -> Config) -> Ended {
    let (script, environment) = (Script::replies(replies), Watched::default());
    let config = change(script.config().retries(Retries::new()).environment(environment.clone()));
    let client = cas::Client::new(config).unwrap();
    let error = run(client.call("Later", [("A", "b")], effect)).err();
    let pauses = environment.0.lock().unwrap().iter().map(|pause| u64::try_from(pause.as_millis()).unwrap()).collect();
    Ended { error, sent: script.sent().len(), pauses }
}

const HARMLESS: [Effect; 2] = [Effect::Read, Effect::Idempotent];
const ONCE: [Effect; 3] = [Effect::NameGuarded, Effect::SubmitOnce, Effect::Order];

#[test]
fn what_may_happen_twice_is_sent_again() {
    for effect in HARMLESS {
        for fault in [busy(), throttled(), Reply::lost(), Reply::not_sent(), answer(200, "text/html", "{\"a")] {
            let ended = call(effect, [fault, good()], |config| config);
            assert!(ended.error.is_none(), "{:?}", ended.error);
            assert_eq!(ended.sent, 2);
        }
    }
}

#[test]
fn what_must_not_happen_twice_is_sent_again_only_if_it_surely_has_not_happened() {
    for effect in ONCE {
        for fault in [throttled(), Reply::not_sent()] {
            let ended = call(effect, [fault, good()], |config| config);
            assert!(ended.error.is_none(), "{:?}", ended.error);
            assert_eq!(ended.sent, 2);
        }
        let html = answer(502, "text/html", "<html>");
        let cut = answer(200, "application/json", "{\"OrderId\":");
        for fault in [busy(), Reply::lost(), html, cut] {
            let ended = call(effect, [fault, good()], |config| config);
            let error = ended.error.unwrap();
            assert!(error.outcome_unknown(), "{error}");
            assert_eq!((ended.sent, error.attempts()), (1, 1), "{effect}: {error}");
        }
    }
}

#[test]
fn a_lost_order_after_a_harmless_failure_is_still_sent_no_more() {
    let ended = call(Effect::Order, [Reply::not_sent(), throttled(), Reply::lost(), good()], |config| {
        config.retries(Retries::new().attempts(9))
    });
    let error = ended.error.unwrap();
    assert_eq!((ended.sent, error.attempts(), error.outcome_unknown()), (3, 3, true));
    assert!(error.to_string().contains("It failed 3 times"), "{error}");
}

#[test]
fn what_the_service_refuses_is_not_sent_again() {
    for effect in HARMLESS.into_iter().chain(ONCE) {
        let refused = answer(404, "application/json", r#"{"Code":"NotRemainCount","Message":"none"}"#);
        let ended = call(effect, [refused, good()], |config| config);
        assert_eq!(ended.sent, 1);
        assert!(!ended.error.unwrap().outcome_unknown());
    }
}

#[test]
fn pauses_grow_and_keep_to_what_the_service_asks_for() {
    let retries =
        Retries::new().attempts(6).initial_backoff(Duration::from_secs(1)).max_backoff(Duration::from_secs(3));
    let ended =
        call(Effect::Read, [busy(), busy(), busy(), throttled(), busy(), busy()], |config| config.retries(retries));
    assert_eq!(ended.pauses, [500, 1_000, 1_500, 1_500, 1_500], "half of 1, 2, 3, 3, 3 seconds");
    let ended = call(Effect::Order, [throttled(), good()], |config| config);
    assert_eq!(ended.pauses, [700], "x-acs-retry-after counts milliseconds");
    let later = timed(429, vec![("retry-after", "2")], "{}");
    assert_eq!(call(Effect::Read, [later, good()], |config| config).pauses, [2_000], "Retry-After counts seconds");
}

#[test]
fn nothing_outlives_its_operation() {
    let slow = timed(429, vec![("retry-after", "3600")], "{}");
    let ended = call(Effect::Read, [slow, good()], |config| config);
    let error = ended.error.unwrap();
    assert_eq!((ended.sent, error.retry_after()), (1, Some(Duration::from_secs(3_600))));
    let retries = Retries::new().attempts(100).initial_backoff(Duration::from_secs(8));
    let ended = call(Effect::Read, (0..100).map(|_| busy()), |config| config.retries(retries));
    assert!(ended.pauses.iter().sum::<u64>() < 60_000, "{:?}", ended.pauses);
    assert!(ended.sent > 4);
}

#[test]
fn a_client_stops_sending_again_when_too_much_fails() {
    let script = Script::repeat("{");
    let config = script.config().retries(Retries::new()).environment(Watched::default());
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
    let config = script.config().retries(Retries::new()).environment(Watched::default());
    run(cas::Client::new(config).unwrap().call("Later", [("A", "b")], Effect::Read)).unwrap();
    let sent = script.sent();
    assert!(sent[0].body.contains("nonce-0") && sent[1].body.contains("nonce-1"));
    assert_ne!(sent[0].body, sent[1].body);
}

fn skewed() -> Reply {
    // An hour after the time of these tests.
    let date = vec![("date", "Fri, 02 Jan 2026 04:04:05 GMT")];
    timed(400, date, r#"{"Code":"InvalidTimeStamp.Expired","Message":"expired"}"#)
}

#[test]
fn a_wrong_clock_is_corrected_once_and_explained() {
    for effect in HARMLESS.into_iter().chain(ONCE) {
        let script = Script::replies([skewed(), good(), good()]);
        let config = script.config().retries(Retries::new()).environment(Watched::default());
        let client = cas::Client::new(config).unwrap();
        for _ in 0..2 {
            run(client.call("Later", [("A", "b")], effect)).unwrap();
        }
        let sent = script.sent();
        assert!(sent[0].body.contains("03%3A04%3A05Z"));
        assert!(sent[1].body.contains("04%3A04%3A05Z") && sent[2].body.contains("04%3A04%3A05Z"));
    }
    let ended = call(Effect::Order, [skewed(), skewed(), good()], |config| config);
    let error = ended.error.unwrap();
    assert_eq!((ended.sent, error.clock_offset(), error.outcome_unknown()), (2, Some(3_600), false));
    assert!(error.to_string().contains("This machine's clock is 3600 s behind the service's"), "{error}");
    let ended = call(Effect::Read, [skewed(), good()], |config| config.retries(Retries::new().correct_clock(false)));
    assert_eq!(ended.sent, 1);
}

#[test]
fn a_call_has_retries_of_its_own() {
    let script = Script::replies([busy(), good()]);
    let client = cas::Client::new(script.config().retries(Retries::new())).unwrap();
    let options = CallOptions::new().retries(Retries::none());
    let error = run(client.call_with("Later", [("A", "b")], Effect::Read, options)).unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Service, 1));
}

#[test]
fn kingsoft_throttles_with_a_status_of_its_own() {
    let limit = answer(409, "application/json", r#"{"Error":{"Code":"LimitExceeded","Message":"too fast"}}"#);
    let token = answer(200, "application/json", r#"{"Token":"t"}"#);
    let script = Script::replies([limit, token]);
    let client = kcm::Client::new(script.config().retries(Retries::new())).unwrap();
    run(client.get_token().send()).unwrap();
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn a_success_with_a_code_that_is_not_known_may_be_one() {
    let odd = || answer(200, "application/json", r#"{"Code":"Success","Message":"fine","OrderId":5}"#);
    for effect in ONCE {
        let ended = call(effect, [odd(), good()], |config| config);
        assert!(ended.error.unwrap().outcome_unknown());
        assert_eq!(ended.sent, 1);
    }
    let ended = call(Effect::Read, [odd(), good()], |config| config);
    assert_eq!((ended.error.unwrap().outcome_unknown(), ended.sent), (false, 1));
}

/// Chance that is none.
#[derive(Debug)]
struct Odd(Watched);

impl Environment for Odd {
    fn now(&self) -> i64 {
        self.0.now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        self.0.nonce()
    }

    fn random(&self) -> f64 {
        f64::NAN
    }

    fn sleep(&self, pause: Duration) -> Sleep {
        self.0.sleep(pause)
    }
}

#[test]
fn no_chance_and_no_pause_makes_a_call_panic() {
    for (longest, attempts) in [(Duration::from_secs(1), 3), (Duration::MAX, 1)] {
        let script = Script::replies([busy(), busy(), busy()]);
        let retries = Retries::new().initial_backoff(longest).max_backoff(longest);
        let config = script.config().retries(retries).environment(Odd(Watched::default()));
        let error = run(cas::Client::new(config).unwrap().describe_package_state().send()).unwrap_err();
        assert_eq!((error.attempts(), script.sent().len()), (attempts, attempts as usize), "{error}");
    }
}

#[test]
fn a_service_may_also_name_the_time_to_come_back() {
    let headers = vec![("date", "Fri, 02 Jan 2026 03:04:05 GMT"), ("retry-after", "Fri, 02 Jan 2026 03:04:12 GMT")];
    let throttled = timed(429, headers, r#"{"Code":"Busy","Message":"slow"}"#);
    let ended = call(Effect::Read, [throttled, good()], |config| config);
    assert_eq!((ended.sent, ended.pauses), (2, vec![7_000]));
}

#[test]
fn dates_are_read_in_all_forms_of_http() {
    const NOW: [&str; 3] =
        ["Fri, 02 Jan 2026 03:04:05 GMT", "Friday, 02-Jan-26 03:04:05 GMT", "Fri Jan  2 03:04:05 2026"];
    for now in NOW {
        for later in ["Fri, 02 Jan 2026 03:04:12 GMT", "Friday, 02-Jan-26 03:04:12 GMT", " Fri Jan  2 03:04:12 2026 "] {
            let headers = vec![("date", now), ("retry-after", later)];
            let throttled = timed(429, headers, r#"{"Code":"Busy","Message":"slow"}"#);
            let ended = call(Effect::Read, [throttled, good()], |config| config);
            assert_eq!((ended.sent, ended.pauses), (2, vec![7_000]), "{now}, {later}");
        }
    }
    // The clock is corrected by each of them. 1994 is no year of this century.
    for (date, offset) in [
        ("Fri, 02 Jan 2026 04:04:05 GMT", 3_600),
        ("Friday, 02-Jan-26 04:04:05 GMT", 3_600),
        ("Fri Jan  2 04:04:05 2026", 3_600),
        ("Mon Jan 12 03:04:05 2026", 864_000),
        ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777 - 1_767_323_045),
        ("Sun Nov  6 08:49:37 1994", 784_111_777 - 1_767_323_045),
    ] {
        let skewed = timed(400, vec![("date", date)], r#"{"Code":"InvalidTimeStamp.Expired","Message":"late"}"#);
        let ended = call(Effect::Read, [skewed.clone(), skewed], |config| config);
        assert_eq!((ended.sent, ended.error.unwrap().clock_offset()), (2, Some(offset)), "{date}");
    }
    for date in ["", "yesterday", "Fri, 02 Jan 2026", "Friday, 02-Jan-26 25:04:05 GMT", "Fri Feb 31 04:04:05 2026"] {
        let skewed = timed(400, vec![("date", date)], r#"{"Code":"InvalidTimeStamp.Expired","Message":"late"}"#);
        assert_eq!(call(Effect::Read, [skewed], |config| config).error.unwrap().clock_offset(), None, "{date}");
    }
}

#[test]
fn the_services_own_header_counts_with_any_code() {
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
        let reply = || timed(status, vec![("x-acs-retry-after", "700")], body);
        for effect in HARMLESS {
            let ended = call(effect, [reply(), good()], |config| config);
            assert_eq!((ended.sent, ended.pauses), (2, vec![700]), "{status} {body}");
        }
        let alone = call(Effect::Read, [reply()], |config| config.retries(Retries::none())).error.unwrap();
        assert_eq!(alone.retry_after(), Some(Duration::from_millis(700)), "{status} {body}");
        // It says nothing about whether the call was executed.
        if !body.contains("Throttling") && !body.contains("NotRemainCount") {
            let ended = call(Effect::Order, [reply(), good()], |config| config);
            assert_eq!((ended.sent, ended.error.unwrap().outcome_unknown()), (1, true), "{status} {body}");
        }
    }
    // Without a number it says nothing.
    for text in ["0", "soon", "-5", ""] {
        let reply = timed(400, vec![("x-acs-retry-after", text)], r#"{"Code":"NobodyKnows","Message":"slow"}"#);
        assert_eq!(call(Effect::Read, [reply, good()], |config| config).sent, 1, "{text}");
    }
    // A number that is too large is a long time, and not none.
    let reply = timed(400, vec![("x-acs-retry-after", "99999999999999")], r#"{"Code":"Throttling","Message":"slow"}"#);
    assert_eq!(call(Effect::Read, [reply, good()], |config| config).sent, 1);
}

#[test]
fn credentials_that_do_not_come_end_with_the_operation() {
    let never = cloudcert::credentials::from_fn("never", std::future::pending);
    let script = Script::default();
    let config = Config::new(never).transport(script.clone()).environment(Frozen::default());
    let client = cas::Client::new(config).unwrap();
    let error = run(client.describe_package_state().send()).unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Credentials, 0));
    assert!(error.to_string().contains("within the operation timeout"), "{error}");
}

/// An order that is answered so: how often it was sent, and whether it may have been executed.
fn ordered(status: u16, body: &str) -> (usize, bool) {
    let ended = call(Effect::Order, [answer(status, "application/json", body), good()], |config| config);
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
    // Reads go by what looks like a reason to come back.
    let slow = || answer(429, "text/html", "<html>Too Many Requests</html>");
    assert_eq!(call(Effect::Read, [slow(), good()], |config| config).sent, 2);
}

/// A cancellation that is answered so.
fn cancelled(replies: impl IntoIterator<Item = Reply>) -> Result<Option<String>, Error> {
    let script = Script::replies(replies);
    let client = kcm::Client::new(script.config().retries(Retries::new())).unwrap();
    let response = run(client.cancel_transaction().certificate_id("7").send())?;
    assert!(response.certificate.is_none() && response.metadata().status == 400);
    Ok(response.request_id().map(str::to_owned))
}

#[test]
fn what_was_done_by_a_lost_attempt_is_a_success() {
    let kcm = |status, code: &str, inner: &str| {
        let error = format!(r#"{{"Code":"{code}","InnerCode":"{inner}","Message":"m"}}"#);
        answer(status, "application/json", format!(r#"{{"RequestId":"R-2","Error":{error}}}"#))
    };
    let conflict = || kcm(400, "StatusError", "cancel_conflict");
    for lost in
        [Reply::lost(), answer(502, "text/html", "<html>"), answer(200, "application/json", "{\"Certificate\":{")]
    {
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
    let script = Script::replies([Reply::lost(), answer(400, "application/json", gone)]);
    let client = kcm::Client::new(script.config().retries(Retries::new())).unwrap();
    let done = run(client.call("CancelTransaction", [("CertificateId", "7")], Effect::Idempotent)).unwrap();
    assert_eq!((done.value.is_null(), done.metadata.request_id.as_deref()), (true, Some("R")));
}
