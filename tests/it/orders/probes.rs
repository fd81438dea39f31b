//! Probes: when they are sent and where, what they must see, and what their failure means.

use super::{count, gone, refused, state};
use crate::setup::futures::now;
use crate::setup::requests::{order, revocation, rollback};
use crate::setup::script::{Reply, Script, busy};
use cloudcert::aliyun_cas::v2020_04_07::create_certificate_request::Request as Order;
use cloudcert::{CallOptions, ErrorKind, Evidence, Outcome};
use std::time::Duration;

#[test]
fn a_failed_probe_is_an_error_and_no_verdict() {
    for failing in [Reply::lost(), busy(), refused("NoPermission"), gone(), Reply::json("{}")] {
        let script = Script::reply(failing.clone());
        let client = script.cas_client();
        let error = now(rollback(&client).guard()).unwrap_err();
        assert_eq!((error.action(), error.outcome_unknown()), ("DescribeDeploymentJobStatus", false), "{error}");
        assert_eq!(script.sent().len(), 1, "nothing is ordered");

        let script = Script::replies([count(4), Reply::lost(), count(4), failing, count(5)]);
        let client = script.cas_client();
        let order = now(rollback(&client).guard()).unwrap();
        now(order.send()).unwrap_err();
        now(order.find_out()).unwrap_err();
        assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
        assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
    }
}

#[test]
fn a_call_that_was_certainly_not_executed_needs_no_probe() {
    for reply in [Reply::not_sent(), refused("NotRemainCount"), refused("Throttling.User")] {
        let script = Script::replies([count(4), reply, Reply::json(r#"{"Data":[]}"#)]);
        let client = script.cas_client();
        let order = now(rollback(&client).guard()).unwrap();
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
        assert_eq!(script.sent().len(), 3, "one probe, two calls");
    }
}

#[test]
fn a_request_that_no_probe_can_find_is_refused_before_anything_is_sent() {
    let script = Script::default();
    let client = script.cas_client();
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

#[test]
fn probes_go_to_the_endpoint_of_the_call() {
    let script = Script::replies([state(2), Reply::lost(), state(3)]);
    let client = script.kcm_client();
    let options = CallOptions::new()
        .endpoint("https://revoke.example.com")
        .extra_parameter("Extra", "canary")
        .attempt_timeout(Duration::from_secs(7));
    let call = revocation(&client).revoke_letter("aGVsbG8=");
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
    let client = script.cas_client();
    let plain = || now(order(&client).send()).unwrap_err();
    let unknown = plain();
    let how = unknown.how_to_find_out().unwrap();
    assert!(how.starts_with("Probe with ListUserCertificateOrder: "), "{how}");
    assert!(unknown.to_string().contains(&format!("find out before calling again. {how}")), "{unknown}");
    assert_eq!(plain().how_to_find_out(), None);
    let read = now(client.describe_certificate_state().order_id(5).send()).unwrap_err();
    assert_eq!((read.outcome_unknown(), read.how_to_find_out()), (false, None));
}

#[test]
fn debug_output_of_a_guarded_call_names_nobody() {
    let none = Reply::json(r#"{"CertificateOrderList":[],"TotalCount":0}"#);
    let client = Script::replies([none, Reply::json(r#"{"UsedCount":1}"#)]).cas_client();
    let order = now(order(&client).guard()).unwrap();
    let shown = format!("{order:?}");
    assert!(shown.contains("CreateCertificateRequest") && shown.contains("Ready"), "{shown}");
    assert!(!shown.contains("Li Lei") && !shown.contains("138"), "{shown}");
    assert_eq!(order.request().domain.as_deref(), Some("www.example.com"));
}
