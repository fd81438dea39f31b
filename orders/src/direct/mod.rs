//! Raw calls that cost or submit something, through the journal: the same request is not sent again while the outcome of the first is not known.

use crate::base::failure::{Failure, Kind};
use crate::base::machine::{self, Moment, Since};
use crate::base::name::{Name, OrderKey};
use crate::base::watch::Watched;
use crate::cloud::fence::Scope;
use crate::cloud::purchase::{Finding, Purchase, Sent};
use crate::cloud::session::Session;
use crate::journal::event::{End, Event, Opened, Purpose, VERSION, Verdict};
use crate::journal::state::{Announced, Call, State};
use crate::journal::{Journal, Lock, LockName, digest};
use cloudcert::dynamic::{Request, Response};
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

/// What a raw call has come to.
#[derive(Debug)]
pub enum Executed {
    /// Its response.
    Response(Response),
    /// Its response was lost, now or by an earlier process, but it was executed. What it made, if a list shows it.
    Found {
        /// The items that are new in the list.
        items: Vec<Value>,
        /// What shows it.
        why: String,
    },
}

/// A raw call.
#[derive(Debug)]
pub struct Direct<'a> {
    /// The journal.
    pub journal: &'a dyn Journal,
    /// The account.
    pub session: &'a Session,
    /// The points at which tests stop.
    pub watch: Watched,
    /// The time between two probes after a lost response. `None`: that of the SDK.
    pub probes: Option<Duration>,
}

/// The order at work.
struct Work<'a> {
    direct: &'a Direct<'a>,
    key: OrderKey,
    events: u64,
    locks: Vec<Arc<dyn Lock>>,
}

impl Direct<'_> {
    /// The name under which the journal has this request.
    ///
    /// # Errors
    ///
    /// Never, but for a defect of the program.
    pub fn name(&self, request: &Request) -> Result<Name, Failure> {
        let operation = request.operation();
        let whole = Map::from_iter([
            ("account".to_owned(), Value::from(self.session.account.clone())),
            ("endpoint".to_owned(), Value::from(self.session.endpoint.clone())),
            ("api".to_owned(), Value::from(operation.api())),
            ("action".to_owned(), Value::from(operation.name())),
            ("request".to_owned(), request.json()),
        ]);
        let digest: String = digest(&whole).chars().take(32).collect();
        Name::direct(&digest)
    }

    /// Sends a request. If an earlier process has sent it and its outcome is not known, finds that out first.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unknown`](Kind::Unknown) if nobody knows whether it was executed, now or then; those of the journal, the probes and the call.
    /// `told` is told when the outcome has to be found out, which takes up to a minute.
    pub async fn send(&self, request: &Request, told: &(dyn Fn() + Sync)) -> Result<Executed, Failure> {
        if let Some(why) = self.journal.older_copy().await? {
            let failure = Failure::new(Kind::Unknown, format!("the journal may be an older copy: {why}"));
            return Err(failure.remedy("Run `cloudcert order verify`, which compares it with the clouds."));
        }
        let name = self.name(request)?;
        let certificate = Arc::from(self.journal.lock(&LockName::Certificate(name.clone())).await?);
        let cloud = request.operation().api().split('-').next().unwrap_or_default().to_owned();
        let account = LockName::Account { cloud, account: self.session.account.clone() };
        let locks = vec![certificate, Arc::from(self.journal.lock(&account).await?)];
        let orders = self.journal.orders().await?;
        let last = orders.into_iter().filter(|key| key.certificate == name).max();
        let state = match &last {
            Some(key) => State::of(&self.journal.events(key).await?)?,
            None => None,
        };
        let cycle = last.as_ref().map_or(1, |key| key.cycle);
        if let Some(state) = state.filter(|state| !state.is_closed()) {
            let mut work = Work { direct: self, key: state.key.clone(), events: state.events, locks };
            return work.resume(request, &state, told).await;
        }
        let key = OrderKey::new(name, if last.is_some() { cycle + 1 } else { 1 });
        let mut work = Work { direct: self, key, events: 0, locks };
        work.open(request).await?;
        work.send(request, 1, told).await
    }
}

