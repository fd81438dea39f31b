//! Orders whose responses are lost: found out, and never sent twice.

use crate::setup::{Folder, ORDER, called, cloudcert, endpoint, fault, split};
use cloudcert_cli::Exit;
use serde_json::json;

fn orders(all: &[String]) -> usize {
    all.iter().filter(|action| *action == "CreateCertificateRequest").count()
}

#[test]
fn an_order_that_was_executed_is_found() {
    let endpoint = endpoint();
    let folder = Folder::new();
    fault(&endpoint, "CreateCertificateRequest", &json!({ "kind": "close-after-commit" }));
    let done = cloudcert(endpoint.url(), split(ORDER).into_iter().chain(["--yes"])).ends(Exit::Done);
    done.says("the response was lost");
    let found = done.json();
    assert_eq!(found["Outcome"], "executed");
    let id = found["Found"][0]["OrderId"].as_str().unwrap();
    assert_eq!(orders(&called(&endpoint)), 1);
    let listed = cloudcert(endpoint.url(), split("aliyun-cas list-user-certificate-order")).ends(Exit::Done).json();
    assert_eq!(listed["CertificateOrderList"][0]["OrderId"], id);

    // What was to be written was in the response, which nobody has.
    endpoint.reset();
    fault(&endpoint, "CreateCertificateRequest", &json!({ "kind": "close-after-commit" }));
    let file = format!("OrderId={}", folder.path("order"));
    let words = split(ORDER).into_iter().chain(["--yes", "--write", &file]);
    let done = cloudcert(endpoint.url(), words).ends(Exit::Failed);
    assert_eq!(done.json()["Outcome"], "executed");
    done.says("has no OrderId");
}

#[test]
fn an_order_that_nobody_can_find_out_about_is_not_to_be_repeated() {
    let endpoint = endpoint();
    fault(&endpoint, "CreateCertificateRequest", &json!({ "kind": "close-after-commit" }));
    let refusal =
        json!({ "kind": "response", "status": 403, "body": r#"{"Code":"Forbidden","Message":"m","RequestId":"R"}"# });
    for probe in ["ListUserCertificateOrder", "DescribePackageState"] {
        // The probe before the order passes, those after it do not.
        let script: Vec<_> = std::iter::once(json!(null)).chain(std::iter::repeat_n(refusal.clone(), 20)).collect();
        endpoint.inject(serde_json::from_value(json!({ "action": probe, "script": script })).unwrap()).unwrap();
    }
    let done =
        cloudcert(endpoint.url(), split(ORDER).into_iter().chain(["--yes", "--output", "json"])).ends(Exit::Unknown);
    let error: serde_json::Value = serde_json::from_str(done.err.lines().last().unwrap()).unwrap();
    assert_eq!((&error["exit"], &error["error"]["outcome_unknown"]), (&json!(7), &json!(true)));
    done.says("do not repeat the command");
    assert_eq!(orders(&called(&endpoint)), 1);
}

/// Takes 20 seconds: a request may be executed for so long after its sender gave up.
#[test]
fn an_order_that_was_not_executed_may_be_repeated() {
    let endpoint = endpoint();
    fault(&endpoint, "CreateCertificateRequest", &json!({ "kind": "close-before-reading" }));
    let done = cloudcert(endpoint.url(), split(ORDER).into_iter().chain(["--yes"])).ends(Exit::NotNow);
    done.says("next: run the command again.");
    assert!(done.out.is_empty(), "{}", done.out);
    assert_eq!(orders(&called(&endpoint)), 1, "it was sent twice");
}
