//! Runs over certificates at a local endpoint whose clock moves, and what follows them.

mod again;
mod notify;

mod extend;

use crate::fast::Fast;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{Config, Credentials, aliyun_cas::v2020_04_07 as cas};
use cloudcert_emulator::{Emulator, Handle};
use cloudcert_orders::base::task::Task;
use cloudcert_orders::base::watch::Watched;
use cloudcert_orders::cloud::Cloud;
use cloudcert_orders::cloud::cas_package::CasPackage;
use cloudcert_orders::cloud::fence::Fence;
use cloudcert_orders::cloud::kcm::Kcm;
use cloudcert_orders::cloud::plan::{Contact, KeySource, Organization, Plan};
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::due::Before;
use cloudcert_orders::flow::order::Desk;
use cloudcert_orders::flow::report::Silent;
use cloudcert_orders::journal::SqliteJournal;
use cloudcert_orders::keys::KeyKind;
use cloudcert_orders::proof::check::Settings;
use cloudcert_orders::proof::manual::Manual;
use cloudcert_orders::renew::report::{Line, Outcome};
use cloudcert_orders::renew::{Rules, Wish, certificate};
use cloudcert_orders::store::{Access, Store, Stored};
use cloudcert_orders::target::Target;
use cloudcert_orders::{Failure, Kind, Text};
use jiff::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

const DAY: u64 = 86_400;

struct Machine {
    endpoint: Handle,
    folder: tempfile::TempDir,
    journal: SqliteJournal,
    cloud: Box<dyn Cloud>,
    plan: Plan,
    targets: Vec<Box<dyn Target>>,
    rules: Rules,
}

impl Machine {
    async fn new(is_kcm: bool) -> Self {
        let endpoint = Emulator::new().polls_until_verified(1).serve().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let journal = SqliteJournal::open(folder.path()).await.unwrap();
        let api = if is_kcm { Kcm::API } else { CasPackage::API };
        let config = config(&endpoint, is_kcm).environment(Fast::new(None));
        let fence = Fence::new(Watched::default());
        let session = Session::open(api, config, fence, "100".to_owned(), None).await.unwrap();
        let cloud: Box<dyn Cloud> =
            if is_kcm { Box::new(Kcm::new(session).unwrap()) } else { Box::new(CasPackage::new(session).unwrap()) };
        let rules = Rules { before: Before::Third, auto: true, orders_per_day: 10 };
        Self { endpoint, folder, journal, cloud, plan: plan(is_kcm), targets: Vec::new(), rules }
    }

