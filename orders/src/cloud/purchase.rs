//! A call that must not be made twice, with the probe before it.

use super::fence::OPERATION;
use super::refusal::{failure, is_last};
use super::what::{Reply, What, is_public, kept};
use crate::base::failure::{Failure, Kind};
use crate::base::machine::Moment;
use crate::base::sdk::{said, verdict};
use crate::base::task::Task;
use crate::base::text::Text;
use crate::journal::event::{Ids, Verdict};
use cloudcert::dynamic::{Client, Guarded};
use cloudcert::model;
use cloudcert::{CallOptions, Evidence, Outcome, SavedProbe};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

/// How long an unchanged counter may be believed, after the announcement and within one boot of the machine. It may have gone up by the call and down
/// again by somebody else.
const COUNTER_IS_FRESH: Duration = Duration::from_secs(600);

/// The members of what is saved of a call that may show itself in a list too.
const PROBE: &str = "probe";
const LISTED: &str = "listed";

/// A call that must not be made twice.
#[derive(Debug)]
pub struct Purchase {
    client: Client,
    what: What,
    interval: Option<Duration>,
    options: CallOptions,
    guard: Option<Guarded>,
    owner: Option<Owner>,
    elsewhere: Option<Elsewhere>,
    /// What the list had before the call.
    listed: BTreeSet<String>,
}

/// Where a call may show itself, beside what its recipe reads: under a new id in a list.
#[derive(Debug)]
pub struct Elsewhere {
    /// The list.
    pub listing: Box<dyn Listing>,
    /// The name of its ids.
    pub id: &'static str,
    /// The id of what the recipe reads, which the call may have kept.
    pub same: String,
}

/// A list of ids.
pub trait Listing: Send + Sync + std::fmt::Debug {
    /// All of them, read to their proved end.
    ///
    /// # Errors
    ///
    /// If the list cannot be read to its end.
    fn ids(&self) -> Task<'_, BTreeSet<String>>;
}

/// How to tell whose an item of the list is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The member of an item that has its domains, with commas between them.
    pub member: &'static str,
    /// The domains of the order.
    pub names: Vec<String>,
    /// Whether others order there too. What shows no domain is not ours then, and of several new items the one with our domain is.
    pub shared: bool,
}

/// How a call ended.
#[derive(Debug)]
pub enum Sent {
    /// Its response came.
    Answered {
        /// The ids in it.
        ids: Ids,
        /// The id of the request.
        request_id: Option<String>,
        /// The response.
        response: Box<Reply>,
    },
    /// It was surely not executed.
    Refused {
        /// Why.
        failure: Failure,
        /// Whether another attempt would be refused too.
        last: bool,
    },
    /// Its response was lost.
    Unknown {
        /// Why, of the kind [`Unknown`](Kind::Unknown).
        failure: Failure,
    },
}

/// What became of a call whose response was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// What shows it, or why nobody can tell.
    pub why: Text,
    /// The ids of what was found.
    pub ids: Ids,
    /// What was found: items that are new in the list.
    pub items: Vec<Value>,
}

impl Purchase {
    /// A call with its parameters, by their names on the wire.
    ///
    /// # Errors
    ///
    /// If the parameters are wrong. All problems are named.
    pub fn new(client: &Client, action: &str, parameters: Map<String, Value>) -> Result<Self, Failure> {
        let operation = client.operation(action).map_err(|error| failure(&error))?;
        let request = operation.request(&Value::Object(parameters)).map_err(|error| failure(&error))?;
        Ok(Self::of(client, What::Described(request)))
    }

    /// A call.
    #[must_use]
    pub fn of(client: &Client, what: What) -> Self {
        Self {
            client: client.clone(),
            what,
            interval: None,
            options: options(),
            guard: None,
            owner: None,
            elsewhere: None,
            listed: BTreeSet::new(),
        }
    }

    /// Sets how to tell whose new items of the list are. Without it, one that the recipe matches is ours.
    #[must_use]
    pub fn owner(mut self, owner: Owner) -> Self {
        self.owner = Some(owner);
        self
    }

    /// Sets where the call may show itself beside what its recipe reads. Its list is read before the call too. "Not executed" is never believed then.
    #[must_use]
    pub fn elsewhere(mut self, elsewhere: Elsewhere) -> Self {
        self.elsewhere = Some(elsewhere);
        self
    }

    /// Sets the time between two probes after a lost response. Default: that of the SDK, 10 seconds.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// Sets the options of the call and its probes. All attempts together may take `timeout`, at most [`OPERATION`].
    #[must_use]
    pub fn options(mut self, options: CallOptions, timeout: Option<Duration>) -> Self {
        self.options = options.operation_timeout(timeout.unwrap_or(OPERATION).min(OPERATION));
        self
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> &str {
        self.what.action()
    }

    /// Whether its outcome can be found out.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        matches!(&self.what, What::Described(request) if request.operation().is_guarded())
    }

