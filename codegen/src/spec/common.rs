//! Contradictions and gaps of the vendor documents.

use super::Text;
use indexmap::IndexMap;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// `defects.yaml` of an API version, or of the whole spec.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct DefectRegister {
    /// The defects, by number. The items that they touch name the numbers.
    pub defects: IndexMap<u32, DefectSpec>,
}

/// One contradiction or gap of the vendor documents, and how this spec reads it.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct DefectSpec {
    /// Document and line, `A 212`.
    #[serde(rename = "where")]
    pub place: String,
    /// What the document prints, in a few words.
    pub printed: Text,
    /// The reading that this spec chose.
    #[serde(default)]
    pub read_as: Text,
    /// Why.
    pub why: Text,
    /// The test that proves the reading, if there is one.
    pub held_by: Option<String>,
}
