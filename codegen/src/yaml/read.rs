//! Bytes to a tree: what YAML allows and the spec does not is refused here, with its position.

use super::tree::{At, Entry, Kind, Node};
use crate::diagnostic::{Code, Finding, Related};
use crate::source::{Limits, SourceFile};
use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks};
use std::collections::HashMap;
use std::ops::Range;

/// A file whose YAML is sound.
#[derive(Debug)]
pub(crate) struct ParsedFile {
    /// Its path.
    pub(crate) path: String,
    /// Its text, without a byte order mark.
    pub(crate) text: String,
    /// What it says.
    pub(crate) root: Node,
    /// Where its lines begin, in bytes.
    lines: Vec<usize>,
}

impl ParsedFile {
    /// A cursor at its root.
    pub(crate) fn at(&self) -> At<'_> {
        At::root(self)
    }

    /// Line and column in characters, both from 1, of a byte.
    pub(crate) fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|start| *start <= byte);
        let start = line
            .checked_sub(1)
            .and_then(|i| self.lines.get(i))
            .copied()
            .unwrap_or(0);
        (line, self.text.get(start..byte).unwrap_or_default().chars().count() + 1)
    }
}

/// The text of a file, and its tree if there is nothing to find.
pub(crate) fn read(file: &SourceFile, limits: &Limits, out: &mut Vec<Finding>) -> (Option<String>, Option<ParsedFile>) {
    let whole = |code, message: String| Finding {
        code,
        file: file.path.clone(),
        span: 0..0,
        message,
        label: None,
        related: None,
        help: None,
    };
    if file.bytes.len() > limits.file_bytes {
        let (size, most) = (file.bytes.len(), limits.file_bytes);
        out.push(
            whole(
                Code::TooLarge,
                format!("the file has {size} bytes; at most {most} are read"),
            )
            .help("split it"),
        );
        return (None, None);
    }
    let text = match std::str::from_utf8(&file.bytes) {
        Ok(text) => text.strip_prefix('\u{feff}').unwrap_or(text).to_owned(),
        Err(error) => {
            let line = file
                .bytes
                .iter()
                .take(error.valid_up_to())
                .filter(|b| **b == b'\n')
                .count()
                + 1;
            out.push(
                whole(
                    Code::InvalidUtf8,
                    format!(
                        "the file is not UTF-8 (byte {} in line {line})",
                        error.valid_up_to() + 1
                    ),
                )
                .help("save it as UTF-8"),
            );
            return (None, None);
        }
    };
    let mut reader = Reader::new(&file.path, &text, limits);
    let root = reader.document();
    let sound = reader.findings.is_empty();
    out.append(&mut reader.findings);
    let parsed = root.filter(|_| sound).map(|root| ParsedFile {
        path: file.path.clone(),
        lines: std::iter::once(0)
            .chain(text.match_indices('\n').map(|(i, _)| i + 1))
            .collect(),
        text: text.clone(),
        root,
    });
    (Some(text), parsed)
}

/// A mapping or list that is not closed yet.
struct Open {
    node: Node,
    /// The key that waits for its value.
    key: Option<(String, Range<usize>)>,
    seen: HashMap<String, Range<usize>>,
}

struct Reader<'a> {
    path: &'a str,
    text: &'a str,
    limits: &'a Limits,
    /// Byte offset of every character, and of the end.
    offsets: Vec<usize>,
    findings: Vec<Finding>,
}

impl<'a> Reader<'a> {
    fn new(path: &'a str, text: &'a str, limits: &'a Limits) -> Self {
        let offsets = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
        Self {
            path,
            text,
            limits,
            offsets,
            findings: Vec::new(),
        }
    }

