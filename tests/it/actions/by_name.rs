//! Operations by name are the operations of the typed clients: the same requests, rules, responses, pages, waits and guards.

use super::{cases, example};
use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::script::{Reply, Script};
use cloudcert::dynamic::{self, Client};
use cloudcert::model::Type;
use cloudcert::{CallOptions, ErrorKind, Evidence, Outcome};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const CAS: &str = "aliyun-cas-2020-04-07";
const KCM: &str = "ksyun-kcm-2016-03-04";

fn client(api: &str, script: &Script) -> Client {
    Client::new(api, script.config().environment(ManualClock::new())).unwrap()
}

#[test]
fn every_action_is_there_with_what_the_description_says() {
    for case in cases() {
        let operation = dynamic::operation(&case.api.id, &case.action.name).unwrap();
        assert_eq!(operation.model(), Some(case.action));
        assert_eq!(operation.is_guarded(), case.guard.is_some(), "{operation:?}");
        assert_eq!(operation.is_paginated(), case.action.paginator.is_some(), "{operation:?}");
        let waiters: Vec<&str> = case.action.waiters.iter().map(|waiter| waiter.name.as_str()).collect();
        assert_eq!(operation.waiters(), waiters);
    }
    let known: usize = dynamic::apis().map(|api| client(api, &Script::default()).operations().count()).sum();
    assert_eq!(known, cases().len());
    for api in cloudcert::model::apis() {
        assert_eq!(dynamic::title(&api.id), Some([api.title.en.trim(), api.title.zh.trim()]));
    }
}

#[test]
fn every_request_is_the_one_that_the_typed_client_sends() {
    for case in cases() {
        let request = Value::Object(example(&case, |_| true));
        let (typed, by_name) = (Script::json("{}"), Script::json("{}"));
        let _ = (case.call)(typed.config(), &request);
        let client = client(&case.api.id, &by_name);
        let made = client.operation(&case.action.name).unwrap().request(&request).unwrap();
        assert_eq!(made.effect(), (case.effect)(&request));
        let _ = now(client.send_with(&made, CallOptions::new().skip_validation()));
        let (typed, by_name) = (&typed.sent()[0], &by_name.sent()[0]);
        assert_eq!(
            (&typed.base, &typed.query, &typed.headers, &typed.body),
            (&by_name.base, &by_name.query, &by_name.headers, &by_name.body),
            "{}",
            case.action.name
        );
    }
}

/// Puts something that does not fit into each list and each object of a value, one after another.
fn damaged(value: &Value) -> Vec<Value> {
    let mut out = Vec::new();
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                out.extend(damaged(item).into_iter().map(|bad| {
                    let mut items = items.clone();
                    items[index] = bad;
                    Value::Array(items)
                }));
            }
            out.push(Value::Array([items.as_slice(), &[Value::Null]].concat()));
            // No type of a list is both.
            let other = if items.iter().any(Value::is_object) { json!("CANARY") } else { json!({"CANARY": 1}) };
            out.push(Value::Array([items.as_slice(), &[other]].concat()));
        }
        Value::Object(members) => {
            for (name, member) in members {
                let mut put = |bad: Value| {
                    let mut members = members.clone();
                    members.insert(name.clone(), bad);
                    out.push(Value::Object(members));
                };
                damaged(member).into_iter().for_each(&mut put);
                if !member.is_object() && !member.is_array() {
                    put(json!({"CANARY": 1}));
                }
            }
            let mut more = members.clone();
            more.insert("NoSuchName".to_owned(), json!(1));
            out.push(Value::Object(more));
        }
        _ => {}
    }
    out
}

#[test]
fn whatever_does_not_fit_is_refused_at_every_depth_and_never_left_out() {
    let mut nested = 0;
    for case in cases() {
        // Maps take any name, and values without a type anything.
        if case.action.parameters.iter().any(|parameter| matches!(parameter.kind, Type::Map(_) | Type::Any)) {
            continue;
        }
        let client = client(&case.api.id, &Script::json("{}"));
        let operation = client.operation(&case.action.name).unwrap();
        let request = Value::Object(example(&case, |_| true));
        operation.request(&request).unwrap();
        for bad in damaged(&request) {
            nested += usize::from(bad.as_object().unwrap().len() == request.as_object().unwrap().len());
            let misfits = operation.request(&bad).expect_err(&format!("{} took {bad}", case.action.name));
            let said = format!("{misfits} {misfits:?}");
            assert!(!said.contains("CANARY"), "{said}");
        }
    }
    assert!(nested > 300, "{nested}");
}

