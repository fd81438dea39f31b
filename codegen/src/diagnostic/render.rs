//! Prints findings like rustc: the message, the place, the lines with marks below them, and what to do.
//!
//! Nothing is coloured, so a report can be kept in a file. The lines are laid out here, because a library for it takes as long to compile as a
//! twelfth of this crate, in every build of the SDK.

use super::{Finding, Findings};
use std::fmt::Write;
use std::ops::Range;

/// Most findings that are printed; the others are counted.
const SHOWN: usize = 200;

/// The full report: every finding with its place, and a last line that counts them.
#[must_use]
pub fn render(findings: &Findings) -> String {
    let mut out = String::new();
    for finding in findings.items().iter().take(SHOWN) {
        out.push_str(&one(findings, finding));
        out.push_str("\n\n");
    }
    // They are sorted by file.
    let files = findings.items().chunk_by(|one, next| one.file == next.file).count();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let count = findings.items().len();
    let _ = write!(out, "{count} finding{} in {files} file{} of the spec", plural(count), plural(files));
    if count > SHOWN {
        let _ = write!(out, "; the first {SHOWN} are shown");
    }
    out
}

/// Most bytes between the two marks of a file. A related place that is further away is left out.
const QUOTED: usize = 16 << 10;
/// The widest line, in columns of a terminal. What is beyond is cut off.
const WIDEST: usize = 135;

/// A file with the marks to show in it.
struct Quote<'a> {
    path: String,
    text: &'a str,
    marks: Vec<Mark<'a>>,
}

/// A mark below a line.
struct Mark<'a> {
    /// Line and first column, both from 1, in characters.
    line: usize,
    column: usize,
    text: &'a str,
    /// The marked bytes of the line.
    span: Range<usize>,
    sign: char,
    label: Option<&'a str>,
}

impl<'a> Mark<'a> {
    /// Marks the first line of a span only, so that a long value does not fill the screen.
    fn new(text: &'a str, span: &Range<usize>, sign: char, label: Option<&'a str>) -> Self {
        let before = text.get(..span.start).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        let whole = text.get(start..).unwrap_or_default().lines().next().unwrap_or_default();
        let from = span.start - start;
        let marked = whole.get(from..whole.len().min(span.end - start)).unwrap_or_default().trim_end();
        Self {
            line: before.matches('\n').count() + 1,
            column: before.get(start..).unwrap_or_default().chars().count() + 1,
            text: whole,
            span: from..from + marked.len(),
            sign,
            label,
        }
    }
}

fn one(findings: &Findings, finding: &Finding) -> String {
    let mut out = format!("error[{}]: {}", finding.code.as_str(), finding.message);
    let quotes = quotes(findings, finding);
    let numbers = || quotes.iter().flat_map(|quote| &quote.marks).map(|mark| mark.line);
    let width = numbers().max().map_or(0, |line| line.to_string().len());
    if quotes.is_empty() {
        let _ = write!(out, "\n--> {}", findings.shown(&finding.file));
    }
    for (number, quote) in quotes.iter().enumerate() {
        if let Some(primary) = quote.marks.iter().find(|mark| mark.sign == '^').or(quote.marks.first()) {
            let arrow = if number == 0 { "-->" } else { ":::" };
            let at = format!("{}:{}:{}", quote.path, primary.line, primary.column);
            let _ = write!(out, "\n{:width$}{arrow} {at}\n{:width$} |", "", "");
        }
        lines(&mut out, quote, width);
        if number + 1 < quotes.len() || finding.help.is_some() {
            let _ = write!(out, "\n{:width$} |", "");
        }
    }
    if let Some(help) = &finding.help {
        let _ = write!(out, "\n{:width$} = help: {help}", "");
    }
    out
}

/// The places to quote: that of the finding, and the related one, in the same file or in another.
fn quotes<'a>(findings: &'a Findings, finding: &'a Finding) -> Vec<Quote<'a>> {
    let Some(text) = findings.text(&finding.file).filter(|_| !finding.span.is_empty()) else { return Vec::new() };
    let mut quotes = vec![Quote {
        path: findings.shown(&finding.file),
        text,
        marks: vec![Mark::new(text, &finding.span, '^', None)],
    }];
    let Some(related) = &finding.related else { return quotes };
    let Some(text) = findings.text(&related.file) else { return quotes };
    let mark = Mark::new(text, &related.span, '-', Some(&related.label));
    match quotes.first_mut().filter(|_| related.file == finding.file) {
        Some(own) if finding.span.start.abs_diff(related.span.start) <= QUOTED => {
            own.marks.push(mark);
            own.marks.sort_by_key(|mark| (mark.line, mark.column));
        }
        Some(_) => {}
        None => quotes.push(Quote { path: findings.shown(&related.file), text, marks: vec![mark] }),
    }
    quotes
}

