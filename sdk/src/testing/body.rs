//! The body of a recorded response, with placeholders. The type that the response is read into says what is sensitive.

use super::conceal::{Conceal, Placeholder};
use super::words::is_id;
use crate::action::context::AttemptContext;
use crate::base::api::ApiInfo;
use crate::base::error::{Error, ErrorKind};
use crate::http::{HttpRequest, HttpResponse};
use crate::protocol::{Dialect, response};
use crate::wire::{Entries, Field, List, Members, Scalar, Shown, Sink, Value as Typed, XmlError, read_xml};
use serde_json::Value;
use std::borrow::Cow;

/// The body of a response, with placeholders for sensitive values.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Body {
    Json(Value),
    /// JSON whose end is missing.
    Broken(Value),
    /// XML, line by line.
    Xml(Vec<String>),
    /// An HTML page; its text is not kept.
    Html,
    Empty,
    /// Neither JSON nor XML; its text is not kept.
    Unreadable,
}

impl Body {
    /// Reads the body of a response and replaces sensitive values by placeholders.
    pub(super) fn of(request: &HttpRequest, response: &HttpResponse, conceal: &mut Conceal<'_>) -> Self {
        let Some(AttemptContext { call, .. }) = AttemptContext::of(request) else { return Self::Unreadable };
        let mut typed = call.response.map(|make| make());
        let mut any = Value::Null;
        let sink: &mut dyn Sink = match &mut typed {
            Some(typed) => &mut **typed,
            None => &mut any,
        };
        // A response with an error, or without a guaranteed field, has filled the type as far as possible.
        let error = response::read(call.api, &call.action, call.envelopes, response.clone(), false, sink).err();
        if error.as_ref().is_some_and(|error| error.kind() == ErrorKind::Response) && !response.body.is_empty() {
            return Self::Unreadable;
        }
        let own = format!("{}Response", call.action);
        let mut walk =
            Walk { api: call.api, conceal, envelopes: call.envelopes.iter().copied().chain([own.as_str()]).collect() };
        let of = typed.as_deref().map(|typed| typed as &dyn Members);
        let content = response::content(&response.body);
        let text = String::from_utf8_lossy(content);
        let whole = matches!(text, Cow::Borrowed(_));
        match content.first() {
            None => return Self::Empty,
            Some(b'<') => {
                let mut node = Node::Members(Vec::new());
                match read_xml(&text, &mut node) {
                    Ok(()) if whole => {
                        let mut xml = String::new();
                        walk.top(node, of).write_xml(&own, 0, &mut xml);
                        return Self::Xml(xml.lines().map(str::to_owned).collect());
                    }
                    Err(XmlError::Html) => return Self::Html,
                    _ => {}
                }
            }
            Some(_) => {
                if let Some(value) = response::json(content) {
                    return Self::Json(walk.top(Node::of_json(value), of).into_json());
                }
            }
        }
        match error {
            // A response cut off after its error code counts as an error with that code.
            Some(error) => broken_off(call.api, &error, conceal),
            None => Self::Unreadable,
        }
    }

    /// The bytes that a replay responds with.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Json(value) => value.to_string().into_bytes(),
            Self::Broken(value) => {
                let mut text = value.to_string();
                text.pop();
                text.into_bytes()
            }
            Self::Xml(lines) => lines.join("\n").into_bytes(),
            Self::Html => b"<html></html>".to_vec(),
            Self::Empty => Vec::new(),
            Self::Unreadable => b"{".to_vec(),
        }
    }
}

/// An error that was cut off. Anything in it that the spec does not know may be sensitive.
fn broken_off(api: &ApiInfo, error: &Error, conceal: &mut Conceal<'_>) -> Body {
    let Some(code) = error.code() else { return Body::Unreadable };
    let code = conceal.known_code(api.errors, code);
    let inner = error.inner_code().map(|inner| conceal.known_code(api.errors, inner));
    let message = conceal.message(api.errors, error.message());
    Body::Broken((Dialect::of(api).error_body)(&code, inner.as_deref(), &message))
}

