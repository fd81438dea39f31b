//! Actions.

use super::{
    Condition, Cost, Defect, Effect, Field, History, HostFrom, Method, Paginator, Place, Reconcile, Rule, SourceRef,
    StateView, Text, Waiter,
};
use indexmap::IndexMap;
#[cfg(feature = "data")]
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One action.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Action {
    /// Its name on the wire.
    pub name: String,
    /// Its method and module in Rust.
    pub method: String,
    /// What the names of its types in Rust begin with.
    pub type_name: String,
    /// One line.
    pub title: Text,
    /// What it is for.
    pub doc: Text,
    /// May it be sent again?
    pub effect: Effect,
    /// The effect under a condition; the first that holds wins.
    pub effect_when: Vec<(Condition, Effect)>,
    /// What a call costs.
    pub cost: Option<Cost>,
    /// HTTP methods, the one to use first.
    pub methods: Vec<Method>,
    /// What must have happened before.
    pub preconditions: Vec<Precondition>,
    /// How to read the list to its end.
    pub paginator: Option<Paginator>,
    /// Waits that poll this action.
    pub waiters: Vec<Waiter>,
    /// A typed view of the states of the response.
    pub state_view: Option<StateView>,
    /// How to find out whether a lost call was executed.
    pub reconcile: Option<Reconcile>,
    /// Where else the host comes from.
    pub host_from: Option<HostFrom>,
    /// Names that a response envelope may have.
    pub envelopes: Vec<String>,
    /// Business errors that it answers with, by our names.
    pub errors: Vec<String>,
    /// Rules over several parameters.
    pub rules: Vec<Rule>,
    /// Request parameters.
    pub parameters: Vec<Field>,
    /// Response fields, without the common ones.
    pub response: Vec<Field>,
    /// Calls of our own, with answers.
    pub examples: Vec<Example>,
    /// Where it is described.
    pub source: Vec<SourceRef>,
    /// What replaces it, for an action of a legacy API version.
    pub replaced_by: Option<Text>,
    /// What happened to it.
    pub history: Option<History>,
    /// Contradictions of the documents about the action as a whole.
    pub defects: Vec<Defect>,
    /// Where it stands.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

impl Action {
    /// A parameter by its name on the wire.
    #[must_use]
    pub fn parameter(&self, wire: &str) -> Option<&Field> {
        self.parameters.iter().find(|p| p.wire == wire)
    }
}

/// What must have happened before a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Precondition {
    /// Said to the user.
    pub doc: Text,
    /// The action that must have been called.
    pub after: Option<String>,
    /// How many seconds must have gone by since.
    pub wait_seconds: Option<u32>,
}

/// A call with its answer.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Example {
    /// What it shows.
    pub title: Text,
    /// Parameters, by wire name.
    pub request: IndexMap<String, Value>,
    /// The answer, by wire name.
    pub response: IndexMap<String, Value>,
    /// The error that it is answered with instead, by our name.
    pub error: Option<String>,
}
