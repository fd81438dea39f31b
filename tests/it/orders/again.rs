//! Guarded calls that outlive the process: the probe before the call is saved, and another client takes the call up.

use super::{count, refused, state, why};
use crate::setup::clock::ManualClock;
use crate::setup::futures::now;
use crate::setup::requests::{order, revocation, rollback};
use crate::setup::script::{Reply, Script};
use cloudcert::aliyun_cas::v2020_04_07::{self as cas, create_rollback_task};
use cloudcert::{ErrorKind, Evidence, Guarded, Outcome, SavedProbe};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::time::Duration;

type Rollback = Guarded<create_rollback_task::Request>;

/// What a process has saved that ended before the response came.
fn saved(before: Reply) -> SavedProbe {
    let client = Script::replies([before, Reply::lost()]).cas_client();
    let call = now(rollback(&client).guard()).unwrap();
    let saved = call.saved();
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    SavedProbe::from_json(&saved.to_json()).unwrap()
}

/// The call in the next process, which gets these replies.
fn taken_up(saved: &SavedProbe, replies: impl IntoIterator<Item = Reply>) -> (Rollback, Script, ManualClock) {
    let script = Script::replies(replies);
    let clock = ManualClock::new();
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let call = now(rollback(&client).guard_again(saved)).unwrap();
    assert_eq!(script.sent().len(), 0, "no probe is made before `find_out`");
    assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 0);
    (call, script, clock)
}

#[test]
fn a_call_of_an_earlier_process_is_proved_executed() {
    let (call, script, clock) = taken_up(&saved(count(4)), [count(5)]);
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
    assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!((script.sent().len(), clock.elapsed()), (1, Duration::ZERO));
}