    fn document(&mut self) -> Option<Node> {
        let mut stack: Vec<Open> = Vec::new();
        let mut root = None;
        let mut documents = 0;
        for event in Parser::new_from_str(self.text) {
            let (event, marks) = match event {
                Ok(event) => event,
                Err(error) => {
                    let start = self.offset(error.marker().index());
                    self.find(
                        Code::Syntax,
                        start..self.line_end(start),
                        format!("not YAML: {}", error.info()),
                    );
                    return None;
                }
            };
            let span = self.span(marks);
            self.refuse(&event, &span);
            let node = match event {
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents == 2 {
                        self.find(
                            Code::ForbiddenYaml,
                            span,
                            "a file holds one document; this begins a second one".into(),
                        );
                        return None;
                    }
                    continue;
                }
                Event::SequenceStart(..) | Event::MappingStart(..) => {
                    if stack.len() >= self.limits.depth {
                        let most = self.limits.depth;
                        let end = self.line_end(span.start);
                        self.find(
                            Code::TooDeep,
                            span.start..end,
                            format!("nested deeper than {most} levels"),
                        );
                        return None;
                    }
                    let kind = match event {
                        Event::SequenceStart(..) => Kind::Sequence(Vec::new()),
                        _ => Kind::Mapping(Vec::new()),
                    };
                    stack.push(Open {
                        node: Node { kind, span },
                        key: None,
                        seen: HashMap::new(),
                    });
                    continue;
                }
                Event::SequenceEnd | Event::MappingEnd => {
                    let Some(mut open) = stack.pop() else { continue };
                    open.node.span.end = span.end.max(open.node.span.start);
                    open.node
                }
                Event::Scalar(value, style, ..) => self.scalar(value.into_owned(), style, span),
                // Refused above; it still takes the place of a value, or what follows would be misread.
                Event::Alias(_) => Node {
                    kind: Kind::Scalar(String::new()),
                    span,
                },
                _ => continue,
            };
            match stack.last_mut() {
                Some(open) => self.put(open, node),
                None => root = Some(node),
            }
        }
        if root.is_none() && self.findings.is_empty() {
            let message = "the file is empty".to_owned();
            self.find(Code::Syntax, 0..0, message);
        }
        root
    }

    /// An absent value is a null, and is told from an empty text by its style.
    fn scalar(&self, value: String, style: ScalarStyle, mut span: Range<usize>) -> Node {
        if matches!(style, ScalarStyle::Plain) {
            let written = self.text.get(span.clone()).unwrap_or_default();
            span.end = span.start + written.trim_end().len();
        }
        Node {
            kind: Kind::Scalar(value),
            span,
        }
    }

    fn put(&mut self, open: &mut Open, node: Node) {
        match &mut open.node.kind {
            Kind::Sequence(items) => items.push(node),
            Kind::Mapping(entries) => match open.key.take() {
                Some((key, key_span)) => entries.push(Entry {
                    key,
                    key_span,
                    value: node,
                }),
                None => {
                    if let Kind::Scalar(key) = node.kind {
                        if key == "<<" {
                            self.find(
                                Code::ForbiddenYaml,
                                node.span.clone(),
                                "merge keys are not allowed".into(),
                            );
                        } else if let Some(first) = open.seen.get(&key) {
                            let related = Related {
                                file: self.path.to_owned(),
                                span: first.clone(),
                                label: "first stands here".to_owned(),
                            };
                            self.find(
                                Code::DuplicateKey,
                                node.span.clone(),
                                format!("the key `{key}` stands twice"),
                            );
                            if let Some(finding) = self.findings.last_mut() {
                                finding.related = Some(related);
                                finding.help = Some("merge the two, or rename one".to_owned());
                            }
                        }
                        open.seen.entry(key.clone()).or_insert_with(|| node.span.clone());
                        open.key = Some((key, node.span));
                    } else {
                        self.find(
                            Code::ForbiddenYaml,
                            node.span.clone(),
                            "a key must be a plain text".into(),
                        );
                        open.key = Some((String::new(), node.span));
                    }
                }
            },
            Kind::Scalar(_) => {}
        }
    }

    fn refuse(&mut self, event: &Event<'_>, span: &Range<usize>) {
        let (anchor, tag) = match event {
            Event::Alias(_) => {
                let span = span.start..self.line_end(span.start).min(span.end.max(span.start + 1));
                self.find(
                    Code::ForbiddenYaml,
                    span,
                    "aliases are not allowed: every value is written out".into(),
                );
                return;
            }
            Event::Scalar(_, _, anchor, tag) | Event::SequenceStart(anchor, tag) | Event::MappingStart(anchor, tag) => {
                (*anchor, tag.is_some())
            }
            _ => return,
        };
        if anchor != 0 || tag {
            let what = if anchor == 0 { "tags are" } else { "anchors are" };
            let start = self.before(span.start, if anchor == 0 { '!' } else { '&' });
            let message = format!("{what} not allowed: every value is written out, as what it looks like");
            self.find(Code::ForbiddenYaml, start..self.line_end(start), message);
        }
    }

    fn find(&mut self, code: Code, span: Range<usize>, message: String) {
        let file = self.path.to_owned();
        self.findings.push(Finding {
            code,
            file,
            span,
            message,
            label: None,
            related: None,
            help: None,
        });
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
        let text = self
            .text
            .get(..=offset)
            .or_else(|| self.text.get(..offset))
            .unwrap_or_default();
        text.rfind(mark)
            .filter(|i| text.get(*i..).is_some_and(|t| t.matches('\n').count() <= 1))
            .unwrap_or(offset)
    }
}
