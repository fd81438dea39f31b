//! What differs between two outputs, for reviewers: public items first, then code, then documentation.

use super::lines::{Line, difference};
use super::{Text, View};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// The differences between two sets of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Sorted by view, then by path.
    changed: Vec<Changed>,
}

/// A text that is not the same on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Changed {
    view: View,
    path: String,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    /// Only the new side has it. It is counted and not shown: the file itself says it better.
    New {
        lines: usize,
    },
    /// Only the old side has it.
    Gone {
        lines: usize,
    },
    Differs(Vec<Block>),
}

/// Changed lines that stand in the same item, each with its sign.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Block {
    /// The first lines of the items around it, the outermost first.
    around: Vec<String>,
    lines: Vec<(char, String)>,
}

/// Compares two outputs. Texts that belong to no view are left out.
#[must_use]
pub fn compare(old: &[Text], new: &[Text]) -> Comparison {
    let by_path = |texts: &[Text]| -> BTreeMap<(View, String), String> {
        let keyed = texts.iter().filter_map(|of| Some(((View::of(&of.path)?, of.path.clone()), of.text.clone())));
        keyed.collect()
    };
    let (old, new) = (by_path(old), by_path(new));
    let keys: BTreeSet<_> = old.keys().chain(new.keys()).collect();
    let changed = keys.into_iter().filter_map(|key| {
        let what = match (old.get(key), new.get(key)) {
            (None, Some(text)) => What::New { lines: text.lines().count() },
            (Some(text), None) => What::Gone { lines: text.lines().count() },
            (Some(a), Some(b)) if a != b => What::Differs(blocks(key.0, a, b)),
            _ => return None,
        };
        Some(Changed { view: key.0, path: key.1.clone(), what })
    });
    Comparison { changed: changed.collect() }
}

impl Comparison {
    /// Whether both sides are the same.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changed.is_empty()
    }

    /// The report: a section for each view, and a line of counts at the end.
    #[must_use]
    pub fn report(&self, base: &str, head: &str) -> String {
        if self.is_empty() {
            return format!("The generated code is the same in {base} and {head}.\n");
        }
        let mut out = String::new();
        let mut last = None;
        for changed in &self.changed {
            if last != Some(changed.view) {
                space(&mut out);
                let _ = writeln!(out, "== {}\n", title(changed.view));
                last = Some(changed.view);
            }
            changed.print(&mut out);
        }
        space(&mut out);
        let counts = [View::Items, View::Code, View::Docs].map(|view| self.counts(view)).join("; ");
        let _ = writeln!(out, "From {base} to {head}: {counts}.");
        out
    }

    /// `code +12 -3 lines in 2 files`.
    fn counts(&self, view: View) -> String {
        let name = match view {
            View::Items => "public items",
            View::Code => "code",
            View::Docs => "documentation",
        };
        let files: Vec<&Changed> = self.changed.iter().filter(|changed| changed.view == view).collect();
        if files.is_empty() {
            return format!("{name} unchanged");
        }
        let (new, gone) = files.iter().fold((0, 0), |sum, changed| {
            let (new, gone) = changed.size();
            (sum.0 + new, sum.1 + gone)
        });
        let plural = if files.len() == 1 { "file" } else { "files" };
        format!("{name} +{new} -{gone} lines in {} {plural}", files.len())
    }
}

fn title(view: View) -> &'static str {
    match view {
        View::Items => "Public items",
        View::Code => "Code without documentation",
        View::Docs => "Documentation",
    }
}

impl Changed {
    /// Lines that are new, and lines that are gone.
    fn size(&self) -> (usize, usize) {
        match &self.what {
            What::New { lines } => (*lines, 0),
            What::Gone { lines } => (0, *lines),
            What::Differs(blocks) => {
                let count = |sign| blocks.iter().flat_map(|block| &block.lines).filter(|line| line.0 == sign).count();
                (count('+'), count('-'))
            }
        }
    }

    fn print(&self, out: &mut String) {
        let path = &self.path;
        let blocks = match &self.what {
            What::New { lines } => {
                let _ = writeln!(out, "{path}: new, {lines} lines");
                return;
            }
            What::Gone { lines } => {
                let _ = writeln!(out, "{path}: removed, {lines} lines");
                return;
            }
            What::Differs(blocks) => blocks,
        };
        space(out);
        let _ = writeln!(out, "{path}");
        for block in blocks {
            if !block.around.is_empty() {
                let _ = writeln!(out, "@ {}", block.around.join(" "));
            }
            for (sign, line) in &block.lines {
                let _ = writeln!(out, "{sign}{line}");
            }
        }
        out.push('\n');
    }
}

/// Ends the lines before with a blank one.
fn space(out: &mut String) {
    if !out.is_empty() && !out.ends_with("\n\n") {
        out.push('\n');
    }
}

/// Changed lines, grouped by the items that they stand in.
fn blocks(view: View, old: &str, new: &str) -> Vec<Block> {
    let (old, new): (Vec<&str>, Vec<&str>) = (old.lines().collect(), new.lines().collect());
    let mut blocks: Vec<Block> = Vec::new();
    for line in difference(&old, &new) {
        let (sign, side, at, text) = match line {
            Line::Both(_) => continue,
            Line::Gone(at, text) => ('-', &old, at, text),
            Line::New(at, text) => ('+', &new, at, text),
        };
        let around = match view {
            View::Items => Vec::new(),
            View::Code => around(side, at),
            View::Docs => documented(side, at),
        };
        match blocks.last_mut() {
            // A blank line belongs to whatever stands before it.
            Some(block) if block.around == around || text.is_empty() => block.lines.push((sign, text.to_owned())),
            _ => blocks.push(Block { around, lines: vec![(sign, text.to_owned())] }),
        }
    }
    blocks
}

/// The lines above a line that are less and less indented: the items around it.
fn around(lines: &[&str], at: usize) -> Vec<String> {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let below = lines.get(at..).unwrap_or_default();
    let mut limit = below.iter().find(|line| !line.is_empty()).map_or(0, |line| depth(line));
    let mut around = Vec::new();
    for line in lines.get(..at).unwrap_or_default().iter().rev().filter(|line| !line.is_empty()) {
        if depth(line) < limit && !line.trim_start().starts_with([')', '}', ']']) {
            limit = depth(line);
            around.insert(0, line.trim().to_owned());
        }
    }
    around
}

/// The item that a line of documentation belongs to; none for the line that names it.
fn documented(lines: &[&str], at: usize) -> Vec<String> {
    let is_item = |line: &&&str| !line.is_empty() && !line.starts_with(' ');
    if lines.get(at).is_some_and(|line| is_item(&line)) {
        return Vec::new();
    }
    let above = lines.get(..at).unwrap_or_default();
    above.iter().rev().find(is_item).map(|line| (*line).to_owned()).into_iter().collect()
}