fn lines(out: &mut String, quote: &Quote<'_>, width: usize) {
    let mut last: Option<usize> = None;
    let mut rest = quote.marks.as_slice();
    while let Some(first) = rest.first() {
        let (here, more) = rest.split_at(rest.iter().take_while(|mark| mark.line == first.line).count());
        match last.map(|last| (last, first.line.saturating_sub(last))) {
            None | Some((_, 0 | 1)) => {}
            Some((last, 2)) => {
                let between = quote.text.lines().nth(last).unwrap_or_default();
                let _ = write!(out, "\n{:>width$} | {}", last + 1, Cut::around(between, &[]).text);
            }
            Some(_) => out.push_str("\n..."),
        }
        let cut = Cut::around(first.text, here);
        let _ = write!(out, "\n{:>width$} | {}", first.line, cut.text);
        let mut signs = String::new();
        for mark in here {
            let (from, to) = (cut.column(mark.span.start), cut.column(mark.span.end));
            let _ = write!(signs, "{:>1$}", "", from.saturating_sub(signs.len()));
            signs.extend(std::iter::repeat_n(mark.sign, to.saturating_sub(from).max(1)));
        }
        // Labels stand behind the marks, in the order of the marks.
        for label in here.iter().filter_map(|mark| mark.label) {
            let _ = write!(signs, " {label}");
        }
        let _ = write!(out, "\n{:width$} | {signs}", "");
        (last, rest) = (Some(first.line), more);
    }
}

/// What is shown of a line.
struct Cut {
    text: String,
    /// The column at which each shown character begins, with its byte in the line, and in the end that behind the last.
    columns: Vec<(usize, usize)>,
}

impl Cut {
    /// As much of a line as fits, from its beginning if the marks are within it, else from shortly before the first mark.
    fn around(line: &str, marks: &[Mark<'_>]) -> Self {
        let widths = || line.char_indices().map(|(at, c)| (at, c, columns(c)));
        let total: usize = widths().map(|(_, _, width)| width).sum();
        let first = marks.first().map_or(0, |mark| mark.span.start);
        let behind = marks.last().map_or(0, |mark| mark.span.end);
        let needed: usize = widths().take_while(|(at, _, _)| *at < behind).map(|(_, _, width)| width).sum();
        let begin = if total <= WIDEST || needed + 3 <= WIDEST { 0 } else { back(line, first) };
        let mut cut = Self { text: String::new(), columns: Vec::new() };
        let mut column = 0;
        if begin > 0 {
            cut.text.push_str("...");
            column = 3;
        }
        for (at, c, width) in widths().skip_while(|(at, _, _)| *at < begin) {
            let left = line.len() > at + c.len_utf8();
            if column + width + if left { 3 } else { 0 } > WIDEST {
                cut.columns.push((at, column));
                cut.text.push_str("...");
                return cut;
            }
            cut.columns.push((at, column));
            match c {
                '\t' => cut.text.push_str("    "),
                c if c.is_control() => cut.text.push('\u{fffd}'),
                c => cut.text.push(c),
            }
            column += width;
        }
        cut.columns.push((line.len(), column));
        cut
    }

    /// The column of a byte of the line, or that behind what is shown.
    fn column(&self, byte: usize) -> usize {
        let found = self.columns.iter().find(|(at, _)| *at >= byte).or(self.columns.last());
        found.map_or(0, |(_, column)| *column)
    }
}

/// A byte some characters before another one.
fn back(line: &str, byte: usize) -> usize {
    let before = line.get(..byte).unwrap_or_default();
    before.char_indices().rev().nth(40).map_or(0, |(at, _)| at)
}

/// The columns of a terminal that a character takes. Those of East Asia take two.
fn columns(c: char) -> usize {
    match u32::from(c) {
        0x09 => 4,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1_f300..=0x1_faff
        | 0x2_0000..=0x3_ffff => 2,
        _ => 1,
    }
}
