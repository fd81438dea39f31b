//! What a call does, how it is sent, and what proves that a lost one was executed.

use super::{form, has, names};
use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::script::{Reply, Script, busy, pairs};
use cloudcert::aliyun_cas::v2020_04_07::types::OrderId;
use cloudcert::aliyun_cas::v2020_04_07::{self as cas, update_deployment_job_status};
use cloudcert::api::{Effect, Method, Signature};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{Evidence, Operation, Outcome, Pending, testing};
use serde_json::json;

#[test]
fn calls_of_load_balancer_certificates_are_posted() {
    let script = Script::repeat("{}");
    let _ = now(script.kcm_client().delete_certificate().certificate_id("7").send());
    assert_eq!(script.sent()[0].method, Method::Post);
}

/// How often a call is sent while the service is busy, and whether nobody knows what came of it.
fn repeated<T>(call: impl FnOnce(&cas::Client) -> Pending<T>) -> (usize, bool) {
    let script = Script::reply(busy().always());
    let error = now(call(&cas::Client::new(script.config_with_retries()).unwrap())).err().unwrap();
    (script.sent().len(), error.outcome_unknown())
}

#[test]
fn a_renewal_is_an_order_and_not_sent_again() {
    assert_eq!(repeated(|client| client.renew_certificate_order_for_package_request().order_id(5).send()), (1, true));
    let client = Script::repeat("{}").cas_client();
    let renewal = client.renew_certificate_order_for_package_request().order_id(5).into_request();
    assert_eq!(renewal.effect(), Effect::Order);
}

/// The sources call them reads.
#[test]
fn calls_that_store_or_delete_a_csr_are_no_reads() {
    let client = Script::repeat("{}").cas_client();
    let upload = || client.upload_csr().csr("c").into_request();
    assert_eq!(upload().effect(), Effect::Create);
    assert_eq!(client.update_csr().csr_id(5).key("k").into_request().effect(), Effect::Idempotent);
    assert_eq!(client.delete_csr().csr_id(5).into_request().effect(), Effect::Idempotent);
    let unchecked = cloudcert::CallOptions::new().skip_validation();
    assert_eq!(repeated(|client| client.send_with(upload(), unchecked)), (1, true), "it would be stored twice");
}

/// A text says that a changed job starts at once.
#[test]
fn a_job_starts_only_when_it_is_made_pending() {
    let (changed, _) = repeated(|client| client.update_deployment_job().job_id(8).name("n").send());
    assert!(changed > 1, "it can be sent again, because it starts nothing");
    let status = |status: &str| {
        let request = json!({"JobId": 8, "Status": status});
        serde_json::from_value::<update_deployment_job_status::Request>(request).unwrap()
    };
    assert_eq!(repeated(|client| client.send(status("pending"))), (1, true), "this starts it");
    assert!(repeated(|client| client.send(status("editing"))).0 > 1);
    let script = Script::repeat("{}");
    now(script.cas_client().update_deployment_job().job_id(8).name("n").send()).unwrap();
    assert!(!names(&form(&script), "ScheduleTime"), "no time of a start is made up");
    let script = Script::repeat("{}");
    let start = std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_798_761_600);
    now(script.cas_client().update_deployment_job().job_id(8).schedule_time(start).send()).unwrap();
    assert!(has(&form(&script), "ScheduleTime", "1798761600000"), "{:?}", form(&script));
}

/// The verdict on a cancellation whose response is lost: the state of the order before it and after it, and whether the order is among the
/// revoked ones after it.
fn cancelled(before: &str, after: &str, revoked: bool) -> Outcome {
    let state = |state: &str| Reply::json(json!({"Type": state}).to_string());
    let orders = |ids: &[i64]| {
        let items: Vec<_> = ids.iter().map(|id| json!({"OrderId": id})).collect();
        Reply::json(json!({"CertificateOrderList": items, "TotalCount": ids.len()}).to_string())
    };
    let script = testing::Script::new()
        .on("DescribeCertificateState", state(before))
        .on("DescribeCertificateState", state(after).always())
        .on("ListUserCertificateOrder", orders(&[]))
        .on("ListUserCertificateOrder", orders(if revoked { &[5] } else { &[] }).always())
        .on("CancelCertificateForPackageRequest", Reply::lost());
    let client = cas::Client::new(script.config().environment(ManualClock::new())).unwrap();
    let call = now(client.cancel_certificate_for_package_request().order_id(5).guard()).unwrap();
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    let outcome = now(call.find_out()).unwrap();
    let asked = script.requests().into_iter().map(|request| pairs(&request.body));
    for form in asked.filter(|form| names(form, "OrderType")) {
        assert!(has(&form, "OrderType", "CPACK") && has(&form, "Status", "REVOKED"), "{form:?}");
    }
    outcome
}