    async fn run(&self, wish: Wish) -> Line {
        let now = self.now();
        self.at_desk(async |desk| certificate(desk, &self.plan, &self.rules, wish, now).await).await
    }

    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.endpoint.clock().now()).unwrap()
    }

    async fn at_desk<T>(&self, work: impl AsyncFnOnce(&Desk<'_>) -> T) -> T {
        let store = Store::open(self.folder.path()).unwrap();
        let desk = Desk {
            journal: &self.journal,
            cloud: self.cloud.as_ref(),
            solver: &Manual,
            dns: Settings::off(),
            store: &store,
            access: Access::default(),
            folder: self.folder.path().to_owned(),
            targets: &self.targets,
            listener: &Silent,
            watch: Watched::default(),
            interval: Duration::from_millis(1),
            probes: None,
            now: Some(self.now()),
            until: Instant::now() + Duration::from_secs(20),
        };
        work(&desk).await
    }

    /// A run that must stop, and why.
    async fn stopped(&self, wish: Wish) -> (Kind, String) {
        match self.run(wish).await.outcome {
            Outcome::Stopped { kind, message, .. } => (kind, message.to_string()),
            other => panic!("it did not stop: {other:?}"),
        }
    }

    /// KCM does not show an order at once, and its clock goes slower than that of the client: as a timer, it comes again.
    async fn issue(&self) {
        for _ in 0..50 {
            let outcome = self.run(Wish::Replace).await.outcome;
            if outcome == Outcome::Renewed {
                return;
            }
            let resumed = self.run(Wish::Resume).await.outcome;
            if [Outcome::Renewed, Outcome::Nothing].contains(&resumed) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        panic!("it was not issued");
    }

    fn orders(&self) -> u64 {
        let state = self.endpoint.state();
        let services = &state["services"];
        let cas = services["aliyun-cas-2020-04-07"]["orders"]["total"].as_u64().unwrap();
        cas + services["ksyun-kcm-2016-03-04"]["certificates"]["total"].as_u64().unwrap()
    }

    fn pass(&self, days: u64) {
        self.endpoint.clock().advance(Duration::from_secs(days * DAY));
    }
}

fn config(endpoint: &Handle, is_kcm: bool) -> Config {
    let id = if is_kcm { "AKLTtestid" } else { "testid" };
    Config::new(Credentials::new(id, "testsecret")).endpoint(endpoint.url()).dangerous_allow_http()
}

fn plan(is_kcm: bool) -> Plan {
    let text = |text: &str| Some(text.to_owned());
    let [name, email, phone] = ["Li Lei", "ops@example.com", "13800000000"].map(str::to_owned);
    Plan {
        name: "www".parse().unwrap(),
        names: vec!["www.example.com".to_owned()],
        product: text(if is_kcm { "SECDV01" } else { "geotrust-dv-1-starter" }),
        instance: None,
        key: KeySource::Own(KeyKind::EcP256),
        by_file: false,
        contact: Contact { name, email, phone },
        organization: Organization {
            company: is_kcm.then(|| "Example Ltd".to_owned()),
            province: text("Beijing"),
            city: text("Beijing"),
            address: text("1 Example Road"),
            postal_code: text("100000"),
            ..Organization::default()
        },
        project: None,
        bill_type: None,
        shared: false,
        extends: false,
        revoke_letter: None,
    }
}

#[tokio::test]
async fn a_certificate_is_renewed_when_it_is_due_and_not_before() {
    let machine = Machine::new(false).await;
    machine.issue().await;
    let first = machine.run(Wish::Renew).await;
    assert_eq!((first.outcome, machine.orders()), (Outcome::Nothing, 1));
    assert_eq!(machine.run(Wish::Resume).await.due, first.due);
    let due = first.due.unwrap();
    assert!(due < first.not_after.unwrap());
    machine.pass(u64::try_from((due.as_second() - machine.endpoint.clock().now()) / 86_400).unwrap() + 1);
    let second = machine.run(Wish::Renew).await;
    assert_eq!((second.outcome, machine.orders()), (Outcome::Renewed, 2));
    assert!(second.not_after > first.not_after && second.fingerprint != first.fingerprint);
    assert!(second.due > first.not_after, "of the certificate that was replaced: {:?}", second.due);
    assert_eq!(machine.run(Wish::Renew).await.due, second.due);
    let stored = Store::open(machine.folder.path()).unwrap().current(&machine.plan.name).unwrap().unwrap();
    assert_eq!((Some(stored.fingerprint), stored.order.cycle), (second.fingerprint, 2));
    assert_eq!((machine.run(Wish::Renew).await.outcome, machine.orders()), (Outcome::Nothing, 2));
}

#[tokio::test]
async fn a_run_orders_only_what_the_configuration_lets_it_order() {
    let mut machine = Machine::new(false).await;
    let (kind, why) = machine.stopped(Wish::Renew).await;
    assert_eq!((kind, machine.orders()), (Kind::Forbidden, 0), "{why}");
    machine.issue().await;
    machine.pass(300);
    machine.rules.auto = false;
    assert_eq!(machine.stopped(Wish::Renew).await.0, Kind::Forbidden);
    (machine.rules.auto, machine.rules.orders_per_day) = (true, 0);
    assert_eq!(machine.stopped(Wish::Renew).await.0, Kind::Forbidden);
    assert_eq!(machine.run(Wish::Resume).await.outcome, Outcome::Nothing);
    assert_eq!(machine.orders(), 1);
}

/// Somebody else has ordered for the same name: the journal may be an older copy.
#[tokio::test]
async fn an_order_that_the_journal_does_not_know_stops_a_renewal() {
    let machine = Machine::new(false).await;
    machine.issue().await;
    machine.pass(300);
    let client = cas::Client::new(config(&machine.endpoint, false)).unwrap();
    let other = client.create_certificate_request().product_code("geotrust-dv-1-starter").domain("www.example.com");
    let other = other.username("Li Lei").email("ops@example.com").phone("13800000000").validate_type("DNS");
    let id = other.send().await.unwrap().order_id.to_string();
    let (kind, why) = machine.stopped(Wish::Renew).await;
    assert!(kind == Kind::Unknown && why.contains(&id), "{why}");
    assert_eq!(machine.orders(), 2, "that of the person, and the first one");
}

/// A state that was lost, as in a container without a volume: the same command orders nothing again.
#[tokio::test]
async fn a_first_order_beside_one_that_the_journal_does_not_know_is_refused() {
    let mut machine = Machine::new(false).await;
    machine.issue().await;
    machine.folder = tempfile::tempdir().unwrap();
    machine.journal = SqliteJournal::open(machine.folder.path()).await.unwrap();
    let (kind, why) = machine.stopped(Wish::Issue).await;
    assert!(kind == Kind::Forbidden && machine.orders() == 1, "{why}");
    assert_eq!((machine.run(Wish::Replace).await.outcome, machine.orders()), (Outcome::Renewed, 2));
}

/// The service issues anew inside an order: that is taken, and nothing is ordered.
#[tokio::test]
async fn what_was_issued_anew_inside_an_order_is_adopted() {
    let machine = Machine::new(true).await;
    machine.issue().await;
    let first = machine.run(Wish::Renew).await;
    machine.pass(300);
    let client = kcm::Client::new(config(&machine.endpoint, true)).unwrap();
    let id = first.ids.get("CertificateId").unwrap();
    client.reissue_certificate().certificate_id(id.as_str()).send().await.unwrap();
    client.get_certificate_detail().certificate_id(id.as_str()).send().await.unwrap();
    let mut adopted = machine.run(Wish::Renew).await;
    if adopted.outcome.kind().is_some() {
        adopted = machine.run(Wish::Renew).await;
    }
    assert_eq!((&adopted.outcome, machine.orders()), (&Outcome::Adopted, 1));
    assert!(adopted.not_after > first.not_after);
    assert_eq!((machine.run(Wish::Renew).await.outcome, machine.orders()), (Outcome::Nothing, 1));
}

/// A target that fails twice.
#[derive(Debug)]
struct Flaky(Arc<AtomicU32>);

impl Target for Flaky {
    fn name(&self) -> &'static str {
        "flaky"
    }

    fn deploy<'a>(&'a self, _: &'a Stored, _: Option<&'a Value>) -> Task<'a, Value> {
        let tries = self.0.fetch_add(1, Ordering::SeqCst) + 1;
        let done = if tries > 2 {
            Ok(json!({ "tries": tries }))
        } else {
            Err(Failure::new(Kind::Failed, Text::quote("no route")))
        };
        Box::pin(std::future::ready(done))
    }
}

#[tokio::test]
async fn a_failed_deployment_is_tried_in_every_run_and_no_longer_once_it_has_succeeded() {
    let mut machine = Machine::new(false).await;
    let tries = Arc::new(AtomicU32::new(0));
    machine.targets.push(Box::new(Flaky(tries.clone())));
    for wish in [Wish::Replace, Wish::Renew] {
        let (kind, why) = machine.stopped(wish).await;
        assert!(kind == Kind::Outstanding && why.contains("flaky: no route"), "{why}");
    }
    for _ in 0..2 {
        assert_eq!(machine.run(Wish::Renew).await.outcome, Outcome::Nothing);
    }
    assert_eq!((tries.load(Ordering::SeqCst), machine.orders()), (3, 1));
}