    /// The request for the journal: without secrets and personal data.
    #[must_use]
    pub fn shown(&self) -> Map<String, Value> {
        match &self.what {
            What::Described(request) => {
                let Some(api) = model::api(self.what.api()) else { return Map::new() };
                kept(request, |action, field| is_public(api, action, field, 0))
            }
            What::Plain(_) => Map::new(),
        }
    }

    /// Probes before the call. What it returns goes into the journal before the call is announced.
    ///
    /// # Errors
    ///
    /// If the request breaks rules, or the probe fails. Nothing was sent.
    pub async fn look(&mut self) -> Result<Value, Failure> {
        let What::Described(request) = &self.what else { return Ok(Value::Null) };
        if !self.is_guarded() {
            request.validate().map_err(|error| failure(&error))?;
            return Ok(Value::Null);
        }
        let guard = self.client.guard_with(request, self.options.clone()).await.map_err(|error| failure(&error))?;
        // As JSON and not as a text in it, so that a person can read it at night.
        let saved = serde_json::from_str(&guard.saved().to_json()).unwrap_or(Value::Null);
        self.hold(guard);
        let Some(elsewhere) = &self.elsewhere else { return Ok(saved) };
        self.listed = elsewhere.listing.ids().await?;
        Ok(json!({ PROBE: saved, LISTED: self.listed }))
    }

    /// Takes up a call that an earlier process has announced: nothing is sent before it is proved that it was not executed. `alive` is how long the
    /// sender may still be alive.
    ///
    /// # Errors
    ///
    /// If what was saved is not of this call.
    pub async fn take_up(&mut self, saved: &Value, alive: Duration) -> Result<(), Failure> {
        let What::Described(request) = &self.what else { return Ok(()) };
        if !self.is_guarded() {
            return Ok(());
        }
        let damaged = |error: Text| {
            let message = text!(
                "what the probe before the call saw cannot be used: {error}",
                "调用前的探测结果无法使用：{error}";
                error
            );
            Failure::new(Kind::Unknown, message).remedy(text!(
                "Look at the service yourself, then run `cloudcert order resolve`.",
                "请到云上核实，再运行 `cloudcert order resolve`。"
            ))
        };
        let probe = if self.elsewhere.is_some() {
            let listed = saved.get(LISTED).cloned().unwrap_or_default();
            self.listed =
                serde_json::from_value(listed).map_err(|words| damaged(text!("{words}", "无法读取记录的列表")))?;
            saved.get(PROBE).unwrap_or(&Value::Null)
        } else {
            saved
        };
        let saved = SavedProbe::from_json(&probe.to_string()).map_err(|error| damaged(said(&error)))?;
        let guard = self.client.guard_again_with(request, &saved, self.options.clone()).await;
        self.hold(guard.map_err(|error| damaged(said(&error)))?.settle(alive));
        Ok(())
    }

    fn hold(&mut self, guard: Guarded) {
        self.guard = Some(match self.interval {
            Some(interval) => guard.interval(interval),
            None => guard,
        });
    }

    /// Sends the call. It was announced before.
    pub async fn send(&self) -> Sent {
        let options = self.options.clone();
        let sent = match (&self.guard, &self.what) {
            (Some(guard), _) => guard.send().await.map(Reply::Described),
            (None, What::Described(request)) => self.client.send_with(request, options).await.map(Reply::Described),
            (None, What::Plain(plain)) => {
                let (name, parameters) = (plain.action.clone(), plain.parameters.clone());
                self.client.call(name, parameters, plain.effect, options).await.map(Reply::Plain)
            }
        };
        match sent {
            Ok(response) => {
                let (ids, request_id) = match &response {
                    Reply::Described(of) => (ids(&of.json()), of.metadata().request_id.clone()),
                    Reply::Plain(of) => (ids(&of.value), of.metadata.request_id.clone()),
                };
                Sent::Answered { ids, request_id, response: Box::new(response) }
            }
            Err(error) if error.outcome_unknown() => Sent::Unknown { failure: failure(&error) },
            Err(error) => Sent::Refused { failure: failure(&error), last: is_last(&error) },
        }
    }

