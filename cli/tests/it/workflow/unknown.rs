//! Calls whose outcome nobody knows: found out, or settled by a person. Nothing is ordered before.

use super::Machine;
use super::person::id;
use super::ways::{Way, machine, paid, slow};
use crate::setup::called;
use cloudcert_cli::Exit;
use cloudcert_emulator::{Fault, Handle, Rule};
use serde_json::{Value, json};

/// A machine at an endpoint where one call is lost, and nothing can be read after it. `nth` is which call of the action, the first is 0.
fn lost_at(way: Way, action: &str, nth: usize, kind: &str) -> (Handle, Machine) {
    let rehearsal = slow();
    machine(way, &rehearsal, "").ends("issue www --yes --no-wait", Exit::Waiting);
    let calls = called(&rehearsal);
    let place = calls.iter().enumerate().filter(|(_, called)| *called == action).nth(nth).unwrap().0;
    let endpoint = slow();
    let machine = machine(way, &endpoint, "renew = { auto = true }");
    let done = called(&endpoint).len();
    let fault = |fault: Value| Some(serde_json::from_value::<Fault>(fault).unwrap());
    let mut steps: Vec<Option<Fault>> = (done..place).map(|_| None).collect();
    steps.push(fault(json!({ "kind": kind })));
    steps.extend((0..500).map(|_| fault(json!({ "kind": "html", "status": 403 }))));
    endpoint.inject(Rule::script(steps)).unwrap();
    (endpoint, machine)
}

/// An order whose response is lost, and after which nothing can be read.
fn lost(way: Way, kind: &str) -> (Handle, Machine) {
    let (endpoint, machine) = lost_at(way, way.order(), 0, kind);
    machine
        .ends("issue www --yes --no-wait", Exit::Unknown)
        .says("next: Nothing more is ordered until that is settled");
    (endpoint, machine)
}

#[test]
fn nothing_is_ordered_while_an_order_is_unknown_and_a_later_probe_settles_it() {
    for way in [Way::Package, Way::Kcm] {
        let (endpoint, machine) = lost(way, "close-after-commit");
        let before = paid(&endpoint);
        let listed = machine.ends("order list www --output json", Exit::Done).json();
        assert_eq!(listed["orders"][0]["status"], "unknown", "{way:?} {listed}");
        for line in ["renew", "resume www", "fetch www", "order find-out www", "cancel www --yes"] {
            machine.ends(line, Exit::Unknown);
        }
        for line in ["issue www --yes", "issue www --replace --yes"] {
            machine.ends(line, Exit::Unknown);
        }
        assert_eq!(way.orders(&endpoint), 1, "{way:?}");
        endpoint.clear_faults();
        machine.ends("order find-out www", Exit::Done);
        machine.ends("order find-out www", Exit::Done);
        assert_eq!(way.orders(&endpoint), 1, "{way:?}");
        assert!(machine.ends("order show www", Exit::Done).out.contains("verdict executed"), "{way:?}");
        machine.ends("renew", Exit::Done);
        assert_eq!(paid(&endpoint), before, "{way:?}");
        assert_eq!(way.orders(&endpoint), 1, "{way:?}");
    }
}

#[test]
fn a_person_says_that_an_order_was_executed() {
    for way in [Way::Package, Way::Kcm] {
        let (endpoint, machine) = lost(way, "close-after-commit");
        let before = paid(&endpoint);
        for (line, exit) in [
            ("order resolve www --why looked", Exit::Usage),
            ("order resolve www --executed 1", Exit::Usage),
            ("order resolve www --executed 1 --not-executed --why looked", Exit::Usage),
            ("order resolve other --not-executed --why looked", Exit::Unconfigured),
        ] {
            machine.ends(line, exit);
        }
        endpoint.clear_faults();
        // What the console shows.
        let state = endpoint.state();
        let services = &state["services"];
        let seen = match way {
            Way::Kcm => &services["ksyun-kcm-2016-03-04"]["certificates"]["latest"][0]["id"],
            _ => &services["aliyun-cas-2020-04-07"]["orders"]["latest"][0]["id"],
        };
        let seen = seen.as_str().map_or_else(|| seen.to_string(), str::to_owned);
        machine.ends(&format!("order resolve www --executed {seen} --why console"), Exit::Done);
        assert_eq!(id(&machine, 0), seen);
        machine.ends("order resolve www --not-executed --why looked", Exit::Invalid).says("next: ");
        machine.ends("renew", Exit::Done);
        assert_eq!(paid(&endpoint), before, "{way:?}");
        let shown = machine.ends("order export www", Exit::Done).out;
        assert!(shown.contains("resolved") && shown.contains("console"), "{shown}");
    }
}

#[test]
fn a_person_says_that_an_order_was_not_executed() {
    let (endpoint, machine) = lost(Way::Package, "close-before-reading");
    assert_eq!(paid(&endpoint), [0, 0, 0, 0]);
    machine.ends("renew", Exit::Unknown);
    let due = machine.ends("due --exit-code", Exit::Due).out;
    assert!(due.contains("`cloudcert order find-out www`"), "{due}");
    endpoint.clear_faults();
    machine.ends("order resolve www --not-executed --why looked", Exit::Done);
    machine.ends("renew", Exit::Done);
    assert_eq!(paid(&endpoint), [1, 0, 0, 0]);
    assert_eq!(machine.ends("order list www", Exit::Done).out.matches("www/").count(), 1);
}

#[test]
fn an_unknown_order_is_given_up_only_with_a_word() {
    let (endpoint, machine) = lost(Way::Package, "close-after-commit");
    machine.ends("order abandon www --why phone", Exit::Unconfirmed);
    machine.ends("order abandon www --yes", Exit::Usage);
    machine.ends("order abandon www --why phone --yes", Exit::Done);
    endpoint.clear_faults();
    let done = machine.run("renew").done();
    assert!([Some(5), Some(10)].contains(&done.code), "{}", done.all());
    // The order is still at the cloud, and a person who knows that orders again.
    machine.ends("order verify", Exit::Unknown);
    machine.ends("issue www --yes", Exit::Unconfirmed).says("--replace");
    assert_eq!(paid(&endpoint), [1, 0, 0, 0]);
    machine.ends("issue www --replace --yes", Exit::Done);
    assert_eq!(paid(&endpoint), [2, 0, 0, 0]);
}

#[test]
fn a_submission_keeps_the_id_that_it_has() {
    // The draft is the first update, the submission the second.
    let (endpoint, machine) = lost_at(Way::Kcm, "UpdateCertificate", 1, "close-after-commit");
    let done = machine.run("issue www --yes --no-wait").done();
    assert!([Some(5), Some(7)].contains(&done.code), "{}", done.all());
    let order = id(&machine, 0);
    let other = machine.run("order resolve www --executed 12345 --why console").done();
    assert_eq!(other.code, Some(i32::from(Exit::Invalid.code())), "{}", other.all());
    assert_eq!(id(&machine, 0), order);
    endpoint.clear_faults();
    machine.ends("renew", Exit::Done);
    assert_eq!(Way::Kcm.orders(&endpoint), 1);
}
