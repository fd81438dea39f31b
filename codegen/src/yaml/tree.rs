//! A YAML document with the position of every key and value.

use super::read::ParsedFile;
use crate::diagnostic::{Code, Finding, Related};
use crate::model::Place;
use std::collections::HashMap;
use std::ops::Range;

/// A value.
#[derive(Debug)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its bytes.
    pub(crate) span: Range<usize>,
    /// A scalar without quotes, which may be a number or `true`.
    pub(crate) plain: bool,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Text, number, boolean or nothing.
    Scalar(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values.
    Mapping(Mapping),
}

/// Keys and values, in the order of the file. The index is for lookups only and is never iterated.
#[derive(Debug, Default)]
pub(crate) struct Mapping {
    entries: Vec<Entry>,
    index: Option<HashMap<String, usize>>,
}

/// Up to this many entries, a linear search is faster than an index and takes less memory.
const UNINDEXED: usize = 12;

/// A key with its value.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    /// Whether the key is unquoted.
    pub(crate) plain: bool,
    pub(crate) value: Node,
}

impl Mapping {
    /// Adds an entry. If a key is used twice, lookups find the first.
    pub(crate) fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
        if self.entries.len() <= UNINDEXED {
            return;
        }
        let new = if self.index.is_none() { 0 } else { self.entries.len() - 1 };
        let index = self.index.get_or_insert_default();
        for (place, entry) in self.entries.iter().enumerate().skip(new) {
            index.entry(entry.key.clone()).or_insert(place);
        }
    }

    /// All entries.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Entry> {
        match &self.index {
            Some(index) => self.entries.get(*index.get(key)?),
            None => self.entries.iter().find(|entry| entry.key == key),
        }
    }
}

/// A place in a file. Passes move it along while they walk the typed structs, so that findings have positions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    file: &'a ParsedFile,
    node: &'a Node,
    key: Option<&'a Entry>,
}

impl<'a> At<'a> {
    /// The root of a file.
    pub(crate) fn root(file: &'a ParsedFile) -> Self {
        Self { file, node: &file.root, key: None }
    }

    /// Moves to the value of a key. Stays in place if the key is absent, so that a finding always has a place.
    pub(crate) fn get(self, key: &str) -> Self {
        match &self.node.kind {
            Kind::Mapping(mapping) => mapping.get(key).map_or(self, |entry| self.enter(entry)),
            _ => self,
        }
    }

    /// Moves to an element of a list. Stays in place if there is none.
    pub(crate) fn index(self, index: usize) -> Self {
        match &self.node.kind {
            Kind::Sequence(items) => items.get(index).map_or(self, |node| Self { node, key: None, ..self }),
            _ => self,
        }
    }

    fn enter(self, entry: &'a Entry) -> Self {
        Self { node: &entry.value, key: Some(entry), ..self }
    }

    /// The kind of value at this place.
    pub(crate) fn kind(self) -> &'a Kind {
        &self.node.kind
    }

    /// The direct children: entries of a mapping with their keys, elements of a list without.
    pub(crate) fn children(self) -> Vec<(Option<&'a str>, Self)> {
        match &self.node.kind {
            Kind::Scalar(_) => Vec::new(),
            Kind::Sequence(items) => items.iter().map(|node| (None, Self { node, key: None, ..self })).collect(),
            Kind::Mapping(mapping) => {
                mapping.entries().iter().map(|entry| (Some(entry.key.as_str()), self.enter(entry))).collect()
            }
        }
    }

    /// The scalar under a key of this mapping.
    pub(crate) fn scalar(self, key: &str) -> Option<&'a str> {
        let Kind::Mapping(mapping) = &self.node.kind else { return None };
        match &mapping.get(key)?.value.kind {
            Kind::Scalar(text) => Some(text),
            _ => None,
        }
    }

    /// The file.
    pub(crate) fn file(self) -> &'a str {
        &self.file.path
    }

    /// The bytes that a finding points at: the key of a structure, the value of anything else.
    pub(crate) fn span(self) -> Range<usize> {
        let own = self.node.span.clone();
        match (&self.node.kind, self.key) {
            (Kind::Mapping(_) | Kind::Sequence(_), Some(entry)) => entry.key_span.clone(),
            (Kind::Mapping(mapping), None) => mapping.entries().first().map_or(own, |e| e.key_span.clone()),
            _ if own.is_empty() => self.key.map_or(own, |e| e.key_span.clone()),
            _ => own,
        }
    }

    /// The bytes of the key that leads here.
    pub(crate) fn key_span(self) -> Range<usize> {
        self.key.map_or_else(|| self.span(), |e| e.key_span.clone())
    }

    /// The bytes from the key that leads here to the end of the value.
    pub(crate) fn reach(self) -> Range<usize> {
        let start = self.key_span().start;
        start..self.node.span.end.max(self.key_span().end)
    }

    /// Line and column of the key that leads here.
    pub(crate) fn place(self) -> Place {
        let (line, column) = self.file.position(self.key_span().start);
        Place { file: self.file.path.clone(), line, column }
    }

    /// A finding about the value.
    pub(crate) fn finding(self, code: Code, message: impl Into<String>) -> Finding {
        Finding::new(code, &self.file.path, self.span(), message)
    }

    /// A finding about the key.
    pub(crate) fn key_finding(self, code: Code, message: impl Into<String>) -> Finding {
        Finding::new(code, &self.file.path, self.key_span(), message)
    }

    /// This place, as the related place of a finding.
    pub(crate) fn related(self, label: impl Into<String>) -> Related {
        Related { file: self.file.path.clone(), span: self.key_span(), label: label.into() }
    }
}
