//! Another account, another endpoint, an older copy of the state folder, an empty one: nothing is ordered.

use super::Machine;
use super::front::Front;
use super::person::rescued;
use super::ways::{BY_HAND, Way, endpoint, machine, paid, slow};
use crate::setup::{Done, Run};
use cloudcert_cli::Exit;
use std::path::Path;
use std::process::Command;

/// Commands that go on with the order of a certificate, or change something about it.
const ALL: [&str; 9] = [
    "renew",
    "resume www",
    "fetch www",
    "issue www --yes",
    "issue www --replace --yes",
    "cancel www --yes",
    "revoke www --reason test --yes",
    "order find-out www",
    "order abandon www --why test --yes",
];

/// A machine whose endpoint counts as one of a cloud.
pub(super) struct Afar {
    pub(super) machine: Machine,
    pub(super) front: Front,
}

impl Afar {
    pub(super) fn new(front: Front, text: &str) -> Self {
        Self { machine: Machine::new(&front.url, text), front }
    }

    pub(super) fn run(&self, line: &str) -> Run {
        self.machine.run(line).env("SSL_CERT_FILE", &self.front.roots)
    }

    #[track_caller]
    pub(super) fn ends(&self, line: &str, exit: Exit) -> Done {
        self.run(line).ends(exit)
    }
}

/// A configuration for Kingsoft Cloud, whose profile names this account.
pub(super) fn of_account(account: &str) -> String {
    let account = format!("cloud = \"ksyun\"\n{account}");
    Way::Kcm.config("", BY_HAND, "renew = { auto = true }").replace("cloud = \"ksyun\"", &account)
}

#[test]
fn the_order_of_another_account_is_not_touched() {
    let endpoint = slow();
    let afar = Afar::new(Front::of(&endpoint), &of_account("account = \"1001\""));
    afar.ends("issue www --yes --no-wait", Exit::Waiting);
    let before = (paid(&endpoint), endpoint.state()["requests"]["seen"].clone());
    afar.machine.folder.file("config.toml", of_account("account = \"1002\""));
    for line in ALL {
        let done = afar.ends(line, Exit::Unconfigured);
        done.says("`1001`");
        done.says("`1002`");
        done.says("next: Use the profile");
    }
    assert_eq!((paid(&endpoint), endpoint.state()["requests"]["seen"].clone()), before);
    // What only reads shows it anyway.
    assert!(afar.ends("order list www", Exit::Done).out.contains("www/1"));
    afar.machine.folder.file("config.toml", of_account("account = \"1001\""));
    afar.ends("resume www --no-wait", Exit::Waiting);
    assert_eq!(paid(&endpoint), before.0);
}

#[test]
fn without_a_named_account_the_access_key_is_the_account() {
    let endpoint = slow();
    let afar = Afar::new(Front::of(&endpoint), &of_account(""));
    afar.ends("issue www --yes --no-wait", Exit::Waiting);
    let before = paid(&endpoint);
    for line in ALL {
        let done = afar.run(line).env("KSYUN_ACCESS_KEY", "AKLTotherid").ends(Exit::Unconfigured);
        done.says("key:AKLTtestid");
    }
    assert_eq!(paid(&endpoint), before);
}

#[test]
fn a_key_that_the_service_refuses_orders_nothing_and_the_right_one_goes_on() {
    for way in Way::ALL {
        let endpoint = endpoint();
        let machine = machine(way, &endpoint, "");
        let before = paid(&endpoint);
        let run = |id: &str, secret: &str| {
            let run = machine.run("issue www --yes");
            let run = run.env("ALIBABA_CLOUD_ACCESS_KEY_ID", id).env("KSYUN_ACCESS_KEY", id);
            run.env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secret).env("KSYUN_SECRET_KEY", secret).done()
        };
        for (id, secret) in [("AKLTother", "testsecret"), ("testid", "CANARY"), ("AKLTtestid", "CANARY")] {
            let done = run(id, secret);
            assert!([Some(4), Some(5)].contains(&done.code), "{way:?} {}", done.all());
            assert!(!done.all().contains("CANARY"), "{way:?} {}", done.all());
            assert!(done.err.contains("next: "), "{way:?} {}", done.err);
        }
        machine.run("issue www --yes").keyless().ends(Exit::Unconfigured).says("next: ");
        assert_eq!(paid(&endpoint), before, "{way:?}");
        machine.ends("issue www --yes", Exit::Done);
        assert_eq!(machine.ends("order list www", Exit::Done).out.matches("www/").count(), 1, "{way:?}");
    }
}

