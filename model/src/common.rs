//! What items of every kind share: bilingual text, provenance, history, defects.

use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// A short text in both languages of the documents and their readers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// English. The loader reports it if absent or empty.
    #[serde(default)]
    pub en: String,
    /// Chinese. The loader reports it if absent or empty.
    #[serde(default)]
    pub zh: String,
}

impl Text {
    /// Stands in for a text that nobody has written yet. Only items that no document describes may lack one.
    #[must_use]
    pub fn unwritten(name: &str) -> Self {
        Self { en: format!("`{name}`{UNWRITTEN}"), zh: format!("`{name}`{UNWRITTEN_ZH}") }
    }

    /// Whether nobody has written it yet.
    #[must_use]
    pub fn is_unwritten(&self) -> bool {
        self.en.ends_with(UNWRITTEN) && self.zh.ends_with(UNWRITTEN_ZH)
    }

    /// Whether it is absent in both languages.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.en.is_empty() && self.zh.is_empty()
    }
}

const UNWRITTEN: &str = ": not described yet.";
const UNWRITTEN_ZH: &str = "：暂无说明。";

/// Whether a rule is enforced or advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The documents say so, but the service may have relaxed it: reported as a warning, never refused.
    Advice,
    /// The request alone shows that the service refuses it: it is not sent.
    Error,
}

/// A place in one of the documents that `service.yaml` lists under `sources`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct SourceRef {
    /// The name of the source.
    #[serde(rename = "in")]
    pub source: String,
    /// Chapter or page title.
    pub section: Option<String>,
}

/// What happened to an item over the releases of this crate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct History {
    /// First release that had it.
    pub since: Option<String>,
    /// Set if it should no longer be used.
    pub deprecated: Option<Deprecated>,
    /// The wire name or spec name that it had before.
    pub renamed_from: Option<String>,
    /// The release up to which the parameter was required. The alias of its builder state stays.
    pub was_required_until: Option<String>,
}

/// Why an item should no longer be used.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Deprecated {
    /// First release in which it is deprecated.
    pub since: String,
    /// What to use instead, and why.
    pub doc: Text,
}

/// One contradiction or gap of the vendor documents, and how this spec reads it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Defect {
    /// Its number, unique over the whole spec.
    pub id: u32,
    /// Document and line, `A 212`.
    #[serde(rename = "where")]
    pub place: String,
    /// What the document prints, in a few words.
    pub printed: Text,
    /// The reading that this spec chose. The loader reports it if absent.
    #[serde(default)]
    pub read_as: Text,
    /// Why.
    pub why: Text,
    /// The test that proves the reading, if there is one.
    pub held_by: Option<String>,
}

/// Where an item of the model stands in the spec.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
pub struct Place {
    /// The file, relative to the spec folder.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}
