//! The order workflow with the real program at a local endpoint: what was paid for once is never paid for twice.

#[path = "../../../orders/tests/support/postgres.rs"]
#[allow(dead_code, reason = "the tests of orders use the rest")]
mod server;

mod canaries;
mod disk;
mod elsewhere;
mod front;
mod mistakes;
mod person;
mod postgres;
mod proofs;
mod revocation;
mod timers;
mod unknown;
pub(crate) mod ways;

use crate::setup::{Done, Folder, Run, called, cloudcert, endpoint, fault, split};
use cloudcert_cli::Exit;
use cloudcert_emulator::{Emulator, Handle};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;
use std::process::Child;

/// The codes that only commands of the workflow have. Each has its case in a test of this file.
pub(crate) const EXITS: [Exit; 6] =
    [Exit::Busy, Exit::Outstanding, Exit::Mixed, Exit::Due, Exit::Expiring, Exit::Critical];

const ORDER: &str = "CreateCertificateWithCsrRequest";

/// A configuration with one certificate, which a person proves; `more` is put into its table.
pub(crate) fn config(more: &str) -> String {
    format!(
        "[profiles.p]\ncloud = \"aliyun\"\n\n[certificates.www]\nprofile = \"p\"\nnames = [\"www.example.com\"]\n\
         product = \"geotrust-dv-1-starter\"\nprove = {{ manual = \"dns\" }}\n\
         contact = {{ name = \"Li Lei\", email = \"ops@example.com\", phone = \"13800000000\" }}\n{more}\n"
    )
}

/// A machine: a configuration and a state folder, calling an endpoint.
pub(crate) struct Machine {
    pub(crate) folder: Folder,
    url: String,
}

impl Machine {
    pub(crate) fn new(url: &str, text: &str) -> Self {
        let folder = Folder::new();
        folder.file("config.toml", text);
        std::fs::set_permissions(&folder.0, std::fs::Permissions::from_mode(0o700)).unwrap();
        Self { folder, url: url.to_owned() }
    }

    pub(crate) fn run(&self, line: &str) -> Run {
        let run = cloudcert(&self.url, split(line)).env("CLOUDCERT_CONFIG", &self.folder.path("config.toml"));
        run.env("CLOUDCERT_STATE", &self.folder.path("state"))
    }

    #[track_caller]
    pub(crate) fn ends(&self, line: &str, exit: Exit) -> Done {
        self.run(line).ends(exit)
    }

    /// A file of the stored certificate.
    fn stored(&self, file: &str) -> String {
        let path = self.folder.0.join("state/local/live/www/current").join(file);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }
}

pub(crate) fn orders(endpoint: &Handle) -> usize {
    called(endpoint).iter().filter(|action| *action == ORDER).count()
}

/// How many orders the endpoint has taken from packages.
fn taken(machine: &Machine) -> usize {
    let listed = cloudcert(&machine.url, split("aliyun-cas list-user-certificate-order")).ends(Exit::Done).json();
    listed["CertificateOrderList"].as_array().map_or(0, Vec::len)
}

#[test]
fn an_order_that_a_deadline_interrupts_goes_on_with_the_next_run() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    let first = machine.ends("issue www --yes --no-wait", Exit::Waiting);
    first.says("Run it again");
    let renewed = machine.ends("renew --output json", Exit::Done);
    // Nobody but the person who published the record can take it away.
    renewed.says("record `_dnsauth.www.example.com` is of no use any more: take it away");
    assert!(!renewed.err.contains("taken away"), "{}", renewed.err);
    let second = renewed.json();
    assert_eq!(second["version"], 1);
    assert_eq!(second["certificates"][0]["outcome"], "renewed");
    assert_eq!(orders(&endpoint), 1);

    let made = std::fs::read_dir(machine.folder.path("state")).unwrap();
    let made: Vec<_> = made.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(made, ["local"], "a rehearsal leaves nothing beside its own folder");

    // Key and certificate fit: a store that is read checks it, and so does the target that is asked to deploy.
    assert!(machine.stored("fullchain.pem").starts_with("-----BEGIN CERTIFICATE-----"));
    let key = machine.stored("privkey.pem");
    assert!(key.contains("PRIVATE KEY-----"));
    let shown = machine.ends("order show www", Exit::Done);
    for word in ["opened", "sending", "answered", "issued", "stored", "closed"] {
        assert!(shown.out.contains(word), "{word} is not in: {}", shown.out);
    }
    let secret = key.lines().nth(1).unwrap();
    for done in [first.all(), shown.all(), machine.ends("order export www --json-lines", Exit::Done).all()] {
        assert!(!done.contains(secret) && !done.contains("testsecret"), "{done}");
    }
    let again = machine.ends("issue www --yes", Exit::Unconfirmed);
    again.says("--replace");
    machine.ends("renew", Exit::Done);
    machine.ends("resume www", Exit::Done);
    machine.ends("order verify", Exit::Done);
    assert_eq!(orders(&endpoint), 1);
}

