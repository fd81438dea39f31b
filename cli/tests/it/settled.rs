//! What commands about one order print when they have done it: a row of what is now true.

use crate::setup::{Done, called, endpoint, fault};
use crate::workflow::{Machine, config};
use cloudcert_cli::Exit;
use cloudcert_emulator::{Emulator, Handle};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const ORDER: &str = "CreateCertificateWithCsrRequest";

/// A configuration with a target that always works.
fn with_target(more: &str) -> String {
    let target = "[deploy.web]\nkind = \"command\"\ncommand = [\"/bin/true\"]\n";
    format!("{}\n{target}", config(&format!("deploy = [\"web\"]\n{more}")))
}

/// The row that a command prints as JSON, after its table was looked at in both languages where that changes nothing.
fn row(done: &Done) -> Value {
    let json = done.json();
    assert_eq!(json["version"], 1);
    assert_eq!(json["orders"].as_array().unwrap().len(), 1, "{json}");
    json["orders"][0].clone()
}

#[track_caller]
fn is(row: &Value, order: &str, status: &str, next: Option<&str>) {
    assert_eq!((row["order"].as_str(), row["status"].as_str()), (Some(order), Some(status)), "{row}");
    match next {
        Some(next) => assert!(row["next"].as_str().is_some_and(|text| text.starts_with(next)), "{row}"),
        None => assert!(row.get("next").is_none(), "{row}"),
    }
}

/// Orders, and kills the program while the order is on its way.
fn killed(machine: &Machine, endpoint: &Handle, line: &str) {
    fault(endpoint, ORDER, &json!({ "kind": "stall", "ms": 20_000 }));
    let before = called(endpoint).iter().filter(|action| *action == ORDER).count();
    let mut child = machine.run(line).start();
    let begun = Instant::now();
    while called(endpoint).iter().filter(|action| *action == ORDER).count() == before {
        assert!(begun.elapsed() < Duration::from_secs(60), "nothing was ordered");
        std::thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    endpoint.clear_faults();
}

#[test]
fn commands_that_settle_an_order_print_its_row() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    killed(&machine, &endpoint, "issue www --yes");
    let resolved = machine.ends("order resolve www --not-executed --why crashed --output json", Exit::Done);
    is(&row(&resolved), "www/1", "open", Some("cloudcert resume www (it orders again)"));
    machine.ends("resume www --no-wait", Exit::Waiting);
    let found = row(&machine.ends("order find-out www --output json", Exit::Done));
    is(&found, "www/1", "open", Some("cloudcert resume www"));
    assert!(found["ids"].as_str().is_some_and(|ids| ids.starts_with("OrderId=")), "{found}");
    let table = machine.ends("order find-out www", Exit::Done).out;
    let lines: Vec<&str> = table.lines().collect();
    assert_eq!(lines.len(), 2, "{table}");
    assert!(lines[0].starts_with("order") && lines[1].starts_with("www/1") && lines[1].contains("open"), "{table}");

    let cancelled = machine.ends("cancel www --yes --lang zh", Exit::Done).out;
    assert!(cancelled.contains("已取消") && cancelled.contains("会另行订购"), "{cancelled}");
    machine.ends("issue www --replace --yes --no-wait", Exit::Waiting);
    let abandoned = machine.ends("order abandon www --why gone --yes --output json", Exit::Done);
    is(&row(&abandoned), "www/2", "abandoned", Some("cloudcert issue www --replace"));
    assert_eq!(machine.ends("order list www --output json", Exit::Done).json()["orders"].as_array().unwrap().len(), 2);
}

