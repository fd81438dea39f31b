//! Parameters, response fields, members of structures.

use super::{
    Condition, Defect, Format, History, KeyAlgorithm, Place, Sensitivity, Severity, SourceRef, Structure, Text,
    TimeLayout, TimeZone, Undocumented,
};
#[cfg(feature = "data")]
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A request parameter, a response field, or a member of a structure.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Field {
    /// Its name on the wire.
    pub wire: String,
    /// Its name in Rust.
    pub name: String,
    /// What it holds.
    #[cfg_attr(feature = "data", serde(rename = "type"))]
    pub kind: Type,
    /// The structure that is defined in this place, if one is.
    pub defines: Option<Structure>,
    /// The values of its enum that are expected here; all, if empty.
    pub values: Vec<String>,
    /// Whether a request may lack it.
    pub need: Need,
    /// Response: promised not to be absent.
    pub always: bool,
    /// When else it is needed.
    pub needed_if: Vec<NeededIf>,
    /// What the service takes when it is absent.
    pub default: Option<Value>,
    /// What its value must be like.
    pub checks: Vec<Check>,
    /// Must not be shown.
    pub sensitivity: Option<Sensitivity>,
    /// What it is for.
    pub doc: Text,
    /// A value that fits.
    pub example: Option<Value>,
    /// Response fields that give it its value, as action and path.
    pub obtained_from: Vec<(String, Vec<String>)>,
    /// Where it is described, if not where its action is.
    pub source: Option<SourceRef>,
    /// What happened to it.
    pub history: Option<History>,
    /// Where it was seen, if in no document.
    pub undocumented: Undocumented,
    /// Contradictions of the documents about it.
    pub defects: Vec<Defect>,
    /// Where it stands.
    #[cfg_attr(feature = "data", serde(skip))]
    pub at: Place,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "data", serde(rename_all = "kebab-case"))]
pub enum Type {
    /// Text.
    String,
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// True or false.
    Boolean {
        /// Travels as `1` and `0`.
        digits: bool,
    },
    /// An id of this kind.
    Id(String),
    /// A value of this enum.
    Enum(String),
    /// A structure.
    Structure(String),
    /// A structure as JSON text inside one string.
    JsonText(String),
    /// Several values.
    List(Box<Type>),
    /// Several texts in one string, separated by commas.
    CommaList,
    /// PEM blocks.
    Pem,
    /// A certificate signing request in PEM.
    Csr,
    /// A picture in base64.
    Image,
    /// A time, kept as it is printed.
    Time {
        /// How it is printed.
        layout: TimeLayout,
        /// Its zone.
        zone: TimeZone,
    },
    /// A web address.
    Url,
    /// A web address that is itself a secret.
    SecretUrl,
}

/// Whether a request may lack a parameter.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "data", serde(rename_all = "kebab-case"))]
pub enum Need {
    /// It may.
    Optional,
    /// The caller must set it.
    Required,
    /// The service demands it, and it is sent with this value if the caller sets none.
    Defaulted(Value),
}

/// When a parameter is needed although it is optional.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct NeededIf {
    /// How sure.
    pub severity: Severity,
    /// When.
    pub when: Condition,
    /// Said to the user.
    pub doc: Text,
}

/// What a value must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Check {
    /// How sure.
    pub severity: Severity,
    /// What it must be like.
    pub demand: Demand,
}

/// What a value must be like.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "data", serde(rename_all = "kebab-case"))]
pub enum Demand {
    /// A number within bounds, both inclusive.
    Range {
        /// Smallest.
        min: Option<i64>,
        /// Largest.
        max: Option<i64>,
    },
    /// A number of characters within bounds.
    Length {
        /// Fewest.
        min: Option<i64>,
        /// Most.
        max: Option<i64>,
    },
    /// A number of elements within bounds.
    Count {
        /// Fewest.
        min: Option<i64>,
        /// Most.
        max: Option<i64>,
    },
    /// At most so many bytes, before base64.
    MaxBytes(u64),
    /// The whole value matches a regular expression.
    Pattern(String),
    /// A named shape.
    Format(Format),
    /// The key of a CSR.
    CsrKey {
        /// Allowed algorithms.
        algorithms: Vec<KeyAlgorithm>,
        /// Fewest bits of an RSA key.
        rsa_min_bits: Option<u32>,
    },
}
