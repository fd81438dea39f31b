//! A raw call in the journal, under its lock: also for people who settle one by its name.

use super::{Direct, Executed};
use crate::base::failure::{Failure, Kind};
use crate::base::machine::{self, Moment, Since};
use crate::base::name::{Name, OrderKey};
use crate::base::sdk::said;
use crate::base::text::Text;
use crate::base::watch::Watched;
use crate::cloud::purchase::{Finding, Purchase};
use crate::cloud::session::Session;
use crate::cloud::what::{What, hidden};
use crate::journal::event::{End, Event, Ids, Purpose, Verdict};
use crate::journal::state::{Announced, Call, State};
use crate::journal::{Journal, Lock, LockName};
use cloudcert::CallOptions;
use cloudcert::dynamic;
use cloudcert::model;
use serde_json::{Map, Value};
use std::sync::Arc;
use std::time::Duration;

/// A raw call in the journal. While this lives, nobody else sends or settles it.
#[derive(Debug)]
pub struct Entry<'a> {
    journal: &'a dyn Journal,
    state: State,
    locks: Vec<Arc<dyn Lock>>,
    watch: Watched,
}

impl<'a> Entry<'a> {
    /// Takes up the last call of this name. `None` if the journal has none.
    ///
    /// # Errors
    ///
    /// Of the kind [`Busy`](Kind::Busy) if another process is at it; if its events cannot be read.
    pub async fn last(journal: &'a dyn Journal, name: &Name) -> Result<Option<Self>, Failure> {
        let (lock, state) = Self::take(journal, name).await?;
        Ok(state.map(|state| Self::under(journal, lock, state, Watched::default())))
    }

    pub(super) async fn take(journal: &dyn Journal, name: &Name) -> Result<(Arc<dyn Lock>, Option<State>), Failure> {
        let lock = Arc::from(journal.lock(&LockName::Certificate(name.clone())).await?);
        let last = journal.orders().await?.into_iter().filter(|key| key.certificate == *name).max();
        let state = match last {
            Some(key) => State::of(&journal.events(&key).await?)?,
            None => None,
        };
        Ok((lock, state))
    }

    pub(super) fn under(journal: &'a dyn Journal, lock: Arc<dyn Lock>, state: State, watch: Watched) -> Self {
        Self { journal, state, locks: vec![lock], watch }
    }

    pub(super) async fn open(
        direct: &Direct<'a>,
        api: &str,
        (name, cycle): (Name, u32),
        locks: Vec<Arc<dyn Lock>>,
    ) -> Result<Self, Failure> {
        let opened = direct.session.opened(Purpose::Direct, api);
        let (key, watch) = (OrderKey::new(name, cycle), direct.watch.clone());
        watch.reach("before append opened");
        let recorded = direct.journal.append(&key, 0, &Event::Opened(Box::new(opened))).await?;
        watch.reach("after append opened");
        let state = State::of(&[recorded])?
            .ok_or_else(|| Failure::new(Kind::Failed, text!("the order was not opened", "订单未建立")))?;
        Ok(Self { journal: direct.journal, state, locks, watch })
    }

