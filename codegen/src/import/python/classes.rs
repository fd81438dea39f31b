//! The classes of the models: attributes with their annotations, comments and names on the wire.

use crate::diagnostic::Code;
use crate::import::scan::{Out, arguments, bracketed, indent, name, quoted};
use crate::import::sentence::REQUIRED;
use indexmap::IndexMap;
use std::collections::HashMap;

/// The classes of a package, by name.
#[derive(Default)]
pub(super) struct Classes {
    by_name: HashMap<String, Class>,
    /// Whether any comment says that something is required: without one the package does not tell.
    pub(super) says_required: bool,
}

/// A class.
pub(super) struct Class {
    pub(super) file: String,
    /// By name in Python, in the order of the constructor.
    pub(super) attributes: IndexMap<String, Attribute>,
}

/// An attribute.
#[derive(Default)]
pub(super) struct Attribute {
    pub(super) annotation: String,
    /// Its name on the wire, which the name in Python does not tell.
    pub(super) wire: Option<String>,
    /// The comment above it.
    pub(super) comment: String,
    pub(super) line: usize,
}

impl Classes {
    /// A class by its name.
    pub(super) fn get(&self, name: &str) -> Option<&Class> {
        self.by_name.get(name)
    }

    /// Reads all classes of a file.
    pub(super) fn read(&mut self, path: &str, text: &str, out: &mut Out<'_>) {
        let lines: Vec<&str> = text.lines().collect();
        let mut current: Option<(String, Reader)> = None;
        let mut at = 0;
        while let Some(line) = lines.get(at) {
            if indent(line) == 0 && !line.is_empty() {
                self.keep(path, current.take(), out);
                if let Some(rest) = line.strip_prefix("class ") {
                    current = Some((name(rest.trim_start()).to_owned(), Reader::default()));
                }
            }
            let mut taken = 1;
            if let Some((_, reader)) = &mut current {
                let body = line.trim();
                if let Some(called) = body.strip_prefix("def ").map(name) {
                    reader.enter(called);
                    if called == "__init__" {
                        let Some((inside, _, count)) = bracketed(lines.iter().skip(at).copied()) else {
                            let message = "this bracket is not closed; the rest of the file was not read";
                            out.broken(Code::Syntax, path, at + 1, message);
                            break;
                        };
                        reader.constructor(&inside, at + 1);
                        taken = count;
                    }
                } else {
                    reader.line(body, at + 1);
                }
            }
            at += taken;
        }
        self.keep(path, current, out);
    }

    fn keep(&mut self, path: &str, read: Option<(String, Reader)>, out: &mut Out<'_>) {
        let Some((name, reader)) = read else { return };
        let line = reader.line;
        self.says_required |= reader.attributes.values().any(|attribute| attribute.comment.contains(REQUIRED));
        let class = Class { file: path.to_owned(), attributes: reader.attributes };
        if let Some(first) = self.by_name.insert(name.clone(), class) {
            let message = format!("the class `{name}` is also in {}; the last was taken", first.file);
            out.broken(Code::DuplicateDefinition, path, line, message);
        }
    }
}

/// Which method of a class is being read.
#[derive(Default, PartialEq)]
enum Method {
    Constructor,
    ToMap,
    FromMap,
    #[default]
    Other,
}

#[derive(Default)]
struct Reader {
    attributes: IndexMap<String, Attribute>,
    method: Method,
    comment: Vec<String>,
    /// The attribute that the lines are about.
    about: Option<String>,
    line: usize,
}

impl Reader {
    fn enter(&mut self, method: &str) {
        self.about = None;
        self.comment.clear();
        self.method = match method {
            "__init__" => Method::Constructor,
            "to_map" => Method::ToMap,
            "from_map" => Method::FromMap,
            _ => Method::Other,
        };
    }

    fn constructor(&mut self, inside: &str, line: usize) {
        self.line = line;
        for argument in arguments(inside) {
            let Some((called, rest)) = argument.split_once(':') else { continue };
            let annotation = rest.split_once('=').map_or(rest, |(annotation, _)| annotation).trim();
            let attribute = Attribute { annotation: annotation.to_owned(), line, ..Attribute::default() };
            self.attributes.insert(called.trim().to_owned(), attribute);
        }
    }

    fn line(&mut self, body: &str, line: usize) {
        match self.method {
            Method::Constructor => self.comment(body, line),
            Method::ToMap => self.written(body),
            Method::FromMap => self.read(body),
            Method::Other => {}
        }
    }

    /// In the constructor, a comment stands above the attribute that it is about.
    fn comment(&mut self, body: &str, line: usize) {
        if let Some(text) = body.strip_prefix('#') {
            self.comment.push(text.trim().to_owned());
        } else if let Some(called) = body.strip_prefix("self.").map(name) {
            let comment = std::mem::take(&mut self.comment).join("\n");
            if let Some(attribute) = self.attributes.get_mut(called) {
                attribute.comment = comment;
                attribute.line = line;
            }
        }
    }

    /// `if self.a is not None:` and, below it, the first `result['A']`; an empty list is put there before the question.
    fn written(&mut self, body: &str) {
        if let Some(asked) = body.strip_prefix("if self.") {
            self.about = Some(name(asked).to_owned());
        } else if let Some(rest) = body.strip_prefix("result[") {
            let own = body.rsplit_once("= self.").map(|(_, value)| name(value).to_owned());
            if let (Some(about), Some(wire)) = (own.or_else(|| self.about.take()), quoted(rest)) {
                self.name(&about, wire);
                self.about = None;
            }
        }
    }

    /// `if m.get('A') is not None:` and, below it, `self.a = ..`; says the same once more, for classes that only read.
    fn read(&mut self, body: &str) {
        if let Some(asked) = body.strip_prefix("if m.get(") {
            self.about = quoted(asked).map(str::to_owned);
        } else if let Some(called) = body.strip_prefix("self.").map(name)
            && let Some(wire) = self.about.clone()
            && !body.ends_with("= []")
            && !body.ends_with("= {}")
        {
            self.name(called, &wire);
        }
    }

    fn name(&mut self, attribute: &str, wire: &str) {
        if let Some(attribute) = self.attributes.get_mut(attribute)
            && attribute.wire.is_none()
        {
            attribute.wire = Some(wire.to_owned());
        }
    }
}
