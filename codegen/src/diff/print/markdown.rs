//! For pull requests.

use super::{DocsDetail, affected, change, groups, levels, place, verdict};
use crate::diff::{DiffFinding, Level, Report};
use std::fmt::Write;

/// Most characters of a report: a comment on a pull request holds 65,536.
pub const LIMIT: usize = 65_000;

/// Characters kept free for the end of a report that is cut.
const RESERVE: usize = 1_000;

/// The whole report, cut at [`LIMIT`] characters with counts of what was cut.
#[must_use]
pub fn markdown(report: &Report, docs: DocsDetail) -> String {
    let sign = match report.worst() {
        Level::Breaking => "❌",
        Level::Dangerous => "⚠️",
        Level::Compatible | Level::None => "✅",
    };
    let mut page = Page::default();
    page.add(&format!("## {sign} {}\n\n`{}` → `{}`\n", verdict(report), plain(&report.base), plain(&report.head)));
    let serious = |finding: &&DiffFinding| report.axis.level(finding) >= Level::Dangerous;
    for (title, findings) in groups(report) {
        let rows: Vec<&DiffFinding> = findings.into_iter().filter(|finding| serious(finding)).collect();
        if !rows.is_empty() {
            page.table(&format!("\n### {}\n\n", cell(&title)), &rows, DiffFinding::name);
        }
    }
    waived(&mut page, report);
    let additive: Vec<&DiffFinding> =
        report.findings.iter().filter(|finding| !finding.is_docs() && !serious(finding)).collect();
    if !additive.is_empty() {
        page.fold(&format!("{} that break nothing", additive.len()), |page| page.table("", &additive, below));
    }
    let texts: Vec<&DiffFinding> = report.findings.iter().filter(|finding| finding.is_docs()).collect();
    if !texts.is_empty() && docs != DocsDetail::None {
        page.fold(&format!("Texts and notes: {}", texts.len()), |page| match docs {
            DocsDetail::Full => texts.iter().for_each(|finding| {
                page.row(&format!(
                    "- `{}` {}: {}\n",
                    finding.rule.id,
                    cell(&finding.subject.path),
                    cell(&change(finding))
                ));
            }),
            DocsDetail::Count | DocsDetail::None => counts(page, &texts),
        });
    }
    if report.worst() >= Level::Dangerous {
        accept(&mut page, report);
    }
    page.finish()
}

/// How many texts changed in each place.
fn counts(page: &mut Page, texts: &[&DiffFinding]) {
    let mut places: Vec<(String, usize)> = Vec::new();
    for finding in texts {
        let title = super::group(finding);
        match places.iter_mut().find(|(of, _)| *of == title) {
            Some((_, count)) => *count += 1,
            None => places.push((title, 1)),
        }
    }
    for (place, count) in &places {
        page.row(&format!("- {}: {count}\n", cell(place)));
    }
}

fn waived(page: &mut Page, report: &Report) {
    if report.waived.is_empty() {
        return;
    }
    let rows = report.waived.iter().map(|waived| {
        let (finding, waiver) = (&waived.finding, &waived.waiver);
        let (path, reason, until) = (code(&finding.subject.path), cell(&waiver.reason), cell(&waiver.until));
        format!("| `{path}` | `{}` | {reason} | {until} |\n", finding.rule.id)
    });
    page.rows("\n### Waived\n\n| change | rule | reason | until |\n|---|---|---|---|\n", rows);
}

/// Shows the waiver that would accept the worst change.
fn accept(page: &mut Page, report: &Report) {
    if let Some(first) = report.findings.iter().find(|finding| report.axis.level(finding) == report.worst()) {
        let waiver = format!(
            "\n```yaml\nwaivers:\n  - rule: {}\n    path: {}\n    fingerprint: {}\n    reason: ...\n    until: ...\n```\n",
            first.rule.id,
            plain(&first.subject.path),
            first.fingerprint
        );
        page.fold("To accept a change, name it in the file of waivers", |page| page.row(&waiver));
    }
}

/// A page that is cut before it is too long.
#[derive(Default)]
struct Page {
    out: String,
    length: usize,
    /// Nothing more is added, because something before it was cut.
    full: bool,
    /// The number of changes that were cut.
    cut: usize,
}

impl Page {
    fn room(&self) -> usize {
        (LIMIT - RESERVE).saturating_sub(self.length)
    }

    /// Adds text that is not a change, if there is room.
    fn add(&mut self, text: &str) {
        let length = text.chars().count();
        if length <= self.room() && !self.full {
            self.out.push_str(text);
            self.length += length;
        }
    }

