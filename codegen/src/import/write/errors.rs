//! Compares the error codes of sources with the rows of the spec. A source does not say what to do about an error, so nothing is written.

use super::edit::scalar;
use super::spec::Spec;
use crate::import::plain::Action;
use indexmap::IndexMap;
use std::collections::{BTreeMap, BTreeSet};

/// A line for each code that no row has.
pub(super) fn compare(spec: &Spec, actions: &IndexMap<String, Action>) -> Vec<String> {
    let rows = spec.error_codes();
    let mut missing: BTreeMap<&str, (BTreeSet<u16>, Vec<&str>)> = BTreeMap::new();
    for (name, action) in actions {
        for (code, statuses) in action.errors.iter().filter(|(code, _)| !rows.iter().any(|row| covers(row, code))) {
            let (all, by) = missing.entry(code).or_default();
            all.extend(statuses);
            by.push(name);
        }
    }
    missing.into_iter().map(|(code, (statuses, by))| line(code, &statuses, &by)).collect()
}

fn line(code: &str, statuses: &BTreeSet<u16>, by: &[&str]) -> String {
    let statuses: Vec<String> = statuses.iter().map(ToString::to_string).collect();
    let status = if statuses.is_empty() { String::new() } else { format!(" (HTTP {})", statuses.join(", ")) };
    format!("{code}{status}: {}", by.join(", "))
}

/// Whether the code of a row, perhaps with `*` at its end, is or covers another one.
fn covers(row: &str, code: &str) -> bool {
    row.strip_suffix('*').map_or(row == code, |start| code.starts_with(start))
}

impl Spec {
    /// The codes of the error rows.
    fn error_codes(&self) -> Vec<&str> {
        self.keys("errors").into_iter().filter_map(|(_, _, node)| scalar(node, "code")).collect()
    }
}