    /// Finds out what became of the call. `announced` is when it was announced, by the clock of that boot.
    ///
    /// # Errors
    ///
    /// Those of the probes, which say nothing about the call.
    pub async fn find_out(&self, announced: Option<&Moment>) -> Result<Finding, Failure> {
        let Some(guard) = &self.guard else {
            let why = text!("no action of the service shows whether it was executed", "服务没有可核实其是否执行的操作");
            return Ok(Finding { verdict: Verdict::Ambiguous, why, ids: Ids::new(), items: Vec::new() });
        };
        let outcome = guard.find_out().await.map_err(|error| failure(&error))?;
        let why = verdict(&outcome);
        if let Some(elsewhere) = &self.elsewhere {
            let executed = matches!(outcome, Outcome::Executed { .. });
            return elsewhere.find(executed, why, &self.listed).await;
        }
        let shared = self.owner.as_ref().is_some_and(|owner| owner.shared);
        let verdict = match outcome {
            Outcome::Executed { .. } => Verdict::Executed,
            Outcome::NotExecuted { evidence: Evidence::Counter } if shared || !is_fresh(announced) => {
                Verdict::Ambiguous
            }
            Outcome::NotExecuted { .. } => Verdict::NotExecuted,
            _ => Verdict::Ambiguous,
        };
        let found = guard.found();
        let (verdict, why) = match &self.owner {
            Some(owner) => owner.judge(verdict, why, &found),
            None => (verdict, why),
        };
        let ours = found.iter().filter(|item| self.owner.as_ref().is_none_or(|owner| owner.has(item)));
        let ids = match (verdict, ours.collect::<Vec<_>>().as_slice()) {
            (Verdict::Executed, [one]) => ids(one),
            _ => Ids::new(),
        };
        Ok(Finding { verdict, why, ids, items: found })
    }
}

impl Elsewhere {
    /// By what the recipe has shown, and by what is new in the list since before the call.
    async fn find(&self, executed: bool, why: Text, before: &BTreeSet<String>) -> Result<Finding, Failure> {
        let finding = |verdict, why, id: Option<&String>| {
            let ids = id.map(|id| (self.id.to_owned(), id.clone())).into_iter().collect();
            Finding { verdict, why, ids, items: Vec::new() }
        };
        if executed {
            return Ok(finding(Verdict::Executed, why, Some(&self.same)));
        }
        let now = self.listing.ids().await?;
        let (new, gone) = (now.difference(before).collect::<Vec<_>>(), before.difference(&now).count());
        Ok(match new.as_slice() {
            [one] if gone == 0 => {
                let why = text!("just one order of these names is new in the list", "列表中只新增了一个这些域名的订单");
                finding(Verdict::Executed, why, Some(one))
            }
            all => {
                let why = text!(
                    "{why}; {} of these names are new in the list, and {gone} are gone",
                    "{why}；列表中这些域名的订单新增 {} 个，消失 {gone} 个",
                    all.len();
                    why
                );
                finding(Verdict::Ambiguous, why, None)
            }
        })
    }
}

impl Owner {
    /// Whether an item has one of our domains. Without any domain it is ours where nobody else orders.
    fn has(&self, item: &Value) -> bool {
        let Some(domains) = item.get(self.member).and_then(Value::as_str) else { return !self.shared };
        domains.split(',').any(|domain| self.names.iter().any(|name| name.eq_ignore_ascii_case(domain.trim())))
    }

    /// A recipe may match by the product alone, and then another order of it looks like ours.
    fn judge(&self, verdict: Verdict, why: Text, found: &[Value]) -> (Verdict, Text) {
        let ours = found.iter().filter(|item| self.has(item)).count();
        match verdict {
            Verdict::Executed if !found.is_empty() && ours == 0 => {
                (Verdict::Ambiguous, text!("what is new in the list is for other domains", "列表中新增的属于其他域名"))
            }
            Verdict::Ambiguous if self.shared && ours == 1 => {
                let why = text!(
                    "of what is new in the list, just one is for these domains",
                    "列表中新增的只有一个属于这些域名"
                );
                (Verdict::Executed, why)
            }
            verdict => (verdict, why),
        }
    }
}

/// Nothing goes on longer than an announcement is believed.
fn options() -> CallOptions {
    CallOptions::new().operation_timeout(OPERATION)
}

fn is_fresh(announced: Option<&Moment>) -> bool {
    announced.and_then(Moment::age).is_some_and(|age| age <= COUNTER_IS_FRESH)
}

/// The ids in a response or an item of a list, also those one level below: every member whose name ends in `Id`, but that of the request.
#[must_use]
pub fn ids(value: &Value) -> Ids {
    let mut out = Ids::new();
    let Value::Object(members) = value else { return out };
    let inner = members.values().filter_map(Value::as_object);
    for (name, value) in inner.flatten().chain(members) {
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => continue,
        };
        if name.ends_with("Id") && name != "RequestId" && !text.is_empty() {
            out.insert(name.clone(), text);
        }
    }
    out
}
