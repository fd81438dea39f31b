//! Parameters, response fields, members of structures.

use super::{
    Condition, Defect, Fill, Format, History, KeyAlgorithm, Place, Sensitivity, Severity, SourceRef, Structure, Text,
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
    /// Whether a request must have it.
    pub need: Need,
    /// Response: guaranteed, so a response without it is an error.
    pub guaranteed: bool,
    /// Conditions under which it is required.
    pub needed_if: Vec<NeededIf>,
    /// The value that the service uses when it is absent.
    pub default: Option<Value>,
    /// What the client fills it with if the caller does not set it.
    pub fill: Option<Fill>,
    /// The value that the client sends if the caller does not set it, where the service would take another one.
    pub preset: Option<Value>,
    /// The method of the builder that sends the other value of a boolean with a preset.
    pub unless: Option<String>,
    /// Checks of its value.
    pub checks: Vec<Check>,
    /// Whether its value is secret or personal data.
    pub sensitivity: Option<Sensitivity>,
    /// What it is for.
    pub doc: Text,
    /// A valid value.
    pub example: Option<Value>,
    /// Response fields that give it its value, as action and path.
    pub obtained_from: Vec<(String, Vec<String>)>,
    /// Where it is described, if not where its action is.
    pub source: Option<SourceRef>,
    /// Its history over the releases of the SDK.
    pub history: Option<History>,
    /// The sources that show it, if no document does.
    pub undocumented: Undocumented,
    /// Contradictions of the documents about it.
    pub defects: Vec<Defect>,
    /// Its place in the spec.
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
    /// A number that need not be whole.
    F64,
    /// True or false.
    Boolean {
        /// Sent as `1` and `0`.
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
    /// Several values in one string, separated by commas.
    CommaList(Box<Type>),
    /// Several values as JSON text inside one string.
    JsonList(Box<Type>),
    /// Values by name.
    Map(Box<Type>),
    /// Values by name, as JSON text inside one string.
    JsonMap(Box<Type>),
    /// A value of any type, kept as it came.
    Any,
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

impl Type {
    /// What a list or a map holds; `None` for any other type.
    #[must_use]
    pub fn element(&self) -> Option<&Self> {
        match self {
            Self::List(item) | Self::CommaList(item) | Self::JsonList(item) | Self::Map(item) | Self::JsonMap(item) => {
                Some(item)
            }
            _ => None,
        }
    }

    /// Whether it is a list, however it travels.
    #[must_use]
    pub fn is_list(&self) -> bool {
        matches!(self, Self::List(_) | Self::CommaList(_) | Self::JsonList(_))
    }

    /// The id, enum or structure that it names, or that its elements are.
    #[must_use]
    pub fn named(&self) -> Option<&str> {
        match self {
            Self::Id(name) | Self::Enum(name) | Self::Structure(name) | Self::JsonText(name) => Some(name),
            _ => self.element()?.named(),
        }
    }

    /// The structure that it is, or that its elements are.
    #[must_use]
    pub fn structure(&self) -> Option<&str> {
        match self {
            Self::Structure(name) | Self::JsonText(name) => Some(name),
            _ => self.element()?.structure(),
        }
    }
}

/// Whether a request must have a parameter.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "data", serde(rename_all = "kebab-case"))]
pub enum Need {
    /// It is optional.
    Optional,
    /// The caller must set it.
    Required,
    /// The service requires it, and the SDK sends this value if the caller sets none.
    Defaulted(Value),
}

/// A condition under which an optional parameter is required.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct NeededIf {
    /// Whether it is enforced or advice.
    pub severity: Severity,
    /// The condition.
    pub when: Condition,
    /// The message for the user.
    pub doc: Text,
}

/// A check of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Check {
    /// Whether it is enforced or advice.
    pub severity: Severity,
    /// The check itself.
    pub demand: Demand,
}

/// A check of a value.
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
    /// A named format.
    Format(Format),
    /// The key of a CSR.
    CsrKey {
        /// Allowed algorithms.
        algorithms: Vec<KeyAlgorithm>,
        /// Fewest bits of an RSA key.
        rsa_min_bits: Option<u32>,
    },
}
