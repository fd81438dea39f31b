//! The process that dies: one run of one order, as the program does it.

use cloudcert::{Config, Credentials, Environment, Sleep};
use cloudcert_orders::base::watch::{Watch, Watched};
use cloudcert_orders::cloud::Cloud;
use cloudcert_orders::cloud::cas_instance::CasInstance;
use cloudcert_orders::cloud::cas_package::CasPackage;
use cloudcert_orders::cloud::cas2018::Cas2018;
use cloudcert_orders::cloud::fence::Fence;
use cloudcert_orders::cloud::kcm::Kcm;
use cloudcert_orders::cloud::plan::{Contact, KeySource, Organization, Plan};
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::flow::order::{Desk, Order};
use cloudcert_orders::flow::report::{Ended, Silent};
use cloudcert_orders::journal::event::{End, Purpose};
use cloudcert_orders::journal::{Journal, SqliteJournal};
use cloudcert_orders::keys::KeyKind;
use cloudcert_orders::proof::manual::Manual;
use cloudcert_orders::store::{Access, Store, SystemDisk};
use cloudcert_orders::{Failure, Kind};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The variable that makes this binary a child, with its job as JSON.
pub(crate) const JOB: &str = "CLOUDCERT_CRASH_JOB";

/// One run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) flow: Flow,
    pub(crate) endpoint: String,
    pub(crate) folder: PathBuf,
    /// At which point the process is killed.
    pub(crate) crash_at: Option<u64>,
    /// Whether the order is closed already and its certificate is revoked.
    pub(crate) revoke: bool,
}

/// A way of ordering.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Flow {
    Package,
    Instance,
    Old,
    Kcm,
}

impl Flow {
    pub(crate) const ALL: [Self; 4] = [Self::Package, Self::Instance, Self::Old, Self::Kcm];

    fn api(self) -> &'static str {
        match self {
            Self::Package => CasPackage::API,
            Self::Instance => CasInstance::API,
            Self::Old => Cas2018::API,
            Self::Kcm => Kcm::API,
        }
    }

    /// The access key that a local endpoint has.
    fn key_id(self) -> &'static str {
        if self == Self::Kcm { "AKLTtestid" } else { "testid" }
    }

    fn cloud(self, session: Session) -> Result<Box<dyn Cloud>, Failure> {
        Ok(match self {
            Self::Package => Box::new(CasPackage::new(session)?),
            Self::Instance => Box::new(CasInstance::new(session)?),
            Self::Old => Box::new(Cas2018::new(session)?),
            Self::Kcm => Box::new(Kcm::new(session)?),
        })
    }
}

/// What a run ends with, on standard output.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// The exit code of the program.
    pub(crate) exit: u8,
    /// How many points it passed.
    pub(crate) points: u64,
    /// For people.
    pub(crate) message: String,
}

/// Kills the process at a point. Counts them otherwise.
#[derive(Debug)]
struct Killer {
    passed: AtomicU64,
    crash_at: Option<u64>,
    names: bool,
}

impl Watch for Killer {
    fn reach(&self, point: &str) {
        let number = self.passed.fetch_add(1, Ordering::SeqCst) + 1;
        if self.names {
            eprintln!("{number} {point}");
        }
        if Some(number) == self.crash_at {
            let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
            std::thread::sleep(Duration::from_secs(60));
        }
    }
}

/// Time that passes at once when the client sleeps: probes wait for seconds.
#[derive(Debug)]
struct Fast {
    start: Instant,
    slept: Arc<AtomicU64>,
}

impl Environment for Fast {
    fn now(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }

    fn elapsed(&self) -> Duration {
        self.start.elapsed() + Duration::from_millis(self.slept.load(Ordering::SeqCst))
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes)?;
        Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        self.slept.fetch_add(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX) + 1, Ordering::SeqCst);
        Box::pin(std::future::ready(()))
    }
}

