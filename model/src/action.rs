//! Actions.

use super::{
    Api, Condition, Cost, Defect, Effect, Field, Fill, History, HostFrom, Method, Paginator, Place, Reconcile, Rule,
    SourceRef, StateView, Text, Undocumented, Waiter, defined,
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
    /// Words that users search for when they want it.
    pub aliases: Vec<String>,
    /// The group of the API that it belongs to, by name.
    pub group: Option<String>,
    /// A title of one line.
    pub title: Text,
    /// What it is for.
    pub doc: Text,
    /// Whether it may be sent again.
    pub effect: Effect,
    /// The effect under a condition; the first that holds wins.
    pub effect_when: Vec<(Condition, Effect)>,
    /// What a call costs.
    pub cost: Option<Cost>,
    /// Whether a call takes something away for good, so that programs should ask before it.
    pub irreversible: bool,
    /// HTTP methods, the one to use first.
    pub methods: Vec<Method>,
    /// Preconditions of a call.
    pub preconditions: Vec<Precondition>,
    /// How to read all pages, for a list.
    pub paginator: Option<Paginator>,
    /// Waits that poll this action.
    pub waiters: Vec<Waiter>,
    /// A typed view of the states of the response.
    pub state_view: Option<StateView>,
    /// How to find out whether a lost call was executed, the best recipe first.
    pub reconcile: Vec<Reconcile>,
    /// Set if no action shows whether a lost call was executed: what a person can do.
    pub nothing_shows: Option<Text>,
    /// Where else the host comes from.
    pub host_from: Option<HostFrom>,
    /// Names under which a response may be wrapped.
    pub envelopes: Vec<String>,
    /// Business errors that it can return, by our names.
    pub errors: Vec<String>,
    /// Rules over several parameters.
    pub rules: Vec<Rule>,
    /// Request parameters.
    pub parameters: Vec<Field>,
    /// Response fields, without the common ones.
    pub response: Vec<Field>,
    /// Example calls with their responses.
    pub examples: Vec<Example>,
    /// Where it is described.
    pub source: Vec<SourceRef>,
    /// Sources that show it, if no document does. Its parameters and fields inherit them.
    pub undocumented: Undocumented,
    /// What replaces it, for an action of a legacy API version.
    pub replaced_by: Option<Text>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// Contradictions of the documents about the action as a whole.
    pub defects: Vec<Defect>,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

impl Action {
    /// The parameter that makes a repeated call count once, if there is one.
    #[must_use]
    pub fn repeat_key(&self) -> Option<&Field> {
        let key = self.parameters.iter().find(|p| p.fill == Some(Fill::RepeatKey));
        key.filter(|_| self.effect != Effect::Unknown)
    }

    /// The members of a structure that this action names: one that it defines in place, or one of the API. Empty if the structure does not exist.
    #[must_use]
    pub fn members<'a>(&'a self, api: &'a Api, name: &str) -> &'a [Field] {
        let here = defined(self.parameters.iter().chain(&self.response)).into_iter().find(|of| of.name == name);
        let here = here.or_else(|| api.structure(name));
        // A shared structure may define another one in place.
        let found = here.or_else(|| api.structures().into_iter().find(|of| of.name == name));
        found.map_or(&[], |of| &of.fields)
    }

    /// A parameter by its name on the wire.
    #[must_use]
    pub fn parameter(&self, wire: &str) -> Option<&Field> {
        self.parameters.iter().find(|p| p.wire == wire)
    }
}

/// A precondition of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Precondition {
    /// The message for the user.
    pub doc: Text,
    /// The action that must have been called.
    pub after: Option<String>,
    /// Seconds that must have passed since that call.
    pub wait_seconds: Option<u32>,
}

/// An example call with its response.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Example {
    /// What it shows.
    pub title: Text,
    /// Parameters, by wire name.
    pub request: IndexMap<String, Value>,
    /// The response, by wire name.
    pub response: IndexMap<String, Value>,
    /// The error that it returns instead, by our name.
    pub error: Option<String>,
}
