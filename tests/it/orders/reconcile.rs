//! Guarded calls with answers from a script: what counts as proof, and what does not.

mod lists;

use crate::setup::script::{Frozen, Reply, Script, answer, now, pairs};
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::aliyun_cas::v2020_04_07::{self as cas, create_certificate_request::Request as Order};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{CallOptions, Environment, Error, ErrorKind, Evidence, Guarded, Outcome, Pending};
use std::sync::Arc;
use std::time::Duration;

fn json(body: impl Into<String>) -> Reply {
    answer(200, "application/json", body.into())
}

fn count(n: i64) -> Reply {
    json(format!(r#"{{"UsedCount":"{n}"}}"#))
}

fn state(status: i64) -> Reply {
    json(format!(r#"{{"Certificate":{{"CertificateId":"7","CertificateStatus":{status}}}}}"#))
}

/// A refusal with the status that belongs to the code.
fn refused(code: &str) -> Reply {
    let status = match code {
        "NoPermission" => 403,
        "NotRemainCount" | "NotFoundOrder" => 404,
        _ => 400,
    };
    answer(status, "application/json", format!(r#"{{"Code":"{code}","Message":"no"}}"#))
}

fn gone() -> Reply {
    refused("NotFoundOrder")
}

fn order(client: &cas::Client) -> Pending<Guarded<Order>> {
    let order = client.create_certificate_request().domain("www.example.com").email("ops@example.com");
    order.phone("13800000000").username("Li Lei").validate_type("DNS").guard()
}

/// What comes out of an order whose answer is lost.
fn lost(replies: impl IntoIterator<Item = Reply>) -> (Outcome, Script, Duration) {
    let script = Script::replies(replies);
    let clock = Clock::default();
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let order = now(order(&client)).unwrap();
    assert!(now(order.send()).unwrap_err().outcome_unknown());
    let outcome = now(order.find_out()).unwrap();
    (outcome, script, clock.0.elapsed())
}

/// A clock to look at.
#[derive(Debug, Clone, Default)]
pub(crate) struct Clock(pub(crate) Arc<Frozen>);

impl Environment for Clock {
    fn now(&self) -> i64 {
        self.0.now()
    }

    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        self.0.nonce()
    }

    fn sleep(&self, pause: Duration) -> cloudcert::Sleep {
        self.0.sleep(pause)
    }
}

fn why(outcome: Outcome) -> String {
    match outcome {
        Outcome::Ambiguous { why } => why,
        other => panic!("{other}"),
    }
}

#[test]
fn a_count_that_rises_by_one_proves_the_order_also_if_it_lags_behind() {
    let (outcome, script, paused) = lost([count(4), Reply::lost(), count(5)]);
    assert_eq!(
        (outcome, script.sent().len(), paused),
        (Outcome::Executed { evidence: Evidence::Counter }, 3, Duration::ZERO)
    );
    let (outcome, _, paused) = lost([count(4), Reply::lost(), count(4), count(4), count(5)]);
    assert_eq!((outcome, paused), (Outcome::Executed { evidence: Evidence::Counter }, Duration::from_secs(20)));
}

#[test]
fn a_count_that_stays_proves_that_nothing_was_ordered() {
    let (outcome, script, paused) = lost([count(4), Reply::lost(), count(4), count(4), count(4)]);
    assert_eq!(
        (outcome, script.sent().len(), paused),
        (Outcome::NotExecuted { evidence: Evidence::Counter }, 5, Duration::from_secs(20))
    );
    let asked = |n: usize| pairs(&script.sent()[n].body);
    assert!(
        asked(0).contains(&("ProductCode".to_owned(), "digicert-free-1-free".to_owned())),
        "the default of the order"
    );
}

#[test]
fn an_unchanged_count_is_said_to_be_a_weak_proof() {
    let (outcome, ..) = lost([count(4), Reply::lost(), count(4), count(4), count(4)]);
    assert_eq!(outcome.evidence(), Some(Evidence::Counter));
    assert!(outcome.to_string().contains("probably not executed"), "{outcome}");
    let certain = Outcome::NotExecuted { evidence: Evidence::List }.to_string();
    assert!(certain.contains("may be sent again") && !certain.contains("probably"), "{certain}");
}

#[test]
fn a_refusal_of_a_second_call_makes_the_verdict_on_the_first_no_surer() {
    let replies = [count(4), Reply::lost(), count(4), count(4), count(4), refused("NotRemainCount"), Reply::not_sent()];
    let client = cas::Client::new(Script::replies(replies).config()).unwrap();
    let order = now(order(&client)).unwrap();
    now(order.send()).unwrap_err();
    let weak = Outcome::NotExecuted { evidence: Evidence::Counter };
    assert_eq!(now(order.find_out()).unwrap(), weak);
    for _ in 0..2 {
        assert!(!now(order.send()).unwrap_err().outcome_unknown());
        assert_eq!(now(order.find_out()).unwrap(), weak);
    }
}

#[test]
fn any_other_count_proves_nothing() {
    for (after, said) in [(6, "is 6 now"), (3, "is 3 now")] {
        let why = why(lost([count(4), Reply::lost(), count(after)]).0);
        assert!(why.contains("DescribePackageState") && why.contains("was 4") && why.contains(said), "{why}");
    }
}

#[test]
fn looks_and_pauses_can_be_set() {
    let script = Script::replies([count(4), Reply::lost(), count(4), count(4)]);
    let clock = Clock::default();
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let order = now(order(&client)).unwrap().probes(0).interval(Duration::from_secs(60));
    now(order.send()).unwrap_err();
    assert_eq!(
        now(order.find_out()).unwrap(),
        Outcome::NotExecuted { evidence: Evidence::Counter },
        "two looks at least"
    );
    assert_eq!((script.sent().len(), clock.0.elapsed()), (4, Duration::from_secs(60)));
}

#[test]
fn nothing_is_known_not_to_be_executed_before_a_late_request_has_come_to_its_end() {
    let clock = Clock::default();
    // Any time may have passed before.
    drop(clock.sleep(Duration::from_secs(1_000)));
    let script = Script::replies([count(4), Reply::lost(), count(4), count(4), count(4), Reply::lost(), count(5)]);
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let order = now(order(&client)).unwrap().interval(Duration::ZERO);
    now(order.send()).unwrap_err();
    assert_eq!(now(order.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
    assert_eq!((script.sent().len(), clock.0.elapsed()), (5, Duration::from_secs(1_020)), "20 seconds in any case");
    now(order.send()).unwrap_err();
    assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
    assert_eq!(clock.0.elapsed(), Duration::from_secs(1_020), "an execution is seen at once");
}

#[test]
fn time_that_has_passed_since_the_call_need_not_be_waited_for() {
    let clock = Clock::default();
    let script = Script::replies([count(4), Reply::lost(), count(4), count(4), count(4)]);
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let order = now(order(&client)).unwrap().interval(Duration::ZERO);
    now(order.send()).unwrap_err();
    drop(clock.sleep(Duration::from_secs(30)));
    assert_eq!(now(order.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
    assert_eq!(clock.0.elapsed(), Duration::from_secs(30));
}

/// Its pauses take no time.
#[derive(Debug)]
struct Still;

impl Environment for Still {
    fn now(&self) -> i64 {
        Frozen::default().now()
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok("nonce".to_owned())
    }

    fn sleep(&self, _: Duration) -> cloudcert::Sleep {
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn a_clock_that_stands_still_proves_nothing() {
    let script = Script::replies([count(4), Reply::lost(), count(4), count(4), count(4)]);
    let client = cas::Client::new(script.config().environment(Still)).unwrap();
    let order = now(order(&client)).unwrap();
    now(order.send()).unwrap_err();
    let why = why(now(order.find_out()).unwrap());
    assert!(why.contains("too soon"), "{why}");
    assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 5);
}

#[test]
fn a_look_that_fails_is_an_error_and_no_verdict() {
    let busy = || answer(503, "application/json", r#"{"Code":"ServiceUnavailable","Message":"busy"}"#.to_owned());
    for failing in [Reply::lost(), busy(), refused("NoPermission"), gone(), json("{}")] {
        let script = Script::reply(failing.clone());
        let client = cas::Client::new(script.config()).unwrap();
        let error = now(order(&client)).unwrap_err();
        assert_eq!((error.action(), error.outcome_unknown()), ("DescribePackageState", false), "{error}");
        assert_eq!(script.sent().len(), 1, "nothing is ordered");

        let script = Script::replies([count(4), Reply::lost(), count(4), failing, count(5)]);
        let client = cas::Client::new(script.config()).unwrap();
        let order = now(order(&client)).unwrap();
        now(order.send()).unwrap_err();
        now(order.find_out()).unwrap_err();
        assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
        assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
    }
}

#[test]
fn what_surely_was_not_executed_needs_no_finding_out() {
    for reply in [Reply::not_sent(), refused("NotRemainCount"), refused("Throttling.User")] {
        let script = Script::replies([count(4), reply, json(r#"{"OrderId":5}"#)]);
        let client = cas::Client::new(script.config()).unwrap();
        let order = now(order(&client)).unwrap();
        assert_eq!(
            now(order.find_out()).unwrap(),
            Outcome::NotExecuted { evidence: Evidence::Response },
            "it was not sent yet"
        );
        assert!(!now(order.send()).unwrap_err().outcome_unknown());
        assert_eq!(now(order.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Response });
        now(order.send()).unwrap();
        assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Response });
        assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
        assert_eq!(script.sent().len(), 3, "one look, two calls");
    }
}

#[test]
fn a_request_that_cannot_be_found_out_about_is_not_even_looked_at() {
    let script = Script::default();
    let client = cas::Client::new(script.config()).unwrap();
    let csr = client.create_certificate_with_csr_request().csr("CSR").email("ops@example.com");
    let csr = csr.phone("13800000000").username("Li Lei").validate_type("DNS").skip_validation();
    let error = now(csr.guard()).unwrap_err();
    assert_eq!((error.kind(), error.problems().len()), (ErrorKind::Invalid, 1));
    assert!(error.to_string().contains("`ProductCode` is required by `guard`"), "{error}");
    let error = now(client.guard(Order::default())).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(error.problems().len() > 1, "{error}");
    assert!(script.sent().is_empty());
}

/// A revocation whose answer is lost.
fn revoked(replies: impl IntoIterator<Item = Reply>) -> Outcome {
    let client = kcm::Client::new(Script::replies(replies).config()).unwrap();
    let call = client.revoke_certificate().certificate_id("7").reason("lost").token("t").revoke_letter("aGVsbG8=");
    let call = now(call.guard()).unwrap();
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    now(call.find_out()).unwrap()
}

#[test]
fn a_state_proves_only_what_the_recipe_says() {
    const EVIDENCE: Evidence = Evidence::State;
    let (executed, not_executed) =
        (Outcome::Executed { evidence: EVIDENCE }, Outcome::NotExecuted { evidence: EVIDENCE });
    assert_eq!(revoked([state(2), Reply::lost(), state(3)]), executed);
    assert_eq!(revoked([state(2), Reply::lost(), state(2), state(1), state(3)]), executed);
    assert_eq!(revoked([state(2), Reply::lost(), state(2), state(2), state(2)]), not_executed);
    let under_review = why(revoked([state(2), Reply::lost(), state(1), state(1), state(1)]));
    assert!(under_review.contains("the state is `1`"), "{under_review}");
    why(revoked([state(2), Reply::lost(), state(2), state(1), state(2)]));
    for before in [0, 1, 3, 4, 5, 77] {
        let why = why(revoked([state(before), Reply::lost()]));
        assert!(why.contains(&format!("`{before}`")) && why.contains("before the call"), "{why}");
    }
    let without = r#"{"Certificate":{"CertificateId":"7"}}"#;
    why(revoked([json(without), Reply::lost()]));
    why(revoked([state(2), Reply::lost(), json(without), json(without), json(without)]));
}

#[test]
fn a_renewal_is_proved_by_status_0_alone_and_never_disproved() {
    let extended = |replies: [Reply; 5]| {
        let client = kcm::Client::new(Script::replies(replies).config()).unwrap();
        let call = client.extend_certificate().certificate_id("7").certificate_code("SECDV01").year_length(1);
        let call = now(call.domain_count(1).wildcard_count(0).guard()).unwrap();
        now(call.send()).unwrap_err();
        now(call.find_out()).unwrap()
    };
    assert_eq!(
        extended([state(2), Reply::lost(), state(0), state(0), state(0)]),
        Outcome::Executed { evidence: Evidence::State }
    );
    for after in [1, 2, 3] {
        why(extended([state(2), Reply::lost(), state(after), state(after), state(after)]));
    }
    why(extended([state(0), Reply::lost(), state(0), state(0), state(0)]));
}

#[test]
fn what_is_gone_was_deleted_if_it_was_there() {
    let failed = || json(r#"{"Type":"verify_fail"}"#);
    let deleted = |replies: Vec<Reply>| {
        let client = cas::Client::new(Script::replies(replies).config()).unwrap();
        let call = now(client.delete_certificate_request().order_id(5).guard())?;
        now(call.send()).unwrap_err();
        now(call.find_out())
    };
    assert_eq!(
        deleted(vec![failed(), Reply::lost(), gone()]).unwrap(),
        Outcome::Executed { evidence: Evidence::State }
    );
    assert_eq!(
        deleted(vec![failed(), Reply::lost(), failed(), failed(), failed()]).unwrap(),
        Outcome::NotExecuted { evidence: Evidence::State }
    );
    let never_there = why(deleted(vec![gone(), Reply::lost()]).unwrap());
    assert!(never_there.contains("probe before the call already failed with NotFoundOrder"), "{never_there}");
    assert_eq!(deleted(vec![refused("NoPermission")]).unwrap_err().code(), Some("NoPermission"));
    assert_eq!(
        deleted(vec![failed(), Reply::lost(), refused("NoPermission")]).unwrap_err().code(),
        Some("NoPermission")
    );
}

#[test]
fn a_submission_may_have_no_state_before_it() {
    let submitted = |replies: Vec<Reply>| -> Result<Outcome, Error> {
        let client = old::Client::new(Script::replies(replies).config()).unwrap();
        let call = client.create_dv_order_audit().instance_id("cas-1").city("Beijing").domain(["www.example.com"]);
        let call = call.domain_verify_type("DNS").email("ops@example.com").mobile("13800000000");
        let call = now(call.province("Beijing").username("Li Lei").guard())?;
        now(call.send()).unwrap_err();
        now(call.find_out())
    };
    let checking = || json(r#"{"OrderStatus":"checking"}"#);
    let none = || refused("InvalidParameter");
    assert_eq!(
        submitted(vec![none(), Reply::lost(), checking()]).unwrap(),
        Outcome::Executed { evidence: Evidence::State }
    );
    assert_eq!(
        submitted(vec![json("{}"), Reply::lost(), none(), checking()]).unwrap(),
        Outcome::Executed { evidence: Evidence::State }
    );
    let said = why(submitted(vec![none(), Reply::lost(), none(), none(), none()]).unwrap());
    assert!(said.contains("failed with InvalidParameter"), "{said}");
    why(submitted(vec![checking(), Reply::lost()]).unwrap());
    // Who may not look, or looks at something unclear, has not seen that there is no state.
    let unclear = json(r#"{"Code":"X","OrderStatus":"checking"}"#);
    let forbidden = answer(403, "application/json", r#"{"Code":"Forbidden.RAM","Message":"no"}"#.to_owned());
    for failing in [unclear, forbidden, refused("InvalidAccessKeyId.Inactive")] {
        assert!(submitted(vec![failing]).is_err());
    }
    let busy = || answer(503, "application/json", r#"{"Code":"ServiceUnavailable","Message":"busy"}"#.to_owned());
    for failing in [Reply::lost(), busy(), refused("Throttling.User")] {
        assert!(submitted(vec![failing.clone()]).is_err(), "it will be answered otherwise later");
        assert!(submitted(vec![none(), Reply::lost(), failing]).is_err());
    }
}

#[test]
fn a_draft_may_be_sent_again_and_is_not_looked_at() {
    let script = Script::replies([Reply::lost(), state(0), state(0)]);
    let client = kcm::Client::new(script.config()).unwrap();
    let draft = now(client.update_certificate().certificate_id("7").city("Beijing").guard()).unwrap();
    assert!(script.sent().is_empty());
    assert!(!now(draft.send()).unwrap_err().outcome_unknown());
    assert!(why(now(draft.find_out()).unwrap()).contains("may simply be sent again"));
    now(draft.send()).unwrap();
}

#[test]
fn looks_go_where_the_call_goes() {
    let script = Script::replies([state(2), Reply::lost(), state(3)]);
    let client = kcm::Client::new(script.config()).unwrap();
    let options = CallOptions::new()
        .endpoint("https://revoke.example.com")
        .extra_parameter("Extra", "canary")
        .attempt_timeout(Duration::from_secs(7));
    let call = client.revoke_certificate().certificate_id("7").reason("lost").token("t").revoke_letter("aGVsbG8=");
    let call = now(call.with_options(options).guard()).unwrap();
    now(call.send()).unwrap_err();
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::State });
    let bases: Vec<bool> = script.sent().iter().map(|sent| sent.base == "https://revoke.example.com/").collect();
    assert_eq!(bases, [true, true, true]);
    assert!(script.sent().iter().all(|sent| sent.timeout == Duration::from_secs(7)));
    assert!(!script.sent()[0].body.contains("canary"));
}

#[test]
fn an_error_says_how_to_find_out_only_if_that_is_needed() {
    let script = Script::replies([Reply::lost(), refused("NotRemainCount"), Reply::lost()]);
    let client = cas::Client::new(script.config()).unwrap();
    let plain = || {
        let order = client.create_certificate_request().domain("www.example.com").email("ops@example.com");
        now(order.phone("13800000000").username("Li Lei").validate_type("DNS").send()).unwrap_err()
    };
    let unknown = plain();
    let how = unknown.how_to_find_out().unwrap();
    assert!(how.starts_with("Probe with DescribePackageState: UsedCount"), "{how}");
    assert!(unknown.to_string().contains(&format!("find out before calling again. {how}")), "{unknown}");
    assert_eq!(plain().how_to_find_out(), None);
    let read = now(client.describe_certificate_state().order_id(5).send()).unwrap_err();
    assert_eq!((read.outcome_unknown(), read.how_to_find_out()), (false, None));
}

#[test]
fn debug_output_of_a_guarded_call_names_nobody() {
    let client = cas::Client::new(Script::reply(count(1)).config()).unwrap();
    let order = now(order(&client)).unwrap();
    let shown = format!("{order:?}");
    assert!(shown.contains("CreateCertificateRequest") && shown.contains("Ready"), "{shown}");
    assert!(!shown.contains("Li Lei") && !shown.contains("138"), "{shown}");
    assert_eq!(order.request().domain.as_deref(), Some("www.example.com"));
}
