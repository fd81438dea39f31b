//! Findings as text, in the look that Rust programmers know from rustc.

use super::{Finding, Findings, Related};
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use std::fmt::Write;
use std::ops::Range;

/// The full report: every finding with its place, and a last line that counts them.
#[must_use]
pub fn render(findings: &Findings) -> String {
    let renderer = Renderer::plain();
    let mut out = String::new();
    for finding in findings.items() {
        out.push_str(&one(&renderer, findings, finding));
        out.push_str("\n\n");
    }
    let files: std::collections::BTreeSet<_> = findings.items().iter().map(|f| &f.file).collect();
    let plural = |n: usize| if n == 1 { "" } else { "s" };
    let (count, files) = (findings.items().len(), files.len());
    let _ = write!(
        out,
        "{count} finding{} in {files} file{} of the spec",
        plural(count),
        plural(files)
    );
    out
}

fn one(renderer: &Renderer, findings: &Findings, finding: &Finding) -> String {
    let title = Level::ERROR
        .primary_title(finding.message.as_str())
        .id(finding.code.as_str());
    let shown = findings.shown(&finding.file);
    let mut group = match findings.text(&finding.file) {
        Some(text) if !finding.span.is_empty() => {
            let mut here = mark(AnnotationKind::Primary, text, &finding.span);
            if let Some(label) = &finding.label {
                here = here.label(label.as_str());
            }
            let snippet = Snippet::source(text).path(shown.as_str()).annotation(here);
            match &finding.related {
                Some(related) if related.file == finding.file => {
                    title.element(snippet.annotation(related_mark(text, related)))
                }
                Some(related) => match findings.text(&related.file) {
                    Some(other) => title.element(snippet).element(
                        Snippet::source(other)
                            .path(findings.shown(&related.file))
                            .annotation(related_mark(other, related)),
                    ),
                    None => title.element(snippet),
                },
                None => title.element(snippet),
            }
        }
        _ => Group::with_title(title).element(Origin::path(shown.as_str())),
    };
    if let Some(help) = &finding.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    renderer.render(&[group])
}

fn related_mark<'a>(text: &'a str, related: &'a Related) -> Annotation<'a> {
    mark(AnnotationKind::Context, text, &related.span).label(related.label.as_str())
}

/// Marks the part of a span that is on its first line: a value that fills a screen is marked at its beginning.
fn mark<'a>(kind: AnnotationKind, text: &str, span: &Range<usize>) -> Annotation<'a> {
    let rest = text.get(span.start..span.end).unwrap_or_default();
    let line = rest.split(['\n', '\r']).next().unwrap_or_default().trim_end();
    kind.span(span.start..span.start + line.len())
}
