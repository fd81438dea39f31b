//! One order, from its opening to its end. A run does what can be done now, writes it down and ends; the next one goes on.

use super::decide::{self, Act};
use super::report::{Ended, Listener};
use super::sight::Looks;
use crate::base::failure::{Failure, Kind};
use crate::base::name::OrderKey;
use crate::base::watch::Watched;
use crate::cloud::Cloud;
use crate::cloud::plan::{KeySource, Plan};
use crate::journal::event::{Event, Ids, Opened, Purpose, Verdict};
use crate::journal::state::State;
use crate::journal::{self, Journal, Lock, LockName};
use crate::keys::{self, Key};
use crate::proof::check::Settings;
use crate::proof::solver::Solver;
use crate::store::{Access, Store};
use crate::target::Target;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What an order is made with.
pub struct Desk<'a> {
    /// The journal.
    pub journal: &'a dyn Journal,
    /// The way of ordering.
    pub cloud: &'a dyn Cloud,
    /// What publishes the proof.
    pub solver: &'a dyn Solver,
    /// How the world is asked whether it sees the proof. What it says is told, and stops nothing.
    pub dns: Settings,
    /// Where certificates are.
    pub store: &'a Store,
    /// Who may read the files of the store.
    pub access: Access,
    /// The folder of the state: private keys are below it, until a certificate is stored.
    pub folder: PathBuf,
    /// Where the certificate is deployed.
    pub targets: &'a [Box<dyn Target>],
    /// Who is told.
    pub listener: &'a dyn Listener,
    /// The points at which tests stop.
    pub watch: Watched,
    /// How long between two questions how far the order is. Default: ten seconds.
    pub interval: Duration,
    /// The time between two probes after a lost response. `None`: that of the SDK.
    pub probes: Option<Duration>,
    /// Now, where it is not the time of this machine: in a rehearsal at a local endpoint whose clock was moved.
    pub now: Option<jiff::Timestamp>,
    /// Until when a run may wait.
    pub until: Instant,
}

impl fmt::Debug for Desk<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk").field("journal", &self.journal).field("cloud", &self.cloud).finish_non_exhaustive()
    }
}

/// An order at work, under the lock of its certificate.
pub struct Order<'a> {
    pub(super) desk: &'a Desk<'a>,
    pub(super) plan: &'a Plan,
    pub(super) state: State,
    pub(super) lock: Arc<dyn Lock>,
    /// Whether this run has submitted already.
    pub(super) submitted: bool,
    /// What this run has seen of the proof.
    pub(super) looks: Looks,
}

impl fmt::Debug for Order<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Order").field("key", &self.state.key).finish_non_exhaustive()
    }
}

impl<'a> Order<'a> {
    /// Opens the next order of a certificate. The one before must be closed.
    ///
    /// # Errors
    ///
    /// If the last one is open, somebody else is at it, or it was not committed.
    pub async fn open(desk: &'a Desk<'a>, plan: &'a Plan, purpose: Purpose) -> Result<Self, Failure> {
        let lock = lock(desk, plan).await?;
        Self::begin(desk, plan, purpose, lock).await
    }

    /// As [`open`](Self::open), if the last order is still the one with this number, or there is none and it is 0. Whoever decided to order saw that one.
    ///
    /// # Errors
    ///
    /// As `open`; of the kind [`Busy`](Kind::Busy) if somebody has ordered meanwhile.
    pub async fn open_after(desk: &'a Desk<'a>, plan: &'a Plan, purpose: Purpose, seen: u32) -> Result<Self, Failure> {
        let lock = lock(desk, plan).await?;
        let newest = last(desk, plan).await?.map_or(0, |last| last.key.cycle);
        if newest != seen {
            let failure =
                Failure::new(Kind::Busy, text!("another process has ordered it meanwhile", "另一进程已在此期间订购"))
                    .at(&plan.name);
            return Err(failure.remedy(text!("Run it again: it takes up that order.", "请再次运行：会继续该订单。")));
        }
        Self::begin(desk, plan, purpose, lock).await
    }

    /// Opens an order of something that the cloud has already, because a person says so. Nothing is ordered. `key` is the private key, unless the service
    /// has it. An open order with the same ids that was taken over before is taken up, and gets the key if it has none.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); if the private key cannot be read or written; of the kind [`Invalid`](Kind::Invalid) if the order that is taken up has another
    /// private key.
    pub async fn adopt_by_person(
        desk: &'a Desk<'a>,
        plan: &'a Plan,
        who: String,
        ids: Ids,
        key: Option<&Path>,
    ) -> Result<Self, Failure> {
        let key = key.map(|path| keys::read(path, &desk.watch)).transpose()?;
        // An older copy of the journal is completed so.
        let lock = take(desk, plan).await?;
        if let Some(state) = last(desk, plan).await?
            && !state.is_closed()
            && state.opened.purpose == Purpose::Adopt
            && state.ids == ids
        {
            desk.cloud.session().fits(&state.opened).map_err(|failure| failure.at(&state.key))?;
            let mut order = Self { desk, plan, state, lock, submitted: false, looks: Looks::default() };
            order.bring(key.as_ref()).await?;
            return Ok(order);
        }
        let mut order = Self::begin(desk, plan, Purpose::Adopt, lock).await?;
        order.bring(key.as_ref()).await?;
        let why = text!("a person has taken over what the service has", "由人工接管云上已有的订单或证书");
        order.record(Event::Resolved { who, verdict: Verdict::Executed, ids, why }).await?;
        Ok(order)
    }

