//! Every way of ordering through the program: issued, renewed and revoked, and what each step costs.

use super::Machine;
use crate::setup::{Run, cloudcert, split};
use cloudcert_cli::Exit;
use cloudcert_emulator::{Emulator, Handle};
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

/// A way of ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Way {
    Package,
    Instance,
    Old,
    Kcm,
}

impl Way {
    pub(super) const ALL: [Self; 4] = [Self::Package, Self::Instance, Self::Old, Self::Kcm];

    /// A configuration with one certificate, for an endpoint; `more` is put into its table.
    pub(crate) fn config(self, url: &str, prove: &str, more: &str) -> String {
        let person = "contact = { name = \"Li Lei\", email = \"ops@example.com\", phone = \"13800000000\" }";
        let own = match self {
            Self::Package => format!("product = \"geotrust-dv-1-starter\"\n{person}"),
            Self::Instance => format!(
                "api = \"cas-instance\"\ninstance = \"cas_dv-cn-example00005\"\ncontact = {{ ids = [{}] }}",
                contact(url)
            ),
            Self::Old => format!(
                "api = \"cas-2018\"\nkey = \"service\"\ncompany = {{ province = \"Beijing\", city = \"Beijing\" }}\n{person}"
            ),
            Self::Kcm => "product = \"SECDV01\"\n\
                 contact = { first_name = \"Lei\", last_name = \"Li\", email = \"ops@example.com\", phone = \"13800000000\" }\n\
                 company = { name = \"Example Ltd\", province = \"Beijing\", city = \"Beijing\", address = \"1 Example Road\", postal_code = \"100000\" }"
                .to_owned(),
        };
        let cloud = if self == Self::Kcm { "ksyun" } else { "aliyun" };
        format!(
            "[profiles.p]\ncloud = \"{cloud}\"\n\n[certificates.www]\nprofile = \"p\"\nnames = [\"www.example.com\"]\n\
             prove = {prove}\n{own}\n{more}\n"
        )
    }

    /// The action that costs, or that submits what was bought.
    pub(super) fn order(self) -> &'static str {
        match self {
            Self::Package => super::ORDER,
            Self::Instance | Self::Kcm => "ApplyCertificate",
            Self::Old => "CreateDVOrderAudit",
        }
    }

    /// The action that revokes.
    fn revocation(self) -> &'static str {
        if self == Self::Package { "CancelCertificateForPackageRequest" } else { "RevokeCertificate" }
    }

    /// How often something was ordered or submitted at an endpoint, whether it was refused or not.
    pub(super) fn orders(self, endpoint: &Handle) -> usize {
        super::called(endpoint).iter().filter(|action| *action == self.order()).count()
    }
}

/// The contact of an account, which is made if it has none.
fn contact(url: &str) -> String {
    let listed = cloudcert(url, split("aliyun-cas list-contact")).ends(Exit::Done).json();
    let known = listed["ContactList"][0]["ContactId"].clone();
    let id = if known.is_null() {
        let words = ["aliyun-cas", "create-contact", "--name", "Li Lei", "--mobile", "13800000000"];
        let words = words.into_iter().chain(["--email", "ops@example.com", "--yes"]);
        cloudcert(url, words).ends(Exit::Done).json()["ContactId"].clone()
    } else {
        known
    };
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// What was bought at an endpoint, by way: certificates of packages, submissions of instances, submissions of the old version, money.
pub(super) fn paid(endpoint: &Handle) -> [u64; 4] {
    let state = endpoint.state();
    let services = &state["services"];
    let cas = &services["aliyun-cas-2020-04-07"];
    let sum = |rows: Vec<&Value>, field: &str| rows.iter().map(|row| row[field].as_u64().unwrap()).sum();
    [
        sum(cas["packages"].as_object().unwrap().values().collect(), "used"),
        sum(cas["instances"]["first"].as_array().unwrap().iter().collect(), "applied"),
        sum(services["aliyun-cas-2018-07-13"]["instances"].as_array().unwrap().iter().collect(), "submitted"),
        services["ksyun-kcm-2016-03-04"]["spent"]["amount"].as_u64().unwrap(),
    ]
}

/// A person publishes the record.
pub(crate) const BY_HAND: &str = "{ manual = \"dns\" }";

pub(super) fn endpoint() -> Handle {
    Emulator::new().polls_until_verified(1).serve_blocking().unwrap()
}

/// An endpoint where a domain is proved only after some questions.
pub(super) fn slow() -> Handle {
    Emulator::new().polls_until_verified(3).serve_blocking().unwrap()
}

/// A machine with a certificate of this way.
pub(super) fn machine(way: Way, endpoint: &Handle, more: &str) -> Machine {
    Machine::new(endpoint.url(), &way.config(endpoint.url(), BY_HAND, more))
}

/// When a certificate is due, or its end, from `due`.
pub(super) fn time(machine: &Machine, field: &str) -> Timestamp {
    let due = machine.ends("due --output json", Exit::Done).json();
    due["certificates"][0][field].as_str().unwrap().parse().unwrap()
}

/// Moves the time of the endpoint to an hour after the certificate is due. Runs of the program have to be told.
pub(super) fn let_it_be_due<'a>(machine: &'a Machine, endpoint: &Handle) -> impl Fn(&str) -> Run + 'a {
    let due = time(machine, "due") + SignedDuration::from_hours(1);
    endpoint.clock().advance(due.duration_since(Timestamp::now()).unsigned_abs());
    move |line| machine.run(line).env("CLOUDCERT_NOW", &due.to_string())
}