/// Does the job of the environment.
pub(crate) fn main(job: &str) {
    let job: Job = serde_json::from_str(job).unwrap();
    let killer = Arc::new(Killer {
        passed: AtomicU64::new(0),
        crash_at: job.crash_at,
        names: std::env::var_os("CLOUDCERT_CRASH_NAMES").is_some(),
    });
    let watch = Watched::by(killer.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ended = runtime.block_on(run(&job, &watch)).unwrap_or_else(Ended::Stopped);
    let points = killer.passed.load(Ordering::SeqCst);
    println!("{}", serde_json::to_string(&Outcome { exit: exit(&ended), points, message: ended.to_string() }).unwrap());
}

async fn run(job: &Job, watch: &Watched) -> Result<Ended, Failure> {
    let environment = Fast { start: Instant::now(), slept: Arc::default() };
    let config = Config::new(Credentials::new(job.flow.key_id(), "testsecret"))
        .endpoint(&job.endpoint)
        .dangerous_allow_http()
        .environment(environment);
    let fence = Fence::new(watch.clone());
    let session = Session::open(job.flow.api(), config, fence, "100".to_owned(), None).await?;
    let cloud = job.flow.cloud(session)?;
    let journal = SqliteJournal::open(&job.folder).await?;
    let store = Store::with(&job.folder, Arc::new(SystemDisk), watch.clone())?;
    work(job, watch, cloud.as_ref(), &journal, &store).await
}

async fn work(
    job: &Job,
    watch: &Watched,
    cloud: &dyn Cloud,
    journal: &dyn Journal,
    store: &Store,
) -> Result<Ended, Failure> {
    let desk = Desk {
        journal,
        cloud,
        solver: &Manual,
        store,
        access: Access::default(),
        folder: job.folder.clone(),
        targets: &[],
        listener: &Silent,
        watch: watch.clone(),
        interval: Duration::from_millis(1),
        probes: None,
        until: Instant::now() + Duration::from_secs(5),
    };
    let plan = plan(job.flow);
    let mut order = match Order::resume(&desk, &plan).await? {
        Some(order) => order,
        None => Order::open(&desk, &plan, Purpose::Issue).await?,
    };
    let ended = order.advance().await;
    if job.revoke && ended == Ended::Closed(End::Done) {
        order.revoke("a test").await?;
    }
    Ok(ended)
}

fn plan(flow: Flow) -> Plan {
    let text = |text: &str| Some(text.to_owned());
    Plan {
        name: "www".parse().unwrap(),
        names: vec!["www.example.com".to_owned()],
        product: match flow {
            Flow::Kcm => text("SECDV01"),
            _ => text("geotrust-dv-1-starter"),
        },
        instance: None,
        key: if flow == Flow::Old { KeySource::Service } else { KeySource::Own(KeyKind::EcP256) },
        by_file: false,
        contact: Contact {
            name: "Li Lei".to_owned(),
            email: "ops@example.com".to_owned(),
            phone: "13800000000".to_owned(),
        },
        organization: Organization {
            company: if flow == Flow::Kcm { text("Example Ltd") } else { None },
            province: text("Beijing"),
            city: text("Beijing"),
            address: text("1 Example Road"),
            postal_code: text("100000"),
            ..Organization::default()
        },
        project: None,
        revoke_letter: None,
    }
}

/// The exit code that the program has for it.
fn exit(ended: &Ended) -> u8 {
    match ended {
        Ended::Closed(End::Done) => 0,
        Ended::Closed(_) => 5,
        Ended::Stopped(failure) => match failure.kind() {
            Kind::Invalid => 3,
            Kind::Unconfigured => 4,
            Kind::Refused => 5,
            Kind::NotNow => 6,
            Kind::Unknown => 7,
            Kind::Waiting => 8,
            Kind::Busy => 9,
            Kind::Forbidden => 10,
            Kind::Outstanding => 11,
            _ => 1,
        },
    }
}
