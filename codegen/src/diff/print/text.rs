//! For people at a terminal.

use super::{DocsDetail, affected, change, groups, levels, place, verdict};
use crate::diff::{DiffFinding, Report};
use std::fmt::Write;

/// The whole report.
#[must_use]
pub fn text(report: &Report, docs: DocsDetail) -> String {
    let mut out = format!("{} -> {}\n{}\n", report.base, report.head, verdict(report));
    for (title, findings) in groups(report) {
        let _ = writeln!(out, "\n{title}");
        for finding in findings {
            entry(&mut out, finding);
        }
    }
    if !report.waived.is_empty() {
        out.push_str("\nWaived\n");
        for waived in &report.waived {
            let finding = &waived.finding;
            let (reason, until) = (&waived.waiver.reason, &waived.waiver.until);
            let _ = writeln!(out, "  {} {}: {reason} (until {until})", finding.rule.id, finding.subject.path);
        }
    }
    if docs == DocsDetail::Full && report.findings.iter().any(DiffFinding::is_docs) {
        out.push_str("\nTexts and notes\n");
        for finding in report.findings.iter().filter(|finding| finding.is_docs()) {
            let _ = writeln!(out, "  {} {}: {}", finding.rule.id, finding.subject.path, change(finding));
        }
    }
    out
}

fn entry(out: &mut String, finding: &DiffFinding) {
    let [wire, source] = levels(finding);
    let _ = writeln!(out, "  {} [{}] {}", finding.name(), finding.rule.id, finding.rule.title);
    let _ = writeln!(out, "    wire {wire}, source {source}, {} release", finding.bump);
    let said = change(finding);
    if !said.is_empty() {
        let inside =
            if finding.inside > 0 { format!(" (with {} items inside)", finding.inside) } else { String::new() };
        let _ = writeln!(out, "    {said}{inside}");
    }
    if let Some(rust) = &finding.rust {
        let _ = writeln!(out, "    {}", rust.item);
        for (sign, side) in [('-', &rust.before), ('+', &rust.after)] {
            if let Some(side) = side {
                let _ = writeln!(out, "      {sign} {side}");
            }
        }
    }
    if let Some(names) = affected(finding) {
        let _ = writeln!(out, "    used by {names}");
    }
    if let Some(hint) = &finding.hint {
        let _ = writeln!(out, "    hint: {hint}");
    }
    if let Some((place, gone)) = place(finding) {
        let before = if gone { " before" } else { "" };
        let _ = writeln!(out, "    {}:{}:{}{before}", place.file, place.line, place.column);
    }
}
