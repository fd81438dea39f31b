//! Raw calls that cost or submit something, through the journal: the same request is not sent again while the outcome of the first is not known.

pub mod entry;

use crate::base::failure::{Failure, Kind};
use crate::base::name::Name;
use crate::base::text::Text;
use crate::base::watch::Watched;
use crate::cloud::fence::Scope;
use crate::cloud::purchase::{Purchase, Sent};
use crate::cloud::session::Session;
use crate::cloud::what::{Reply, What};
use crate::journal::event::{End, Event};
use crate::journal::state::Call;
use crate::journal::{self, Journal, digest};
use cloudcert::api::Provider;
use cloudcert::{CallOptions, dynamic};
use entry::Entry;
use serde_json::{Map, Value};
use std::time::Duration;

/// What a raw call has come to.
#[derive(Debug)]
pub enum Executed {
    /// Its response.
    Response {
        /// The response.
        reply: Reply,
        /// Why the journal does not have it, if it does not. The same request finds it out before it is sent again.
        unrecorded: Option<Failure>,
    },
    /// Its response was lost, now or by an earlier process, but it was executed. What it made, if a list shows it.
    Found {
        /// The items that are new in the list.
        items: Vec<Value>,
        /// What shows it.
        why: Text,
        /// Why the journal does not have it, if it does not.
        unrecorded: Option<Failure>,
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
    /// The options of the call.
    pub options: CallOptions,
    /// How long the call may take, at most a minute.
    pub timeout: Option<Duration>,
    /// The parameters that the options add: requests that differ in them are different.
    pub extra: Vec<(String, String)>,
}

impl Direct<'_> {
    /// The name under which the journal has this request. Requests that differ only in secrets have the same one: a token differs each time.
    ///
    /// The account is part of the name only at Alibaba Cloud, which tells whose a key is. At Kingsoft Cloud the same payer has another account name after
    /// a change of the key or the configuration. The request keeps its name then, so it is not sent again while the outcome of the first is unknown.
    /// The endpoint is left out for the same reason.
    ///
    /// # Errors
    ///
    /// Never, but for a defect of the program.
    pub fn name(&self, what: &What) -> Result<Name, Failure> {
        let form = match what {
            What::Described(_) => "request",
            What::Plain(_) => "parameters",
        };
        let is_told = dynamic::provider(what.api()) == Some(Provider::Aliyun);
        let account = if is_told { self.session.account.as_str() } else { "" };
        let mut whole = Map::from_iter([
            ("account".to_owned(), Value::from(account)),
            ("api".to_owned(), Value::from(what.api())),
            ("action".to_owned(), Value::from(what.action())),
            (form.to_owned(), what.identity()),
        ]);
        if !self.extra.is_empty() {
            let mut extra = self.extra.clone();
            extra.sort();
            whole.insert("extra".to_owned(), extra.into_iter().map(|(name, value)| vec![name, value]).collect());
        }
        let digest: String = digest(&whole).chars().take(32).collect();
        Name::direct(&digest)
    }

    /// Sends a request. If an earlier process has sent it and its outcome is not known, finds that out first.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unknown`](Kind::Unknown) if nobody knows whether it was executed, now or then; those of the journal, the probes and the call.
    /// `told` is told when the outcome has to be found out, which takes up to a minute.
    pub async fn send(&self, what: &What, told: &(dyn Fn() + Sync)) -> Result<Executed, Failure> {
        journal::newest(self.journal).await?;
        let name = self.name(what)?;
        let mut entry = match Entry::take(self.journal, &name).await? {
            (lock, Some(state)) if !state.is_closed() => {
                let mut entry = Entry::under(self.journal, lock, state, self.watch.clone());
                entry.lock_account(self.session).await?;
                if let Some(found) = self.resume(&mut entry, what, told).await? {
                    return Ok(found);
                }
                entry
            }
            (lock, last) => {
                let account = entry::account(self.journal, self.session).await?;
                let cycle = last.map_or(1, |last| last.key.cycle + 1);
                Entry::open(self, what.api(), (name, cycle), vec![lock, account]).await?
            }
        };
        self.order(&mut entry, what, told).await
    }

    fn purchase(&self, what: &What) -> Purchase {
        let purchase = Purchase::of(&self.session.client, what.clone()).options(self.options.clone(), self.timeout);
        match self.probes {
            Some(interval) => purchase.interval(interval),
            None => purchase,
        }
    }

    /// Goes on where an earlier process has ended. `None`: nothing was executed, so it may be sent.
    async fn resume(
        &self,
        entry: &mut Entry<'_>,
        what: &What,
        told: &(dyn Fn() + Sync),
    ) -> Result<Option<Executed>, Failure> {
        let key = entry.state().key.clone();
        self.session.fits(&entry.state().opened).map_err(|failure| failure.at(key))?;
        match &entry.state().order {
            Call::Open(_) | Call::Ambiguous { .. } => {
                told();
                let mut purchase = self.purchase(what);
                entry.take_up(&mut purchase).await?;
                entry.settle(&purchase, None).await
            }
            // It was answered, and the process ended before it could say so.
            Call::Executed => {
                let ids = entry.state().ids.iter().map(|(name, id)| (name.clone(), Value::from(id.clone())));
                let items = vec![Value::Object(ids.collect())];
                let unrecorded = entry.close(End::Done).await.err();
                let why = text!("the journal has its response", "日志中已有其响应");
                Ok(Some(Executed::Found { items, why, unrecorded }))
            }
            Call::NotSent | Call::Refused { .. } => Ok(None),
        }
    }

    /// Sends what nobody has sent, or what was surely not executed. From the announcement on, a journal that fails hides nothing of what the
    /// service did: whatever it lacks is found out by the next run.
    async fn order(&self, entry: &mut Entry<'_>, what: &What, told: &(dyn Fn() + Sync)) -> Result<Executed, Failure> {
        let mut purchase = self.purchase(what);
        let saved = match purchase.look().await {
            Ok(saved) => saved,
            Err(failure) => {
                drop(entry.close(End::Failed).await);
                return Err(failure);
            }
        };
        entry.record(Event::Looked { saved }).await?;
        let since = entry.announce(&purchase).await?;
        let scope = Scope::Action(purchase.action().to_owned());
        let allowed = self.session.fence.allow(scope, entry.locks().to_vec(), since);
        let sent = purchase.send().await;
        drop(allowed);
        match sent {
            Sent::Answered { ids, request_id, response } => {
                let recorded = match entry.record(Event::Answered { ids, request_id }).await {
                    Ok(()) => entry.close(End::Done).await,
                    failed => failed,
                };
                Ok(Executed::Response { reply: *response, unrecorded: recorded.err() })
            }
            Sent::Refused { failure, last } => {
                let (code, message) = (failure.service_code().map(str::to_owned), failure.what().clone());
                if entry.record(Event::Refused { code, message, last }).await.is_ok() {
                    drop(entry.close(End::Failed).await);
                }
                Err(failure)
            }
            Sent::Unknown { failure } => {
                told();
                drop(entry.record(Event::Unknown { why: failure.what().clone() }).await);
                if let Some(found) = entry.settle(&purchase, Some(&failure)).await? {
                    return Ok(found);
                }
                entry.close(End::Failed).await?;
                let what = failure.what();
                let message = text!("it was surely not executed: {what}", "确定未执行：{what}"; what);
                let again = Failure::new(Kind::NotNow, message).answered(failure.answer());
                Err(again.remedy(text!("Run it again.", "请再次运行。")))
            }
        }
    }
}
