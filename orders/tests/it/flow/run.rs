//! Whole orders at a local endpoint, with a journal that watches or fails.

use crate::fast::Fast;
use cloudcert::{Config, Credentials};
use cloudcert_emulator::{Emulator, Fault, Handle, Rule};
use cloudcert_orders::base::machine::Since;
use cloudcert_orders::base::task::Task;
use cloudcert_orders::base::watch::{Watch, Watched};
use cloudcert_orders::cloud::cas_package::CasPackage;
use cloudcert_orders::cloud::fence::{Fence, Scope};
use cloudcert_orders::cloud::plan::{Contact, KeySource, Organization, Plan};
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::flow::order::{Desk, Order};
use cloudcert_orders::flow::report::{Ended, Silent};
use cloudcert_orders::journal::event::{End, Event, Purpose, Recorded};
use cloudcert_orders::journal::{Journal, Lock, LockName, SqliteJournal};
use cloudcert_orders::keys::KeyKind;
use cloudcert_orders::proof::check::Settings;
use cloudcert_orders::proof::manual::Manual;
use cloudcert_orders::store::{Access, Store, SystemDisk};
use cloudcert_orders::{Failure, Kind, OrderKey, Text};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

pub(crate) const ORDER: &str = "CreateCertificateWithCsrRequest";

pub(crate) fn plan() -> Plan {
    let [name, email, phone] = ["Li Lei", "ops@example.com", "13800000000"].map(str::to_owned);
    Plan {
        name: "www".parse().unwrap(),
        names: vec!["www.example.com".to_owned()],
        product: Some("geotrust-dv-1-starter".to_owned()),
        instance: None,
        key: KeySource::Own(KeyKind::EcP256),
        by_file: false,
        contact: Contact { name, email, phone },
        organization: Organization::default(),
        project: None,
        bill_type: None,
        shared: false,
        extends: false,
        revoke_letter: None,
    }
}

pub(crate) fn emulator() -> Emulator {
    Emulator::new().polls_until_verified(1)
}

pub(crate) async fn session(endpoint: &Handle, watch: &Watched) -> Session {
    let config = Config::new(Credentials::new("testid", "testsecret"))
        .endpoint(endpoint.url())
        .dangerous_allow_http()
        .environment(Fast::new(None));
    Session::open(CasPackage::API, config, Fence::new(watch.clone()), "100".to_owned(), None).await.unwrap()
}

/// One run, as the program does it.
pub(crate) async fn run(
    endpoint: &Handle,
    journal: &dyn Journal,
    folder: &Path,
    watch: &Watched,
) -> Result<Ended, Failure> {
    run_plan(&plan(), endpoint, journal, folder, watch).await
}

/// One run of a plan.
pub(crate) async fn run_plan(
    plan: &Plan,
    endpoint: &Handle,
    journal: &dyn Journal,
    folder: &Path,
    watch: &Watched,
) -> Result<Ended, Failure> {
    let cloud = CasPackage::new(session(endpoint, watch).await).unwrap();
    let store = Store::with(folder, Arc::new(SystemDisk), watch.clone()).unwrap();
    let desk = Desk {
        journal,
        cloud: &cloud,
        solver: &Manual,
        dns: Settings::off(),
        store: &store,
        access: Access::default(),
        folder: folder.to_owned(),
        targets: &[],
        listener: &Silent,
        watch: watch.clone(),
        interval: Duration::from_millis(1),
        probes: None,
        now: None,
        until: Instant::now() + Duration::from_secs(20),
    };
    let mut order = match Order::resume(&desk, plan).await? {
        Some(order) => order,
        None => Order::open(&desk, plan, Purpose::Issue).await?,
    };
    Ok(order.advance().await)
}

pub(crate) fn orders(endpoint: &Handle) -> u64 {
    endpoint.state()["services"]["aliyun-cas-2020-04-07"]["orders"]["total"].as_u64().unwrap()
}

