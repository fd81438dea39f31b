//! `spec/<api>/<Action>.yaml`.

use super::{
    Condition, Cost, Defect, Effect, Field, History, HostFrom, Method, Paginator, Reconcile, Rule, SourceRef,
    StateView, Text, Waiter,
};
use indexmap::IndexMap;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;
use serde_json::Value;

/// One action.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// The action's name on the wire; the file is named after it.
    pub action: String,
    /// What it is called in Rust, in snake case, where its own name is taken or makes none.
    pub rust_name: Option<String>,
    /// One line.
    pub title: Text,
    /// What it is for, what it costs, what to know before calling it.
    pub doc: Text,
    /// May it be sent again?
    pub effect: Effect,
    /// The effect under a condition; the first that holds wins.
    #[serde(default)]
    pub effect_when: Vec<EffectWhen>,
    /// What a call costs.
    pub cost: Option<Cost>,
    /// HTTP methods that the service takes, the one to use first.
    pub methods: Vec<Method>,
    /// What must have happened before.
    #[serde(default)]
    pub preconditions: Vec<Precondition>,
    /// How to read the list to its end.
    pub paginator: Option<Paginator>,
    /// Waits that poll this action.
    #[serde(default)]
    pub waiters: IndexMap<String, Waiter>,
    /// A typed view of the states of the response.
    pub state_view: Option<StateView>,
    /// How to find out whether a lost call was executed.
    pub reconcile: Option<Reconcile>,
    /// Where else the host comes from.
    pub host_from: Option<HostFrom>,
    /// Names of the response envelope besides `<Action>Response`.
    #[serde(default)]
    pub envelopes: Vec<String>,
    /// Business errors that it answers with: keys of the `errors` of `service.yaml`.
    #[serde(default)]
    pub errors: Vec<String>,
    /// Rules over several parameters.
    #[serde(default)]
    pub rules: IndexMap<String, Rule>,
    /// Request parameters, by wire name.
    #[serde(default)]
    pub parameters: IndexMap<String, Field>,
    /// Response fields, by wire name; the common ones stand in `service.yaml`.
    #[serde(default)]
    pub response: IndexMap<String, Field>,
    /// Calls of our own, with answers.
    pub examples: Vec<Example>,
    /// Where it is described.
    pub source: Vec<SourceRef>,
    /// What replaces it, for an action of a legacy API version.
    pub replaced_by: Option<Text>,
    /// What happened to it.
    pub history: Option<History>,
    /// Contradictions of the documents about the action as a whole.
    #[serde(default)]
    pub defects: Vec<Defect>,
}

/// An effect that depends on the request.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct EffectWhen {
    /// When.
    pub when: Condition,
    /// The effect then.
    pub effect: Effect,
}

/// What must have happened before the call.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Precondition {
    /// Said to the user.
    pub doc: Text,
    /// The action that must have been called.
    pub after: Option<String>,
    /// How many seconds must have gone by since.
    pub wait_seconds: Option<u32>,
}

/// A call with its answer.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub title: Text,
    /// Parameters, by wire name.
    #[serde(default)]
    pub request: IndexMap<String, Value>,
    /// The answer, by wire name.
    #[serde(default)]
    pub response: IndexMap<String, Value>,
    /// The error that it is answered with instead: a key of the `errors` of `service.yaml`.
    pub error: Option<String>,
}
