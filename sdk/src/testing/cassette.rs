//! Recordings as files.

use super::exchange::Exchange;
use crate::base::legible::escaped_json;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;
use std::fmt;
use std::path::Path;

/// The version of the format.
const VERSION: u64 = 1;

/// A recording: calls with their responses, in order, without secrets. The file is JSON that can be reviewed and edited by hand.
///
/// ```
/// use cloudcert::testing::Cassette;
///
/// let cassette = Cassette::from_json(r#"{
///   "cassette": 1,
///   "exchanges": [
///     {
///       "api": "aliyun-cas-2020-04-07",
///       "action": "DescribeCertificateState",
///       "parameters": { "OrderId": "5" },
///       "response": { "status": 200, "json": { "Type": "process" } }
///     },
///     {
///       "api": "aliyun-cas-2020-04-07",
///       "action": "DescribeCertificateState",
///       "parameters": { "OrderId": "6" },
///       "failure": "lost"
///     }
///   ]
/// }"#)?;
/// assert_eq!(cassette.len(), 2);
/// # Ok::<(), cloudcert::testing::CassetteError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cassette {
    pub(super) exchanges: Vec<Exchange>,
}

impl Cassette {
    /// Reads a recording from a file.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or is not a recording. The error names the file and says what is wrong.
    pub fn load(file: impl AsRef<Path>) -> Result<Self, CassetteError> {
        let place = |what: String| CassetteError(format!("{}: {what}", file.as_ref().display()));
        let text = std::fs::read_to_string(&file).map_err(|error| place(error.to_string()))?;
        Self::from_json(&text).map_err(|error| place(error.0))
    }

    /// Writes the recording to a file. Missing folders are created.
    ///
    /// # Errors
    ///
    /// If the file cannot be written. The error names the file.
    pub fn save(&self, file: impl AsRef<Path>) -> Result<(), CassetteError> {
        let file = file.as_ref();
        let folder = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        folder
            .and_then(|()| std::fs::write(file, self.to_json()))
            .map_err(|error| CassetteError(format!("{}: {error}", file.display())))
    }

    /// Reads a recording from a text.
    ///
    /// # Errors
    ///
    /// If the text is not a recording. The error says what is wrong, and in which exchange.
    pub fn from_json(text: &str) -> Result<Self, CassetteError> {
        let wrong = |what: String| CassetteError(what);
        // Some editors put a byte order mark at the beginning.
        let text = text.trim_start_matches('\u{feff}');
        let value: Value =
            serde_json::from_str(text).map_err(|error| wrong(format!("it is not valid JSON: {error}")))?;
        if value.get("cassette").and_then(Value::as_u64) != Some(VERSION) {
            return Err(wrong(format!("it is not a recording of this version: `cassette` must be {VERSION}")));
        }
        let list = value.get("exchanges").and_then(Value::as_array);
        let list = list.ok_or_else(|| wrong("`exchanges` is missing or is not a list".to_owned()))?;
        let read = |(number, value): (usize, &Value)| {
            Exchange::read(value).map_err(|what| wrong(format!("exchange {number}: {what}")))
        };
        Ok(Self { exchanges: (1..).zip(list).map(read).collect::<Result<_, _>>()? })
    }

    /// The recording as JSON.
    #[must_use]
    pub fn to_json(&self) -> String {
        // All keys are texts, so this cannot fail.
        let mut text = escaped_json(&serde_json::to_string_pretty(self).unwrap_or_default());
        text.push('\n');
        text
    }

    /// The number of recorded calls. Each attempt counts.
    #[must_use]
    pub fn len(&self) -> usize {
        self.exchanges.len()
    }

    /// Whether nothing is recorded.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.exchanges.is_empty()
    }
}

impl Serialize for Cassette {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("cassette", &VERSION)?;
        map.serialize_entry("exchanges", &self.exchanges)?;
        map.end()
    }
}

/// Why a recording cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CassetteError(String);

impl fmt::Display for CassetteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CassetteError {}
