//! The process that dies: one run of one order, as the program does it.

use super::fast::Fast;
use cloudcert::{Config, Credentials};
use cloudcert_orders::base::watch::{Watch, Watched};
use cloudcert_orders::cloud::Cloud;
use cloudcert_orders::cloud::cas_instance::CasInstance;
use cloudcert_orders::cloud::cas_package::CasPackage;
use cloudcert_orders::cloud::cas2018::Cas2018;
use cloudcert_orders::cloud::fence::{Fence, OPERATION};
use cloudcert_orders::cloud::kcm::Kcm;
use cloudcert_orders::cloud::plan::{Contact, KeySource, Organization, Plan};
use cloudcert_orders::cloud::session::Session;
use cloudcert_orders::flow::order::{Desk, Order};
use cloudcert_orders::flow::report::{Ended, Silent};
use cloudcert_orders::journal::event::{self, Purpose};
use cloudcert_orders::journal::{Journal, PostgresJournal, SqliteJournal};
use cloudcert_orders::keys::KeyKind;
use cloudcert_orders::proof::check::Settings;
use cloudcert_orders::proof::manual::Manual;
use cloudcert_orders::store::{Access, Store, SystemDisk};
use cloudcert_orders::{Failure, Kind, Text};
use rustix::process::{Signal, getpid, kill_process};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The variable that makes this binary a child, with its job as JSON.
pub(crate) const JOB: &str = "CLOUDCERT_CRASH_JOB";

/// One run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) flow: Flow,
    pub(crate) task: Task,
    /// The name of the certificate, and the host of its only domain.
    pub(crate) name: String,
    pub(crate) account: String,
    pub(crate) endpoint: String,
    pub(crate) folder: PathBuf,
    /// The connection string of a database; `None` for the file in the folder.
    pub(crate) database: Option<String>,
    pub(crate) end: End,
    /// How many times as fast as the clock the time of the client passes when it sleeps. `None`: all of it at once.
    pub(crate) pace: Option<u32>,
}

/// What a run does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Task {
    /// Goes on with the order, or opens the first one.
    Issue,
    /// Goes on with what was begun, and opens nothing.
    Resume,
    /// As `Issue`, and then revokes the certificate.
    Revoke,
    /// As `Issue`, and then orders a second certificate in place of the first.
    Replace,
    /// As `Issue`, and then cancels what is not issued yet.
    Cancel,
    /// As `Issue`, and then renews the certificate by extending it.
    Extend,
}

/// How a run is ended from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum End {
    /// It is not.
    Itself,
    /// It is killed at the point with this number.
    KilledAt(u64),
    /// It is killed when it comes to a point of this name.
    KilledOn(String),
    /// It is stopped when it comes to a point of this name for the first time, and may go on later.
    StoppedOn(String),
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
    end: End,
    stopped: AtomicBool,
    names: bool,
}

impl Killer {
    fn signal(signal: Signal) {
        let _ = kill_process(getpid(), signal);
        if signal == Signal::KILL {
            std::thread::sleep(Duration::from_secs(60));
        }
    }
}

impl Watch for Killer {
    fn reach(&self, point: &str) {
        let number = self.passed.fetch_add(1, Ordering::SeqCst) + 1;
        if self.names {
            eprintln!("{number} {point}");
        }
        match &self.end {
            End::KilledAt(wanted) if *wanted == number => Self::signal(Signal::KILL),
            End::KilledOn(wanted) if wanted == point => Self::signal(Signal::KILL),
            End::StoppedOn(wanted) if wanted == point && !self.stopped.swap(true, Ordering::SeqCst) => {
                Self::signal(Signal::STOP);
            }
            _ => {}
        }
    }
}

/// Does the job of the environment.
pub(crate) fn main(job: &str) {
    let job: Job = serde_json::from_str(job).unwrap();
    let killer = Arc::new(Killer {
        passed: AtomicU64::new(0),
        end: job.end.clone(),
        stopped: AtomicBool::new(false),
        names: std::env::var_os("CLOUDCERT_CRASH_NAMES").is_some(),
    });
    let watch = Watched::by(killer.clone());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let ended = runtime.block_on(run(&job, &watch)).unwrap_or_else(Ended::Stopped);
    let points = killer.passed.load(Ordering::SeqCst);
    println!("{}", serde_json::to_string(&Outcome { exit: exit(&ended), points, message: ended.to_string() }).unwrap());
}

async fn run(job: &Job, watch: &Watched) -> Result<Ended, Failure> {
    // Kingsoft Cloud wants two seconds between an order and what completes it, on the endpoint's clock.
    let mut environment = Fast::new(job.pace);
    if job.flow == Flow::Kcm {
        environment.real = Duration::from_secs(2);
    }
    let config = Config::new(Credentials::new(job.flow.key_id(), "testsecret"))
        .endpoint(&job.endpoint)
        .dangerous_allow_http()
        .environment(environment);
    let mut fence = Fence::new(watch.clone());
    if let Some(pace) = job.pace {
        fence = fence.operation(OPERATION / pace);
    }
    let session = Session::open(job.flow.api(), config, fence, job.account.clone(), None).await?;
    let cloud = job.flow.cloud(session)?;
    let store = Store::with(&job.folder, Arc::new(SystemDisk), watch.clone())?;
    if let Some(database) = &job.database {
        let journal = PostgresJournal::connect(database).await?;
        return work(job, watch, cloud.as_ref(), &journal, &store).await;
    }
    let journal = SqliteJournal::open(&job.folder).await?;
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
        dns: Settings::off(),
        store,
        access: Access::default(),
        folder: job.folder.clone(),
        targets: &[],
        listener: &Silent,
        watch: watch.clone(),
        interval: Duration::from_millis(1),
        probes: None,
        now: None,
        until: Instant::now() + if job.task == Task::Cancel { Duration::ZERO } else { Duration::from_secs(20) },
    };
    let plan = plan(job);
    let mut order = match (Order::resume(&desk, &plan).await?, job.task) {
        (Some(order), _) => order,
        (None, Task::Resume) => return Err(Failure::new(Kind::Forbidden, Text::quote("the journal has no order"))),
        (None, _) => Order::open(&desk, &plan, Purpose::Issue).await?,
    };
    let ended = order.advance().await;
    let second = order.state().key.cycle > 1;
    match (job.task, &ended) {
        (Task::Revoke, Ended::Closed(event::End::Done)) => order.revoke("a test").await.map(|()| ended),
        (Task::Replace, Ended::Closed(event::End::Done)) if !second => {
            drop(order);
            Ok(Order::open(&desk, &plan, Purpose::Issue).await?.advance().await)
        }
        (Task::Extend, Ended::Closed(event::End::Done)) if !second => {
            drop(order);
            Ok(Order::open(&desk, &plan, Purpose::Renew).await?.advance().await)
        }
        (Task::Cancel, Ended::Stopped(failure)) if failure.kind() == Kind::Waiting => {
            order.cancel().await.map(|()| Ended::Closed(event::End::Done))
        }
        _ => Ok(ended),
    }
}

fn plan(job: &Job) -> Plan {
    let flow = job.flow;
    let text = |text: &str| Some(text.to_owned());
    Plan {
        name: job.name.parse().unwrap(),
        names: vec![format!("{}.example.com", job.name)],
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
        bill_type: None,
        shared: false,
        extends: job.task == Task::Extend,
        revoke_letter: None,
    }
}

/// The exit code that the program has for it.
fn exit(ended: &Ended) -> u8 {
    match ended {
        Ended::Closed(event::End::Done) => 0,
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