    /// Adds a change. Without room it is only counted.
    fn row(&mut self, text: &str) {
        self.full |= text.chars().count() > self.room();
        if self.full {
            self.cut += 1;
        } else {
            self.add(text);
        }
    }

    fn table(&mut self, title: &str, findings: &[&DiffFinding], name: fn(&DiffFinding) -> &str) {
        let head = format!("{title}| change | wire | source | before → after |\n|---|---|---|---|\n");
        self.rows(&head, findings.iter().map(|finding| row(finding, name(finding))));
    }

    /// Adds changes below the head of their table. The head and the first change are added together or not at all.
    fn rows(&mut self, head: &str, rows: impl Iterator<Item = String>) {
        let mut begun = false;
        for row in rows {
            if begun {
                self.row(&row);
            } else {
                self.row(&format!("{head}{row}"));
                begun = true;
            }
        }
    }

    fn fold(&mut self, title: &str, inside: impl FnOnce(&mut Self)) {
        const END: &str = "\n</details>\n";
        let head = format!("\n<details><summary>{title}</summary>\n\n");
        let fits = head.chars().count() <= self.room() && !self.full;
        self.full |= !fits;
        self.add(&head);
        let (start, length) = (self.out.len(), self.length);
        inside(self);
        if fits && self.out.len() > start {
            // The reserve keeps room for this.
            self.out.push_str(END);
            self.length += END.len();
        } else if fits {
            // Nothing inside had room.
            self.out.truncate(start - head.len());
            self.length = length - head.chars().count();
        }
    }

    fn finish(mut self) -> String {
        if self.cut > 0 {
            let _ = writeln!(self.out, "\n{} more changes are not shown here: `--format text` lists all.", self.cut);
        }
        self.out
    }
}

/// A row of a table of changes: what happened, and how the generated code changes.
fn row(finding: &DiffFinding, name: &str) -> String {
    let [wire, source] = levels(finding);
    let bold = |word: &str| if word == "breaking" { "**breaking**".to_owned() } else { word.to_owned() };
    let mut what = format!("`{}` {}<br>`{}`", code(name), cell(finding.rule.title), finding.rule.id);
    if let Some(names) = affected(finding) {
        let _ = write!(what, "<br>used by {}", cell(&names));
    }
    if let Some(hint) = &finding.hint {
        let _ = write!(what, "<br>{}", cell(hint));
    }
    if let Some((place, gone)) = place(finding) {
        let before = if gone { " before" } else { "" };
        let _ = write!(what, "<br>{}:{}{before}", cell(&place.file), place.line);
    }
    let mut sides = cell(&change(finding));
    if let Some(rust) = &finding.rust {
        for (sign, side) in [("−", &rust.before), ("+", &rust.after)] {
            if let Some(side) = side {
                let _ = write!(sides, "<br>{sign} `{}`", code(&shortened(side)));
            }
        }
    }
    format!("| {what} | {} | {} | {sides} |\n", bold(wire), bold(source))
}

/// The path from its API version, for tables with changes of several actions.
fn below(finding: &DiffFinding) -> &str {
    let rest = finding.subject.path.strip_prefix(finding.subject.api.as_str()).unwrap_or_default();
    if rest.is_empty() { &finding.subject.path } else { rest.trim_start_matches('/') }
}

/// Most characters of a signature that are shown: one row alone must not fill the page.
const SIGNATURE: usize = 600;

fn shortened(text: &str) -> String {
    let mut signs = text.chars();
    let short: String = signs.by_ref().take(SIGNATURE).collect();
    if signs.next().is_some() { format!("{short}…") } else { short }
}

/// Escapes a text so that it neither ends its cell nor becomes markup.
fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for sign in plain(text).chars() {
        match sign {
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '|' | '\\' | '*' | '[' | ']' | '~' => out.extend(['\\', sign]),
            _ => out.push(sign),
        }
    }
    out
}

/// Escapes a text between backticks, where only `|` and backticks matter. Cells are split before code is parsed, and at that point a backslash
/// escapes the next character.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut slashes = 0;
    for sign in plain(text).chars() {
        if sign == '|' {
            out.extend(std::iter::repeat_n('\\', slashes + 1));
        }
        slashes = if sign == '\\' { slashes + 1 } else { 0 };
        out.push(sign);
    }
    out
}

/// A text on one line, without backticks.
fn plain(text: &str) -> String {
    text.chars().map(|sign| if sign.is_control() { ' ' } else { sign }).collect::<String>().replace('`', "'")
}
