//! Tables and plain text.

use super::rows;
use crate::printable;
use serde_json::Value;

/// A table: a column for each member of its rows that has a plain value in any of them. A single structure is a table of names and values.
pub(super) fn table(value: &Value, columns: &[String], header: bool) -> String {
    let rows = rows(value);
    if rows.is_empty() {
        return String::new();
    }
    let names = names(&rows, columns);
    let is_single = rows.first().is_some_and(|row| std::ptr::eq(*row, value)) && value.is_object();
    if is_single && columns.is_empty() {
        let lines = members(value);
        let lines: Vec<Vec<String>> = lines.into_iter().map(|(name, value)| vec![name, value]).collect();
        return aligned(&lines);
    }
    if names.is_empty() {
        return aligned(&rows.iter().map(|row| vec![cell(row)]).collect::<Vec<_>>());
    }
    let mut lines = Vec::new();
    if header {
        lines.push(names.clone());
    }
    lines.extend(rows.iter().map(|row| names.iter().map(|name| at(row, name)).collect()));
    aligned(&lines)
}

/// A line for each row, cells parted by tabs.
pub(super) fn text(value: &Value, columns: &[String]) -> String {
    let rows = rows(value);
    let names = names(&rows, columns);
    let line = |row: &&Value| {
        if names.is_empty() { cell(row) } else { names.iter().map(|name| at(row, name)).collect::<Vec<_>>().join("\t") }
    };
    rows.iter().flat_map(|row| [line(row), "\n".to_owned()]).collect()
}

/// The columns that were asked for, or those that any row fills with a plain value, in the order in which they come.
fn names(rows: &[&Value], columns: &[String]) -> Vec<String> {
    if !columns.is_empty() {
        return columns.to_vec();
    }
    let mut names = Vec::new();
    for (name, value) in rows.iter().filter_map(|row| row.as_object()).flatten() {
        let plain = !value.is_object() && !value.is_array();
        if plain && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// The columns that no row has, and the paths of those that there are. Nothing if there are no rows.
pub(super) fn unknown<'a>(value: &Value, columns: &'a [String]) -> Option<(Vec<&'a str>, Vec<String>)> {
    let rows = rows(value);
    let absent = columns.iter().filter(|path| rows.iter().all(|row| found(row, path).is_none()));
    let absent: Vec<&str> = absent.map(String::as_str).collect();
    if rows.is_empty() || absent.is_empty() {
        return None;
    }
    let mut known = Vec::new();
    for (name, _) in rows.into_iter().flat_map(members) {
        if !known.contains(&name) {
            known.push(name);
        }
    }
    Some((absent, known))
}

/// The value at a path of names, `Certificate.Status`.
fn at(row: &Value, path: &str) -> String {
    found(row, path).map(cell).unwrap_or_default()
}

fn found<'a>(row: &'a Value, path: &str) -> Option<&'a Value> {
    row.get(path).or_else(|| path.split('.').try_fold(row, |value, name| value.get(name)))
}

/// The members of a structure by their paths.
fn members(value: &Value) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for (name, value) in value.as_object().into_iter().flatten() {
        match value {
            Value::Object(_) => {
                out.extend(members(value).into_iter().map(|(inner, text)| (format!("{name}.{inner}"), text)));
            }
            value => out.push((name.clone(), cell(value))),
        }
    }
    out
}

/// A value in one line, whatever it contains: control characters would move the cursor.
fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    printable::line(&text)
}

/// Lines with their cells under each other, without blanks at their ends.
fn aligned(lines: &[Vec<String>]) -> String {
    let count = lines.iter().map(Vec::len).max().unwrap_or_default();
    let width =
        |column: usize| lines.iter().filter_map(|line| line.get(column)).map(|cell| wide(cell)).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count).map(width).collect();
    let mut out = String::new();
    for line in lines {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - wide(cell))));
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    out
}

/// The width of a text in a terminal: Chinese characters take two columns.
fn wide(text: &str) -> usize {
    let wide = |c: char| matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd);
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}