#[test]
fn a_misfit_names_its_place() {
    let client = client(CAS, &Script::json("{}"));
    let operation = client.operation("TagResources").unwrap();
    for (request, place) in [
        (json!({"ResourceId": ["1", null]}), "`ResourceId[1]`"),
        (json!({"Tag": [{"Key": "a"}, {"Key": ["b"]}]}), "`Tag[1].Key`"),
        (json!({"Tag": [{"Key": "a"}, {"Kee": "b"}]}), "`Tag[1].Kee`"),
        (json!({"Tag": ["a"]}), "`Tag[0]`"),
    ] {
        let error = operation.request(&request).unwrap_err().to_string();
        assert!(error.contains(place), "{error}");
    }
}

#[test]
fn ids_are_texts_and_secrets_are_apart() {
    let body = r#"{"RequestId":"R","Type":"certificate","Certificate":"c","PrivateKey":"CANARY-key","Later":{"a":1}}"#;
    let client = client(CAS, &Script::json(body));
    let request = client.operation("DescribeCertificateState").unwrap();
    let request = request.request(&json!({"OrderId": "98987582437920968"})).unwrap();
    assert_eq!(request.json(), json!({"OrderId": "98987582437920968"}));
    let response = now(client.send(&request)).unwrap();
    assert_eq!(response.metadata().request_id.as_deref(), Some("R"));
    assert_eq!(response.json()["PrivateKey"], cloudcert::REDACTED);
    assert_eq!(response.unknown(), ["Later"]);
    assert_eq!(response.secret("PrivateKey").unwrap().expose(), "CANARY-key");
    assert!(response.secret("Certificate").is_none(), "it is not secret");
    assert!(!format!("{response:?} {request:?} {:#}", response.json()).contains("CANARY"));
}

#[test]
fn secrets_in_lists_have_paths_with_indexes() {
    let body =
        r#"{"ContactList":[{"ContactId":1},{"ContactId":9007199254740993,"WebhookList":["CANARY-a","CANARY-b"]}]}"#;
    let client = client(CAS, &Script::json(body));
    let request = client.operation("ListContact").unwrap().request(&json!({})).unwrap();
    let response = now(client.send_with(&request, CallOptions::new().skip_validation())).unwrap();
    let shown = response.json();
    let ids = [&shown["ContactList"][0]["ContactId"], &shown["ContactList"][1]["ContactId"]];
    assert_eq!(ids, ["1", "9007199254740993"]);
    assert!(!shown.to_string().contains("CANARY"));
    let paths: Vec<String> = response.secrets().into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["ContactList.1.WebhookList.0", "ContactList.1.WebhookList.1"]);
    assert_eq!(response.secret("ContactList.1.WebhookList.1").unwrap().expose(), "CANARY-b");
}

#[test]
fn all_parameters_that_cannot_be_read_are_named_without_their_values() {
    let operation = dynamic::operation(KCM, "ApplyCertificate").unwrap();
    let wrong =
        json!({"YearLength": "CANARY", "Domains": 1, "DomainCount": {"CANARY": 1}, "MainDomain": "www.example.com"});
    let error = operation.request(&wrong).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let named: BTreeSet<&str> = error.problems().iter().map(|problem| problem.parameter.as_ref()).collect();
    assert_eq!(named, BTreeSet::from(["DomainCount", "Domains", "YearLength"]));
    assert!(!format!("{error} {error:?}").contains("CANARY"));
    assert_eq!(operation.request(&json!([])).unwrap_err().kind(), ErrorKind::Invalid);
    // What is absent is found when the request is checked.
    let request = operation.request(&json!({"MainDomain": "www.example.com"})).unwrap();
    let error = request.validate().unwrap_err();
    assert!(error.problems().iter().any(|problem| problem.parameter == "CertificateCode"), "{error}");
}

