//! `issue --domain`: certificates that the configuration lacks.

use crate::setup::{Done, called, endpoint};
use crate::workflow::{Machine, config, orders};
use cloudcert_cli::Exit;
use cloudcert_emulator::Emulator;
use std::path::Path;
use std::process::Child;

const PROFILE: &str = "[profiles.p]\ncloud = \"aliyun\"";
const NEW: &str = "issue --domain www.example.com --product geotrust-dv-1-starter --contact Lei --email ops@example.com \
     --phone 13800000000 --save --yes";

/// The configuration as it stands in the file.
fn text(machine: &Machine) -> String {
    std::fs::read_to_string(machine.folder.path("config.toml")).unwrap()
}

#[test]
fn it_is_written_down_and_every_later_command_knows_it() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), PROFILE);
    let first = machine.ends(&format!("{NEW} --no-wait"), Exit::Waiting);
    first.says(&format!("www.example.com: added to {}", machine.folder.path("config.toml")));
    let written = text(&machine);
    assert!(written.starts_with(PROFILE) && written.contains("\n[certificates.\"www.example.com\"]\n"), "{written}");
    // The same again takes the order up, and orders nothing.
    machine.ends(NEW, Exit::Done);
    machine.ends(NEW, Exit::Unconfirmed).says("--replace");
    machine.ends("renew", Exit::Done);
    machine.ends("issue www.example.com --yes", Exit::Unconfirmed).says("--replace");
    let listed = machine.ends("order list www.example.com --output json", Exit::Done).json();
    assert_eq!(listed["orders"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!((orders(&endpoint), text(&machine)), (1, written));
    assert!(Path::new(&machine.folder.path("state/local/live/www.example.com/current/cert.pem")).exists());
    machine.ends(&format!("{NEW} --replace"), Exit::Done);
    assert_eq!(orders(&endpoint), 2);
}

#[test]
fn all_of_a_certificate_can_be_said() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &format!("{PROFILE}\n[profiles.k]\ncloud = \"ksyun\"\n"));
    machine.ends(NEW, Exit::Unconfigured).says("--profile");
    let line = "issue shop --domain *.example.com --domain *.example.net --product wosign-dv-wildcard --contact Lei \
         --email ops@example.com --phone 13800000000 --set key=rsa-2048 --set renew.auto:=true --prove manual-dns --save --profile p";
    // Nobody agreed: nothing is written.
    let before = text(&machine);
    machine.ends(line, Exit::Unconfirmed);
    assert_eq!((text(&machine), called(&endpoint).len()), (before, 0));
    let done = machine.run(&format!("{line} --yes --no-wait")).done();
    let written = text(&machine);
    for part in [
        "[certificates.\"shop\"]",
        "names = [\"*.example.com\", \"*.example.net\"]",
        "key = \"rsa-2048\"",
        "renew.auto = true",
        "prove = { manual = \"dns\" }",
    ] {
        assert!(written.contains(part), "{part} is not in {written}\n{}", done.all());
    }
}

#[test]
fn what_cannot_be_ordered_changes_nothing() {
    let endpoint = endpoint();
    let known = config("");
    let with = |more: &str| format!("{NEW} {more}");
    let cases = [
        (PROFILE, NEW.replace(" --save", ""), Exit::Usage, "--save"),
        (PROFILE, NEW.replace("--domain www.example.com", "www"), Exit::Usage, "--domain"),
        (PROFILE, NEW.replace("--domain www.example.com", "--domain https://www.example.com"), Exit::Usage, "--domain"),
        (PROFILE, NEW.replace("--product geotrust-dv-1-starter", ""), Exit::Unconfigured, "product"),
        (PROFILE, with("--set prodct=x"), Exit::Unconfigured, "product"),
        (PROFILE, with("--set renew.before=1d"), Exit::Unconfigured, "3 days"),
        (PROFILE, with("--set [x]=1"), Exit::Usage, "KEY=VALUE"),
        (PROFILE, with("--prove magic"), Exit::Usage, "webroot:FOLDER"),
        (PROFILE, with("--prove dns:nobody"), Exit::Unconfigured, "hook"),
        (PROFILE, with("--profile q"), Exit::Unconfigured, "--profile"),
        ("", NEW.to_owned(), Exit::Unconfigured, "[profiles.NAME]"),
        // One of the configuration is for the same.
        (known.as_str(), NEW.to_owned(), Exit::Unconfirmed, "cloudcert issue www"),
        (known.as_str(), NEW.replace("issue", "issue www"), Exit::Unconfirmed, "something else"),
    ];
    for (before, line, exit, said) in cases {
        let machine = Machine::new(endpoint.url(), before);
        machine.ends(&line, exit).says(said);
        assert_eq!(text(&machine), before, "{line}");
    }
    assert_eq!(orders(&endpoint), 0);
}

/// Somebody took the certificate out of the configuration while its order is open.
#[test]
fn an_open_order_of_another_name_is_never_ordered_beside() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    machine.ends("issue www --yes --no-wait", Exit::Waiting);
    machine.folder.file("config.toml", PROFILE);
    machine.ends(NEW, Exit::Unconfirmed).says("www/1");
    machine.ends(&format!("{NEW} --replace"), Exit::Unconfirmed).says("cloudcert resume www");
    assert_eq!((orders(&endpoint), text(&machine).as_str()), (1, PROFILE));
    // By its own name it goes on.
    machine.ends(&NEW.replace("issue", "issue www"), Exit::Done);
    assert_eq!(orders(&endpoint), 1);
}

#[test]
fn four_processes_at_once_write_it_once_and_make_one_order() {
    let endpoint = Emulator::new().polls_until_verified(3).serve_blocking().unwrap();
    let machine = Machine::new(endpoint.url(), PROFILE);
    let mut runs: Vec<_> = (0..4).map(|_| machine.run(NEW)).collect();
    let children: Vec<Child> = runs.iter_mut().map(crate::setup::Run::start).collect();
    let codes: Vec<Option<i32>> = children.into_iter().map(|child| Done::of(child).code).collect();
    let count = |exit: Exit| codes.iter().filter(|code| **code == Some(i32::from(exit.code()))).count();
    assert_eq!(count(Exit::Done), 1, "{codes:?}");
    assert_eq!(count(Exit::Busy) + count(Exit::Unconfirmed), 3, "{codes:?}");
    assert_eq!((orders(&endpoint), text(&machine).matches("[certificates.").count()), (1, 1));
}
