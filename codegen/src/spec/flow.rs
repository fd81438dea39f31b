//! How actions hang together: pages, waits, states, and finding out what a lost call did.

use super::{PageKind, Poll, Text};
use indexmap::IndexMap;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// How a list action is read to its end.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Paginator {
    /// What the position counts.
    pub kind: PageKind,
    /// The parameter that holds the position.
    pub position: String,
    /// The first position.
    pub first: i64,
    /// The parameter that holds the page size.
    pub size: Option<String>,
    /// The response field with the number of all items.
    pub total: Option<String>,
    /// The response field that lists the items.
    pub items: String,
    /// What the documents leave open.
    pub doc: Option<Text>,
}

/// Calls the action until a field says that something has come about.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Waiter {
    /// What is waited for.
    pub doc: Text,
    /// The response field that tells, `Certificate.CertificateStatus`.
    pub field: String,
    /// Values that end the wait well.
    pub success: Vec<String>,
    /// Values that end it badly.
    #[serde(default)]
    pub failure: Vec<String>,
    /// Values that go on. Any other value is unknown, and up to the caller.
    #[serde(default)]
    pub going: Vec<String>,
    /// The response field that says why it failed.
    pub reason: Option<String>,
    /// Errors that may only mean that the service lags behind: the wait goes on, until it has answered once without an
    /// error.
    #[serde(default)]
    pub tolerate: Vec<String>,
    /// How often and how long.
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
    /// The response field that tells the state.
    pub on: String,
    /// State to what it has. The key is a value of the field's enum.
    pub states: IndexMap<String, StateCase>,
}

/// The fields that one state has.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct StateCase {
    /// Name in Rust of what the state has; none if it has nothing.
    pub name: Option<String>,
    /// Fields that the documents promise in this state.
    #[serde(default)]
    pub fields: Vec<String>,
    /// Fields that may be there.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Splits the state once more by the value of this response field.
    pub by: Option<String>,
    /// Value of `by` to what that case has.
    #[serde(default)]
    pub cases: IndexMap<String, StateCase>,
}

/// How to find out whether a call whose answer was lost has been executed. Exactly one recipe is given.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Reconcile {
    /// What the recipe rests on, and when it cannot tell.
    pub doc: Text,
    /// A number that the call raises by one.
    pub counter: Option<Counter>,
    /// A state that the call changes.
    pub state: Option<StateProbe>,
    /// A list in which the result of the call appears.
    pub listing: Option<Listing>,
}

/// A number that a call raises by one, read before and after.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Counter {
    /// The read action.
    pub action: String,
    /// Its parameters to the parameters of this action that give their values.
    #[serde(default)]
    pub with: IndexMap<String, String>,
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
    /// Its parameters to the parameters of this action that give their values.
    #[serde(default)]
    pub with: IndexMap<String, String>,
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
    /// Its parameters to the parameters of this action that give their values.
    #[serde(default)]
    pub with: IndexMap<String, String>,
    /// Its response field that lists the items.
    pub items: String,
    /// Field of an item to the parameter of this action that it must equal.
    #[serde(rename = "match")]
    pub matching: IndexMap<String, String>,
    /// One matching item more than before proves it; without this, one matching item does.
    #[serde(default)]
    pub compare_before: bool,
}

/// The host that the call goes to comes from another action's answer.
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
