//! Texts that a terminal cannot take for commands: what services return may contain control characters.

use serde_json::Value;
use std::fmt::Write;

/// A text in which control characters are escaped, except ends of lines.
pub(crate) fn lines(text: &str) -> String {
    escaped(text, |c| c != '\n')
}

/// A text in one line: all control characters are escaped.
pub(crate) fn line(text: &str) -> String {
    escaped(text, |_| true)
}

fn escaped(text: &str, also: impl Fn(char) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && also(c) {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

/// A value as JSON. JSON itself allows the control characters from U+007F on, which terminals obey too.
pub(crate) fn json(value: &Value, over_lines: bool) -> String {
    let text = if over_lines { format!("{value:#}") } else { value.to_string() };
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if ('\u{7f}'..='\u{9f}').contains(&c) {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\u{:04x}", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}
