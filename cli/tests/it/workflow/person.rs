//! What a person does with an order: takes over, cancels, gives up, fetches.

use super::Machine;
use super::ways::{BY_HAND, Way, endpoint, machine, paid, slow};
use crate::setup::{cloudcert, split};
use cloudcert_cli::Exit;
use serde_json::Value;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

/// The ids of an order in the list.
pub(super) fn id(machine: &Machine, order: usize) -> String {
    let listed = machine.ends("order list www --output json", Exit::Done).json();
    let ids = listed["orders"][order]["ids"].as_str().unwrap().to_owned();
    let wanted = ["OrderId=", "CertificateId=", "InstanceId="];
    let found = wanted.iter().find_map(|name| ids.split(' ').find_map(|id| id.strip_prefix(name)));
    found.unwrap().to_owned()
}

/// A file of a machine that only its user can read.
fn private(machine: &Machine, name: &str, text: &str) -> String {
    let path = machine.folder.file(name, text);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    path
}

/// The private key of a machine, brought to another one.
pub(super) fn rescued(from: &Machine, to: &Machine) -> String {
    private(to, "rescued.pem", &from.stored("privkey.pem"))
}

/// Orders on one machine, and brings the private key to another one. Returns the id of the order and the path of that key.
fn ordered(first: &Machine, other: &Machine) -> (String, String) {
    first.ends("issue www --yes", Exit::Done);
    (id(first, 0), rescued(first, other))
}

/// The option of `adopt` for the ids of a way.
fn option(way: Way) -> &'static str {
    match way {
        Way::Package => "order",
        Way::Kcm => "certificate",
        Way::Instance | Way::Old => "instance",
    }
}

#[test]
fn what_a_lost_state_folder_had_is_taken_over() {
    for way in Way::ALL {
        let endpoint = endpoint();
        let first = machine(way, &endpoint, "");
        first.ends("issue www --yes", Exit::Done);
        let before = paid(&endpoint);
        let lost = machine(way, &endpoint, "renew = { auto = true }");
        let key = rescued(&first, &lost);
        // The service of the old version has the key.
        let with = if way == Way::Old { String::new() } else { format!(" --key {key}") };
        lost.ends(&format!("adopt www --{} {}{with}", option(way), id(&first, 0)), Exit::Done);
        assert_eq!(lost.stored("cert.pem"), first.stored("cert.pem"), "{way:?}");
        assert_eq!(lost.stored("privkey.pem").trim(), first.stored("privkey.pem").trim(), "{way:?}");
        lost.ends("order verify", Exit::Done);
        let done = lost.ends("renew --output json", Exit::Done).json();
        assert_eq!(done["certificates"][0]["outcome"], "nothing", "{way:?}");
        lost.ends("issue www --yes", Exit::Unconfirmed).says("--replace");
        assert_eq!(paid(&endpoint), before, "{way:?}");
    }
}

#[test]
fn what_cannot_be_taken_over_is_refused_and_given_up() {
    let endpoint = endpoint();
    let (first, lost) = (machine(Way::Package, &endpoint, ""), machine(Way::Package, &endpoint, ""));
    let (order, key) = ordered(&first, &lost);
    let before = paid(&endpoint);
    let certificate = private(&lost, "cert.pem", &first.stored("cert.pem"));
    let refused = |line: &str, exit: Exit| {
        let done = lost.ends(line, exit);
        assert!(done.out.is_empty(), "{line}: {}", done.out);
        done
    };
    let usage = [
        "adopt www".to_owned(),
        format!("adopt www --order {order} --certificate {order} --key {key}"),
        format!("adopt www --certificate {order} --key {key}"),
        format!("adopt --order {order}"),
        format!("adopt www --order {order} --key {key} --wait 1m --no-wait"),
    ];
    for line in &usage {
        refused(line, Exit::Usage);
    }
    refused(&format!("adopt other --order {order} --key {key}"), Exit::Unconfigured).says("www");
    for file in [lost.folder.path("absent.pem"), lost.folder.path("")] {
        refused(&format!("adopt www --order {order} --key {file}"), Exit::Usage).says("next: ");
    }
    let done = lost.run(&format!("adopt www --order {order} --key {certificate}")).done();
    assert!([Some(1), Some(4)].contains(&done.code) && done.err.contains("next: "), "{}", done.all());
    // None of them has opened an order.
    lost.ends("order show www", Exit::Unconfirmed);

    refused(&format!("adopt www --order {order}"), Exit::Failed).says("--key");
    let waiting = refused(&format!("adopt www --order 1{order} --key {key}"), Exit::Waiting);
    waiting.says("cloudcert resume www");
    waiting.says("cloudcert order abandon www");
    lost.ends("order abandon www --why mistaken --yes", Exit::Done);
    let other = private(&lost, "other.pem", &other_key());
    refused(&format!("adopt www --order {order} --key {other}"), Exit::Failed).says("private key");
    refused(&format!("adopt www --order {order} --key {key}"), Exit::Invalid).says("cloudcert order abandon www");
    lost.ends("order abandon www --why mistaken --yes", Exit::Done);
    // A mistyped id is an order that the service does not show.
    lost.ends(&format!("adopt www --order 1{order} --key {key} --no-wait"), Exit::Waiting);
    lost.ends("order abandon www --why mistaken", Exit::Unconfirmed);
    lost.ends("order abandon www --why mistaken --yes", Exit::Done);
    lost.ends("order abandon www --why mistaken --yes", Exit::Invalid).says("next: ");
    lost.ends(&format!("adopt www --order {order} --key {key}"), Exit::Done);
    assert_eq!(paid(&endpoint), before);
}

