//! Prints findings like rustc.

use super::{Finding, Findings, Related};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::fmt::Write;
use std::ops::Range;

/// Most findings that are printed; the others are counted.
const SHOWN: usize = 200;

/// The full report: every finding with its place, and a last line that counts them.
#[must_use]
pub fn render(findings: &Findings) -> String {
    let renderer = Renderer::plain();
    let mut out = String::new();
    for finding in findings.items().iter().take(SHOWN) {
        out.push_str(&one(&renderer, findings, finding));
        out.push_str("\n\n");
    }
    let files: std::collections::BTreeSet<_> = findings.items().iter().map(|f| &f.file).collect();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let (count, files) = (findings.items().len(), files.len());
    let _ = write!(out, "{count} finding{} in {files} file{} of the spec", plural(count), plural(files));
    if count > SHOWN {
        let _ = write!(out, "; the first {SHOWN} are shown");
    }
    out
}

/// Most bytes that are quoted for a finding. A longer quote is replaced by line and column.
const QUOTED: usize = 16 << 10;

fn one(renderer: &Renderer, findings: &Findings, finding: &Finding) -> String {
    let title = Level::ERROR.primary_title(finding.message.as_str()).id(finding.code.as_str());
    let shown = findings.shown(&finding.file);
    let group = match findings.text(&finding.file) {
        Some(text) if !finding.span.is_empty() => {
            let related = finding.related.as_ref();
            let here = related.filter(|related| related.file == finding.file);
            let mut window = Window::around(text, [Some(&finding.span), here.map(|r| &r.span)]);
            if window.lines.len() > QUOTED {
                let only = Window::around(text, [Some(&finding.span), None]);
                let column = finding.span.start.saturating_sub(only.start) + 1;
                let origin = Origin::path(shown).line(only.first_line).char_column(column);
                return renderer.render(&[helped(Group::with_title(title).element(origin), finding)]);
            }
            window.mark(AnnotationKind::Primary, &finding.span, None);
            if let Some(related) = here {
                window.mark(AnnotationKind::Context, &related.span, Some(&related.label));
            }
            let group = title.element(window.snippet(shown.clone()));
            match related.filter(|related| related.file != finding.file) {
                Some(related) => elsewhere(group, findings, related),
                None => group,
            }
        }
        _ => Group::with_title(title).element(Origin::path(shown.as_str())),
    };
    renderer.render(&[helped(group, finding)])
}

fn helped<'a>(group: Group<'a>, finding: &'a Finding) -> Group<'a> {
    match &finding.help {
        Some(help) => group.element(Level::HELP.message(help.as_str())),
        None => group,
    }
}

fn elsewhere<'a>(group: Group<'a>, findings: &'a Findings, related: &'a Related) -> Group<'a> {
    let Some(text) = findings.text(&related.file) else { return group };
    let mut window = Window::around(text, [Some(&related.span), None]);
    window.mark(AnnotationKind::Context, &related.span, Some(&related.label));
    group.element(window.snippet(findings.shown(&related.file)))
}

/// The lines of a text that a finding needs. The renderer's time grows with what it is given.
struct Window<'a> {
    lines: &'a str,
    start: usize,
    first_line: usize,
    marks: Vec<Annotation<'a>>,
}

impl<'a> Window<'a> {
    fn around(text: &'a str, spans: [Option<&Range<usize>>; 2]) -> Self {
        let spans = || spans.iter().flatten();
        let from = spans().map(|span| span.start).min().unwrap_or(0);
        let to = spans().map(|span| span.start).max().unwrap_or(0);
        let start = text.get(..from).and_then(|t| t.rfind('\n')).map_or(0, |i| i + 1);
        let end = text.get(to..).and_then(|t| t.find('\n')).map_or(text.len(), |i| to + i);
        let first_line = text.get(..start).unwrap_or_default().matches('\n').count() + 1;
        Self { lines: text.get(start..end).unwrap_or_default(), start, first_line, marks: Vec::new() }
    }

    /// Marks the first line of a span only, so that a long value does not fill the screen.
    fn mark(&mut self, kind: AnnotationKind, span: &Range<usize>, label: Option<&'a str>) {
        let start = span.start.saturating_sub(self.start);
        let end = span.end.saturating_sub(self.start).min(self.lines.len());
        let marked = self.lines.get(start..end).unwrap_or_default();
        let line = marked.split(['\n', '\r']).next().unwrap_or_default().trim_end();
        let mut mark = kind.span(start..start + line.len());
        if let Some(label) = label {
            mark = mark.label(label);
        }
        self.marks.push(mark);
    }

    fn snippet(self, path: String) -> Snippet<'a, Annotation<'a>> {
        Snippet::source(self.lines).line_start(self.first_line).path(path).annotations(self.marks)
    }
}
