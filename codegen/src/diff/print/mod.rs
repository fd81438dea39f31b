//! Prints reports for people, pull requests and programs. Nothing here decides anything.

mod catalogue;
mod changelog;
mod github;
mod json;
mod markdown;
mod text;

pub use catalogue::{rules_json, rules_markdown, rules_text};
pub use changelog::changelog;
pub use github::github;
pub use json::{json, schema};
pub use markdown::{LIMIT, markdown};
pub use text::text;

use super::{Bump, DiffFinding, Level, Report};
use std::collections::BTreeSet;

/// How much to print about changes of documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocsDetail {
    /// Nothing.
    None,
    /// The number of places.
    Count,
    /// Each change.
    Full,
}

/// The verdict in one line.
#[must_use]
pub fn verdict(report: &Report) -> String {
    let counts = report.counts();
    let changes = [
        (counts.breaking, "breaking"),
        (counts.dangerous, "dangerous"),
        (counts.compatible, "compatible"),
        (counts.waived, "waived"),
    ];
    let mut parts: Vec<String> =
        changes.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let places = docs_places(report);
    if parts.is_empty() && places == 0 {
        return "No changes.".to_owned();
    }
    let only = parts.is_empty();
    if places > 0 {
        parts.push(format!("texts and notes in {places} place{}", if places == 1 { "" } else { "s" }));
    }
    let head = match report.bump() {
        _ if only => "Documentation only".to_owned(),
        Bump::None => "No release needed".to_owned(),
        bump => format!("{} release needed", capital(bump.as_str())),
    };
    format!("{head}: {}.{}", parts.join(", "), release(report))
}

/// Whether the declared versions are enough.
fn release(report: &Report) -> String {
    let (Some(needed), Some(declared), Some(base)) = (report.needed(), report.head_release, report.base_release) else {
        return String::new();
    };
    if declared >= needed {
        format!(" The version goes from {base} to {declared}, which is enough.")
    } else if declared == base {
        format!(" The version is still {declared}: raise it to {needed} or later.")
    } else {
        format!(" The version goes from {base} to {declared}, which is not enough: raise it to {needed} or later.")
    }
}

/// Actions, and services without them, in which only texts and notes changed.
fn docs_places(report: &Report) -> usize {
    let docs = report.findings.iter().filter(|finding| finding.is_docs());
    docs.map(|finding| (&finding.subject.api, &finding.subject.action)).collect::<BTreeSet<_>>().len()
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The findings that are not about documentation, by the action that they are about, in the order of the worst of each.
fn groups(report: &Report) -> Vec<(String, Vec<&DiffFinding>)> {
    let mut groups: Vec<(String, Vec<&DiffFinding>)> = Vec::new();
    for finding in report.findings.iter().filter(|finding| !finding.is_docs()) {
        let title = group(finding);
        match groups.iter_mut().find(|(of, _)| *of == title) {
            Some((_, list)) => list.push(finding),
            None => groups.push((title, vec![finding])),
        }
    }
    groups
}

/// The action, or the API version, with others that share the change. What belongs to no API version is named by its file.
fn group(finding: &DiffFinding) -> String {
    if finding.subject.api.is_empty() {
        return place(finding).map_or_else(|| "the whole spec".to_owned(), |(place, _)| place.file.clone());
    }
    let apis = std::iter::once(&finding.subject.api).chain(&finding.also).map(String::as_str).collect::<Vec<_>>();
    match &finding.subject.action {
        Some(action) => format!("{action} ({})", apis.join(", ")),
        None => apis.join(", "),
    }
}

/// The place of a change, and whether it is in the first tree: an item that is gone is shown where it was.
fn place(finding: &DiffFinding) -> Option<(&crate::model::Place, bool)> {
    let (head, base) = (finding.head.as_ref(), finding.base.as_ref());
    head.map(|place| (place, false)).or(base.map(|place| (place, true)))
}

/// The values before and after, in one line.
fn change(finding: &DiffFinding) -> String {
    match (&finding.before, &finding.after) {
        (Some(before), Some(after)) => format!("{} -> {}", cut(before), cut(after)),
        (Some(one), None) | (None, Some(one)) => cut(one),
        (None, None) => String::new(),
    }
}

/// Most characters of a value that are shown.
const SHOWN: usize = 120;

fn cut(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    line.chars().take(SHOWN).chain(['…']).collect()
}

/// Actions that share what changed.
fn affected(finding: &DiffFinding) -> Option<String> {
    const NAMED: usize = 5;
    let names: Vec<&str> = finding.affected.iter().take(NAMED).map(String::as_str).collect();
    let more = finding.affected.len().saturating_sub(NAMED);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!names.is_empty()).then(|| format!("{}{more}", names.join(", ")))
}

/// Both levels as two short words.
fn levels(finding: &DiffFinding) -> [&'static str; 2] {
    [finding.wire, finding.source].map(|level| if level == Level::None { "-" } else { level.as_str() })
}
