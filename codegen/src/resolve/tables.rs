//! Tables: a row for every value of the enum, a fitting cell for every column.

use super::references::{dangling, named};
use super::values::describe;
use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use crate::yaml::did_you_mean;
use serde_json::Value;

/// Checks the tables of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (name, table) in &api.definitions.tables {
        let (spec, at) = (table.value, table.at);
        named(&api.definitions.enums, &spec.key, at.get("key"), "enum", out);
        let values: Vec<&str> = match api.definitions.enums.get(spec.key.as_str()) {
            Some(key) => key.value.values.keys().map(String::as_str).collect(),
            None => continue,
        };
        for value in values.iter().filter(|value| !spec.rows.contains_key(**value)) {
            let message = format!("the table `{name}` has no row for `{value}`");
            out.push(
                at.key_finding(Code::InvalidTable, message)
                    .help(format!("add a row for every value of `{}`", spec.key)),
            );
        }
        for (column, about) in &spec.columns {
            if !matches!(about.of.as_str(), "string" | "i32") {
                named(
                    &api.definitions.enums,
                    &about.of,
                    at.get("columns").get(column).get("type"),
                    "enum (nor `string` or `i32`)",
                    out,
                );
            }
        }
        for (value, cells) in &spec.rows {
            let row = at.get("rows").get(value);
            if !values.contains(&value.as_str()) {
                out.push(dangling(value, &values, row, &format!("value of `{}` named", spec.key)));
            }
            for cell in cells.keys().filter(|cell| !spec.columns.contains_key(*cell)) {
                let known: Vec<&str> = spec.columns.keys().map(String::as_str).collect();
                out.push(dangling(cell, &known, row.get(cell), "column"));
            }
            for (column, about) in &spec.columns {
                let fits = match (cells.get(column), about.of.as_str()) {
                    (None, _) => {
                        out.push(
                            row.key_finding(Code::InvalidTable, format!("the row `{value}` has no cell `{column}`")),
                        );
                        continue;
                    }
                    (Some(cell), "string") => cell.is_string(),
                    (Some(cell), "i32") => cell.as_i64().is_some_and(|n| i32::try_from(n).is_ok()),
                    (Some(cell), of) => api
                        .definitions
                        .enums
                        .get(of)
                        .is_none_or(|spec| cell.as_str().is_some_and(|text| spec.value.values.contains_key(text))),
                };
                if !fits {
                    let cell = cells.get(column).map(describe).unwrap_or_default();
                    let message = format!("the column `{column}` holds `{}`, and {cell} is not one", about.of);
                    let finding = row.get(column).finding(Code::InvalidTable, message);
                    let words = api
                        .definitions
                        .enums
                        .get(about.of.as_str())
                        .map(|spec| spec.value.values.keys().map(String::as_str));
                    let near = words.zip(cells.get(column).and_then(Value::as_str));
                    out.push(finding.suggest(near.and_then(|(words, written)| did_you_mean(written, words))));
                }
            }
        }
    }
}