#[test]
fn a_lost_response_is_found_out_and_never_sent_again() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    fault(&endpoint, ORDER, &json!({ "kind": "close-after-commit" }));
    let done = machine.run("issue www --yes --no-wait").done();
    assert!([Some(7), Some(8)].contains(&done.code), "{}", done.all());
    machine.ends("renew", Exit::Done);
    assert_eq!((orders(&endpoint), taken(&machine)), (1, 1));
    assert!(machine.ends("order show www", Exit::Done).out.contains("verdict executed"));
}

#[test]
fn bad_input_is_refused_before_anything_is_sent() {
    let endpoint = endpoint();
    let plain = config("");
    let hook = Folder::new();
    let script = hook.file("hook", "#!/bin/sh\n");
    let with_hook = format!(
        "{}[hooks.dns]\ncommand = [\"{script}\"]\n",
        plain.replace("{ manual = \"dns\" }", "{ dns = { hook = \"dns\" } }")
    );
    let cases = [
        (plain.replace("product =", "produkt ="), "config.toml:"),
        (format!("{plain}[certificates.www]\n"), "there twice"),
        (plain.replace("product = \"geotrust-dv-1-starter\"\n", ""), "product"),
        (with_hook, "hook"),
        (plain.replace("profile = \"p\"", "profile = \"q\""), "profile"),
    ];
    for (text, said) in cases {
        let machine = Machine::new(endpoint.url(), &text);
        let done = machine.ends("issue www --yes", Exit::Unconfigured);
        done.says(said);
        done.says("next: ");
    }
    let machine = Machine::new(endpoint.url(), &plain);
    let shared = machine.folder.path("state");
    std::fs::create_dir_all(&shared).unwrap();
    std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o777)).unwrap();
    machine.ends("issue www --yes", Exit::Unconfigured).says("next: ");
    Machine::new(endpoint.url(), &plain).ends("issue other --yes", Exit::Unconfigured).says("www");
    let relative = Machine::new(endpoint.url(), &plain);
    relative.ends("issue www --yes --state here", Exit::Unconfigured).says("absolute");
    assert_eq!(called(&endpoint), Vec::<String>::new());
}

#[test]
fn another_account_or_endpoint_and_an_empty_state_order_nothing() {
    let (endpoint, other) = (endpoint(), endpoint());
    let machine = Machine::new(endpoint.url(), &config("renew = { auto = true }"));
    machine.ends("renew", Exit::Unconfirmed).says("cloudcert issue");
    machine.ends("issue www --yes --no-wait", Exit::Waiting);
    let elsewhere = Machine { folder: Folder(machine.folder.0.clone()), url: other.url().to_owned() };
    elsewhere.ends("renew", Exit::Unconfigured).says("endpoint");
    elsewhere.ends("issue www --yes", Exit::Unconfigured);
    std::mem::forget(elsewhere.folder);
    // A state folder that was lost: the cloud has an order that the journal does not know.
    let lost = Machine::new(endpoint.url(), &config("renew = { auto = true }"));
    lost.ends("renew", Exit::Unconfirmed);
    lost.ends("order verify", Exit::Unknown).says("adopt");
    assert_eq!((orders(&endpoint), orders(&other)), (1, 0));
    let set = machine.run("renew --endpoint https://example.invalid").env("CLOUDCERT_NOW", "2030-01-01T00:00:00Z");
    assert_ne!(set.done().code, Some(0));
}

