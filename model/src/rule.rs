//! Rules over several parameters.

use super::{Format, Place, Severity, Text};
#[cfg(feature = "data")]
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A rule over the parameters of one action.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// Whether it is enforced or advice.
    pub severity: Severity,
    /// When it applies; always, if absent.
    pub when: Option<Condition>,
    /// What it demands.
    pub demand: RuleDemand,
    /// The message for the user.
    pub doc: Text,
    /// Its place in the spec.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

/// What a rule demands.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "data", serde(rename_all = "kebab-case"))]
pub enum RuleDemand {
    /// These parameters are present, each a path.
    Require(Vec<Vec<String>>),
    /// At least one of these parameters is present, each a path.
    RequireOneOf(Vec<Vec<String>>),
    /// These parameters are absent, each a path.
    Forbid(Vec<Vec<String>>),
    /// The condition in `when` does not occur.
    Refuse,
    /// A parameter has a format.
    Shape {
        /// The parameter, as a path.
        path: Vec<String>,
        /// The format.
        format: Format,
    },
    /// Numbers lie within the bounds of a table row.
    Table {
        /// The table.
        table: String,
        /// The parameter whose value picks the row.
        key: String,
        /// The parameters, with the columns of their bounds.
        within: Vec<TableBound>,
    },
}

/// A parameter and the columns with its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct TableBound {
    /// The parameter.
    pub parameter: String,
    /// The column with its smallest value.
    pub min: String,
    /// The column with its largest value.
    pub max: String,
}

/// A test of the request. An absent parameter with a default counts as its default.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "data", serde(rename_all = "kebab-case"))]
pub enum Condition {
    /// A parameter has one of these values.
    OneOf {
        /// The parameter, as a path.
        path: Vec<String>,
        /// The values.
        values: Vec<Value>,
    },
    /// A parameter is given.
    Present(Vec<String>),
    /// A parameter is not given.
    Absent(Vec<String>),
    /// A parameter has a format.
    Is {
        /// The parameter, as a path.
        path: Vec<String>,
        /// The format.
        format: Format,
    },
    /// All of these hold.
    All(Vec<Condition>),
    /// One of these holds.
    Any(Vec<Condition>),
    /// This does not hold.
    Not(Box<Condition>),
}