#[test]
fn a_certificate_is_revoked_and_an_order_without_one_is_withdrawn() {
    assert_eq!(cancelled("domain_verify", "payed", false), Outcome::Executed { evidence: Evidence::State });
    assert_eq!(cancelled("certificate", "certificate", true), Outcome::Executed { evidence: Evidence::List });
    let outcome = cancelled("domain_verify", "domain_verify", false);
    assert!(matches!(outcome, Outcome::Ambiguous { .. }), "it may be withdrawn some minutes later: {outcome}");
}

/// The ids that are found of a lost order of this product, and the verdict, if the list shows another order with this code than before.
fn found(code: &str) -> (Vec<Option<OrderId>>, Outcome) {
    let orders = |codes: &[&str]| {
        let item = |(id, code): (usize, &&str)| json!({"OrderId": id, "ProductCode": code});
        let items: Vec<_> = codes.iter().enumerate().map(item).collect();
        Reply::json(json!({"CertificateOrderList": items, "TotalCount": codes.len()}).to_string())
    };
    let used = |count: usize| Reply::json(json!({"UsedCount": count}).to_string());
    let script = testing::Script::new()
        .on("ListUserCertificateOrder", orders(&["other"]))
        .on("ListUserCertificateOrder", orders(&["other", code]).always())
        .on("DescribePackageState", used(1))
        .on("DescribePackageState", used(2).always())
        .on("CreateCertificateForPackageRequest", Reply::lost());
    let client = cas::Client::new(script.config().environment(ManualClock::new())).unwrap();
    let order = client.create_certificate_for_package_request().product_code("digicert-free-1-free");
    let call = now(order.domain(["www.example.com"]).guard()).unwrap();
    now(call.send()).unwrap_err();
    let outcome = now(call.find_out()).unwrap();
    (call.found().into_iter().map(|order| order.order_id).collect(), outcome)
}

#[test]
fn a_lost_order_is_looked_for_by_the_product_code_of_the_request() {
    let (ids, outcome) = found("digicert-free-1-free");
    assert_eq!((ids, outcome), (vec![Some(OrderId::from(1))], Outcome::Executed { evidence: Evidence::List }));
    // If the list spells the codes in another way, as its example does, nothing wrong is claimed.
    let (ids, outcome) = found("bykj123456");
    assert_eq!(ids, []);
    assert!(
        !matches!(outcome, Outcome::NotExecuted { .. } | Outcome::Executed { evidence: Evidence::List }),
        "{outcome}"
    );
}

/// The only tool that calls them sends one as JSON and signs in one way.
#[test]
fn calls_of_stored_certificates_are_sent_like_all_others() {
    for signature in [Signature::Aws4, Signature::KsyunSimple] {
        let script = Script::repeat("{}");
        let client = kcm::Client::new(script.config().signature(signature)).unwrap();
        let _ = now(client.upload_certificate().cert_name("n").cert_file("PEM").cert_key("KEY").send());
        let _ = now(client.list_user_certificates().page(1).send());
        let [upload, list] = <[_; 2]>::try_from(script.sent()).unwrap();
        let written = pairs(&upload.body);
        assert_eq!((upload.method, upload.query.as_str()), (Method::Post, ""));
        assert!(has(&written, "CertName", "n") && has(&written, "CertKey", "KEY"), "{written:?}");
        // The simplified signature is a parameter, and must not stand in a URL.
        let simple = signature == Signature::KsyunSimple;
        let (method, asked) = if simple { (Method::Post, &list.body) } else { (Method::Get, &list.query) };
        assert!(list.method == method && has(&pairs(asked), "Page", "1"), "{signature:?}");
    }
}