#[test]
fn a_call_of_an_earlier_process_is_sent_again_only_when_it_was_proved_not_executed() {
    let (call, script, clock) = taken_up(&saved(count(4)), [count(4), count(4), count(4), Reply::lost(), count(5)]);
    assert_eq!(now(call.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
    assert_eq!(clock.elapsed(), Duration::from_secs(20), "the time counts from `guard_again`");
    assert_eq!(call.saved(), saved(count(4)), "for the next process");
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
    assert_eq!(script.sent().len(), 5);
}

#[test]
fn a_call_of_an_earlier_process_may_stay_ambiguous() {
    for after in [2, 6] {
        let (call, ..) = taken_up(&saved(count(4)), [count(after)]);
        let why = why(now(call.find_out()).unwrap());
        assert!(why.contains("was 4 before") && why.contains(&format!("is {after} now")), "{why}");
        assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
    }
}

#[test]
fn the_time_until_not_executed_can_be_longer_and_never_shorter() {
    for (settle, slept) in [(5, 20), (20, 20), (140, 140)] {
        let (call, _, clock) = taken_up(&saved(count(4)), [count(4), count(4), count(4)]);
        let call = call.settle(Duration::from_secs(settle));
        assert_eq!(now(call.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
        assert_eq!(clock.elapsed(), Duration::from_secs(slept));
    }
    let script = Script::replies([count(4), Reply::lost(), count(4), count(4), count(4)]);
    let clock = ManualClock::new();
    let client = cas::Client::new(script.config().environment(clock.clone())).unwrap();
    let call = now(rollback(&client).guard()).unwrap().settle(Duration::from_secs(90));
    now(call.send()).unwrap_err();
    assert_eq!(now(call.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
    assert_eq!(clock.elapsed(), Duration::from_secs(90), "in one process too");
}

#[test]
fn states_and_refusals_are_saved_too() {
    let client = Script::reply(state(2)).kcm_client();
    let probe = now(revocation(&client).guard()).unwrap().saved();
    assert_eq!(serde_json::to_value(&probe).unwrap()["witnesses"][0]["state"], "2");
    let client = Script::reply(state(3)).kcm_client();
    let call = now(revocation(&client).guard_again(&probe)).unwrap();
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::State });
}

/// Package orders with these ids, each with personal data in it.
fn orders(ids: &[i64]) -> Reply {
    let items: Vec<Value> = ids
        .iter()
        .map(|id| json!({"OrderId": id, "Domain": "www.example.com", "canary": "canary-13800000000"}))
        .collect();
    Reply::json(json!({"CertificateOrderList": items, "TotalCount": ids.len()}).to_string())
}

fn used(count: i64) -> Reply {
    Reply::json(json!({"UsedCount": count}).to_string())
}

#[test]
fn what_is_new_against_the_saved_ids_is_found() {
    let client = Script::replies([orders(&[5, 7]), used(1)]).cas_client();
    let probe = now(order(&client).guard()).unwrap().saved();
    let text = probe.to_json();
    for secret in ["canary", "www.example.com", "13800000000", "Li Lei", "ops@"] {
        assert!(!text.contains(secret) && !format!("{probe:?}").contains(secret), "{text}");
    }
    let client = Script::replies([orders(&[5, 7, 9]), used(2)]).cas_client();
    let call = now(order(&client).guard_again(&probe)).unwrap();
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::List });
    let found: Vec<_> = call.found().into_iter().map(|order| order.order_id).collect();
    assert_eq!(found, [Some(9.into())]);
}

#[test]
fn a_probe_that_was_saved_for_something_else_is_refused() {
    let probe = saved(count(4));
    let client = Script::default().cas_client();
    let error = now(order(&client).guard_again(&probe)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let said = error.to_string();
    assert!(said.contains("CreateRollbackTask") && said.contains("Pass the one"), "{said}");
    let changes: [(&str, Value); 4] = [
        ("/api", json!("aliyun-cas-2018-07-13")),
        ("/witnesses/0/action", json!("ListCert")),
        ("/witnesses", json!([])),
        ("/witnesses/0", json!({"action": probe_action(&probe), "kind": "state", "state": "4"})),
    ];
    for (place, change) in changes {
        let mut value = serde_json::to_value(&probe).unwrap();
        *value.pointer_mut(place).unwrap() = change;
        let other: SavedProbe = serde_json::from_value(value).unwrap();
        let error = now(rollback(&client).guard_again(&other)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{place}: {error}");
    }
    let invalid = now(client.guard_again(create_rollback_task::Request::default(), &probe)).unwrap_err();
    assert_eq!(invalid.kind(), ErrorKind::Invalid, "the request is checked");
}

fn probe_action(probe: &SavedProbe) -> Value {
    serde_json::to_value(probe).unwrap()["witnesses"][0]["action"].clone()
}

#[test]
fn a_hostile_text_is_no_saved_probe() {
    let good = |witness: Value| json!({"version": 1, "api": "a", "action": "b", "witnesses": [witness]});
    let listing =
        |fits: Value, others: Value| good(json!({"action": "L", "kind": "listing", "fits": fits, "others": others}));
    let bad = [
        json!(null),
        json!([]),
        json!({}),
        json!({"version": 2, "api": "a", "action": "b", "witnesses": []}),
        json!({"version": -1, "api": "a", "action": "b", "witnesses": []}),
        json!({"version": 1, "api": 1, "action": "b", "witnesses": []}),
        json!({"version": 1, "api": "a", "action": "b", "witnesses": {}}),
        json!({"version": 1, "api": "a", "action": "b", "witnesses": [], "more": 1}),
        good(json!("counter")),
        good(json!({"action": "c", "kind": "counter"})),
        good(json!({"action": "c", "kind": "counter", "count": "4"})),
        good(json!({"action": "c", "kind": "counter", "count": 4.5})),
        good(json!({"action": "c", "kind": "counter", "count": u64::MAX})),
        good(json!({"action": "c", "kind": "counter", "count": 4, "state": "x"})),
        good(json!({"action": "c", "kind": "listing", "count": 4})),
        good(json!({"action": "c", "kind": "state", "state": "a", "refused": "b"})),
        good(json!({"action": "c", "kind": "state", "state": 4})),
        good(json!({"action": "c", "kind": "guess", "count": 4})),
        listing(json!(["1"]), json!(["1"])),
        listing(json!(["1", "1"]), json!([])),
        listing(json!([""]), json!([])),
        listing(json!([1]), json!([])),
        listing(json!({}), json!([])),
    ];
    for value in bad {
        let error = SavedProbe::from_json(&value.to_string()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{value}");
        assert!(error.to_string().contains("before you send it again"), "{error}");
        assert!(serde_json::from_value::<SavedProbe>(value).is_err());
    }
    let deep = "[".repeat(100_000);
    for text in ["", "canary", &deep, &" ".repeat((32 << 20) + 1)] {
        let error = SavedProbe::from_json(text).unwrap_err();
        assert!(!error.to_string().contains("canary"), "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_saved_probe_is_read_as_it_was(
        api in ".*", action in ".*", count in any::<i64>(), state in proptest::option::of(".*"), code in ".*",
        ids in proptest::collection::btree_map(".{1,12}", any::<bool>(), 0..20),
    ) {
        let fits = |wanted| ids.iter().filter(|(_, fits)| **fits == wanted).map(|(id, _)| id).collect::<Vec<_>>();
        let value = json!({"version": 1, "api": api, "action": action, "witnesses": [
            {"action": action, "kind": "counter", "count": count},
            {"action": action, "kind": "state", "state": state},
            {"action": action, "kind": "state", "refused": code},
            {"action": action, "kind": "listing", "fits": fits(true), "others": fits(false)},
            {"action": action, "kind": "listing"},
        ]});
        let probe: SavedProbe = serde_json::from_value(value.clone()).unwrap();
        prop_assert_eq!((probe.api(), probe.action()), (api.as_str(), action.as_str()));
        prop_assert_eq!(serde_json::to_value(&probe).unwrap(), value);
        prop_assert_eq!(SavedProbe::from_json(&probe.to_json()).unwrap(), probe);
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in r#"[\[\]{}":,0-9a-z]{0,60}"#) {
        let _ = SavedProbe::from_json(&text);
    }
}

#[test]
fn a_probe_that_was_refused_before_the_call_is_saved_with_its_code() {
    use cloudcert::aliyun_cas::v2018_07_13 as old;
    let request = || {
        serde_json::from_value::<old::create_dv_order_audit::Request>(json!({
            "City": "c", "Domain": "www.example.com", "Email": "ops@example.com", "InstanceId": "i", "Mobile": "13800000000",
            "Province": "p", "Username": "u", "DomainVerifyType": "DNS",
        }))
    };
    let client = Script::reply(refused("NotFoundOrder")).old_client();
    let options = || cloudcert::CallOptions::new().skip_validation();
    let probe = now(client.guard_with(request().unwrap(), options())).unwrap().saved();
    assert_eq!(serde_json::to_value(&probe).unwrap()["witnesses"][0]["refused"], "NotFoundOrder");
    let client = Script::json(r#"{"OrderStatus":"checking"}"#).old_client();
    let call = now(client.guard_again_with(request().unwrap(), &probe, options())).unwrap();
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::State });
}

#[test]
fn a_key_that_the_client_made_is_not_made_anew() {
    let read = |parameters| serde_json::from_value::<cas::upload_user_certificate::Request>(parameters).unwrap();
    let request = || read(json!({"Name": "n"}));
    let options = || cloudcert::CallOptions::new().skip_validation();
    let client = Script::default().cas_client();
    let call = now(client.guard_with(request(), options())).unwrap();
    let (keyed, probe) = (call.request().clone(), call.saved());
    let error = now(client.guard_again_with(request(), &probe, options())).unwrap_err();
    assert!(error.kind() == ErrorKind::Config && error.to_string().contains("Guarded::request"), "{error}");
    now(client.guard_again_with(keyed, &probe, options())).unwrap();
    let without_key = read(json!({"Name": "n", "ClientToken": ""}));
    let error = now(client.guard_again_with(without_key, &probe, options())).unwrap_err();
    assert!(error.to_string().contains("Pass the request that was guarded"), "{error}");
}