/// A part of a body, JSON or XML.
enum Node {
    Scalar(Value),
    /// In XML a name may occur several times.
    Members(Vec<(String, Node)>),
    Items(Vec<Node>),
}

impl Node {
    fn of_json(value: Value) -> Self {
        match value {
            Value::Object(map) => Self::Members(map.into_iter().map(|(name, v)| (name, Self::of_json(v))).collect()),
            Value::Array(list) => Self::Items(list.into_iter().map(Self::of_json).collect()),
            scalar => Self::Scalar(scalar),
        }
    }

    fn into_json(self) -> Value {
        match self {
            Self::Scalar(value) => value,
            Self::Members(members) => members.into_iter().map(|(name, node)| (name, node.into_json())).collect(),
            Self::Items(items) => items.into_iter().map(Self::into_json).collect(),
        }
    }

    fn write_xml(&self, name: &str, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        match self {
            Self::Members(members) => {
                out.extend([&indent, "<", name, ">\n"]);
                for (name, node) in members {
                    node.write_xml(name, depth + 1, out);
                }
                out.extend([&indent, "</", name, ">\n"]);
            }
            Self::Items(items) => items.iter().for_each(|item| item.write_xml(name, depth, out)),
            // XML can express null only by leaving the element out.
            Self::Scalar(Value::Null) => {}
            Self::Scalar(value) => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                // A literal carriage return would be read as the end of a line.
                let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#13;");
                out.extend([&indent, "<", name, ">", &text, "</", name, ">\n"]);
            }
        }
    }

    fn is_blank(&self) -> bool {
        match self {
            Self::Scalar(value) => value.is_null() || value.as_str() == Some(""),
            Self::Members(members) => members.is_empty(),
            Self::Items(items) => items.is_empty(),
        }
    }
}

/// A number that keeps its exact text. One with too many digits could change each time it is read and written.
fn settled(mut value: Value) -> Value {
    const ROUNDS: usize = 8;
    for _ in 0..ROUNDS {
        match serde_json::from_str(&value.to_string()) {
            Ok(again) if again != value => value = again,
            _ => return value,
        }
    }
    Value::Null
}

/// All of an XML body, element by element.
impl Sink for Node {
    fn scalar(&mut self, value: Scalar<'_>) -> bool {
        *self = match value {
            Scalar::Text(text) | Scalar::Damaged(text) => Self::Scalar(text.into()),
            _ => Self::Scalar(Value::Null),
        };
        true
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Sink> {
        if !matches!(self, Self::Members(_)) {
            *self = Self::Members(Vec::new());
        }
        let Self::Members(members) = self else { return None };
        members.push((name.to_owned(), Self::Scalar(Value::Null)));
        members.last_mut().map(|(_, node)| node as &mut dyn Sink)
    }
}

/// Whether the members are the elements of a list, as Kingsoft Cloud writes one in XML.
fn are_items(members: &[(String, Node)]) -> bool {
    members.iter().all(|(name, _)| name == "item")
}

/// Whether a structure has a field of this name.
fn has_field(of: &dyn Members, name: &str) -> bool {
    let mut has = false;
    of.each(&mut |field, _| has |= field.wire == name);
    has
}

/// Walks through a body and the typed values that were read from it, side by side.
struct Walk<'a, 'm> {
    api: &'static ApiInfo,
    conceal: &'a mut Conceal<'m>,
    envelopes: Vec<&'a str>,
}

impl Walk<'_, '_> {
    /// The top of a response, or the content of its envelope: common members and those of the action.
    fn top(&mut self, node: Node, of: Option<&dyn Members>) -> Node {
        let Node::Members(members) = node else { return self.hide(node, Placeholder::Unknown) };
        self.each(members, of, |walk, name, nth, node| match (name, of) {
            ("RequestId" | "requestId", _) => walk.scalar(node, |conceal, id| conceal.shaped(id, is_id)),
            ("Code" | "code", _) => walk.code(node),
            ("Message" | "message", _) => walk.message(node),
            ("Error", _) => walk.error(node),
            (name, of) if walk.envelopes.contains(&name) => walk.top(node, of),
            (name, Some(of)) => walk.member(of, name, nth, node),
            (_, None) => walk.open(node),
        })
    }

