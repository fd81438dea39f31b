//! What an import found, as text.

use super::remark::Remarks;
use super::write::{Changed, Outcome};
use std::fmt::Write as _;

/// The counts, then each item, then the remarks.
#[must_use]
pub fn report(outcome: &Outcome, remarks: &Remarks) -> String {
    let Outcome { actions, new, changed, gone, hosts, errors, sources, .. } = outcome;
    let mut out = format!(
        "{}, {}, {}, {} gone, {}\n",
        counted(actions.len(), "new action"),
        counted(new.len(), "new item"),
        counted(changed.len(), "changed fact"),
        gone.len(),
        counted(remarks.items().len() + remarks.more(), "remark"),
    );
    section(&mut out, "New actions", actions.iter().cloned());
    section(&mut out, "New items of known actions", new.iter().cloned());
    section(&mut out, "Changed facts (`--accept` writes those not marked `by hand`)", changed.iter().map(change));
    section(&mut out, "Gone from the sources, and still in the spec", gone.iter().cloned());
    section(&mut out, "Hosts that the spec has otherwise or not at all (by hand)", hosts.iter().cloned());
    section(&mut out, "Error codes without a row in the spec (by hand)", errors.iter().cloned());
    section(&mut out, "Sources", sources.iter().cloned());
    section(&mut out, "Remarks", remarks.items().iter().map(ToString::to_string));
    if remarks.more() > 0 {
        let _ = writeln!(out, "  and {} more", remarks.more());
    }
    out
}

fn change(changed: &Changed) -> String {
    let Changed { path, what, old, new, by_hand, written } = changed;
    let end = match (written, by_hand) {
        (true, _) => "; written",
        (false, true) => "; by hand",
        (false, false) => "",
    };
    if old.is_empty() {
        format!("{path}: {what}: {new} is new{end}")
    } else {
        format!("{path}: {what}: {old} is {new} now{end}")
    }
}

fn section(out: &mut String, title: &str, lines: impl Iterator<Item = String>) {
    for (at, line) in lines.enumerate() {
        if at == 0 {
            let _ = write!(out, "\n{title}\n");
        }
        let _ = writeln!(out, "  {line}");
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
