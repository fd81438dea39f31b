//! Annotations for GitHub Actions: one line a change, shown beside the line of the file.

use super::{change, place, verdict};
use crate::diff::{Level, Report};
use std::fmt::Write;

/// A line for each change that is not about documentation, and one with the verdict. `folders` are the folders of the first and of the second
/// tree in the repository: an item that is gone is shown where it was.
#[must_use]
pub fn github(report: &Report, folders: [&str; 2]) -> String {
    let mut out = String::new();
    for finding in report.findings.iter().filter(|finding| !finding.is_docs()) {
        let command = match report.axis.level(finding) {
            Level::Breaking => "error",
            Level::Dangerous => "warning",
            Level::Compatible | Level::None => "notice",
        };
        let at = place(finding).map_or_else(String::new, |(place, gone)| {
            let [base, head] = folders;
            let folder = if gone { base } else { head };
            let path = if folder.is_empty() { place.file.clone() } else { format!("{folder}/{}", place.file) };
            format!("file={},line={},col={},", property(&path), place.line, place.column)
        });
        let title = property(&format!("{} {}", finding.rule.id, finding.name()));
        let said = change(finding);
        let said = if said.is_empty() { String::new() } else { format!(" ({said})") };
        let text = format!("{}{said} {}", finding.rule.title, finding.rule.why);
        let _ = writeln!(out, "::{command} {at}title={title}::{}", data(&text));
    }
    let _ = writeln!(out, "::notice title=spec diff::{}", data(&verdict(report)));
    out
}

/// A message of a workflow command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
