//! Request parameters and response fields.

use super::{
    Condition, Defect, Fill, Format, History, KeyAlgorithm, Sensitivity, Severity, SourceRef, Text, TimeLayout,
    TimeZone,
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
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The structure, id or scalar inside an `object`, `json-text`, list, map or `id`.
    pub of: Option<String>,
    /// Defines the structure named by `of` here, for this one place.
    pub fields: Option<IndexMap<String, Field>>,
    /// The enum of its values. Enums are open: another value is advice.
    #[serde(rename = "enum")]
    pub enumeration: Option<String>,
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
    /// How a time is printed.
    pub time_layout: Option<TimeLayout>,
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
    pub source: Option<SourceRef>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// Sources (no documents) that show it, if no document does.
    #[serde(default)]
    pub undocumented: Vec<String>,
    /// Contradictions of the documents about it.
    #[serde(default)]
    pub defects: Vec<Defect>,
}

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// Text.
    String,
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// A number that need not be whole.
    F64,
    /// An id of the `ids` table, named by `of`; exact, never a float.
    Id,
    /// True or false.
    Boolean,
    /// Several values. The protocol decides how they are sent.
    List,
    /// Several values in one string, separated by commas.
    CommaList,
    /// Several values as JSON text inside one string.
    JsonList,
    /// Values by name.
    Map,
    /// Values by name, as JSON text inside one string.
    JsonMap,
    /// A value of any type, kept as it came.
    Any,
    /// A structure.
    Object,
    /// A structure as JSON text inside one string.
    JsonText,
    /// One or several PEM blocks.
    Pem,
    /// A certificate signing request in PEM.
    Csr,
    /// A picture in base64.
    Image,
    /// A time, kept as it is printed.
    Time,
    /// A web address.
    Url,
    /// A web address that is itself a secret, because it gives access to its content.
    SecretUrl,
}

impl FieldType {
    /// Whether a field of it holds one value, and no list, map or structure.
    #[must_use]
    pub fn is_single(self) -> bool {
        use FieldType as T;
        !matches!(self, T::List | T::CommaList | T::JsonList | T::Map | T::JsonMap | T::Object | T::JsonText | T::Any)
    }
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