    /// Walks over members, each with the number of earlier members of the same name. Names of fields stay: they are of the spec, even if
    /// a secret contains one.
    fn each(
        &mut self,
        members: Vec<(String, Node)>,
        of: Option<&dyn Members>,
        mut one: impl FnMut(&mut Self, &str, usize, Node) -> Node,
    ) -> Node {
        let mut seen = std::collections::HashMap::<String, usize>::new();
        let walked = members.into_iter().map(|(name, node)| {
            let nth = seen.entry(name.clone()).or_default();
            let node = one(self, &name, *nth, node);
            *nth += 1;
            let is_field = of.is_some_and(|of| has_field(of, &name));
            (if is_field { name } else { self.conceal.name(name) }, node)
        });
        Node::Members(walked.collect())
    }

    fn error(&mut self, node: Node) -> Node {
        // An error has only these members: any other name may be a value in the wrong place.
        const KNOWN: [&str; 6] = ["Code", "code", "InnerCode", "Message", "message", "Type"];
        let Node::Members(mut members) = node else { return self.hide(node, Placeholder::Unknown) };
        for (name, _) in members.iter_mut().filter(|(name, _)| !KNOWN.contains(&name.as_str())) {
            *name = self.conceal.hidden_name(name);
        }
        self.each(members, None, |walk, name, _, node| match name {
            "Code" | "code" | "InnerCode" => walk.code(node),
            "Message" | "message" => walk.message(node),
            _ => walk.hide(node, Placeholder::Unknown),
        })
    }

    fn member(&mut self, of: &dyn Members, name: &str, nth: usize, node: Node) -> Node {
        let (mut node, mut done) = (Some(node), None);
        of.each(&mut |field, value| {
            if field.wire == name
                && let Some(node) = node.take()
            {
                done = Some(self.field(node, field, value, nth));
            }
        });
        let unknown = node.map(|node| self.hide(node, Placeholder::Unknown));
        done.or(unknown).unwrap_or(Node::Scalar(Value::Null))
    }

    /// An entry of a map.
    fn entry(&mut self, of: &dyn Entries, name: &str, nth: usize, node: Node) -> Node {
        let (mut node, mut done) = (Some(node), None);
        of.each_entry(&mut |entry, value| {
            if entry == name
                && let Some(node) = node.take()
            {
                done = Some(self.value(node, value, nth));
            }
        });
        // The reader left out what did not fit.
        let unknown = node.map(|node| self.hide(node, Placeholder::Unknown));
        done.or(unknown).unwrap_or(Node::Scalar(Value::Null))
    }

    fn field(&mut self, node: Node, field: &Field, value: &dyn Typed, nth: usize) -> Node {
        // The reader ignored this value because it could not read it. A placeholder would be readable, so leave the value out.
        if value.is_blank() && matches!(node, Node::Scalar(_)) && !node.is_blank() {
            return Node::Scalar(Value::Null);
        }
        match (Placeholder::of(field.sensitivity), value.show()) {
            (Some(kind), Shown::Integer(number)) => {
                Node::Scalar(self.conceal.hide_number(kind, &number.to_string()).into())
            }
            (Some(kind), Shown::Float(number)) => {
                Node::Scalar(self.conceal.hide_number(kind, &number.to_string()).into())
            }
            (Some(_), Shown::Boolean(_)) => Node::Scalar(false.into()),
            (Some(kind), _) => self.hide(node, kind),
            (None, _) => self.value(node, value, nth),
        }
    }

