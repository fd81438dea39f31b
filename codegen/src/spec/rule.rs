//! Rules that look at several parameters.

use super::{Format, Severity, Text};
use indexmap::IndexMap;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;
use serde_json::Value;

/// A rule over the parameters of one action. Exactly one of its demands is given.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// Whether it is enforced or advice.
    pub severity: Severity,
    /// When it applies; always, if absent.
    pub when: Option<Condition>,
    /// Demand: these parameters are present.
    #[serde(default)]
    pub require: Vec<String>,
    /// Demand: at least one of these parameters is present.
    #[serde(default)]
    pub require_one_of: Vec<String>,
    /// Demand: these parameters are absent.
    #[serde(default)]
    pub forbid: Vec<String>,
    /// Demand: the combination described by `when` does not occur.
    #[serde(default)]
    pub refuse: bool,
    /// Demand: a parameter has a shape.
    pub shape: Option<FormatCheck>,
    /// Demand: numbers lie within the bounds of a table row.
    pub table: Option<TableCheck>,
    /// The message for the user.
    pub doc: Text,
}

/// A test of the request. Exactly one test is given; `equals`, `one_of`, `present` and `is` test `parameter`.
///
/// An absent parameter with a default counts as its default.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The parameter that is looked at; `Contact.Phone` looks into a structure.
    pub parameter: Option<String>,
    /// It has this value.
    pub equals: Option<Value>,
    /// It has one of these values.
    pub one_of: Option<Vec<Value>>,
    /// It is given (`true`) or not (`false`).
    pub present: Option<bool>,
    /// It has this shape.
    pub is: Option<Format>,
    /// All of these hold.
    pub all: Option<Vec<Condition>>,
    /// At least one of these holds.
    pub any: Option<Vec<Condition>>,
    /// This does not hold.
    pub not: Option<Box<Condition>>,
}

/// A parameter must have a shape.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct FormatCheck {
    /// The parameter.
    pub parameter: String,
    /// The shape.
    pub is: Format,
}

/// Parameters must lie within bounds that a table gives for the value of another parameter.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct TableCheck {
    /// The table.
    pub name: String,
    /// The parameter whose value picks the row.
    pub key: String,
    /// Parameter to the names of the columns with its smallest and largest value.
    pub within: IndexMap<String, Vec<String>>,
}