impl Work<'_> {
    async fn record(&mut self, event: Event) -> Result<(), Failure> {
        self.direct.watch.reach(format_args!("before append {}", event.kind()));
        let recorded = self.direct.journal.append(&self.key, self.events, &event).await?;
        self.direct.watch.reach(format_args!("after append {}", event.kind()));
        self.events = recorded.sequence;
        Ok(())
    }

    async fn open(&mut self, request: &Request) -> Result<(), Failure> {
        let session = self.direct.session;
        let opened = Opened {
            version: VERSION,
            purpose: Purpose::Direct,
            names: Vec::new(),
            api: request.operation().api().to_owned(),
            product: None,
            account: session.account.clone(),
            access_key_id: session.access_key_id.clone(),
            endpoint: session.endpoint.clone(),
            region: session.region.clone(),
            machine: machine::id(),
            machine_name: machine::name(),
        };
        self.record(Event::Opened(Box::new(opened))).await
    }

    fn purchase(&self, request: &Request) -> Purchase {
        let purchase = Purchase::of(&self.direct.session.client, request.clone());
        match self.direct.probes {
            Some(interval) => purchase.interval(interval),
            None => purchase,
        }
    }

    async fn resume(
        &mut self,
        request: &Request,
        state: &State,
        told: &(dyn Fn() + Sync),
    ) -> Result<Executed, Failure> {
        self.direct.session.fits(&state.opened).map_err(|failure| failure.at(&self.key))?;
        match &state.order {
            Call::Open(announced) | Call::Ambiguous { announced, .. } => {
                told();
                let mut purchase = self.purchase(request);
                purchase.take_up(&announced.saved, self.direct.journal.takeover()).await?;
                if let Some(found) = self.settle(&purchase, announced.moment.as_ref(), Some(announced)).await? {
                    return Ok(found);
                }
            }
            // It was answered or settled, and the process ended before it could say so.
            Call::Executed => {
                self.close(End::Done).await?;
                let ids = state.ids.iter().map(|(name, id)| (name.clone(), Value::from(id.clone())));
                let items = vec![Value::Object(ids.collect())];
                return Ok(Executed::Found { items, why: "the journal has its response".to_owned() });
            }
            Call::NotSent | Call::Refused { .. } => {}
        }
        self.send(request, state.attempts + 1, told).await
    }

    async fn send(&mut self, request: &Request, attempt: u32, told: &(dyn Fn() + Sync)) -> Result<Executed, Failure> {
        let mut purchase = self.purchase(request);
        let saved = match purchase.look().await {
            Ok(saved) => saved,
            Err(failure) => {
                self.close(End::Failed).await?;
                return Err(failure);
            }
        };
        self.record(Event::Looked { saved }).await?;
        for lock in &self.locks {
            lock.confirm().await?;
        }
        let (action, shown) = (purchase.action().to_owned(), purchase.shown());
        let (since, moment, machine) = (Since::now(), Moment::now(), machine::id());
        let sending =
            Event::Sending { action: action.clone(), request: shown, attempt, moment: moment.clone(), machine };
        self.record(sending).await?;
        let allowed = self.direct.session.fence.allow(Scope::Action(action), self.locks.clone(), since);
        let sent = purchase.send().await;
        drop(allowed);
        match sent {
            Sent::Answered { ids, request_id, response } => {
                // Whatever becomes of the journal: the response must not be lost.
                let recorded = match self.record(Event::Answered { ids, request_id }).await {
                    Ok(()) => self.close(End::Done).await,
                    failed => failed,
                };
                drop(recorded);
                Ok(Executed::Response(*response))
            }
            Sent::Refused { failure, last } => {
                let (code, message) = (failure.service_code().map(str::to_owned), failure.message().to_owned());
                self.record(Event::Refused { code, message, last }).await?;
                self.close(End::Failed).await?;
                Err(failure)
            }
            Sent::Unknown { why } => {
                told();
                self.record(Event::Unknown { why: why.clone() }).await?;
                if let Some(found) = self.settle(&purchase, moment.as_ref(), None).await? {
                    return Ok(found);
                }
                self.close(End::Failed).await?;
                let failure = Failure::new(Kind::NotNow, format!("it was not executed: {why}"));
                Err(failure.remedy("Run it again."))
            }
        }
    }

    /// Finds out what became of the call. `None`: it was not executed.
    async fn settle(
        &mut self,
        purchase: &Purchase,
        moment: Option<&Moment>,
        earlier: Option<&Announced>,
    ) -> Result<Option<Executed>, Failure> {
        let unknown = |key: &OrderKey, why: &str| {
            let message = format!("nobody knows whether {} was executed: {why}", purchase.action());
            let remedy = format!(
                "It is not sent again before that is settled. Look at the service, then run `cloudcert order resolve {key}`."
            );
            Failure::new(Kind::Unknown, message).at(key).remedy(remedy)
        };
        let finding = purchase.find_out(moment).await.map_err(|failure| unknown(&self.key, failure.message()))?;
        let Finding { verdict, why, ids, items } = finding;
        let saved = earlier.map_or(Value::Null, |announced| announced.saved.clone());
        self.record(Event::Found { verdict, why: why.clone(), ids, saved }).await?;
        match verdict {
            Verdict::Executed => {
                self.close(End::Done).await?;
                Ok(Some(Executed::Found { items, why }))
            }
            Verdict::NotExecuted => Ok(None),
            Verdict::Ambiguous => Err(unknown(&self.key, &why)),
        }
    }

    async fn close(&mut self, end: End) -> Result<(), Failure> {
        let why = if end == End::Done { "it was executed" } else { "it was surely not executed" };
        self.record(Event::Closed { end, why: why.to_owned() }).await
    }
}