#[test]
fn commands_about_a_certificate_print_its_row() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &with_target(""));
    machine.ends("issue www --yes", Exit::Done);
    for command in ["resume", "fetch"] {
        let json = machine.ends(&format!("{command} www --output json"), Exit::Done).json();
        assert_eq!(json["certificates"][0]["name"], "www");
    }
    let deployed = row(&machine.ends("deploy www --output json", Exit::Done));
    is(&deployed, "www/1", "done", None);
    assert_eq!((&deployed["deployed"], &deployed["current"]), (&json!(["web"]), &json!("1")));
    assert!(deployed["not_after"].is_string(), "{deployed}");
    let one = row(&machine.ends("deploy www --target web --output json", Exit::Done));
    assert_eq!(one["current"], "unchanged");
    assert!(machine.ends("deploy www --target web --lang zh", Exit::Done).out.contains("未变"));

    // Another machine takes it over.
    let id = deployed["ids"].as_str().unwrap().trim_start_matches("OrderId=").to_owned();
    let key = machine.folder.path("state/local/live/www/current/privkey.pem");
    let other = Machine::new(endpoint.url(), &with_target(""));
    let text = std::fs::read_to_string(&key).unwrap();
    let refused = other.ends(&format!("adopt www --order 1 --key {}", text.lines().nth(1).unwrap()), Exit::Usage);
    assert!(!refused.all().contains(&text[40..60]), "{}", refused.all());
    let adopted = other.ends(&format!("adopt www --order {id} --key {key} --output json"), Exit::Done);
    is(&row(&adopted), "www/1", "done", None);
    assert_eq!(row(&adopted)["not_after"], deployed["not_after"]);
    assert!(!adopted.all().contains("PRIVATE KEY"));

    let revoked = machine.ends("revoke www --reason test --even-if-deployed --yes --output json", Exit::Done);
    is(&row(&revoked), "www/1", "revoked", Some("cloudcert issue www --replace"));
    assert_eq!(machine.ends("order list www --output json", Exit::Done).json()["orders"][0]["status"], "revoked");
    machine.ends("deploy www", Exit::Invalid).says("revoked");
}

#[test]
fn what_comes_after_a_revocation_follows_from_the_other_orders() {
    let endpoint = Emulator::new().polls_until_verified(3).serve_blocking().unwrap();
    let machine = Machine::new(endpoint.url(), &config("renew = { auto = true }"));
    let revoke = |order: u32| {
        row(&machine.ends(&format!("revoke www --order {order} --reason test --yes --output json"), Exit::Done))
    };
    machine.ends("issue www --yes", Exit::Done);
    machine.ends("issue www --replace --yes", Exit::Done);
    is(&revoke(1), "www/1", "revoked", None);
    assert_eq!(machine.ends("renew --output json", Exit::Done).json()["certificates"][0]["outcome"], "nothing");
    // The last order may have been paid for and has no certificate: no run orders.
    machine.ends("issue www --replace --yes --no-wait", Exit::Waiting);
    is(&revoke(2), "www/2", "revoked", Some("cloudcert resume www"));
    machine.ends("order abandon www --why gone --yes", Exit::Done);
    is(&revoke(2), "www/2", "revoked", Some("cloudcert issue www --replace"));
    machine.ends("renew", Exit::Unconfirmed);
    machine.ends("issue www --replace --yes", Exit::Done);
    is(&revoke(4), "www/4", "revoked", Some("cloudcert renew www (it orders another one)"));
}

#[test]
fn an_older_generation_is_deployed_until_somebody_says_otherwise() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &with_target(""));
    let current = || std::fs::read_link(machine.folder.path("state/local/live/www/current")).unwrap();
    machine.ends("issue www --yes", Exit::Done);
    machine.ends("deploy www --generation 2", Exit::Invalid).says("keeps the last three, and has 1");
    machine.ends("deploy www --generation 0", Exit::Usage);
    machine.ends("issue www --replace --yes", Exit::Done);
    let back = row(&machine.ends("deploy www --generation 1 --output json", Exit::Done));
    is(&back, "www/1", "done", Some("cloudcert deploy www ("));
    assert_eq!(
        (&back["generation"], &back["current"], &back["deployed"]),
        (&json!(1), &json!("2 -> 1"), &json!(["web"]))
    );
    assert!(current().ends_with("1"));
    machine.ends("renew", Exit::Done);
    assert!(current().ends_with("1"), "a timer does not undo it");
    let table = machine.ends("deploy www", Exit::Done).out;
    assert!(table.contains("1 -> 2") && table.contains("web") && !table.contains("[\""), "{table}");
    assert!(current().ends_with("2"));
    let zh = machine.ends("deploy www --generation 1 --target web --lang zh", Exit::Done).out;
    assert!(zh.contains("未变") && zh.contains("恢复为最新一代"), "{zh}");
    assert!(current().ends_with("2"));
    std::fs::remove_file(machine.folder.path("state/local/live/www/generations/1/privkey.pem")).unwrap();
    machine.ends("deploy www --generation 1", Exit::Failed).says("privkey.pem: this file is missing");
}
