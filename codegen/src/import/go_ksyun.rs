//! A client of Kingsoft Cloud's SDK for Go: requests, and the responses that no other client describes.

use super::plain::{Action, Api, Item, Items, Shape};
use super::remark::Subject;
use super::scan::{Out, name, quoted};
use crate::diagnostic::Code;
use std::collections::HashMap;

/// The end of the names of responses, and of their wrappers.
const RESPONSE: &str = "Response";

/// A structure as it is written.
#[derive(Default)]
struct Structure {
    fields: Vec<Field>,
}

struct Field {
    wire: String,
    kind: Kind,
    comment: String,
    line: usize,
}

enum Kind {
    Plain(Shape),
    Named(String),
    List(Box<Kind>),
    Structure(Structure),
}

/// Reads a client.
pub(super) fn read(files: &[(&str, &str)], out: &mut Out<'_>) -> Api {
    let mut api = Api { style: Some("RPC".to_owned()), ..Api::default() };
    let mut structures = HashMap::new();
    let mut names: Vec<(String, String, usize)> = Vec::new();
    for (path, text) in files {
        for (at, line) in text.lines().enumerate() {
            if let Some(value) = line.trim().strip_prefix("const APIVersion") {
                if api.version.is_some() {
                    out.broken(
                        Code::UnexpectedFile,
                        path,
                        at + 1,
                        "a second version: name the folder of one version of one client",
                    );
                    return Api::default();
                }
                api.version = quoted(value).map(str::to_owned);
            } else if let Some((_, call)) = line.split_once("WithApiInfo(") {
                let parts: Vec<&str> = call.split(',').collect();
                if let [product, _, action] = parts[..] {
                    api.product = quoted(product).map(str::to_owned);
                    let action = quoted(action).unwrap_or_default();
                    names.push((action.to_owned(), (*path).to_owned(), at + 1));
                }
            }
        }
        Parser { path, out }.structures(text, &mut structures);
    }
    for (action, path, line) in names {
        if action.is_empty() || api.actions.contains_key(&action) {
            continue;
        }
        let mut reader = Resolver { structures: &structures, path: &path, action: &action, out };
        let parameters = reader.named(&format!("{action}Request"), line, &mut Vec::new()).unwrap_or_default();
        let response = reader.named(&format!("{action}{RESPONSE}"), line, &mut Vec::new());
        let response = response.map(|items| reader.unwrapped(items, line));
        let of = Action { parameters, response, seen_in: vec![out.label.to_owned()], ..Action::default() };
        api.actions.insert(action, of);
    }
    api
}

/// Reads structures line by line; nested ones have no names and stand inside each other.
struct Parser<'a, 'b> {
    path: &'a str,
    out: &'a mut Out<'b>,
}

/// A structure that is not closed yet: its name in Go, whether a list of it is meant, and the line.
struct Open {
    name: String,
    list: bool,
    structure: Structure,
    line: usize,
}

impl Parser<'_, '_> {
    fn structures(&mut self, text: &str, all: &mut HashMap<String, Structure>) {
        let mut open: Vec<Open> = Vec::new();
        // Structures below the deepest one that is read.
        let mut skipped = 0_usize;
        let mut comment: Vec<&str> = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let body = line.trim();
            let opens = body.ends_with("struct {");
            if skipped > 0 {
                skipped = if opens { skipped + 1 } else { skipped - usize::from(body.starts_with('}')) };
            } else if let Some(text) = body.strip_prefix("//") {
                comment.push(text.trim());
                continue;
            } else if opens && (!open.is_empty() || body.starts_with("type ")) {
                let head = body.trim_end_matches("struct {").trim_start_matches("type ");
                if self.out.holds(open.len(), self.path, at + 1) {
                    let structure = Structure::default();
                    open.push(Open { name: name(head).to_owned(), list: head.contains("[]"), structure, line: at + 1 });
                } else {
                    skipped = 1;
                }
            } else if body.starts_with('}') {
                self.close(body, &mut open, all);
            } else if let Some(top) = open.last_mut() {
                let said = std::mem::take(&mut comment).join("\n");
                top.structure.fields.extend(self.field(body, said, at + 1));
            }
            comment.clear();
        }
        if let Some(left) = open.first() {
            self.out.broken(Code::Syntax, self.path, left.line, "this structure is not closed; it was left out");
        }
    }

    fn close(&mut self, body: &str, open: &mut Vec<Open>, all: &mut HashMap<String, Structure>) {
        let Some(Open { name, list, structure, line }) = open.pop() else { return };
        match open.last_mut() {
            None => drop(all.insert(name, structure)),
            Some(outer) => {
                let Some(wire) = tag(body) else {
                    let message = format!("the field `{name}` has no name on the wire; it was left out");
                    self.out.broken(Code::MissingKey, self.path, line, message);
                    return;
                };
                let kind = Kind::Structure(structure);
                let kind = if list { Kind::List(Box::new(kind)) } else { kind };
                outer.structure.fields.push(Field { wire: wire.to_owned(), kind, comment: String::new(), line });
            }
        }
    }

    /// ``Name *string `json:"Name,omitempty" name:"Name"` ``; what is embedded has neither type nor tag.
    fn field(&mut self, body: &str, comment: String, line: usize) -> Option<Field> {
        let called = name(body);
        let rest = body.get(called.len()..)?.trim();
        if called.is_empty() || rest.is_empty() || rest.starts_with('.') {
            return None;
        }
        let kind = rest.split('`').next().unwrap_or_default().trim();
        let Some(wire) = tag(body) else {
            self.out.broken(
                Code::MissingKey,
                self.path,
                line,
                format!("the field `{called}` has no name on the wire; it was left out"),
            );
            return None;
        };
        Some(Field { wire: wire.to_owned(), kind: self.kind(kind, 0, line), comment, line })
    }

    fn kind(&mut self, text: &str, depth: usize, line: usize) -> Kind {
        if !self.out.holds(depth, self.path, line) {
            return Kind::Plain(Shape::Any);
        }
        let text = text.trim_start_matches('*');
        if let Some(of) = text.strip_prefix("[]") {
            return Kind::List(Box::new(self.kind(of, depth + 1, line)));
        }
        Kind::Plain(match text {
            "string" => Shape::Text,
            // The widths of `int` come from samples and tell nothing.
            "int" => Shape::Number(None),
            "int32" => Shape::Number(Some(32)),
            "int64" => Shape::Number(Some(64)),
            "float32" | "float64" => Shape::Float,
            "bool" => Shape::Boolean,
            "byte" => Shape::Bytes,
            "interface{}" | "any" => Shape::Any,
            map if map.starts_with("map[") => Shape::Map(Box::new(Shape::Any)),
            named => return Kind::Named(name(named.rsplit('.').next().unwrap_or(named)).to_owned()),
        })
    }
}

