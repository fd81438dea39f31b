//! The catalogue of rules.

use crate::diff::{ChangeRule, Level, rules};
use serde_json::json;
use std::fmt::Write;

/// The rules as text, one line each.
#[must_use]
pub fn rules_text() -> String {
    let mut out = String::new();
    for rule in rules() {
        let _ = writeln!(out, "{:<34} {:<10} {:<10} {:<5} {}", rule.id, rule.wire, rule.source, rule.bump, rule.title);
    }
    out
}

/// The rules as a table in Markdown.
#[must_use]
pub fn rules_markdown() -> String {
    let level = |level: Level| if level == Level::None { "–" } else { level.as_str() };
    let mut out = String::from(
        "| rule | wire | source | release | what, and why it matters | backwards |\n|---|---|---|---|---|---|\n",
    );
    for rule in rules() {
        let ChangeRule { id, mirror, bump, title, why, .. } = rule;
        let (wire, source) = (level(rule.wire), level(rule.source));
        let mirror = if mirror == id { "itself".to_owned() } else { format!("`{mirror}`") };
        let _ = writeln!(out, "| `{id}` | {wire} | {source} | {bump} | {title} {why} | {mirror} |");
    }
    out
}

/// The rules as JSON, in both languages.
#[must_use]
pub fn rules_json() -> String {
    format!("{:#}\n", json!(rules().collect::<Vec<_>>()))
}