    /// Keeps the private key that a person has for a certificate that is taken over.
    async fn bring(&mut self, key: Option<&Key>) -> Result<(), Failure> {
        let Some(key) = key.filter(|_| self.state.issued.is_none()) else { return Ok(()) };
        let public_key = key.public_sha256();
        if let Some(file) = &self.state.key_file {
            if file.public_key == public_key {
                return Ok(());
            }
            let message = text!("the order has another private key already: {}", "该订单已有另一私钥：{}", file.path);
            return Err(Failure::new(Kind::Invalid, message).at(&self.state.key).remedy(text!(
                "Give it up with `cloudcert order abandon {}`, then adopt again with the right key.",
                "请用 `cloudcert order abandon {}` 放弃，再用正确的私钥接管。",
                self.plan.name
            )));
        }
        let path = keys::path(&self.desk.folder, &self.state.key);
        keys::keep(&path, key.pem().expose(), &self.desk.watch)?;
        self.record(Event::Key { path: path.display().to_string(), public_key, csr: String::new() }).await
    }

    /// Opens an order of something that the cloud has already: by a person, with its ids, or by a run that found a newer certificate in an order of this
    /// journal. Nothing is ordered. `key` is the order whose private key it has.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); if the private key cannot be read.
    pub async fn adopt(desk: &'a Desk<'a>, plan: &'a Plan, key: &State) -> Result<Self, Failure> {
        let lock = lock(desk, plan).await?;
        let mut order = Self::begin(desk, plan, Purpose::Adopt, lock).await?;
        if let Some(file) = &key.key_file {
            let (path, public_key, csr) = (file.path.clone(), file.public_key.clone(), file.csr.clone());
            order.record(Event::Key { path, public_key, csr }).await?;
        }
        let why = text!("the service has issued anew inside the order {}", "服务在订单 {} 内重新签发了证书", key.key);
        let (verdict, ids, saved) = (Verdict::Executed, key.ids.clone(), serde_json::Value::Null);
        order.record(Event::Found { verdict, why, ids, saved }).await?;
        Ok(order)
    }

    async fn begin(desk: &'a Desk<'a>, plan: &'a Plan, purpose: Purpose, lock: Arc<dyn Lock>) -> Result<Self, Failure> {
        let last = last(desk, plan).await?;
        if let Some(last) = &last
            && !last.is_closed()
        {
            let message = text!("the order {} is open", "订单 {} 未完成", last.key);
            let name = &plan.name;
            // Its outcome may be unknown, but this failure says only that it is open. `resume` finds the outcome out.
            let failure = Failure::new(Kind::Waiting, message).at(&plan.name);
            return Err(failure.remedy(text!(
                "Run `cloudcert resume {name}` first, or give it up with `cloudcert order abandon {name}`: nothing new is ordered while an order is open.",
                "请先运行 `cloudcert resume {name}`，或用 `cloudcert order abandon {name}` 放弃：有未完成的订单时不再订购。"
            )));
        }
        let key = OrderKey::new(plan.name.clone(), last.map_or(1, |last| last.key.cycle + 1));
        let extension = desk.cloud.extension().filter(|_| plan.extends && purpose == Purpose::Renew);
        let opened = Opened {
            names: plan.names.clone(),
            product: plan.product.clone(),
            ..desk.cloud.session().opened(purpose, extension.unwrap_or(desk.cloud).flow())
        };
        desk.watch.reach("before append opened");
        let recorded = desk.journal.append(&key, 0, &Event::Opened(Box::new(opened))).await?;
        desk.watch.reach("after append opened");
        desk.listener.committed(&recorded);
        let state = State::of(&[recorded])?
            .ok_or_else(|| Failure::new(Kind::Failed, text!("the order was not opened", "订单未建立")))?;
        Ok(Self { desk, plan, state, lock, submitted: false, looks: Looks::default() })
    }

    /// Takes up the last order of a certificate. `None` if it has none.
    ///
    /// # Errors
    ///
    /// If somebody else is at it, its events cannot be read, or it belongs to another account or endpoint.
    pub async fn resume(desk: &'a Desk<'a>, plan: &'a Plan) -> Result<Option<Self>, Failure> {
        let lock = lock(desk, plan).await?;
        let Some(state) = last(desk, plan).await? else { return Ok(None) };
        desk.cloud.session().fits(&state.opened).map_err(|failure| failure.at(&state.key))?;
        Ok(Some(Self { desk, plan, state, lock, submitted: false, looks: Looks::default() }))
    }