#[test]
fn a_key_that_was_forgotten_is_brought_to_the_order_that_was_taken_over() {
    let endpoint = endpoint();
    let (first, lost) = (machine(Way::Package, &endpoint, ""), machine(Way::Package, &endpoint, ""));
    let (order, key) = ordered(&first, &lost);
    let before = paid(&endpoint);
    lost.ends(&format!("adopt www --order {order}"), Exit::Failed).says("cloudcert adopt www");
    lost.ends("resume www", Exit::Failed).says("cloudcert adopt www");
    let done = lost.ends(&format!("adopt www --order {order} --key {key}"), Exit::Done);
    assert!(done.out.contains("www/1  done"), "{}", done.out);
    assert_eq!(lost.stored("privkey.pem").trim(), first.stored("privkey.pem").trim());
    lost.ends("order verify", Exit::Done);
    assert_eq!(paid(&endpoint), before);
}

/// A private key of another certificate.
fn other_key() -> String {
    let endpoint = endpoint();
    let other = machine(Way::Package, &endpoint, "");
    other.ends("issue www --yes", Exit::Done);
    other.stored("privkey.pem")
}

#[test]
fn an_order_that_was_issued_meanwhile_is_not_cancelled_but_stored() {
    for way in [Way::Package, Way::Instance, Way::Kcm] {
        let endpoint = slow();
        let machine = machine(way, &endpoint, "");
        machine.ends("issue www --yes --no-wait", Exit::Waiting);
        let order = id(&machine, 0);
        // Somebody else asks, and sees the certificate come.
        for _ in 0..4 {
            let line = match way {
                Way::Package => format!("aliyun-cas describe-certificate-state --order-id {order}"),
                Way::Kcm => format!("ksyun-kcm get-certificate-detail --certificate-id {order}"),
                Way::Instance | Way::Old => format!("aliyun-cas get-instance-detail --instance-id {order}"),
            };
            let done = cloudcert(endpoint.url(), split(&line)).done();
            assert_eq!(done.code, Some(0), "{way:?} {}", done.all());
        }
        machine.ends("cancel www --yes", Exit::Refused).says("cloudcert resume");
        let child = machine.run("resume www").start();
        let done = ends_within(child, Duration::from_secs(20));
        assert_eq!(done, Some(0), "{way:?}");
        machine.stored("fullchain.pem");
        let shown = machine.ends("order show www", Exit::Done).out;
        assert_eq!(shown.matches("\"kind\":\"issued\"").count().max(shown.matches(" issued").count()), 1, "{shown}");
        assert_eq!(way.orders(&endpoint), 1, "{way:?}");
    }
}