#[test]
fn eight_processes_at_once_make_one_order() {
    let endpoint = Emulator::new().polls_until_verified(3).serve_blocking().unwrap();
    let machine = Machine::new(endpoint.url(), &config(""));
    let mut runs: Vec<Run> = (0..8).map(|_| machine.run("issue www --yes")).collect();
    let children: Vec<Child> = runs.iter_mut().map(Run::start).collect();
    let codes: Vec<Option<i32>> = children.into_iter().map(|child| Done::of(child).code).collect();
    let count = |exit: Exit| codes.iter().filter(|code| **code == Some(i32::from(exit.code()))).count();
    // One that comes after the end of the first finds a certificate, and is refused too.
    assert_eq!(count(Exit::Done), 1, "{codes:?}");
    assert_eq!(count(Exit::Busy) + count(Exit::Unconfirmed), 7, "{codes:?}");
    assert!(count(Exit::Busy) > 0, "{codes:?}");
    assert_eq!(orders(&endpoint), 1);
}

#[test]
fn what_is_due_is_ordered_only_if_the_configuration_says_so() {
    let endpoint = endpoint();
    let text = config("renew = { auto = true }");
    let machine = Machine::new(endpoint.url(), &text);
    let missing = |said: &str| {
        let row = machine.ends("due --output json", Exit::Done).json()["certificates"][0].clone();
        assert!(row["is_due"] == true && row["why"].as_str().is_some_and(|why| why.contains(said)), "{row}");
        machine.ends("due --exit-code", Exit::Due);
    };
    missing("never ordered: run `cloudcert issue www`");
    machine.ends("issue www --yes --no-wait", Exit::Waiting);
    missing("the order www/1 is open: `cloudcert resume www`");
    machine.ends("resume www", Exit::Done);
    let due = machine.ends("due --output json", Exit::Done).json();
    let row = &due["certificates"][0];
    assert_eq!(row["is_due"], false, "{row}");
    let at = |time: &Value, hours: i64| {
        let time: jiff::Timestamp = time.as_str().unwrap().parse().unwrap();
        (time + jiff::SignedDuration::from_hours(hours)).to_string()
    };
    let due_at = at(&row["due"], 1);
    let end = &row["not_after"];
    for (now, exit) in [(&due_at, Exit::Due), (&at(end, -24 * 10), Exit::Expiring), (&at(end, -1), Exit::Critical)] {
        machine.run("due --exit-code").env("CLOUDCERT_NOW", now).ends(exit);
    }
    let forbidden = Machine { folder: Folder(machine.folder.0.clone()), url: machine.url.clone() };
    std::fs::write(forbidden.folder.path("config.toml"), config("")).unwrap();
    forbidden.run("renew").env("CLOUDCERT_NOW", &due_at).ends(Exit::Unconfirmed).says("auto = true");
    std::mem::forget(forbidden.folder);
    assert_eq!(orders(&endpoint), 1);
}

#[test]
fn a_deployment_that_fails_is_outstanding_and_other_certificates_go_on() {
    let endpoint = endpoint();
    let text =
        format!("{}\n[deploy.web]\nkind = \"command\"\ncommand = [\"/bin/false\"]\n", config("deploy = [\"web\"]"));
    let machine = Machine::new(endpoint.url(), &text);
    machine.ends("issue www --yes", Exit::Outstanding).says("web");
    machine.ends("renew", Exit::Outstanding);
    machine.folder.file("config.toml", text.replace("/bin/false", "/bin/true"));
    machine.ends("renew", Exit::Done);
    machine.ends("deploy www", Exit::Done);
    assert_eq!(orders(&endpoint), 1);
    let second =
        config("").replace("[profiles.p]\ncloud = \"aliyun\"\n", "").replace("certificates.www", "certificates.two");
    machine.folder.file("config.toml", format!("{}\n{second}", text.replace("/bin/false", "/bin/true")));
    // The second one was never ordered.
    machine.ends("renew", Exit::Mixed).says("two");
    assert_eq!(orders(&endpoint), 1);
}

#[test]
fn a_person_settles_cancels_and_revokes() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    machine.ends("issue www --yes --no-wait", Exit::Waiting);
    machine.ends("cancel www", Exit::Unconfirmed);
    machine.ends("order resolve www --not-executed --why looked", Exit::Invalid);
    machine.ends("cancel www --yes", Exit::Done);
    let listed = machine.ends("order list www --output json", Exit::Done).json();
    assert_eq!(listed["orders"][0]["status"], "cancelled");
    machine.ends("issue www --replace --yes", Exit::Done);
    machine.ends("revoke www --reason test", Exit::Unconfirmed);
}
