//! Turns parser events into a tree. YAML features that the spec does not allow are reported here, with their position.

use super::hints::hint;
use super::tree::{Entry, Kind, Mapping, Node};
use crate::diagnostic::{Code, Finding, Related};
use crate::source::Limits;
use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks};
use std::ops::Range;

/// A key, its bytes, and whether it is unquoted.
type Key = (String, Range<usize>, bool);

/// A mapping or list that is not closed yet.
struct Open {
    node: Node,
    /// The key whose value has not come yet.
    key: Option<Key>,
}

pub(super) struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    limits: &'a Limits,
    /// Byte offset of every character, and of the end.
    offsets: Vec<usize>,
    pub(super) findings: Vec<Finding>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(path: &'a str, text: &'a str, limits: &'a Limits) -> Self {
        let offsets = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        Self { path, text, limits, offsets, findings: Vec::new() }
    }

    /// Reads the only document of the text.
    pub(super) fn document(&mut self) -> Option<Node> {
        let mut stack: Vec<Open> = Vec::new();
        let mut root = None;
        let mut documents = 0;
        for event in Parser::new_from_str(self.text) {
            let (event, marks) = match event {
                Ok(event) => event,
                Err(error) => {
                    let start = self.offset(error.marker().index());
                    let message = format!("not YAML: {}", error.info());
                    let finding = Finding::new(Code::Syntax, self.path, start..self.line_end(start), message);
                    let hint = self.text.split_at_checked(start).and_then(|around| hint(error.info(), around));
                    self.findings.push(match hint {
                        Some(hint) => finding.help(hint),
                        None => finding,
                    });
                    return None;
                }
            };
            let span = self.span(marks);
            self.refuse(&event, &span);
            if matches!(event, Event::DocumentStart(_)) {
                documents += 1;
                if documents == 2 {
                    let message = "a file holds one document, and this begins a second one";
                    self.find(Code::ForbiddenYaml, span, message);
                    return None;
                }
            }
            if let Some(kind) = opened(&event) {
                if stack.len() >= self.limits.depth {
                    let message = format!("the nesting is deeper than {} levels", self.limits.depth);
                    self.find(Code::TooDeep, span.start..self.line_end(span.start), message);
                    return None;
                }
                stack.push(Open { node: Node { kind, span, plain: false }, key: None });
                continue;
            }
            let Some(node) = self.closed(event, span, &mut stack) else { continue };
            match stack.last_mut() {
                Some(open) => self.put(open, node),
                None => root = Some(node),
            }
            if self.findings.len() >= self.limits.findings_per_file {
                return None;
            }
        }
        if root.is_none() && self.findings.is_empty() {
            self.find(Code::Syntax, 0..0, "the file is empty");
        }
        root
    }

    /// Adds the value that an event completes.
    fn closed(&self, event: Event<'_>, span: Range<usize>, stack: &mut Vec<Open>) -> Option<Node> {
        match event {
            Event::SequenceEnd | Event::MappingEnd => {
                let mut open = stack.pop()?;
                open.node.span.end = span.end.max(open.node.span.start);
                Some(open.node)
            }
            Event::Scalar(value, style, ..) => Some(self.scalar(value.into_owned(), style, span)),
            // It was reported, but it must still count as a value, or what follows would be misread.
            Event::Alias(_) => Some(Node { kind: Kind::Scalar(String::new()), span, plain: false }),
            _ => None,
        }
    }

    /// The span of a plain scalar reaches up to the next token; the blanks after it are cut off.
    fn scalar(&self, value: String, style: ScalarStyle, mut span: Range<usize>) -> Node {
        let plain = matches!(style, ScalarStyle::Plain);
        if plain {
            let written = self.text.get(span.clone()).unwrap_or_default();
            span.end = span.start + written.trim_end().len();
        }
        Node { kind: Kind::Scalar(value), span, plain }
    }

    fn put(&mut self, open: &mut Open, node: Node) {
        match &mut open.node.kind {
            Kind::Sequence(items) => items.push(node),
            Kind::Mapping(mapping) => match open.key.take() {
                Some((key, key_span, plain)) => mapping.push(Entry { key, key_span, plain, value: node }),
                None => open.key = Some(self.key(mapping, node)),
            },
            Kind::Scalar(_) => {}
        }
    }

    fn key(&mut self, mapping: &Mapping, node: Node) -> Key {
        let (span, plain) = (node.span, node.plain);
        let Kind::Scalar(key) = node.kind else {
            self.find(Code::ForbiddenYaml, span.clone(), "a key must be a plain text");
            return (String::new(), span, plain);
        };
        if key == "<<" {
            self.find(Code::ForbiddenYaml, span.clone(), "merge keys are not allowed");
        } else if let Some(first) = mapping.get(&key) {
            let label = "first used here".to_owned();
            let related = Related { file: self.path.to_owned(), span: first.key_span.clone(), label };
            let message = format!("the key `{key}` is used twice");
            let finding = Finding::new(Code::DuplicateKey, self.path, span.clone(), message);
            self.findings.push(finding.related(related).help("merge the two entries, or rename one"));
        }
        (key, span, plain)
    }

    fn refuse(&mut self, event: &Event<'_>, span: &Range<usize>) {
        let (anchor, tag) = match event {
            Event::Alias(_) => {
                let span = span.start..self.line_end(span.start).min(span.end.max(span.start + 1));
                self.find(Code::ForbiddenYaml, span, "aliases are not allowed: write every value out");
                return;
            }
            Event::Scalar(_, _, anchor, tag) | Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                (*anchor, tag.is_some())
            }
            _ => return,
        };
        if anchor != 0 || tag {
            let (what, mark) = if anchor == 0 { ("tags", '!') } else { ("anchors", '&') };
            let start = self.before(span.start, mark);
            let message = format!("{what} are not allowed: write every value out, in its plain form");
            self.find(Code::ForbiddenYaml, start..self.line_end(start), message);
        }
    }

    fn find(&mut self, code: Code, span: Range<usize>, message: impl Into<String>) {
        self.findings.push(Finding::new(code, self.path, span, message));
    }

    fn offset(&self, index: usize) -> usize {
        self.offsets.get(index).copied().unwrap_or(self.text.len())
    }

    fn span(&self, marks: Marks) -> Range<usize> {
        let start = self.offset(marks.start.index());
        start..self.offset(marks.end.index()).max(start)
    }

    fn line_end(&self, from: usize) -> usize {
        let rest = self.text.get(from..).unwrap_or_default();
        from + rest.find('\n').unwrap_or(rest.len())
    }

    /// The last `mark` before an offset, on the same line or the one above; else the offset itself.
    fn before(&self, offset: usize, mark: char) -> usize {
        let text = self.text.get(..=offset).or_else(|| self.text.get(..offset)).unwrap_or_default();
        let near = |i: &usize| text.get(*i..).is_some_and(|t| t.matches('\n').count() <= 1);
        text.rfind(mark).filter(near).unwrap_or(offset)
    }
}

/// The mapping or list that an event opens.
fn opened(event: &Event<'_>) -> Option<Kind> {
    match event {
        Event::SequenceStart(..) => Some(Kind::Sequence(Vec::new())),
        Event::MappingStart(..) => Some(Kind::Mapping(Mapping::default())),
        _ => None,
    }
}
