//! Values that responses are made of.

use crate::base::call::{Call, Fields};
use crate::base::time::format;
use serde_json::Value;

/// Returns the members of a JSON object as the fields of a response.
pub(super) fn fields(value: Value) -> Fields {
    match value {
        Value::Object(object) => object,
        _ => Fields::new(),
    }
}

/// Returns a cell of one of the spec's tables.
pub(super) fn cell<'a>(call: &'a Call<'a>, table: &str, row: &str, column: &str) -> Option<&'a Value> {
    let table = call.api.table(table)?;
    let position = table.columns.iter().position(|found| found.name == column)?;
    table.rows.iter().find(|found| found.value == row)?.cells.get(position)
}

/// Returns a domain in ASCII, the form in which certificates hold it, or `None` if the text is not a domain. A wildcard keeps its asterisk.
pub(super) fn domain(text: &str) -> Option<String> {
    cloudcert::model::ascii_domain(text)
}

/// Writes the day of a time, in UTC.
pub(super) fn day(seconds: i64) -> String {
    format(seconds, "%Y-%m-%d")
}

/// Writes a time, in UTC.
pub(super) fn time(seconds: i64) -> String {
    format(seconds, "%Y-%m-%d %H:%M:%S")
}
