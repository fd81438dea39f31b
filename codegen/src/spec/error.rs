//! Error codes.

use super::{ErrorScope, Retry, Text};
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
    /// The name of the code in Rust, in upper camel case, if its own name is taken or is not valid there.
    pub code_name: Option<String>,
    /// `InnerCode` on the wire, where the service has one.
    pub inner_code: Option<String>,
    /// The same for the inner code.
    pub inner_code_name: Option<String>,
    /// HTTP statuses it comes with.
    pub status: Vec<u16>,
    /// Which part of the service returns it.
    pub scope: ErrorScope,
    /// A fragment of the message that tells this row from others of the same code.
    pub message_contains: Option<String>,
    /// What it says.
    pub meaning: Text,
    /// Its usual cause.
    pub cause: Text,
    /// What to correct, with `never` and `renew`. For the other classes, the remedy follows from `retry`.
    pub remedy: Option<Text>,
    /// May the same request be sent again?
    pub retry: Retry,
    /// Whether it means that the requested state already existed, so that helpers may treat it as success.
    #[serde(default)]
    pub already_done: bool,
    /// Sources (no documents) that show it, if no document does.
    #[serde(default)]
    pub undocumented: Vec<String>,
    /// Contradictions of the documents about it, by number.
    #[serde(default)]
    pub defects: Vec<u32>,
}