#[test]
fn the_order_of_another_endpoint_is_not_touched() {
    for way in Way::ALL {
        let (first, second) = (slow(), endpoint());
        let machine = machine(way, &first, "renew = { auto = true }");
        machine.ends("issue www --yes --no-wait", Exit::Waiting);
        let (before, other) = (paid(&first), paid(&second));
        for line in ALL {
            let done = machine.run(line).env("CLOUDCERT_ENDPOINT_URL", second.url()).ends(Exit::Unconfigured);
            done.says(second.url());
            done.says("next: Use the profile");
        }
        assert_eq!((paid(&first), paid(&second)), (before, other), "{way:?}");
        machine.ends("resume www", Exit::Done);
    }
}

/// Copies a state folder, as a backup does.
fn copy(from: &Path, to: &Path) {
    let _ = std::fs::remove_dir_all(to);
    assert!(Command::new("cp").args(["-a", "--"]).args([from, to]).status().unwrap().success());
}

#[test]
fn an_older_copy_orders_nothing_until_it_was_compared_and_completed() {
    for way in [Way::Package, Way::Kcm] {
        let endpoint = endpoint();
        let machine = machine(way, &endpoint, "renew = { auto = true }");
        let (state, backup) = (machine.folder.0.join("state"), machine.folder.0.join("backup"));
        machine.ends("issue www --yes", Exit::Done);
        copy(&state, &backup);
        machine.ends("issue www --replace --yes", Exit::Done);
        let listed = machine.ends("order list www --output json", Exit::Done).json();
        let id = listed["orders"][1]["ids"].as_str().unwrap().split([' ', '=']).nth(1).unwrap().to_owned();
        let key = rescued(&machine, &machine);
        copy(&backup, &state);

        let before = paid(&endpoint);
        for line in ALL.iter().filter(|line| !line.starts_with("order")) {
            machine.ends(line, Exit::Unknown).says("next: Run `cloudcert order verify`");
        }
        // The journal lacks an order that the cloud has, so the copy does not count yet.
        machine.ends("order verify", Exit::Unknown).says(&id);
        machine.ends("renew", Exit::Unknown);
        assert_eq!(paid(&endpoint), before, "{way:?}");
        let option = if way == Way::Kcm { "certificate" } else { "order" };
        machine.ends(&format!("adopt www --{option} {id} --key {key}"), Exit::Done);
        machine.ends("order verify", Exit::Done);
        machine.ends("renew", Exit::Done);
        assert_eq!(paid(&endpoint), before, "{way:?}");
    }
}

#[test]
fn a_copy_that_lacks_nothing_counts_again_once_it_was_compared() {
    let endpoint = endpoint();
    let machine = machine(Way::Package, &endpoint, "");
    let (state, backup) = (machine.folder.0.join("state"), machine.folder.0.join("backup"));
    machine.ends("issue www --yes --no-wait", Exit::Waiting);
    copy(&state, &backup);
    copy(&backup, &state);
    machine.ends("renew", Exit::Unknown).says("order verify");
    machine.ends("order verify", Exit::Done);
    machine.ends("renew", Exit::Done);
    assert_eq!(Way::Package.orders(&endpoint), 1);
}

#[test]
fn an_empty_state_folder_orders_nothing_beside_what_the_cloud_has() {
    // The list of the version 2018-07-13 shows no domains, so nothing can be told by it.
    for way in [Way::Package, Way::Instance, Way::Kcm] {
        let endpoint = endpoint();
        let first = machine(way, &endpoint, "renew = { auto = true }");
        first.ends("issue www --yes", Exit::Done);
        let before = paid(&endpoint);
        let lost = machine(way, &endpoint, "renew = { auto = true }");
        for line in ["renew", "resume www", "fetch www", "deploy www"] {
            lost.ends(line, Exit::Unconfirmed).says("cloudcert adopt www");
        }
        lost.ends("issue www --yes", Exit::Unconfirmed).says("cloudcert issue www --replace");
        lost.ends("order verify", Exit::Unknown).says("adopt");
        assert_eq!(paid(&endpoint), before, "{way:?}");
    }
}
