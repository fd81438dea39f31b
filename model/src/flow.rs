//! How actions hang together.

use super::{PageKind, Place, Poll, Text};
use indexmap::IndexMap;
#[cfg(feature = "data")]
use serde::{Deserialize, Serialize};

/// How a list action is read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Paginator {
    /// What the position counts.
    pub kind: PageKind,
    /// The parameter that holds the position.
    pub position: String,
    /// The first position.
    pub first: i64,
    /// The parameter that holds the page size.
    pub size: Option<String>,
    /// The response field with the number of all items, as a path.
    pub total: Option<Vec<String>>,
    /// The response field that lists the items, as a path.
    pub items: Vec<String>,
    /// What the documents leave open.
    pub doc: Option<Text>,
}

/// Calls an action until a field says that something has come about.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Waiter {
    /// Its name in Rust.
    pub name: String,
    /// What is waited for.
    pub doc: Text,
    /// The response field that tells, as a path.
    pub field: Vec<String>,
    /// Values that end the wait well.
    pub success: Vec<String>,
    /// Values that end it badly.
    pub failure: Vec<String>,
    /// Values that go on.
    pub going: Vec<String>,
    /// The response field that says why it failed, as a path.
    pub reason: Option<Vec<String>>,
    /// Errors that may only mean that the service lags behind, until it has answered once without an error.
    pub tolerate: Vec<String>,
    /// How often and how long.
    pub poll: Poll,
    /// Where it stands.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

/// Fields that only exist in certain states.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct StateView {
    /// Its name in Rust.
    pub name: String,
    /// What it shows.
    pub doc: Text,
    /// The response field that tells the state.
    pub on: String,
    /// The states.
    pub states: Vec<StateCase>,
}

/// What one state has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct StateCase {
    /// The value of the enum.
    pub value: String,
    /// Name in Rust of what the state has.
    pub name: Option<String>,
    /// Fields that the documents promise.
    pub fields: Vec<String>,
    /// Fields that may be there.
    pub optional: Vec<String>,
    /// Splits the state once more by this response field.
    pub by: Option<String>,
    /// The cases of the split.
    pub cases: Vec<StateCase>,
}

/// How to find out whether a call whose answer was lost has been executed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Reconcile {
    /// What the recipe rests on, and when it cannot tell.
    pub doc: Text,
    /// The read action.
    pub action: String,
    /// Its parameters to the parameters of this action that give their values.
    pub with: IndexMap<String, String>,
    /// What to look at.
    pub probe: Probe,
}

/// What a reconcile recipe looks at.
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
        /// Values that it has before the call; with any other the recipe cannot tell. If empty, there may be no state yet.
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
        /// Field of an item to the parameter of this action that it must equal.
        matching: IndexMap<String, String>,
        /// One matching item more than before proves it.
        compare_before: bool,
    },
}

/// The host that a call goes to comes from another action's answer.
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
