//! How actions work together: pages, waits, views of states, reconciliation.

use super::{Given, PageKind, Poll, Text};
use indexmap::IndexMap;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// How to read all pages of a list.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Paginator {
    /// What the position counts.
    pub kind: PageKind,
    /// The parameter that holds the position.
    pub position: String,
    /// The first position; none for tokens.
    pub first: Option<i64>,
    /// The response field with the token of the next page; for tokens only.
    pub next: Option<String>,
    /// The parameter that holds the page size.
    pub size: Option<String>,
    /// The response field with the number of all items.
    pub total: Option<String>,
    /// The response field that lists the items.
    pub items: String,
    /// What the documents do not say.
    pub doc: Option<Text>,
}

/// Polls the action until a field has one of the expected values.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Waiter {
    /// What the wait is for.
    pub doc: Text,
    /// The response field that tells, `Certificate.CertificateStatus`.
    pub field: String,
    /// Values that end the wait with success.
    pub success: Vec<String>,
    /// Values that end it with failure.
    #[serde(default)]
    pub failure: Vec<String>,
    /// Values that continue it. The caller decides about any other value.
    #[serde(default)]
    pub going: Vec<String>,
    /// The response field whose presence ends the wait with success too, in a state of `going`.
    pub present: Option<String>,
    /// The response field with the reason of a failure.
    pub reason: Option<String>,
    /// Errors that are ignored, as the service may lag behind, until the first response without an
    /// error.
    #[serde(default)]
    pub tolerate: Vec<String>,
    /// The polling schedule.
    pub poll: Poll,
}

/// Fields that only exist in certain states, as one view per state.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct StateView {
    /// Name of the view in Rust.
    pub name: String,
    /// What it shows.
    pub doc: Text,
    /// The response field with the state.
    pub on: String,
    /// Maps a state, a value of the field's enum, to its fields.
    pub states: IndexMap<String, StateCase>,
}

/// The fields that one state has.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct StateCase {
    /// The name of the type in Rust that holds the fields; none if there are no fields.
    pub name: Option<String>,
    /// Fields that are guaranteed in this state.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Optional fields.
    #[serde(default)]
    pub optional: Vec<String>,
    /// The guaranteed field with the name of the DNS record that validates a domain. Its type gets a method that returns the full name.
    pub record_name: Option<String>,
    /// The response field that splits the state into cases.
    pub by: Option<String>,
    /// Value of `by` to what that case has.
    #[serde(default)]
    pub cases: IndexMap<String, StateCase>,
}

/// How to find out whether a call was executed although its response was lost: exactly one recipe, or that it is impossible.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Reconcile {
    /// Why the recipe works, and when it cannot tell; for `impossible`, what a person can do.
    pub doc: Text,
    /// A number that the call raises by one.
    pub counter: Option<Counter>,
    /// A state that the call changes.
    pub state: Option<StateProbe>,
    /// A list in which the result of the call appears.
    pub listing: Option<Listing>,
    /// No action shows the outcome.
    #[serde(default)]
    pub impossible: bool,
}

/// A number that a call raises by one, read before and after.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// The read action.
    pub action: String,
    /// Its parameters to what they get.
    #[serde(default)]
    pub with: IndexMap<String, Given>,
    /// Its response field.
    pub field: String,
}

/// A state that a call changes.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct StateProbe {
    /// The read action.
    pub action: String,
    /// Its parameters to what they get.
    #[serde(default)]
    pub with: IndexMap<String, Given>,
    /// Its response field.
    pub field: String,
    /// Values that it has before the call; with any other the recipe cannot tell. Without this there may be no state yet.
    #[serde(default)]
    pub before: Vec<String>,
    /// Values that prove that the call was executed.
    #[serde(default)]
    pub executed: Vec<String>,
    /// Values that prove that it was not.
    #[serde(default)]
    pub not_executed: Vec<String>,
    /// Errors that prove that it was executed (what it deletes is gone).
    #[serde(default)]
    pub executed_errors: Vec<String>,
}

/// A list in which the result of a call appears.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// The list action.
    pub action: String,
    /// Its parameters to what they get.
    #[serde(default)]
    pub with: IndexMap<String, Given>,
    /// Its response field that lists the items.
    pub items: String,
    /// Field of an item to the parameter of this action that it must equal.
    #[serde(rename = "match")]
    pub matching: IndexMap<String, String>,
    /// Whether the proof is one matching item more than before the call; otherwise one matching item is enough.
    #[serde(default)]
    pub compare_before: bool,
    /// Whether the list may follow so late that a missing item proves nothing.
    #[serde(default)]
    pub may_lag: bool,
}

/// Takes the host of a call from another action's response.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct HostFrom {
    /// The action.
    pub action: String,
    /// Its response field.
    pub field: String,
    /// What is known about it.
    pub doc: Text,
}
