//! Error codes.

use super::{Defect, ErrorScope, Retry, Text};
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// One row of an error table: several rows may share a code.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct ErrorRow {
    /// `Code` on the wire. A trailing `*` covers a family (`Throttling.*`).
    pub code: String,
    /// What the code is called in Rust, in upper camel case, where it makes no name or that of another one.
    pub code_name: Option<String>,
    /// `InnerCode` on the wire, where the service has one.
    pub inner_code: Option<String>,
    /// The same for the inner code.
    pub inner_code_name: Option<String>,
    /// HTTP statuses it comes with.
    pub status: Vec<u16>,
    /// Who answers it.
    pub scope: ErrorScope,
    /// A fragment of the message that tells this row from others of the same code.
    pub message_contains: Option<String>,
    /// What it says.
    pub meaning: Text,
    /// What usually brings it about.
    pub cause: Text,
    /// What to mend, with `never` and `renew`. What the other classes ask for follows from `retry`.
    pub remedy: Option<Text>,
    /// May the same request be sent again?
    pub retry: Retry,
    /// The wished-for state was there already: a convenience layer may read it as success.
    #[serde(default)]
    pub already_done: bool,
    /// Sources (no documents) that show it, if no document does.
    #[serde(default)]
    pub undocumented: Vec<String>,
    /// Contradictions of the documents about it.
    #[serde(default)]
    pub defects: Vec<Defect>,
}