#[test]
fn every_way_issues_and_renews_once_each() {
    for way in Way::ALL {
        let endpoint = endpoint();
        let machine = machine(way, &endpoint, "renew = { auto = true }");
        let before = paid(&endpoint);
        machine.ends("issue www", Exit::Unconfirmed);
        assert_eq!(paid(&endpoint), before, "{way:?}");
        let done = machine.ends("issue www --yes --output json", Exit::Done).json();
        assert_eq!(done["certificates"][0]["outcome"], "renewed", "{way:?} {done}");
        let first = paid(&endpoint);
        assert_eq!(way.orders(&endpoint), 1, "{way:?}");
        assert_eq!(first.iter().zip(before).filter(|(after, before)| *after > before).count(), 1, "{way:?} {first:?}");
        let key = machine.stored("privkey.pem");
        for line in ["renew", "resume www", "fetch www", "order verify", "order find-out www"] {
            machine.ends(line, Exit::Done);
        }
        assert_eq!(paid(&endpoint), first, "{way:?}");

        let end = time(&machine, "not_after");
        let run = let_it_be_due(&machine, &endpoint);
        let done = run("renew --output json").ends(Exit::Done).json();
        assert_eq!(done["certificates"][0]["outcome"], "renewed", "{way:?} {done}");
        assert_eq!(way.orders(&endpoint), 2, "{way:?}");
        assert!(time(&machine, "not_after") > end, "{way:?}");
        assert_ne!(machine.stored("privkey.pem"), key, "{way:?}: a renewal has a key of its own");
        run("renew").ends(Exit::Done);
        assert_eq!(way.orders(&endpoint), 2, "{way:?}");
    }
}

#[test]
fn every_way_revokes_or_says_that_it_cannot() {
    for way in Way::ALL {
        let endpoint = endpoint();
        let machine = machine(way, &endpoint, "renew = { auto = true }");
        machine.ends("revoke www --reason test --yes", Exit::Unconfirmed).says("cloudcert issue");
        machine.ends("issue www --yes", Exit::Done);
        machine.ends("revoke www --reason test", Exit::Unconfirmed).says("--yes");
        let revoked = || super::called(&endpoint).iter().filter(|action| *action == way.revocation()).count();
        assert_eq!(revoked(), 0, "{way:?}");
        if way == Way::Old {
            machine.ends("revoke www --reason test --yes", Exit::Refused).says("next: Revoke it in the console.");
            machine.ends("renew", Exit::Done);
            continue;
        }
        machine.ends("revoke www --reason test --yes", Exit::Done);
        machine.ends("revoke www --reason test --yes", Exit::Done);
        assert_eq!(revoked(), 1, "{way:?}");
        assert!(machine.ends("order show www", Exit::Done).out.contains("revoked"), "{way:?}");
        let due = machine.ends("due --output json", Exit::Done).json();
        assert_eq!(due["certificates"][0]["is_due"], true, "{way:?} {due}");
        // A certificate that was revoked is due, and the limit of one order a day holds for it too.
        machine.ends("renew", Exit::Unconfirmed);
        assert_eq!(way.orders(&endpoint), 1, "{way:?}");
    }
}

#[test]
fn every_way_goes_on_after_a_cancellation() {
    for way in Way::ALL {
        let endpoint = slow();
        let machine = machine(way, &endpoint, "");
        machine.ends("cancel www --yes", Exit::Unconfirmed).says("cloudcert issue");
        machine.ends("issue www --yes --no-wait", Exit::Waiting);
        machine.ends("cancel www", Exit::Unconfirmed).says("--yes");
        if way == Way::Old {
            // The order was paid for: a refused cancellation must not keep its certificate away.
            machine.ends("cancel www --yes", Exit::Refused).says("next: Withdraw it in the console.");
            machine.ends("resume www", Exit::Done);
            machine.stored("fullchain.pem");
            assert_eq!(way.orders(&endpoint), 1);
            continue;
        }
        machine.ends("cancel www --yes", Exit::Done);
        machine.ends("cancel www --yes", Exit::Invalid).says("next: ");
        let listed = machine.ends("order list www --output json", Exit::Done).json();
        assert_eq!(listed["orders"][0]["status"], "cancelled", "{way:?} {listed}");
        let done = machine.run("renew").done();
        assert_eq!(done.code, Some(i32::from(Exit::Refused.code())), "{way:?} {}", done.all());
        machine.ends("issue www --replace --yes", Exit::Done);
        assert_eq!(way.orders(&endpoint), 2, "{way:?}");
    }
}
