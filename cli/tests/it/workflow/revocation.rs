//! Revocations and deployments of one of several certificates: what a server shows is not revoked by mistake.

use super::Machine;
use super::person::id;
use super::ways::{BY_HAND, Way, endpoint, machine, paid};
use crate::setup::{called, cloudcert, fault, split};
use cloudcert_cli::Exit;
use cloudcert_emulator::Handle;
use serde_json::{Value, json};

const REVOCATION: &str = "CancelCertificateForPackageRequest";

/// A machine whose certificate is deployed by a command.
fn deployed(endpoint: &Handle) -> Machine {
    let text = Way::Package.config(endpoint.url(), BY_HAND, "deploy = [\"web\"]");
    Machine::new(endpoint.url(), &format!("{text}\n[deploy.web]\nkind = \"command\"\ncommand = [\"/bin/true\"]\n"))
}

/// The orders that the endpoint was asked to revoke.
fn revoked(endpoint: &Handle) -> usize {
    called(endpoint).iter().filter(|action| *action == REVOCATION).count()
}

/// The state of an order at the service.
fn status(endpoint: &Handle, order: &str) -> Value {
    let listed = cloudcert(endpoint.url(), split("aliyun-cas list-user-certificate-order")).ends(Exit::Done).json();
    let rows = listed["CertificateOrderList"].as_array().unwrap();
    let found = rows.iter().find(|row| row["OrderId"].to_string().contains(order));
    found.unwrap_or_else(|| panic!("{order} is not in {listed}"))["Status"].clone()
}

#[test]
fn what_is_deployed_and_has_no_successor_is_not_revoked() {
    let endpoint = endpoint();
    let machine = deployed(&endpoint);
    machine.ends("issue www --yes", Exit::Done);
    machine.ends("revoke www --reason test --yes", Exit::Unconfirmed).says("--even-if-deployed");
    assert_eq!(revoked(&endpoint), 0);
    machine.ends("revoke www --reason test --even-if-deployed", Exit::Unconfirmed).says("--yes");
    assert_eq!(revoked(&endpoint), 0);
    machine.ends("revoke www --reason test --even-if-deployed --yes", Exit::Done);
    assert_eq!(revoked(&endpoint), 1);
}

#[test]
fn the_certificate_before_the_newest_is_revoked_by_its_number() {
    let endpoint = endpoint();
    let machine = deployed(&endpoint);
    machine.ends("issue www --yes", Exit::Done);
    machine.ends("issue www --replace --yes", Exit::Done);
    let (first, second) = (id(&machine, 0), id(&machine, 1));
    machine.ends("revoke www --reason test --yes", Exit::Unconfirmed).says("www/2");
    machine.ends("revoke www --order 3 --reason test --yes", Exit::Invalid).says("no order of this number");
    machine.ends("revoke www --order 0 --reason test --yes", Exit::Usage);
    let alive = status(&endpoint, &second);
    machine.ends("revoke www --order 1 --reason test --yes", Exit::Done);
    assert_ne!(status(&endpoint, &first), alive);
    assert_eq!(status(&endpoint, &second), alive);
    machine.ends("revoke www --order 1 --reason test --yes", Exit::Done);
    assert_eq!(revoked(&endpoint), 1);
    let done = machine.ends("renew --output json", Exit::Done).json();
    assert_eq!(done["certificates"][0]["outcome"], "nothing", "{done}");
}

#[test]
fn an_order_that_came_to_nothing_leaves_the_certificate_before_it_where_it_is() {
    let endpoint = cloudcert_emulator::Emulator::new().polls_until_verified(1).serve_blocking().unwrap();
    let machine = deployed(&endpoint);
    machine.ends("issue www --yes", Exit::Done);
    machine.ends("issue www --replace --yes --no-wait", Exit::Waiting);
    machine.ends("cancel www --yes", Exit::Done);
    machine.ends("revoke www --reason test --yes", Exit::Unconfirmed).says("--even-if-deployed");
    assert_eq!(revoked(&endpoint), 0);
    machine.ends("revoke www --reason test --even-if-deployed --yes", Exit::Done);
    assert_eq!(revoked(&endpoint), 1);
}

#[test]
fn a_revocation_whose_response_is_lost_is_found_out_and_not_sent_again() {
    for way in [Way::Package, Way::Instance, Way::Kcm] {
        let endpoint = endpoint();
        let machine = machine(way, &endpoint, "");
        machine.ends("issue www --yes", Exit::Done);
        let action = if way == Way::Package { REVOCATION } else { "RevokeCertificate" };
        fault(&endpoint, action, &json!({ "kind": "close-after-commit" }));
        let done = machine.run("revoke www --reason test --yes").done();
        assert!([Some(0), Some(7)].contains(&done.code), "{way:?} {}", done.all());
        machine.ends("revoke www --reason test --yes", Exit::Done);
        let sent = called(&endpoint).iter().filter(|called| *called == action).count();
        assert_eq!(sent, 1, "{way:?}");
    }
}

#[test]
fn a_deployment_is_repeated_to_the_targets_that_are_named() {
    let endpoint = endpoint();
    let text = Way::Package.config(endpoint.url(), BY_HAND, "deploy = [\"web\", \"files\"]");
    let place = crate::setup::Folder::new();
    let folder = place.0.join("tls");
    let text = format!(
        "{text}\n[deploy.web]\nkind = \"command\"\ncommand = [\"/bin/false\"]\n\n[deploy.files]\nkind = \"files\"\nfolder = \"{}\"\n",
        folder.display()
    );
    let machine = Machine::new(endpoint.url(), &text);
    for line in ["deploy www", "deploy www --target files"] {
        machine.ends(line, Exit::Unconfirmed).says("next: ");
    }
    machine.ends("issue www --yes", Exit::Outstanding).says("web");
    let files = |name: &str| std::fs::read_to_string(folder.join("current").join(name)).unwrap();
    assert_eq!(files("privkey.pem"), machine.stored("privkey.pem"));
    machine.ends("deploy www", Exit::Outstanding).says("web");
    machine.ends("deploy www --target web", Exit::Outstanding);
    machine.ends("deploy www --target files", Exit::Done);
    machine.ends("deploy www --target other", Exit::Unconfigured).says("web, files");
    assert_eq!(paid(&endpoint), [1, 0, 0, 0]);
    machine.folder.file("config.toml", text.replace("/bin/false", "/bin/true"));
    machine.ends("renew", Exit::Done);
}