    /// What its events amount to.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    pub(super) fn locks(&self) -> &[Arc<dyn Lock>] {
        &self.locks
    }

    /// Counters cannot tell two orders of an account apart.
    pub(super) async fn lock_account(&mut self, session: &Session) -> Result<(), Failure> {
        self.locks.push(account(self.journal, session).await?);
        Ok(())
    }

    pub(super) async fn record(&mut self, event: Event) -> Result<(), Failure> {
        self.watch.reach(format_args!("before append {}", event.kind()));
        let recorded = self.journal.append(&self.state.key, self.state.events, &event).await?;
        self.watch.reach(format_args!("after append {}", event.kind()));
        self.state.follow(&recorded)
    }

    pub(super) async fn close(&mut self, end: End) -> Result<(), Failure> {
        let why = if end == End::Done {
            text!("it was executed", "已执行")
        } else {
            text!("it was surely not executed", "确定未执行")
        };
        self.record(Event::Closed { end, why }).await
    }

    /// Announces the next attempt, under locks that are still held.
    pub(super) async fn announce(&mut self, purchase: &Purchase) -> Result<Since, Failure> {
        for lock in &self.locks {
            lock.confirm().await?;
        }
        let (action, request, attempt) = (purchase.action().to_owned(), purchase.shown(), self.state.attempts + 1);
        let (since, moment, machine) = (Since::now(), Moment::now(), machine::id());
        self.record(Event::Sending { action, request, attempt, moment, machine }).await?;
        Ok(since)
    }

    fn announced(&self) -> Option<&Announced> {
        match &self.state.order {
            Call::Open(announced) | Call::Ambiguous { announced, .. } => Some(announced),
            _ => None,
        }
    }

    /// Takes up what an earlier process has announced.
    pub(super) async fn take_up(&self, purchase: &mut Purchase) -> Result<(), Failure> {
        let saved = self.announced().map_or(&Value::Null, |announced| &announced.saved);
        purchase.take_up(saved, self.journal.takeover()).await.map_err(|failure| failure.at(&self.state.key))
    }

    /// Finds out what became of the call. `None`: it was not executed. `lost` is how this process lost its response.
    pub(super) async fn settle(
        &mut self,
        purchase: &Purchase,
        lost: Option<&Failure>,
    ) -> Result<Option<Executed>, Failure> {
        let (saved, moment) = match self.announced() {
            Some(announced) => (announced.saved.clone(), announced.moment.clone()),
            None => (Value::Null, None),
        };
        let finding = match purchase.find_out(moment.as_ref()).await {
            Ok(finding) => finding,
            Err(failure) => {
                return Err(self.unknown(purchase.action(), &both(lost, failure.what()), lost.unwrap_or(&failure)));
            }
        };
        let Finding { verdict, why, ids, items } = finding;
        // The same again is not worth a line.
        let known = matches!(&self.state.order, Call::Ambiguous { why: known, .. } if *known == why);
        let recorded =
            if known { Ok(()) } else { self.record(Event::Found { verdict, why: why.clone(), ids, saved }).await };
        match verdict {
            Verdict::Executed => {
                let recorded = match recorded {
                    Ok(()) => self.close(End::Done).await,
                    failed => failed,
                };
                Ok(Some(Executed::Found { items, why, unrecorded: recorded.err() }))
            }
            Verdict::NotExecuted => recorded.map(|()| None),
            Verdict::Ambiguous => {
                let nothing = Failure::new(Kind::Unknown, Text::default());
                Err(self.unknown(purchase.action(), &both(lost, &why), lost.unwrap_or(&nothing)))
            }
        }
    }

    /// Nobody knows what became of it. `answered` has what the service answered, if it did.
    fn unknown(&self, action: &str, why: &Text, answered: &Failure) -> Failure {
        let key = &self.state.key;
        let message =
            text!("nobody knows whether {action} was executed: {why}", "无法判断 {action} 是否已执行：{why}"; why);
        let remedy = text!(
            "It is not sent again before that is settled. Run it again, or `cloudcert order find-out {key}`, to look once more. If you know from the \
             service what became of it, run `cloudcert order resolve {key}`.",
            "在核实之前不再发送。请再次运行，或运行 `cloudcert order find-out {key}` 再次核实。若已在云上得知结果，请运行 `cloudcert order resolve {key}`。"
        );
        Failure::new(Kind::Unknown, message).at(key).remedy(remedy).answered(answered.answer())
    }

    /// Finds out what became of the call, and sends nothing. A call that is settled stays as it is.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unknown`](Kind::Unknown) if nobody can tell; of the kind [`Unconfigured`](Kind::Unconfigured) if the session is of another
    /// account or endpoint.
    pub async fn find_out(&mut self, session: &Session, probes: Option<Duration>) -> Result<(), Failure> {
        if self.state.is_closed() {
            return Ok(());
        }
        if self.announced().is_none() {
            let end = if self.state.order == Call::Executed { End::Done } else { End::Failed };
            return self.close(end).await;
        }
        session.fits(&self.state.opened).map_err(|failure| failure.at(&self.state.key))?;
        self.lock_account(session).await?;
        let purchase = self.again(session).await?;
        let mut purchase = match probes {
            Some(interval) => purchase.interval(interval),
            None => purchase,
        };
        self.take_up(&mut purchase).await?;
        match self.settle(&purchase, None).await? {
            Some(Executed::Found { unrecorded: Some(failure), .. }) => Err(failure),
            Some(_) => Ok(()),
            None => self.close(End::Failed).await,
        }
    }

    /// The call as the journal has it: without secrets and personal data, so that it can be probed for and not be sent.
    async fn again(&self, session: &Session) -> Result<Purchase, Failure> {
        let request = self.request().await?;
        let action = self.announced().map_or("", |announced| announced.action.as_str());
        let api = &self.state.opened.api;
        let nothing = Failure::new(Kind::Unknown, Text::default());
        let Some(operation) = dynamic::operation(api, action) else {
            let why = text!(
                "this version does not know {action}, so nothing shows it",
                "此版本不支持 {action}，因此无法核实"
            );
            return Err(self.unknown(action, &why, &nothing));
        };
        let known = model::api(api).zip(operation.model());
        if let Some(field) = known.and_then(|(api, action)| hidden(api, action)) {
            let why = text!(
                "the probe needs {}, which is personal and not in the journal: send the same request again",
                "探测需要 {}，它是个人信息，不在日志中：请再次发送相同的请求",
                field.wire
            );
            return Err(self.unknown(action, &why, &nothing));
        }
        let request = operation
            .request(&Value::Object(request))
            .map_err(|error| self.unknown(action, &said(&error), &nothing))?;
        // The parameters that the journal does not have are not needed by probes.
        let options = CallOptions::new().skip_validation();
        Ok(Purchase::of(&session.client, What::Described(request)).options(options, None))
    }

    /// The request of the last attempt, without secrets and personal data. Empty if none was announced.
    ///
    /// # Errors
    ///
    /// If the events cannot be read.
    pub async fn request(&self) -> Result<Map<String, Value>, Failure> {
        let events = self.journal.events(&self.state.key).await?;
        let mut requests = events.into_iter().filter_map(|recorded| match recorded.event {
            Event::Sending { request, .. } => Some(request),
            _ => None,
        });
        Ok(requests.next_back().unwrap_or_default())
    }

    /// Records what a person says of a call that nobody could tell about, and ends it: the same request may be sent again. `executed` is the id of what
    /// it made, or `None` if it was not executed.
    ///
    /// # Errors
    ///
    /// Of the kind [`Invalid`](Kind::Invalid) if its outcome is known; if it was not committed.
    pub async fn resolve(&mut self, who: String, executed: Option<String>, why: String) -> Result<(), Failure> {
        let Some(announced) = self.announced() else {
            let message = text!("no call of the order has an unknown outcome", "订单没有结果未知的调用");
            return Err(Failure::new(Kind::Invalid, message).at(&self.state.key));
        };
        let name = id_name(&self.state.opened.api, &announced.action);
        let (verdict, end) = match executed {
            Some(_) => (Verdict::Executed, End::Done),
            None => (Verdict::NotExecuted, End::Failed),
        };
        let ids: Ids = executed.map(|id| (name, id)).into_iter().collect();
        self.record(Event::Resolved { who, verdict, ids, why: Text::quote(why) }).await?;
        self.record(Event::Closed { end, why: text!("a person has settled it", "已由人工确认") }).await
    }

    /// Gives it up, whatever the cloud has: the same request may be sent again. A person looks after the first from now on.
    ///
    /// # Errors
    ///
    /// Of the kind [`Invalid`](Kind::Invalid) if it has ended; if it was not committed.
    pub async fn abandon(&mut self, why: String) -> Result<(), Failure> {
        if self.state.is_closed() {
            return Err(Failure::new(Kind::Invalid, text!("the order has ended", "订单已结束")).at(&self.state.key));
        }
        self.record(Event::Closed { end: End::Abandoned, why: Text::quote(why) }).await
    }
}

/// How the response was lost, and why nobody can tell what became of the call.
fn both(lost: Option<&Failure>, why: &Text) -> Text {
    let Some(lost) = lost.map(Failure::what) else { return why.clone() };
    text!("{lost}; {why}", "{lost}；{why}"; lost, why)
}

/// The lock of an account, from the probe before a call to its verdict.
pub(super) async fn account(journal: &dyn Journal, session: &Session) -> Result<Arc<dyn Lock>, Failure> {
    let cloud = session.client.model().map_or_else(String::new, |api| api.provider.clone());
    let name = LockName::Account { cloud, account: session.account.clone() };
    Ok(Arc::from(journal.lock(&name).await?))
}

/// The name of the id that the response of an action has, as far as it is known.
fn id_name(api: &str, action: &str) -> String {
    let known = model::api(api).and_then(|api| Some((api, api.action(action)?)));
    let found = known.and_then(|(api, action)| {
        let members = |name| action.members(api, name).iter();
        let inner = action.response.iter().filter_map(|field| field.kind.structure()).flat_map(members);
        action.response.iter().chain(inner).map(|field| field.wire.clone()).find(|name| name.ends_with("Id"))
    });
    found.unwrap_or_else(|| "Id".to_owned())
}
