//! `spec/<api>/<Action>.yaml`.

use super::{
    Cited, Condition, Cost, Effect, Field, History, HostFrom, Method, OneOrMany, Paginator, Reconcile, Rule, StateView,
    Text, Waiter,
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
    /// Its name in Rust, in snake case, if its own name is taken or is not valid there.
    pub rust_name: Option<String>,
    /// Words that users search for when they want it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// The group of actions that it belongs to, whose cargo feature turns it on: a key of the `groups` of `service.yaml`, or `none`.
    pub group: Option<String>,
    /// A title of one line.
    #[serde(default)]
    pub title: Text,
    /// What it is for, what it costs, what to know before calling it.
    #[serde(default)]
    pub doc: Text,
    /// Whether it may be sent again.
    pub effect: Effect,
    /// The effect under a condition; the first that holds wins.
    #[serde(default)]
    pub effect_when: Vec<EffectWhen>,
    /// What a call costs.
    pub cost: Option<Cost>,
    /// Whether it takes something away for good, so that programs ask before it.
    #[serde(default)]
    pub irreversible: bool,
    /// HTTP methods that the service takes, the one to use first; those of `defaults`, if absent.
    #[serde(default)]
    pub methods: Vec<Method>,
    /// Preconditions of a call.
    #[serde(default)]
    pub preconditions: Vec<Precondition>,
    /// How to read the list to its end.
    pub paginator: Option<Paginator>,
    /// Waits that poll this action.
    #[serde(default)]
    pub waiters: IndexMap<String, Waiter>,
    /// A typed view of the states of the response.
    pub state_view: Option<StateView>,
    /// How to find out whether a lost call was executed, the best recipe first.
    pub reconcile: Option<OneOrMany<Reconcile>>,
    /// Where else the host comes from.
    pub host_from: Option<HostFrom>,
    /// Names of the response envelope besides `<Action>Response`.
    #[serde(default)]
    pub envelopes: Vec<String>,
    /// Business errors that it can return: keys of `errors`. Those of `defaults` are added.
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
    /// Example calls with their responses.
    #[serde(default)]
    pub examples: Vec<Example>,
    /// Where it is described.
    #[serde(default)]
    pub source: OneOrMany<Cited>,
    /// Sources (no documents) that show it, if no document does. Its parameters and fields inherit them.
    #[serde(default)]
    pub undocumented: Vec<String>,
    /// What replaces it, for an action of a legacy API version.
    pub replaced_by: Option<Text>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// Contradictions of the documents about the action as a whole, by number.
    #[serde(default)]
    pub defects: Vec<u32>,
}

impl Action {
    /// The word of an action that belongs to no group although others do.
    pub const NO_GROUP: &str = "none";

    /// The name of the group that it belongs to, if it belongs to one.
    #[must_use]
    pub fn group_name(&self) -> Option<&str> {
        self.group.as_deref().filter(|name| *name != Self::NO_GROUP)
    }
}

/// An effect that depends on the request.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct EffectWhen {
    /// The condition.
    pub when: Condition,
    /// The effect under the condition.
    pub effect: Effect,
}

/// What must have happened before the call.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Precondition {
    /// The message for the user.
    pub doc: Text,
    /// The action that must have been called.
    pub after: Option<String>,
    /// Seconds that must have passed since that call.
    pub wait_seconds: Option<u32>,
}

/// An example call with its response.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub title: Text,
    /// Parameters, by wire name.
    #[serde(default)]
    pub request: IndexMap<String, Value>,
    /// The response, by wire name.
    #[serde(default)]
    pub response: IndexMap<String, Value>,
    /// The error that it returns instead: a key of the `errors` of `service.yaml`.
    pub error: Option<String>,
}
