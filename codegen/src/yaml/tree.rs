//! A YAML document with the position of every key and value.

use super::read::ParsedFile;
use crate::diagnostic::{Code, Finding, Related};
use crate::source::Place;
use std::ops::Range;

/// A value.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its bytes.
    pub(crate) span: Range<usize>,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum Kind {
    /// Text, number, boolean or nothing.
    Scalar(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values, in the order of the file.
    Mapping(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Node,
}

/// A cursor: a place in one file that passes carry along while they walk the typed structs.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    file: &'a ParsedFile,
    node: &'a Node,
    key: Option<&'a Entry>,
}

impl<'a> At<'a> {
    /// The root of a file.
    pub(crate) fn root(file: &'a ParsedFile) -> Self {
        Self {
            file,
            node: &file.root,
            key: None,
        }
    }

    /// The value under a key; stays where it is if there is none, so that a finding always has a place.
    pub(crate) fn get(self, key: &str) -> Self {
        match &self.node.kind {
            Kind::Mapping(entries) => match entries.iter().find(|e| e.key == key) {
                Some(entry) => Self {
                    node: &entry.value,
                    key: Some(entry),
                    ..self
                },
                None => self,
            },
            _ => self,
        }
    }

    /// An element of a list; stays where it is if there is none.
    pub(crate) fn index(self, index: usize) -> Self {
        match &self.node.kind {
            Kind::Sequence(items) => match items.get(index) {
                Some(node) => Self {
                    node,
                    key: None,
                    ..self
                },
                None => self,
            },
            _ => self,
        }
    }

    /// What stands here.
    pub(crate) fn kind(self) -> &'a Kind {
        &self.node.kind
    }

    /// The scalar under a key of this mapping.
    pub(crate) fn scalar(self, key: &str) -> Option<&'a str> {
        let Kind::Mapping(entries) = &self.node.kind else {
            return None;
        };
        match entries.iter().find(|e| e.key == key).map(|e| &e.value.kind) {
            Some(Kind::Scalar(text)) => Some(text),
            _ => None,
        }
    }

    /// The file.
    pub(crate) fn file(self) -> &'a str {
        &self.file.path
    }

    /// The bytes to point at: the key if it leads to a structure, else the value.
    pub(crate) fn span(self) -> Range<usize> {
        match (&self.node.kind, self.key) {
            (Kind::Mapping(_) | Kind::Sequence(_), Some(entry)) => entry.key_span.clone(),
            (Kind::Mapping(entries), None) => entries.first().map_or(self.node.span.clone(), |e| e.key_span.clone()),
            _ if self.node.span.is_empty() => self.key.map_or(self.node.span.clone(), |e| e.key_span.clone()),
            _ => self.node.span.clone(),
        }
    }

    /// The bytes of the key that leads here.
    pub(crate) fn key_span(self) -> Range<usize> {
        self.key.map_or_else(|| self.span(), |e| e.key_span.clone())
    }

    /// Line and column of the key that leads here.
    pub(crate) fn place(self) -> Place {
        let (line, column) = self.file.position(self.key_span().start);
        Place {
            file: self.file.path.clone(),
            line,
            column,
        }
    }

    /// A finding about the value.
    pub(crate) fn finding(self, code: Code, message: impl Into<String>) -> Finding {
        self.finding_at(self.span(), code, message)
    }

    /// A finding about the key.
    pub(crate) fn key_finding(self, code: Code, message: impl Into<String>) -> Finding {
        self.finding_at(self.key_span(), code, message)
    }

    fn finding_at(self, span: Range<usize>, code: Code, message: impl Into<String>) -> Finding {
        Finding {
            code,
            file: self.file.path.clone(),
            span,
            message: message.into(),
            label: None,
            related: None,
            help: None,
        }
    }

    /// This place as the other one of a finding.
    pub(crate) fn related(self, label: impl Into<String>) -> Related {
        Related {
            file: self.file.path.clone(),
            span: self.key_span(),
            label: label.into(),
        }
    }
}

impl Finding {
    /// Adds how to mend it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place.
    pub(crate) fn related(mut self, related: Related) -> Self {
        self.related = Some(related);
        self
    }
}
