//! How actions work together: pages, waits, views of states, reconciliation.

use super::{PageKind, Place, Poll, Text};
use indexmap::IndexMap;
#[cfg(feature = "data")]
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How to read all pages of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Paginator {
    /// What the position counts.
    pub kind: PageKind,
    /// The parameter that holds the position.
    pub position: String,
    /// The first position; none for tokens.
    pub first: Option<i64>,
    /// The response field with the token of the next page, as a path; for tokens only.
    pub next: Option<Vec<String>>,
    /// The parameter that holds the page size.
    pub size: Option<String>,
    /// The response field with the number of all items, as a path.
    pub total: Option<Vec<String>>,
    /// The response field that lists the items, as a path.
    pub items: Vec<String>,
    /// What the documents do not say.
    pub doc: Option<Text>,
}

/// Polls an action until a field has one of the expected values.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Waiter {
    /// Its name in Rust.
    pub name: String,
    /// What the wait is for.
    pub doc: Text,
    /// The response field that is checked, as a path.
    pub field: Vec<String>,
    /// Values that end the wait with success.
    pub success: Vec<String>,
    /// Values that end it with failure.
    pub failure: Vec<String>,
    /// Values that continue it.
    pub going: Vec<String>,
    /// The response field whose presence ends it with success too, in a state of `going`.
    pub present: Option<Vec<String>>,
    /// The response field with the reason of a failure, as a path.
    pub reason: Option<Vec<String>>,
    /// Errors that are ignored until the first response without an error: the service may lag behind.
    pub tolerate: Vec<String>,
    /// The polling schedule.
    pub poll: Poll,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

/// A view of fields that only exist in certain states.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct StateView {
    /// Its name in Rust.
    pub name: String,
    /// What it shows.
    pub doc: Text,
    /// The response field with the state.
    pub on: String,
    /// The states.
    pub states: Vec<StateCase>,
}

/// The fields of one state.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct StateCase {
    /// The value of the enum.
    pub value: String,
    /// The name of the type in Rust that holds these fields.
    pub name: Option<String>,
    /// Fields that are guaranteed in this state.
    pub fields: Vec<String>,
    /// Optional fields.
    pub optional: Vec<String>,
    /// The guaranteed field with the name of the DNS record that validates a domain.
    pub record_name: Option<String>,
    /// The response field that splits the state into cases.
    pub by: Option<String>,
    /// The cases of the split.
    pub cases: Vec<StateCase>,
}

/// How to find out whether a call was executed although its response was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Reconcile {
    /// Why the recipe works, and when it cannot tell.
    pub doc: Text,
    /// The read action.
    pub action: String,
    /// Maps its parameters to what they get.
    pub with: IndexMap<String, Given>,
    /// The evidence to look for.
    pub probe: Probe,
}

/// What a parameter of a probe gets.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "data", serde(rename_all = "kebab-case"))]
pub enum Given {
    /// The value of this parameter of the action.
    Parameter(String),
    /// The same value in each probe.
    Value(Value),
}

/// The evidence that a recipe looks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "data", serde(rename_all = "kebab-case"))]
pub enum Probe {
    /// A number that the call raises by one.
    Counter {
        /// The response field, as a path.
        field: Vec<String>,
    },
    /// A state that the call changes.
    State {
        /// The response field, as a path.
        field: Vec<String>,
        /// Values that it has before the call; with any other value the recipe cannot tell. If empty, the state may be absent before the call.
        before: Vec<String>,
        /// Values that prove that the call was executed.
        executed: Vec<String>,
        /// Values that prove that it was not.
        not_executed: Vec<String>,
        /// Errors that prove that it was executed.
        executed_errors: Vec<String>,
    },
    /// A list in which the result appears.
    Listing {
        /// The response field that lists the items, as a path.
        items: Vec<String>,
        /// Maps a field of an item to the parameter of this action that it must equal.
        matching: IndexMap<String, String>,
        /// Whether the proof is one matching item more than before the call; otherwise one matching item is enough.
        compare_before: bool,
        /// Whether the list may follow so late that a missing item proves nothing.
        may_lag: bool,
    },
}

/// Takes the host of a call from another action's response.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct HostFrom {
    /// The action.
    pub action: String,
    /// Its response field, as a path.
    pub field: Vec<String>,
    /// What is known about it.
    pub doc: Text,
}
