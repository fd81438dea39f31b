//! What Kingsoft Cloud alone has: extensions of certificates, letters of revocation, ways to pay.

use crate::setup::{called, endpoint};
use crate::workflow::{Machine, config};
use cloudcert_cli::Exit;
use cloudcert_emulator::{Emulator, Handle};
use serde_json::Value;
use std::time::Duration;

/// A configuration with one certificate of a product.
fn text(product: &str, more: &str) -> String {
    format!(
        "[profiles.k]\ncloud = \"ksyun\"\n\n[certificates.www]\nprofile = \"k\"\nnames = [\"www.example.com\"]\n\
         product = \"{product}\"\nprove = {{ manual = \"dns\" }}\n\
         contact = {{ last_name = \"Li\", first_name = \"Lei\", email = \"ops@example.com\", phone = \"13800000000\" }}\n\
         company = {{ name = \"Example Ltd\", province = \"Zhejiang\", city = \"Hangzhou\", address = \"1 Example Road\", postal_code = \"310000\" }}\n{more}\n"
    )
}

fn state(endpoint: &Handle) -> Value {
    endpoint.state()["services"]["ksyun-kcm-2016-03-04"].clone()
}

#[test]
fn a_renewal_extends_the_certificate_if_the_configuration_says_so() {
    let endpoint = Emulator::new().polls_until_verified(1).serve_blocking().unwrap();
    let machine =
        Machine::new(endpoint.url(), &text("SECDV01", "renew = { auto = true, by = \"extend\" }\nbill_type = 801"));
    machine.ends("issue www --yes", Exit::Done);
    let days = 300;
    endpoint.clock().advance(Duration::from_secs(days * 86_400));
    let now = jiff::Timestamp::from_second(endpoint.clock().now()).unwrap().to_string();
    machine.run("renew").env("CLOUDCERT_NOW", &now).ends(Exit::Done).says("sending ExtendCertificate");
    let certificates = &state(&endpoint)["certificates"];
    assert_eq!((&certificates["total"], &certificates["latest"][0]["renewals"]), (&1.into(), &1.into()));
    let events = machine.ends("order export www --json-lines", Exit::Done).out;
    assert_eq!(events.matches("\"BillType\":801").count(), 2, "{events}");
}

#[test]
fn a_revocation_takes_the_letter_that_the_service_wants() {
    let endpoint = Emulator::new().polls_until_verified(1).serve_blocking().unwrap();
    let machine = Machine::new(endpoint.url(), &text("GEODV01", ""));
    machine.ends("issue www --yes", Exit::Done);
    let revoke = "revoke www --reason test --yes";
    machine.ends(revoke, Exit::Refused).says("RevokeLetter");
    let picture = [&b"\x89PNG\r\n\x1a\n"[..], &[7; 600]].concat();
    let letter = machine.folder.file("letter.png", &picture);
    let large = machine.folder.file("large.png", [picture.clone(), vec![0; 620_000]].concat());
    machine.ends(&format!("{revoke} --revoke-letter {large}"), Exit::Invalid).says("600 KB");
    machine.ends(&format!("{revoke} --revoke-letter {letter}.absent"), Exit::Invalid).says("--revoke-letter");
    let calls = || called(&endpoint).iter().filter(|action| *action == "RevokeCertificate").count();
    assert_eq!(calls(), 1, "only the one without a letter");
    let done = machine.ends(&format!("{revoke} --revoke-letter {letter}"), Exit::Done);
    assert_eq!(state(&endpoint)["certificates"]["latest"][0]["status"], 3);
    // A signed letter is personal.
    let events = machine.ends("order export www --json-lines", Exit::Done);
    for all in [done.all(), events.all()] {
        assert!(!all.contains("BwcHBwcHBwcHBwcH"), "{all}");
    }
}

#[test]
fn another_cloud_takes_no_letter() {
    let endpoint = endpoint();
    let machine = Machine::new(endpoint.url(), &config(""));
    let letter = machine.folder.file("letter.png", b"\x89PNG\r\n\x1a\n");
    let line = format!("revoke www --reason test --yes --revoke-letter {letter}");
    machine.ends(&line, Exit::Usage).says("only Kingsoft Cloud");
    assert_eq!(called(&endpoint), Vec::<String>::new());
}