#[test]
fn lists_are_read_page_by_page() {
    let page =
        |id: u32| format!(r#"{{"CertificateList":[{{"CertificateId":{id}}}],"TotalCount":2,"CurrentPage":{id}}}"#);
    let script = Script::jsons([&page(1), &page(2)]);
    let client = client(CAS, &script);
    let request = client.operation("ListCertificates").unwrap().request(&json!({"ShowSize": 1})).unwrap();
    let mut pages = client.pages(&request, CallOptions::new()).unwrap();
    assert_eq!(pages.items(), ["CertificateList"]);
    for id in ["1", "2"] {
        let page = now(pages.next()).unwrap().unwrap();
        assert_eq!(page.json()["CertificateList"][0]["CertificateId"], id);
    }
    assert!(now(pages.next()).is_none());
    let request = client.operation("GetInstanceSummary").unwrap().request(&json!({})).unwrap();
    assert_eq!(client.pages(&request, CallOptions::new()).unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn waits_go_by_their_names() {
    let script = Script::jsons([r#"{"Type":"process"}"#, r#"{"Type":"certificate","Certificate":"c"}"#]);
    let client = client(CAS, &script);
    let request = client.operation("DescribeCertificateState").unwrap().request(&json!({"OrderId": 5})).unwrap();
    let mut progress = client.wait("certificate_issued", &request).unwrap().progress();
    let states = [now(progress.next()), now(progress.next())].map(|step| step.unwrap().unwrap().state.unwrap());
    assert_eq!(states, ["process", "certificate"]);
    assert!(now(progress.next()).is_none());
    assert_eq!(client.wait("coffee_ready", &request).unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn a_lost_order_is_found_out_and_its_item_has_the_exact_id() {
    let orders = |ids: &[&str]| {
        let items: Vec<String> = ids
            .iter()
            .map(|id| format!(r#"{{"OrderId":{id},"Domain":"www.example.com","Status":"CHECKING"}}"#))
            .collect();
        Reply::json(format!(r#"{{"CertificateOrderList":[{}],"TotalCount":{}}}"#, items.join(","), ids.len()))
    };
    let new = "98987582437920968";
    let used = |count: i64| Reply::json(format!(r#"{{"UsedCount":{count}}}"#));
    let script = Script::replies([orders(&["5"]), used(1), Reply::lost(), orders(&["5", new]), used(2)]);
    let client = client(CAS, &script);
    let order = json!({
        "Domain": "www.example.com", "Email": "ops@example.com", "Phone": "13800000000", "Username": "Ops",
        "ValidateType": "DNS", "ProductCode": "digicert-free-1-free",
    });
    let request = client.operation("CreateCertificateRequest").unwrap().request(&order).unwrap();
    let guarded = now(client.guard(&request)).unwrap();
    assert!(now(guarded.send()).unwrap_err().outcome_unknown());
    assert_eq!(now(guarded.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::List });
    assert_eq!(guarded.found()[0]["OrderId"], new);
    assert_eq!(now(guarded.send()).unwrap_err().kind(), ErrorKind::Guarded);
    // A read needs no guard, and has none.
    let read = client.operation("DescribePackageState").unwrap().request(&json!({})).unwrap();
    assert_eq!(now(client.guard(&read)).unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn a_saved_guard_is_taken_up_by_name_and_by_type_alike() {
    let state =
        |status| Reply::json(format!(r#"{{"Certificate":{{"CertificateId":"7","CertificateStatus":{status}}}}}"#));
    let parameters = json!({"CertificateId": "7", "Reason": "lost", "Token": "CANARY-token"});
    let by_name = client(KCM, &Script::replies([state(2), state(2), state(2), state(2), state(3)]));
    let request = by_name.operation("RevokeCertificate").unwrap().request(&parameters).unwrap();
    let saved = now(by_name.guard(&request)).unwrap().saved();
    assert!(!saved.to_json().contains("CANARY"));
    let guarded = now(by_name.guard_again(&request, &saved)).unwrap().settle(Duration::from_secs(60));
    assert_eq!(now(guarded.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(now(guarded.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::State });
    let typed = serde_json::from_value::<cloudcert::ksyun_kcm::v2016_03_04::revoke_certificate::Request>(parameters);
    let typed = now(Script::reply(state(3)).kcm_client().guard_again(typed.unwrap(), &guarded.saved())).unwrap();
    assert_eq!(now(typed.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::State });
    let other = by_name.operation("DescribeCertificates").unwrap().request(&json!({})).unwrap();
    assert_eq!(now(by_name.guard_again(&other, &saved)).unwrap_err().kind(), ErrorKind::Config);
}

#[test]
fn a_request_goes_to_its_own_api_version() {
    let script = Script::default();
    let request = dynamic::operation(KCM, "GetToken").unwrap().request(&json!({})).unwrap();
    let error = now(client(CAS, &script).send(&request)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains(KCM), "{error}");
    assert!(script.sent().is_empty());
    let error = Client::new("acme-ca-2026-01-01", script.config()).unwrap_err();
    assert!(error.to_string().contains(CAS), "{error}");
    assert_eq!(client(CAS, &script).operation("MakeCoffee").unwrap_err().kind(), ErrorKind::Config);
}