/// Looks into the journal, by a connection of its own, before the order leaves.
struct Announced {
    folder: PathBuf,
    seen: AtomicUsize,
}

impl Watch for Announced {
    fn reach(&self, point: &str) {
        if point != format!("before call {ORDER}") {
            return;
        }
        let folder = self.folder.clone();
        let last = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let journal = SqliteJournal::open(folder).await.unwrap();
                let events = journal.events(&"www/1".parse().unwrap()).await.unwrap();
                events.last().unwrap().event.clone()
            })
        });
        assert!(matches!(last.join().unwrap(), Event::Sending { action, .. } if action == ORDER));
        self.seen.fetch_add(1, Ordering::SeqCst);
    }
}

#[tokio::test]
async fn the_announcement_is_committed_before_every_attempt_of_an_order() {
    let endpoint = emulator().serve().await.unwrap();
    endpoint.inject(Rule::new(Fault::Throttle { retry_after_ms: Some(1) }).action(ORDER).times(2)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(folder.path()).await.unwrap();
    let watch = Arc::new(Announced { folder: folder.path().into(), seen: AtomicUsize::new(0) });
    let ended = run(&endpoint, &journal, folder.path(), &Watched::by(watch.clone())).await.unwrap();
    assert_eq!(ended, Ended::Closed(End::Done));
    assert_eq!((watch.seen.load(Ordering::SeqCst), orders(&endpoint)), (3, 1));
}

/// A journal that fails once: before the commit, or after it, as when the connection ends in between.
#[derive(Debug)]
pub(crate) struct Failing<'a> {
    journal: &'a SqliteJournal,
    at: u64,
    commits: bool,
    appended: AtomicU64,
}

impl<'a> Failing<'a> {
    /// Fails at the event with this number.
    pub(crate) fn new(journal: &'a SqliteJournal, at: u64, commits: bool) -> Self {
        Self { journal, at, commits, appended: AtomicU64::new(0) }
    }
}

impl Journal for Failing<'_> {
    fn append<'a>(&'a self, order: &'a OrderKey, after: u64, event: &'a Event) -> Task<'a, Recorded> {
        Box::pin(async move {
            let fails = self.appended.fetch_add(1, Ordering::SeqCst) + 1 == self.at;
            if !fails {
                return self.journal.append(order, after, event).await;
            }
            if self.commits {
                self.journal.append(order, after, event).await?;
            }
            Err(Failure::new(Kind::Failed, Text::quote("no space left on the device")))
        })
    }

    fn events<'a>(&'a self, order: &'a OrderKey) -> Task<'a, Vec<Recorded>> {
        self.journal.events(order)
    }

    fn orders(&self) -> Task<'_, Vec<OrderKey>> {
        self.journal.orders()
    }

    fn lock<'a>(&'a self, name: &'a LockName) -> Task<'a, Box<dyn Lock>> {
        self.journal.lock(name)
    }

    fn verify(&self) -> Task<'_, ()> {
        self.journal.verify()
    }

    fn older_copy(&self) -> Task<'_, Option<Text>> {
        self.journal.older_copy()
    }

    fn accept(&self) -> Task<'_, ()> {
        self.journal.accept()
    }

    fn takeover(&self) -> Duration {
        self.journal.takeover()
    }
}