/// The exit code of a run, which is killed after a time.
fn ends_within(mut child: std::process::Child, time: Duration) -> Option<i32> {
    let begun = std::time::Instant::now();
    while begun.elapsed() < time {
        if let Some(status) = child.try_wait().unwrap() {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    None
}

#[test]
fn a_certificate_that_was_issued_anew_inside_its_order_is_fetched() {
    let endpoint = endpoint();
    let machine = machine(Way::Instance, &endpoint, "renew = { auto = true }");
    machine.ends("fetch www", Exit::Unconfirmed).says("adopt");
    machine.ends("issue www --yes", Exit::Done);
    let done = machine.ends("fetch www --output json", Exit::Done).json();
    assert_eq!(done["certificates"][0]["outcome"], "nothing");
    // Somebody applies for another certificate by the console, months later.
    endpoint.clock().advance(Duration::from_secs(300 * 86_400));
    let instance = id(&machine, 0);
    let raw = |line: &str| cloudcert(endpoint.url(), split(line)).ends(Exit::Done);
    raw(&format!("aliyun-cas apply-certificate --instance-id {instance} --yes"));
    for _ in 0..5 {
        raw(&format!("aliyun-cas get-instance-detail --instance-id {instance}"));
    }
    let (before, first) = (paid(&endpoint), machine.stored("cert.pem"));
    let now = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(300 * 24)).to_string();
    let done = machine.run("fetch www --output json").env("CLOUDCERT_NOW", &now).ends(Exit::Done).json();
    assert_eq!(done["certificates"][0]["outcome"], "adopted", "{done}");
    assert_ne!(machine.stored("cert.pem"), first);
    assert_eq!(paid(&endpoint), before);
}

#[test]
fn a_journal_is_exported_as_it_is() {
    let endpoint = endpoint();
    let machine = machine(Way::Package, &endpoint, "");
    for line in ["order export www", "order export www --json-lines", "order show www", "order find-out www"] {
        machine.ends(line, Exit::Unconfirmed).says("next: ");
    }
    assert!(machine.ends("order list www --output json", Exit::Done).json()["orders"].as_array().unwrap().is_empty());
    machine.ends("issue www --yes", Exit::Done);
    machine.ends("issue www --replace --yes", Exit::Done);
    let lines = machine.ends("order export www --json-lines", Exit::Done).out;
    let events: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |kind: &str| events.iter().filter(|one| one["event"]["kind"] == kind).count();
    for (kind, count) in [("opened", 2), ("sending", 2), ("answered", 2), ("stored", 2), ("closed", 2)] {
        assert_eq!(of(kind), count, "{kind} in {lines}");
    }
    let text = machine.ends("order export www", Exit::Done).out;
    assert!(text.contains("www/1") && text.contains("www/2"), "{text}");
    assert!(!machine.ends("order show www", Exit::Done).out.contains("www/1"));
}

#[test]
fn a_damaged_journal_is_found_and_orders_nothing() {
    let endpoint = endpoint();
    let machine = machine(Way::Package, &endpoint, "");
    machine.ends("issue www --yes", Exit::Done);
    let journal = machine.folder.0.join("state/local/journal.sqlite3");
    let bytes = std::fs::read(&journal).unwrap();
    let before = paid(&endpoint);
    // A value in an event, and a page of the file.
    let mut changed = bytes.clone();
    let word = b"geotrust-dv-1-starter";
    // Older pages may have it too.
    while let Some(place) = changed.windows(word.len()).position(|window| window == word) {
        changed[place] = b'G';
    }
    let mut torn = bytes.clone();
    torn.truncate(bytes.len() / 2);
    for (what, damaged) in [("changed", changed), ("torn", torn)] {
        std::fs::write(&journal, damaged).unwrap();
        for line in ["order verify", "renew", "issue www --replace --yes"] {
            let done = machine.run(line).done();
            assert!([Some(1), Some(7)].contains(&done.code), "{what} {line}: {}", done.all());
            assert!(done.all().contains("next: ") || done.out.contains("verify"), "{what} {line}: {}", done.all());
        }
    }
    assert_eq!(paid(&endpoint), before);
    std::fs::write(&journal, bytes).unwrap();
    machine.ends("order verify", Exit::Done);
}

#[test]
fn a_failed_order_is_told_and_another_one_needs_a_word() {
    for way in Way::ALL {
        let endpoint = endpoint();
        // The endpoint fails orders of this domain.
        let text = way.config(endpoint.url(), BY_HAND, "renew = { auto = true }");
        let machine = Machine::new(endpoint.url(), &text.replace("www.example.com", "www.example.invalid"));
        machine.ends("issue www --yes", Exit::Refused).says("next: ");
        let before = paid(&endpoint);
        for _ in 0..2 {
            let done = machine.run("renew").done();
            assert!([Some(5), Some(10)].contains(&done.code), "{way:?} {}", done.all());
            assert!(done.all().contains("`cloudcert issue www --replace`"), "{way:?} {}", done.all());
        }
        let refused = machine.ends("issue www --yes", Exit::Unconfirmed);
        refused.says("the last order has failed: ");
        refused.says("`cloudcert issue www --replace`");
        assert!(!refused.err.contains("ordered already"), "{}", refused.err);
        assert_eq!(paid(&endpoint), before, "{way:?}");
        assert_eq!(way.orders(&endpoint), 1, "{way:?}");
    }
}