/// The name on the wire in a tag.
fn tag(text: &str) -> Option<&str> {
    let (_, tag) = text.split_once('`')?;
    let of = |key: &str| tag.split_once(key).and_then(|(_, value)| value.split(['"', ',']).next());
    of("json:\"").or_else(|| of("name:\"")).filter(|wire| !wire.is_empty() && *wire != "-")
}

/// Makes items of structures.
struct Resolver<'a, 'b> {
    structures: &'a HashMap<String, Structure>,
    path: &'a str,
    action: &'a str,
    out: &'a mut Out<'b>,
}

impl Resolver<'_, '_> {
    fn named(&mut self, name: &str, line: usize, way: &mut Vec<String>) -> Option<Items> {
        let structures = self.structures;
        let Some(structure) = structures.get(name) else {
            self.out.broken(Code::DanglingReference, self.path, line, format!("there is no structure `{name}`"));
            return None;
        };
        if way.iter().any(|above| above == name) || !self.out.holds(way.len(), self.path, line) {
            self.out.broken(
                Code::RecursiveType,
                self.path,
                line,
                format!("`{name}` contains itself; the inner one was left out"),
            );
            return None;
        }
        way.push(name.to_owned());
        let items = self.items(structure, way);
        way.pop();
        Some(items)
    }

    fn items(&mut self, structure: &Structure, way: &mut Vec<String>) -> Items {
        let mut items = Items::new();
        for field in &structure.fields {
            if !self.out.take(self.path, field.line) {
                break;
            }
            let shape = self.shape(&field.kind, field.line, way);
            let mut item = Item::new(shape, self.out.label);
            item.text.say(&field.comment);
            items.insert(field.wire.clone(), item);
        }
        items
    }

    fn shape(&mut self, kind: &Kind, line: usize, way: &mut Vec<String>) -> Shape {
        match kind {
            Kind::Plain(shape) => shape.clone(),
            Kind::Named(name) => self.named(name, line, way).map_or(Shape::Any, Shape::Object),
            Kind::List(of) => Shape::List(Box::new(self.shape(of, line, way))),
            Kind::Structure(structure) => Shape::Object(self.items(structure, way)),
        }
    }

    /// Drops the wrapper: one structure whose name ends like a response, and nothing else but the id of the request.
    fn unwrapped(&mut self, mut items: Items, line: usize) -> Items {
        let mut others = items.keys().filter(|wire| *wire != "RequestId");
        let (Some(wrapper), None) = (others.next().cloned(), others.next()) else { return items };
        if !wrapper.ends_with(RESPONSE) {
            return items;
        }
        if wrapper != format!("{}{RESPONSE}", self.action) {
            let message =
                format!("the response of `{}` is wrapped in `{wrapper}`: name it in `envelopes`", self.action);
            self.out.add(Subject::Guess, self.path, line, message);
        }
        if let Some(Shape::Object(inner)) = items.shift_remove(&wrapper).map(|item| item.shape) {
            return inner;
        }
        let message = format!("the response of `{}` was seen as one text, so its fields are unknown", self.action);
        self.out.add(Subject::LeftOut, self.path, line, message);
        items
    }
}