/// Whatever event cannot be committed: nothing is sent that was not announced, and the next run ends with one order.
#[tokio::test]
async fn an_event_that_is_not_committed_never_buys_twice() {
    let whole = {
        let (endpoint, folder) = (emulator().serve().await.unwrap(), tempfile::tempdir().unwrap());
        let journal = SqliteJournal::open(folder.path()).await.unwrap();
        run(&endpoint, &journal, folder.path(), &Watched::default()).await.unwrap();
        journal.events(&"www/1".parse().unwrap()).await.unwrap().len() as u64
    };
    for (at, commits) in (1..=whole).flat_map(|at| [(at, false), (at, true)]) {
        let (endpoint, folder) = (emulator().serve().await.unwrap(), tempfile::tempdir().unwrap());
        let journal = SqliteJournal::open(folder.path()).await.unwrap();
        let failing = Failing::new(&journal, at, commits);
        let first = run(&endpoint, &failing, folder.path(), &Watched::default()).await;
        let failed = first.map_or(true, |ended| matches!(ended, Ended::Stopped(_)));
        assert!(failed, "event {at} was not committed, and the run went on");
        let announced = journal.events(&"www/1".parse().unwrap()).await.unwrap();
        let is_sending = |recorded: &Recorded| matches!(recorded.event, Event::Sending { .. });
        assert!(orders(&endpoint) == 0 || announced.iter().any(is_sending), "event {at}");
        let ended = run(&endpoint, &journal, folder.path(), &Watched::default()).await.unwrap();
        assert_eq!((ended, orders(&endpoint)), (Ended::Closed(End::Done), 1), "event {at}, committed: {commits}");
    }
}

#[tokio::test]
async fn another_account_or_endpoint_orders_nothing() {
    let (endpoint, other) = (emulator().serve().await.unwrap(), emulator().serve().await.unwrap());
    let folder = tempfile::tempdir().unwrap();
    let journal = SqliteJournal::open(folder.path()).await.unwrap();
    run(&endpoint, &journal, folder.path(), &Watched::default()).await.unwrap();
    let refused = run(&other, &journal, folder.path(), &Watched::default()).await.unwrap_err();
    assert_eq!((refused.kind(), orders(&other)), (Kind::Unconfigured, 0), "{refused}");
    assert!(refused.to_string().contains(other.url()), "{refused}");
}

#[derive(Debug)]
struct Lost(bool);

impl Lock for Lost {
    fn held(&self) -> bool {
        self.0
    }

    fn confirm(&self) -> Task<'_, ()> {
        Box::pin(std::future::ready(Ok(())))
    }
}

/// What passes the fence: nothing that costs without an announcement, of another action, under a lost lock, or too late.
#[tokio::test]
async fn the_fence_lets_nothing_out_that_was_not_announced() {
    let endpoint = emulator().serve().await.unwrap();
    let session = session(&endpoint, &Watched::default()).await;
    let order = || {
        let operation = session.client.operation("CreateCertificateRequest").unwrap();
        let request = operation.request(&serde_json::json!({
            "Domain": "www.example.com", "ProductCode": "geotrust-dv-1-starter", "ValidateType": "DNS",
            "Username": "Li Lei", "Email": "ops@example.com", "Phone": "13800000000",
        }));
        session.client.send(&request.unwrap())
    };
    let action = || Scope::Action("CreateCertificateRequest".to_owned());
    let held = || -> Vec<Arc<dyn Lock>> { vec![Arc::new(Lost(true))] };
    let said = |error: cloudcert::Error| std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();

    assert!(said(order().await.unwrap_err()).contains("was not announced"));
    let other = session.fence.allow(Scope::Action("ApplyCertificate".to_owned()), held(), Since::now());
    assert!(said(order().await.unwrap_err()).contains("another call was announced"));
    drop(other);
    let free = session.fence.allow(Scope::Free, held(), Since::now());
    assert!(said(order().await.unwrap_err()).contains("another call was announced"), "an order is never free");
    drop(free);
    let lost = session.fence.allow(action(), vec![Arc::new(Lost(true)), Arc::new(Lost(false))], Since::now());
    assert!(said(order().await.unwrap_err()).contains("the lock of the journal was lost"));
    drop(lost);
    drop(session.fence.allow(action(), held(), Since::now()));
    assert!(said(order().await.unwrap_err()).contains("was not announced"), "an announcement ends");
    assert_eq!(orders(&endpoint), 0);

    let allowed = session.fence.allow(action(), held(), Since::now());
    order().await.unwrap();
    drop(allowed);
    assert_eq!(orders(&endpoint), 1);
}
