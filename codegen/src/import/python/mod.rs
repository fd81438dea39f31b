//! Unpacked Python packages of Alibaba Cloud: `client.py`, and the models in a folder (`DaraModel`) or in one file (`TeaModel`).

mod calls;
mod classes;
mod types;

use super::plain::{Action, Api, Item, Items, Packed, Sentences, Shape};
use super::remark::Subject;
use super::scan::Out;
use super::{sensitive, sentence};
use crate::diagnostic::Code;
use calls::Call;
use classes::Classes;

/// The attribute of a wrapper that is the response.
const BODY: &str = "body";

/// Reads a package.
pub(super) fn read(files: &[(&str, &str)], out: &mut Out<'_>) -> Api {
    let mut clients = files.iter().filter(|(path, _)| file_name(path) == "client.py");
    let Some((client, text)) = clients.next().copied() else {
        out.broken(Code::MissingFile, out.label, 0, "the package has no client.py");
        return Api::default();
    };
    if let Some((other, _)) = clients.next() {
        out.broken(
            Code::UnexpectedFile,
            other,
            0,
            "a second client.py: name the folder of one package; it was not read",
        );
    }
    let folder = client.strip_suffix("client.py").unwrap_or_default();
    let mut classes = Classes::default();
    for (path, text) in files {
        let inside = path.strip_prefix(folder);
        if inside
            .is_some_and(|name| name == "models.py" || (name.starts_with("models/") && name != "models/__init__.py"))
        {
            classes.read(path, text, out);
        }
    }
    let calls = calls::read(client, text, out);
    let mut api = Api::default();
    for call in &calls {
        agree(&mut api.version, call.version.as_deref(), "version", client, call, out);
        agree(&mut api.style, call.style.as_deref(), "style", client, call, out);
        let action = Reader { classes: &classes, client, call, out }.action();
        if api.actions.insert(call.action.clone(), action).is_some() {
            out.add(
                Subject::Contradiction,
                client,
                call.line,
                format!("`{}` is called twice; the last call was taken", call.action),
            );
        }
    }
    api.product = calls::product(text);
    api.hosts = calls::hosts(text);
    api
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// All calls of a package have one version and one style; the first counts.
fn agree(whole: &mut Option<String>, one: Option<&str>, what: &str, client: &str, call: &Call, out: &mut Out<'_>) {
    match (whole.as_deref(), one) {
        (None, Some(one)) => *whole = Some(one.to_owned()),
        (Some(whole), Some(one)) if whole != one => {
            let message = format!("`{}` has the {what} `{one}`, the calls before have `{whole}`", call.action);
            out.add(Subject::Contradiction, client, call.line, message);
        }
        _ => {}
    }
}

struct Reader<'a, 'b> {
    classes: &'a Classes,
    client: &'a str,
    call: &'a Call,
    out: &'a mut Out<'b>,
}

impl Reader<'_, '_> {
    fn action(mut self) -> Action {
        let call = self.call;
        let mut text = Sentences::default();
        text.say(&call.text);
        Action {
            methods: vec![call.method.clone()],
            methods_are_data: false,
            deprecated: call.deprecated,
            parameters: self.parameters(),
            response: self.response(),
            text,
            errors: std::collections::BTreeMap::new(),
            seen_in: vec![self.out.label.to_owned()],
        }
    }

    /// The parameters: what the class declares, in the places where the call puts them.
    fn parameters(&mut self) -> Items {
        let call = self.call;
        let mut items = Items::new();
        if let Some(request) = &call.request {
            if self.classes.get(request).is_none() {
                let message = format!("`{}` takes a `{request}`, which no file defines", call.action);
                self.out.broken(Code::DanglingReference, self.client, call.line, message);
            }
            items = self.members(request, &mut Vec::new());
        }
        for (wire, item) in &mut items {
            item.place = call.places.get(wire).copied();
            if item.place.is_none() && !call.whole {
                let message = format!("`{}.{wire}` is declared, but the call does not send it", call.action);
                self.out.add(Subject::Contradiction, self.client, call.line, message);
            }
            item.packed = call.packed.get(wire).cloned();
        }
        for (wire, place) in &call.places {
            if !items.contains_key(wire) {
                let message = format!(
                    "`{}.{wire}` is sent, but no class declares it; it was taken as a value without a type",
                    call.action
                );
                self.out.add(Subject::Contradiction, self.client, call.line, message);
                let mut item = Item::new(Shape::Any, self.out.label);
                item.place = Some(*place);
                items.insert(wire.clone(), item);
            }
        }
        for (wire, packed) in &call.packed {
            if let Packed::Other(style) = packed {
                let message = format!("`{}.{wire}` is packed in the unknown style `{style}`", call.action);
                self.out.add(Subject::Unsayable, self.client, call.line, message);
            }
        }
        items
    }

    /// The response: the attribute `body` of the wrapper that the call returns.
    fn response(&mut self) -> Option<Items> {
        let call = self.call;
        let wrapper = call.response.as_deref()?;
        let Some(class) = self.classes.get(wrapper) else {
            let message = format!("`{}` returns a `{wrapper}`, which no file defines", call.action);
            self.out.broken(Code::DanglingReference, self.client, call.line, message);
            return None;
        };
        // A wrapper without a body: the call answers with headers only.
        let Some(body) = class.attributes.get(BODY) else { return Some(Items::new()) };
        match self.shape(&body.annotation, &class.file, body.line, &mut Vec::new()) {
            Shape::Object(items) => Some(items),
            other => {
                let message = format!(
                    "the response of `{}` is no structure but a {}; it was left out",
                    call.action,
                    other.word()
                );
                self.out.add(Subject::Unsayable, &class.file, body.line, message);
                None
            }
        }
    }

    /// The attributes of a class as items, by wire name.
    fn members(&mut self, class: &str, way: &mut Vec<String>) -> Items {
        let mut items = Items::new();
        let Some(class) = self.classes.get(class) else { return items };
        for (name, attribute) in &class.attributes {
            if !self.out.take(&class.file, attribute.line) {
                break;
            }
            let Some(wire) = &attribute.wire else {
                let message = format!("the attribute `{name}` has no name on the wire; it was left out");
                self.out.broken(Code::MissingKey, &class.file, attribute.line, message);
                continue;
            };
            let shape = self.shape(&attribute.annotation, &class.file, attribute.line, way);
            let mut item = Item::new(shape, self.out.label);
            sentence::fill(&mut item, &attribute.comment, self.classes.says_required);
            if let Some(example) = sentence::example(&attribute.comment) {
                item.example = sensitive::example(wire, example);
            }
            if items.insert(wire.clone(), item).is_some() {
                let message = format!("two attributes are sent as `{wire}`; the last was taken");
                self.out.add(Subject::Contradiction, &class.file, attribute.line, message);
            }
        }
        items
    }

    /// The shape that an annotation means.
    fn shape(&mut self, annotation: &str, file: &str, line: usize, way: &mut Vec<String>) -> Shape {
        match types::parse(annotation) {
            types::Type::Plain(shape) => shape,
            types::Type::List(of) => Shape::List(Box::new(self.inner(of, file, line, way))),
            types::Type::Map(of) => Shape::Map(Box::new(self.inner(of, file, line, way))),
            types::Type::Class(name) => {
                if self.classes.get(name).is_none() {
                    let message = format!("there is no class `{name}`; it was taken as a value without a type");
                    self.out.broken(Code::DanglingReference, file, line, message);
                    return Shape::Any;
                }
                if way.iter().any(|above| above == name) || !self.out.holds(way.len(), file, line) {
                    let message =
                        format!("`{name}` contains itself; the inner one was taken as a value without a type");
                    self.out.broken(Code::RecursiveType, file, line, message);
                    return Shape::Any;
                }
                way.push(name.to_owned());
                let items = self.members(name, way);
                way.pop();
                Shape::Object(items)
            }
        }
    }

    /// The shape inside a list or map, which count as structures: they too may nest without an end.
    fn inner(&mut self, annotation: &str, file: &str, line: usize, way: &mut Vec<String>) -> Shape {
        if !self.out.holds(way.len(), file, line) {
            return Shape::Any;
        }
        way.push(String::new());
        let shape = self.shape(annotation, file, line, way);
        way.pop();
        shape
    }
}
