//! A call that must not be made twice, with the probe before it.

use super::fence::OPERATION;
use super::refusal::{failure, is_last};
use crate::base::failure::{Failure, Kind};
use crate::base::machine::Moment;
use crate::journal::event::{Ids, Verdict};
use cloudcert::api::Effect;
use cloudcert::dynamic::{Client, Guarded, Request, Response};
use cloudcert::model::{self, Action, Api, Field, Given, Probe, Sensitivity};
use cloudcert::{CallOptions, Evidence, Outcome, RawResponse, SavedProbe};
use serde_json::{Map, Value};
use std::fmt;
use std::time::Duration;

/// How long an unchanged counter may be believed, after the announcement and within one boot of the machine. It may have gone up by the call and down
/// again by somebody else.
const COUNTER_IS_FRESH: Duration = Duration::from_secs(600);

/// What is called.
#[derive(Debug, Clone)]
pub enum What {
    /// An operation of the description.
    Described(Request),
    /// An action that the description lacks.
    Plain(Plain),
}

/// A call of an action that the description lacks. Nothing is known of its parameters, so the journal has none of them.
#[derive(Clone)]
pub struct Plain {
    /// The API version.
    pub api: String,
    /// The action.
    pub action: String,
    /// Its parameters, as on the wire.
    pub parameters: Vec<(String, String)>,
    /// What a call does, as the caller says.
    pub effect: Effect,
}

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plain").field("action", &self.action).finish_non_exhaustive()
    }
}

impl What {
    /// The API version.
    #[must_use]
    pub fn api(&self) -> &str {
        match self {
            Self::Described(request) => request.operation().api(),
            Self::Plain(plain) => &plain.api,
        }
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> &str {
        match self {
            Self::Described(request) => request.operation().name(),
            Self::Plain(plain) => &plain.action,
        }
    }

    /// The parameters that tell this request from others: all but secrets, which may differ each time, as tokens do.
    #[must_use]
    pub fn identity(&self) -> Value {
        match self {
            Self::Described(request) => {
                Value::Object(kept(request, |_, field| field.sensitivity != Some(Sensitivity::Secret)))
            }
            Self::Plain(plain) => {
                let mut sorted = plain.parameters.clone();
                sorted.sort();
                sorted.into_iter().map(|(name, value)| vec![name, value]).collect()
            }
        }
    }
}

/// The response of a call.
#[derive(Debug)]
pub enum Reply {
    /// Of an operation of the description.
    Described(Response),
    /// Of an action that the description lacks: as it came. It may have secrets.
    Plain(RawResponse),
}

/// A call that must not be made twice.
#[derive(Debug)]
pub struct Purchase {
    client: Client,
    what: What,
    interval: Option<Duration>,
    options: CallOptions,
    guard: Option<Guarded>,
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
    pub why: String,
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
        Self { client: client.clone(), what, interval: None, options: options(), guard: None }
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
        Ok(saved)
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
        let damaged = |error: &cloudcert::Error| {
            Failure::new(Kind::Unknown, format!("what the probe before the call saw cannot be used: {error}"))
                .remedy("Look at the service yourself, then run `cloudcert order resolve`.")
        };
        let saved = SavedProbe::from_json(&saved.to_string()).map_err(|error| damaged(&error))?;
        let guard = self.client.guard_again_with(request, &saved, self.options.clone()).await;
        self.hold(guard.map_err(|error| damaged(&error))?.settle(alive));
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
            let why = "no action of the service shows whether it was executed".to_owned();
            return Ok(Finding { verdict: Verdict::Ambiguous, why, ids: Ids::new(), items: Vec::new() });
        };
        let outcome = guard.find_out().await.map_err(|error| failure(&error))?;
        let why = outcome.to_string();
        let verdict = match outcome {
            Outcome::Executed { .. } => Verdict::Executed,
            Outcome::NotExecuted { evidence: Evidence::Counter } if !is_fresh(announced) => Verdict::Ambiguous,
            Outcome::NotExecuted { .. } => Verdict::NotExecuted,
            _ => Verdict::Ambiguous,
        };
        let found = guard.found();
        let ids = match (verdict, found.as_slice()) {
            (Verdict::Executed, [one]) => ids(one),
            _ => Ids::new(),
        };
        Ok(Finding { verdict, why, ids, items: found })
    }
}

/// The parameters of a request that `keeps` wants.
fn kept(request: &Request, keeps: impl Fn(&Action, &Field) -> bool) -> Map<String, Value> {
    let Value::Object(mut parameters) = request.json() else { return Map::new() };
    let action = request.operation().model();
    parameters.retain(|name, _| {
        let known = action.and_then(|action| Some((action, action.parameter(name)?)));
        known.is_some_and(|(action, field)| keeps(action, field))
    });
    parameters
}

/// A parameter of an action that is not in the journal, though what shows the call needs it.
pub(crate) fn hidden<'a>(api: &Api, action: &'a Action) -> Option<&'a Field> {
    let given = action.reconcile.iter().flat_map(|recipe| {
        let matching = match &recipe.probe {
            Probe::Listing { matching, .. } => Some(matching.values()),
            _ => None,
        };
        let given = recipe.with.values().filter_map(|given| match given {
            Given::Parameter(name) => Some(name),
            Given::Value(_) => None,
        });
        given.chain(matching.into_iter().flatten())
    });
    let fields = given.filter_map(|name| action.parameter(name.split('.').next().unwrap_or(name)));
    fields.into_iter().find(|field| !is_public(api, action, field, 0))
}

/// Whether neither a parameter nor a member of it is a secret or personal data.
fn is_public(api: &Api, action: &Action, field: &Field, depth: usize) -> bool {
    // A structure may contain itself.
    const DEEPEST: usize = 8;
    let members = field.kind.structure().map_or(&[][..], |name| action.members(api, name));
    field.sensitivity.is_none()
        && (depth < DEEPEST || members.is_empty())
        && members.iter().all(|member| is_public(api, action, member, depth + 1))
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
