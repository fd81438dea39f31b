//! A client of Kingsoft Cloud's SDK for Python: actions and the parameters of requests. Responses are texts there.

use super::plain::{Action, Api, Item, Items, Place, Sentences, Shape};
use super::remark::Subject;
use super::scan::{Out, name, quoted};
use super::sentence;
use crate::diagnostic::Code;
use std::collections::HashMap;

/// The end of the name of a list's elements.
const ELEMENTS: &str = ".N";

/// A class of a request.
#[derive(Default)]
struct Request {
    text: Sentences,
    parameters: Items,
}

/// Reads a client.
pub(super) fn read(files: &[(&str, &str)], out: &mut Out<'_>) -> Api {
    let named = |wanted: &str| {
        let mut all = files.iter().filter(|(path, _)| path.rsplit('/').next() == Some(wanted));
        let first = all.next().copied();
        (first, all.next().copied())
    };
    let ((client, second), (models, _)) = (named("client.py"), named("models.py"));
    let (Some((path, text)), Some((models_path, models))) = (client, models) else {
        out.broken(Code::MissingFile, out.label, 0, "the client has no client.py, or no models.py");
        return Api::default();
    };
    if let Some((other, _)) = second {
        out.broken(Code::UnexpectedFile, other, 0, "a second client.py: name the folder of one version of one client");
        return Api::default();
    }
    let mut requests = requests(models_path, models, out);
    let mut api = Api { style: Some("RPC".to_owned()), ..Api::default() };
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with("_apiVersion") {
            api.version = quoted(line).map(str::to_owned);
        } else if line.starts_with("_service") {
            api.product = quoted(line).map(str::to_owned);
        } else if let Some((_, call)) = line.split_once("call_judge(") {
            let Some(action) = quoted(call) else {
                out.broken(Code::Syntax, path, at + 1, "this call names no action; it was left out");
                continue;
            };
            // The class is named after the action; an action without parameters may have none.
            let request = requests.remove(&format!("{action}Request")).unwrap_or_default();
            let action_of = Action {
                methods: vec!["POST".to_owned()],
                parameters: request.parameters,
                text: request.text,
                seen_in: vec![out.label.to_owned()],
                ..Action::default()
            };
            api.actions.insert(action.to_owned(), action_of);
        }
    }
    api
}

/// The requests, from the documentation of their constructors: the attributes have no types.
fn requests(path: &str, text: &str, out: &mut Out<'_>) -> HashMap<String, Request> {
    let mut all: HashMap<String, Request> = HashMap::new();
    let mut class = String::new();
    let mut parameter: Option<(String, String)> = None;
    for (at, line) in text.lines().enumerate() {
        if let Some(rest) = line.strip_prefix("class ") {
            name(rest).clone_into(&mut class);
            all.entry(class.clone()).or_default();
        }
        let Some(request) = all.get_mut(&class) else { continue };
        let line = line.trim();
        if let Some(documented) = line.strip_prefix("r\"\"\"") {
            request.text.say(documented);
        } else if let Some(rest) = line.strip_prefix(":param ") {
            let (wire, text) = rest.split_once(": ").unwrap_or((rest.trim_end().trim_end_matches(':'), ""));
            parameter = Some((wire.trim().to_owned(), text.to_owned()));
        } else if let Some(rest) = line.strip_prefix(":type ") {
            // The name here is always the same, and not that of the parameter.
            let kind = rest.split_once(':').map_or("", |(_, kind)| kind).trim();
            let Some((wire, text)) = parameter.take() else { continue };
            if out.take(path, at + 1) {
                request.parameters.extend(item(&wire, &text, kind, (path, at + 1), out));
            }
        }
    }
    all
}

/// The item of a parameter, with its name on the wire; none if it is part of another one.
fn item(wire: &str, text: &str, kind: &str, at: (&str, usize), out: &mut Out<'_>) -> Option<(String, Item)> {
    let (wire, elements) = wire.strip_suffix(ELEMENTS).map_or((wire, false), |wire| (wire, true));
    if wire.contains('.') {
        let message = format!("`{wire}` is a member of a structure that is described nowhere; it was left out");
        out.add(Subject::LeftOut, at.0, at.1, message);
        return None;
    }
    let shape = match kind {
        "String" => Shape::Text,
        "Int" | "Integer" => Shape::Number(None),
        "Long" => Shape::Number(Some(64)),
        "Double" | "Float" => Shape::Float,
        "Boolean" | "Bool" => Shape::Boolean,
        // What the client calls a filter is a list.
        "Filter" => Shape::List(Box::new(Shape::Text)),
        "Array" => Shape::List(Box::new(Shape::Any)),
        "Object" => Shape::Any,
        other => {
            let message = format!("`{wire}` has the unknown kind `{other}`; it was taken as a value without a type");
            out.broken(Code::UnknownWord, at.0, at.1, message);
            Shape::Any
        }
    };
    let shape = if elements && !matches!(shape, Shape::List(_)) { Shape::List(Box::new(shape)) } else { shape };
    let mut item = Item::new(shape, out.label);
    item.place = Some(Place::Body);
    item.values = sentence::values(text);
    item.text.say(text);
    Some((wire.to_owned(), item))
}
