//! Small steps over the text of generated sources, each linear in what it reads.

use super::budget::Budget;
use super::remark::{Remarks, Subject};
use crate::diagnostic::Code;

/// What readers report to.
pub(super) struct Out<'a> {
    /// The label of the source.
    pub(super) label: &'a str,
    pub(super) remarks: &'a mut Remarks,
    pub(super) budget: Budget,
}

impl Out<'_> {
    /// Reports a part of a file that cannot be read.
    pub(super) fn broken(&mut self, code: Code, file: &str, line: usize, message: impl Into<String>) {
        self.remarks.broken(code, file, line, message);
    }

    /// Reports something that was left out or guessed.
    pub(super) fn add(&mut self, subject: Subject, file: &str, line: usize, message: impl Into<String>) {
        self.remarks.add(subject, file, line, message);
    }

    /// Takes one item of the budget, and reports once that nothing is left.
    pub(super) fn take(&mut self, file: &str, line: usize) -> bool {
        let left = self.budget.take();
        if !left && !self.budget.told {
            self.budget.told = true;
            self.broken(
                Code::TooLarge,
                file,
                line,
                "the source has more items than the limit; the others were not read",
            );
        }
        left
    }

    /// Whether structures may nest this deep; reports it if not.
    pub(super) fn holds(&mut self, depth: usize, file: &str, line: usize) -> bool {
        let holds = self.budget.holds(depth);
        if !holds {
            let message = "structures are nested too deeply, or contain themselves; the innermost was not read";
            self.broken(Code::TooDeep, file, line, message);
        }
        holds
    }
}

/// The number of blanks that a line begins with.
pub(super) fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The first quoted text, without its quotes.
pub(super) fn quoted(text: &str) -> Option<&str> {
    let start = text.find(['\'', '"'])?;
    let mark = text.get(start..=start)?;
    let rest = text.get(start + 1..)?;
    rest.get(..rest.find(mark)?)
}

/// The name that a text begins with.
pub(super) fn name(text: &str) -> &str {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// Finds the end of brackets: a text is fed line by line, and quotes are skipped.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    depth: usize,
    quote: Option<char>,
}

impl Brackets {
    /// Reads on; the byte after the bracket that closes the first one, if it is in this line.
    pub(super) fn feed(&mut self, line: &str) -> Option<usize> {
        let mut escaped = false;
        for (at, c) in line.char_indices() {
            if let Some(mark) = self.quote {
                let closes = c == mark && !escaped;
                self.quote = Some(mark).filter(|_| !closes);
                escaped = c == '\\' && !escaped;
                continue;
            }
            match c {
                '\'' | '"' => self.quote = Some(c),
                '#' if self.depth > 0 => break,
                '(' | '[' | '{' => self.depth += 1,
                ')' | ']' | '}' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => {}
            }
        }
        // A quote does not go over the end of a line.
        self.quote = None;
        None
    }
}

/// The text between the first bracket of `lines` and the one that closes it, what follows it in its line, and how many lines that took.
pub(super) fn bracketed<'a>(lines: impl Iterator<Item = &'a str>) -> Option<(String, &'a str, usize)> {
    let mut brackets = Brackets::default();
    let mut inside = String::new();
    for (count, line) in lines.enumerate() {
        let start = if count == 0 { line.find(['(', '[', '{'])? } else { 0 };
        let part = line.get(start..)?;
        let skip = usize::from(count == 0);
        if let Some(end) = brackets.feed(part) {
            inside.push_str(part.get(skip..end - 1)?);
            return Some((inside, part.get(end..)?, count + 1));
        }
        inside.push_str(part.get(skip..)?);
        inside.push(' ');
    }
    None
}

/// Splits at commas that are in no brackets and no quotes.
pub(super) fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut start) = (0_usize, None, 0);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        if let Some(mark) = quote {
            quote = Some(mark).filter(|mark| *mark != c);
            continue;
        }
        match c {
            '\'' | '"' => quote = Some(c),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..).unwrap_or_default().trim());
    parts.retain(|part| !part.is_empty());
    parts
}
