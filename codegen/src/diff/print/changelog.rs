//! The entry for CHANGELOG.md.

use super::{change, group};
use crate::diff::{DiffFinding, Level, Report};
use std::fmt::Write;

/// Which changes stand under a heading.
type Belongs<'a> = &'a dyn Fn(&DiffFinding) -> bool;

/// What changed, under the headings of the changelog. Each change has one line, also a waived one. Changes of documentation share one line.
#[must_use]
pub fn changelog(report: &Report) -> String {
    let mut out = String::new();
    let all: Vec<&DiffFinding> =
        report.findings.iter().chain(report.waived.iter().map(|waived| &waived.finding)).collect();
    let new = |finding: &DiffFinding| finding.before.is_none() && finding.after.is_some();
    let gone = |finding: &DiffFinding| finding.before.is_some() && finding.after.is_none();
    let breaking = |finding: &DiffFinding| finding.level() == Level::Breaking;
    let sections: [(&str, Belongs<'_>); 4] = [
        ("Breaking", &|finding| breaking(finding)),
        ("Added", &|finding| !breaking(finding) && new(finding)),
        ("Removed", &|finding| !breaking(finding) && gone(finding)),
        ("Changed", &|finding| !breaking(finding) && !new(finding) && !gone(finding)),
    ];
    for (title, belongs) in sections {
        let lines: Vec<&&DiffFinding> = all.iter().filter(|finding| !finding.is_docs() && belongs(finding)).collect();
        if lines.is_empty() {
            continue;
        }
        let _ = writeln!(out, "### {title}\n");
        for finding in lines {
            let said = change(finding);
            let said = if said.is_empty() { String::new() } else { format!(" ({said})") };
            let name = finding.name();
            let name =
                if finding.subject.action.as_deref() == Some(name) { String::new() } else { format!(" `{name}`:") };
            let _ = writeln!(out, "- {}:{name} {}{said}", group(finding), lower(finding.rule.title));
        }
        out.push('\n');
    }
    if all.iter().any(|finding| finding.is_docs()) {
        out.push_str("### Documentation\n\n- Texts, examples and notes.\n");
    }
    out.truncate(out.trim_end().len());
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

/// A sentence as it follows a colon.
fn lower(title: &str) -> String {
    let title = title.trim_end_matches('.');
    let mut letters = title.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}