    fn value(&mut self, node: Node, value: &dyn Typed, nth: usize) -> Node {
        if node.is_blank() {
            return node;
        }
        match (node, value.show()) {
            (node, Shown::Secret(_)) => self.hide(node, Placeholder::Secret),
            (Node::Items(items), Shown::List(list)) => {
                Node::Items((0..).zip(items).map(|(at, item)| self.item(item, list, at)).collect())
            }
            (Node::Members(items), Shown::List(list)) if are_items(&items) => {
                let items = (0..).zip(items).map(|(at, (name, item))| (name, self.item(item, list, at)));
                Node::Members(items.collect())
            }
            // A single value in place of a list, or a repeated name.
            (node, Shown::List(list)) => self.item(node, list, nth),
            (Node::Members(members), Shown::Structure(of)) => {
                self.each(members, Some(of), |walk, name, nth, node| walk.member(of, name, nth, node))
            }
            (node @ Node::Scalar(_), Shown::Text(_) | Shown::Integer(_) | Shown::Float(_) | Shown::Boolean(_)) => {
                self.keep(node)
            }
            (Node::Members(members), Shown::Map(of)) => {
                self.each(members, None, |walk, name, nth, node| walk.entry(of, name, nth, node))
            }
            // Nobody has judged what is in it.
            (node, Shown::Any(_)) | (node @ Node::Scalar(_), _) => self.hide(node, Placeholder::Unknown),
            // The name occurred more than once, and the value was read from another one.
            (_, Shown::Text(text)) => Node::Scalar(self.conceal.text(text).into()),
            (_, Shown::Integer(number)) => Node::Scalar(number.into()),
            (_, Shown::Float(number)) => Node::Scalar(number.into()),
            (_, Shown::Boolean(truth)) => Node::Scalar(truth.into()),
            // The reader ignores what does not fit.
            (_, Shown::Absent | Shown::Map(_) | Shown::Structure(_)) => Node::Scalar(Value::Null),
        }
    }

    fn item(&mut self, node: Node, list: &dyn List, at: usize) -> Node {
        match list.at(at) {
            Some(value) => self.value(node, value, 0),
            None => self.hide(node, Placeholder::Unknown),
        }
    }

    fn keep(&mut self, node: Node) -> Node {
        match node {
            Node::Scalar(Value::String(text)) => Node::Scalar(self.conceal.text(&text).into()),
            Node::Scalar(value) => Node::Scalar(settled(value)),
            Node::Members(_) | Node::Items(_) => Node::Scalar(Value::Null),
        }
    }

    fn message(&mut self, node: Node) -> Node {
        let rows = self.api.errors;
        self.scalar(node, |conceal, text| conceal.message(rows, text))
    }

    fn code(&mut self, node: Node) -> Node {
        let ApiInfo { errors, success_codes, .. } = self.api;
        self.scalar(
            node,
            |conceal, text| {
                if success_codes.contains(&text) { text.to_owned() } else { conceal.code(errors, text) }
            },
        )
    }

    /// A single value as a text, of which only a part may be kept. A value of another type is never read.
    fn scalar(&mut self, node: Node, keep: impl FnOnce(&mut Conceal<'_>, &str) -> String) -> Node {
        let Node::Scalar(value) = node else { return Node::Scalar(Value::Null) };
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return Node::Scalar(value),
        };
        let kept = keep(self.conceal, &text);
        Node::Scalar(if kept == text { value } else { kept.into() })
    }

    /// Keeps names and hides all values: the spec does not know the action.
    fn open(&mut self, node: Node) -> Node {
        match node {
            Node::Members(members) => self.each(members, None, |walk, _, _, node| walk.open(node)),
            Node::Items(items) => Node::Items(items.into_iter().map(|item| self.open(item)).collect()),
            scalar @ Node::Scalar(_) => self.hide(scalar, Placeholder::Unknown),
        }
    }

    fn hide(&mut self, node: Node, kind: Placeholder) -> Node {
        match node {
            node if node.is_blank() => node,
            Node::Scalar(Value::String(text)) => Node::Scalar(self.conceal.hide(kind, &text).into()),
            Node::Scalar(value) => Node::Scalar(self.conceal.hide(kind, &value.to_string()).into()),
            // The structure is known, so keep it and hide only the values.
            Node::Items(items) if kind != Placeholder::Unknown => {
                Node::Items(items.into_iter().map(|item| self.hide(item, kind)).collect())
            }
            Node::Members(members) if kind != Placeholder::Unknown => {
                self.each(members, None, |walk, _, _, node| walk.hide(node, kind))
            }
            node => Node::Scalar(self.conceal.hide(kind, &node.into_json().to_string()).into()),
        }
    }
}
