//! A call that must not be made twice, with the probe before it.

use super::fence::OPERATION;
use super::refusal::{failure, is_last};
use crate::base::failure::{Failure, Kind};
use crate::base::machine::Moment;
use crate::journal::event::{Ids, Verdict};
use cloudcert::dynamic::{Client, Guarded, Request, Response};
use cloudcert::{CallOptions, Evidence, Outcome, SavedProbe, model};
use serde_json::{Map, Value};
use std::time::Duration;

/// How long an unchanged counter may be believed, after the announcement and within one boot of the machine. It may have gone up by the call and down
/// again by somebody else.
const COUNTER_IS_FRESH: Duration = Duration::from_secs(600);

/// A call that must not be made twice.
#[derive(Debug)]
pub struct Purchase {
    client: Client,
    request: Request,
    interval: Option<Duration>,
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
        response: Box<Response>,
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
        /// Why.
        why: String,
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
        Ok(Self::of(client, request))
    }

    /// A call of a request.
    #[must_use]
    pub fn of(client: &Client, request: Request) -> Self {
        Self { client: client.clone(), request, interval: None, guard: None }
    }

    /// Sets the time between two probes after a lost response. Default: that of the SDK, 10 seconds.
    #[must_use]
    pub fn interval(mut self, interval: Duration) -> Self {
        self.interval = Some(interval);
        self
    }

    /// The action.
    #[must_use]
    pub fn action(&self) -> &'static str {
        self.request.operation().name()
    }

    /// Whether its outcome can be found out.
    #[must_use]
    pub fn is_guarded(&self) -> bool {
        self.request.operation().is_guarded()
    }

    /// The request for the journal: without secrets and personal data.
    #[must_use]
    pub fn shown(&self) -> Map<String, Value> {
        let operation = self.request.operation();
        let Value::Object(mut parameters) = self.request.json() else { return Map::new() };
        let described = model::api(operation.api());
        let action = described.and_then(|api| api.actions.iter().find(|action| action.name == operation.name()));
        parameters.retain(|name, _| {
            let parameter = action.and_then(|action| action.parameters.iter().find(|field| field.wire == *name));
            parameter.is_some_and(|field| field.sensitivity.is_none())
        });
        parameters
    }

    /// Probes before the call. What it returns goes into the journal before the call is announced.
    ///
    /// # Errors
    ///
    /// If the request breaks rules, or the probe fails. Nothing was sent.
    pub async fn look(&mut self) -> Result<Value, Failure> {
        if !self.is_guarded() {
            self.request.validate().map_err(|error| failure(&error))?;
            return Ok(Value::Null);
        }
        let guard = self.client.guard_with(&self.request, options()).await.map_err(|error| failure(&error))?;
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
        if !self.is_guarded() {
            return Ok(());
        }
        let damaged = |error: &cloudcert::Error| {
            Failure::new(Kind::Unknown, format!("what the probe before the call saw cannot be used: {error}"))
                .remedy("Look at the service yourself, then run `cloudcert order resolve`.")
        };
        let saved = SavedProbe::from_json(&saved.to_string()).map_err(|error| damaged(&error))?;
        let guard = self.client.guard_again_with(&self.request, &saved, options()).await;
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
        let sent = match &self.guard {
            Some(guard) => guard.send().await,
            None => self.client.send_with(&self.request, options()).await,
        };
        match sent {
            Ok(response) => {
                let request_id = response.metadata().request_id.clone();
                Sent::Answered { ids: ids(&response.json()), request_id, response: Box::new(response) }
            }
            Err(error) if error.outcome_unknown() => Sent::Unknown { why: error.to_string() },
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
