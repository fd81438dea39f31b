//! Request parameters and response fields.

use super::{
    Cited, Condition, FieldType, Fill, Format, History, KeyAlgorithm, Sensitivity, Severity, Text, TimeLayout,
    TimeZone, TypeExpression,
};
use indexmap::IndexMap;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;
use serde_json::Value;

/// A request parameter, a response field, or a member of a shared structure. Its key in the file is its wire name.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// What it holds, as it is written.
    #[serde(rename = "type")]
    pub written: TypeExpression,
    /// What it holds, once all names are known; the next three belong to it.
    #[serde(skip)]
    pub kind: FieldType,
    /// The structure, id or scalar inside.
    #[serde(skip)]
    pub of: Option<String>,
    /// The enum of its values, or of those in its list. Enums are open: another value is advice.
    #[serde(skip)]
    pub enumeration: Option<String>,
    /// How a time is printed.
    #[serde(skip)]
    pub time_layout: Option<TimeLayout>,
    /// Defines the structure that its type names, for this one place.
    pub fields: Option<IndexMap<String, Field>>,
    /// The values of the enum that are expected here, where that is not all of them.
    #[serde(default)]
    pub values: Vec<String>,
    /// A boolean that travels as `1` and `0`.
    #[serde(default)]
    pub digits: bool,
    /// The call is refused without it.
    #[serde(default)]
    pub required: bool,
    /// When else it is needed.
    #[serde(default)]
    pub required_if: Vec<RequiredIf>,
    /// Response: guaranteed, because the call is pointless without it. It is not an `Option` for users.
    #[serde(default)]
    pub guaranteed: bool,
    /// The value that the service uses when it is absent. A required parameter with a default is sent with it.
    pub default: Option<Value>,
    /// What the client fills it with if the caller does not set it.
    pub fill: Option<Fill>,
    /// The value that the client sends if the caller does not set it, where the service would take another one.
    pub preset: Option<Value>,
    /// The method of the builder that sends the other value of a boolean with a preset.
    pub unless: Option<String>,
    /// Smallest and largest number.
    pub range: Option<Bound>,
    /// Fewest and most characters.
    pub length: Option<Bound>,
    /// Fewest and most elements of a list.
    pub count: Option<Bound>,
    /// Most bytes of the decoded image.
    pub max_bytes: Option<SizeRule>,
    /// A regular expression for the whole value.
    pub pattern: Option<PatternRule>,
    /// A named shape.
    pub format: Option<FormatRule>,
    /// What the key in a CSR must be.
    pub csr_key: Option<KeyRule>,
    /// The zone of a printed time.
    pub time_zone: Option<TimeZone>,
    /// Whether its value is secret or personal data.
    pub sensitive: Option<Sensitivity>,
    /// What it is for, with units and limits.
    #[serde(default)]
    pub doc: Text,
    /// A valid value of our own.
    pub example: Option<Value>,
    /// Response fields that give this parameter its value, `Action.Field`.
    #[serde(default)]
    pub obtained_from: Vec<String>,
    /// Name in Rust, where the wire name makes none.
    pub rust_name: Option<String>,
    /// Where it is described, if not where its action is.
    pub source: Option<Cited>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// Sources (no documents) that show it, if no document does.
    #[serde(default)]
    pub undocumented: Vec<String>,
    /// Contradictions of the documents about it, by number.
    #[serde(default)]
    pub defects: Vec<u32>,
}

/// When a parameter is needed although it is not required.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct RequiredIf {
    /// Whether it is enforced or advice.
    pub severity: Severity,
    /// The condition.
    pub when: Condition,
    /// The message for the user.
    pub doc: Text,
}

/// A lower and an upper bound, both inclusive.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// Smallest.
    pub min: Option<i64>,
    /// Largest.
    pub max: Option<i64>,
    /// Whether it is enforced or advice.
    pub severity: Severity,
}

/// A size limit.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct SizeRule {
    /// Most bytes.
    pub max: u64,
    /// Whether it is enforced or advice.
    pub severity: Severity,
}

/// A regular expression.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct PatternRule {
    /// The expression, anchored at both ends by itself.
    pub regex: String,
    /// Whether it is enforced or advice.
    pub severity: Severity,
}

/// A named shape.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct FormatRule {
    /// The shape.
    pub is: Format,
    /// Whether it is enforced or advice.
    pub severity: Severity,
}

/// What the key in a CSR must be.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct KeyRule {
    /// Allowed algorithms.
    pub algorithms: Vec<KeyAlgorithm>,
    /// Fewest bits of an RSA key.
    pub rsa_min_bits: Option<u32>,
    /// Whether it is enforced or advice.
    pub severity: Severity,
}