    /// Takes up the last order of a certificate to settle what is not known of it: also in an older copy of the journal, which counts again once nothing
    /// is missing in it. Do nothing with it that orders, submits or takes something away.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume), except for older copies.
    pub async fn to_settle(desk: &'a Desk<'a>, plan: &'a Plan) -> Result<Option<Self>, Failure> {
        let lock = take(desk, plan).await?;
        let Some(state) = last(desk, plan).await? else { return Ok(None) };
        desk.cloud.session().fits(&state.opened).map_err(|failure| failure.at(&state.key))?;
        Ok(Some(Self { desk, plan, state, lock, submitted: false, looks: Looks::default() }))
    }

    /// Takes up the order of a certificate with this number, whether it is the last one or not. `None` if there is none.
    ///
    /// # Errors
    ///
    /// As [`resume`](Self::resume).
    pub async fn of_cycle(desk: &'a Desk<'a>, plan: &'a Plan, cycle: u32) -> Result<Option<Self>, Failure> {
        let lock = lock(desk, plan).await?;
        let events = desk.journal.events(&OrderKey::new(plan.name.clone(), cycle)).await?;
        let Some(state) = State::of(&events)? else { return Ok(None) };
        desk.cloud.session().fits(&state.opened).map_err(|failure| failure.at(&state.key))?;
        Ok(Some(Self { desk, plan, state, lock, submitted: false, looks: Looks::default() }))
    }

    /// What its events amount to.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The way of ordering that the order was opened with, whatever the plan says now.
    pub(super) fn cloud(&self) -> &'a dyn Cloud {
        let cloud = self.desk.cloud;
        cloud.extension().filter(|extension| extension.flow() == self.state.opened.api).unwrap_or(cloud)
    }

    /// Does what can be done now.
    pub async fn advance(&mut self) -> Ended {
        loop {
            let targets: Vec<String> = self.desk.targets.iter().map(|target| target.name().to_owned()).collect();
            let own_key = matches!(self.plan.key, KeySource::Own(_));
            let act = decide::next(&self.state, self.cloud().steps(), own_key, self.cloud().id(), &targets);
            if act == Act::Nothing {
                return self
                    .state
                    .closed
                    .as_ref()
                    .map_or(Ended::Closed(crate::journal::event::End::Done), |(end, _)| Ended::Closed(*end));
            }
            if let Err(failure) = self.act(act).await {
                return Ended::Stopped(failure.at(&self.state.key));
            }
        }
    }

    async fn act(&mut self, act: Act) -> Result<(), Failure> {
        match act {
            Act::MakeKey => self.make_key().await,
            Act::Reserve => self.reserve().await,
            Act::Order { attempt } => self.order(attempt).await,
            Act::FindOut(which) => self.find_out(which).await,
            Act::FindId => self.find_id().await,
            Act::Draft => self.draft().await,
            Act::Submit => self.submit().await,
            Act::Poll => self.poll().await,
            Act::Present => self.present().await,
            Act::Store => self.store().await,
            Act::Clean => self.clean().await,
            Act::Return => self.give_back().await,
            Act::Close(end, why) => self.close(end, why).await,
            Act::Deploy(targets) => self.deploy(&targets).await,
            Act::Nothing => Ok(()),
        }
    }

    /// Commits an event, then follows it. Nothing is done before.
    pub(super) async fn record(&mut self, event: Event) -> Result<(), Failure> {
        self.desk.watch.reach(format_args!("before append {}", event.kind()));
        let recorded = self.desk.journal.append(&self.state.key, self.state.events, &event).await?;
        self.desk.watch.reach(format_args!("after append {}", event.kind()));
        self.state.follow(&recorded)?;
        self.desk.listener.committed(&recorded);
        Ok(())
    }

    /// Whether a run may still wait that long.
    pub(super) fn has(&self, time: Duration) -> bool {
        self.desk.until.checked_duration_since(Instant::now()).is_some_and(|left| left >= time)
    }
}

pub(super) async fn lock(desk: &Desk<'_>, plan: &Plan) -> Result<Arc<dyn Lock>, Failure> {
    journal::newest(desk.journal).await?;
    take(desk, plan).await
}

async fn take(desk: &Desk<'_>, plan: &Plan) -> Result<Arc<dyn Lock>, Failure> {
    let name = LockName::Certificate(plan.name.clone());
    Ok(Arc::from(desk.journal.lock(&name).await?))
}

async fn last(desk: &Desk<'_>, plan: &Plan) -> Result<Option<State>, Failure> {
    let orders = desk.journal.orders().await?;
    let Some(key) = orders.into_iter().filter(|key| key.certificate == plan.name).max() else { return Ok(None) };
    let events = desk.journal.events(&key).await?;
    State::of(&events)
}
