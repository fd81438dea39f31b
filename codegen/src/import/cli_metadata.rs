//! The metadata of Alibaba Cloud's command line: a file for each action and language, with methods and requests, and no responses.

use super::lay::lay;
use super::plain::{Action, Api, Item, Items, Packed, Place, Shape};
use super::scan::Out;
use super::sentence;
use crate::diagnostic::Code;
use serde_json::Value;

/// Reads all files that describe an action. The version is in none of them.
pub(super) fn read(files: &[(&str, &str)], out: &mut Out<'_>) -> Api {
    let mut apis = Vec::new();
    for (path, text) in files {
        let value = match serde_json::from_str::<Value>(text) {
            Ok(value) => value,
            Err(error) => {
                out.broken(Code::Syntax, path, error.line(), format!("not JSON: {error}"));
                continue;
            }
        };
        // Tables of products and versions lie beside the actions.
        let (Some(name), true) = (value.get("name").and_then(Value::as_str), value.get("parameters").is_some()) else {
            continue;
        };
        let action = action(path, name, &value, out);
        apis.push(Api { actions: [(name.to_owned(), action)].into(), ..Api::default() });
    }
    lay(apis, out.remarks)
}

fn action(path: &str, name: &str, of: &Value, out: &mut Out<'_>) -> Action {
    let methods = of.get("method").and_then(Value::as_str).unwrap_or_default();
    Action {
        methods: methods.split('|').filter(|method| !method.is_empty()).map(str::to_uppercase).collect(),
        methods_are_data: true,
        deprecated: of.get("deprecated").and_then(Value::as_bool) == Some(true),
        parameters: items(path, name, of.get("parameters"), 0, out),
        seen_in: vec![out.label.to_owned()],
        ..Action::default()
    }
}

fn items(path: &str, place: &str, list: Option<&Value>, depth: usize, out: &mut Out<'_>) -> Items {
    let mut found = Items::new();
    if !out.holds(depth, path, 0) {
        return found;
    }
    for of in list.and_then(Value::as_array).into_iter().flatten() {
        let Some(wire) = of.get("name").and_then(Value::as_str) else {
            out.broken(Code::MissingKey, path, 0, format!("`{place}`: a parameter has no name; it was left out"));
            continue;
        };
        if !out.take(path, 0) {
            break;
        }
        let members = items(path, &format!("{place}.{wire}"), of.get("sub_parameters"), depth + 1, out);
        found.insert(wire.to_owned(), item(path, place, wire, of, members, out));
    }
    found
}

fn item(path: &str, place: &str, wire: &str, of: &Value, members: Items, out: &mut Out<'_>) -> Item {
    let inner = if members.is_empty() { Shape::Any } else { Shape::Object(members) };
    let kind = of.get("type").and_then(Value::as_str).unwrap_or_default();
    let shape = match kind {
        "String" => Shape::Text,
        "Integer" => Shape::Number(Some(32)),
        "Long" => Shape::Number(Some(64)),
        "Float" | "Double" => Shape::Float,
        "Boolean" => Shape::Boolean,
        "RepeatList" | "Array" | "List" => Shape::List(Box::new(inner)),
        "Object" | "Struct" | "Json" | "Any" | "" => inner,
        "Map" => Shape::Map(Box::new(inner)),
        "Binary" | "File" => Shape::Bytes,
        other => {
            let message =
                format!("`{place}.{wire}` has the unknown type `{other}`; it was taken as a value without a type");
            out.broken(Code::UnknownWord, path, 0, message);
            Shape::Any
        }
    };
    let mut item = Item::new(shape, out.label);
    if kind == "Json" {
        item.packed = Some(Packed::Json);
    }
    if kind == "RepeatList" {
        item.list_style = Some("repeatList".to_owned());
    }
    item.required = of.get("required").and_then(Value::as_bool);
    item.place = match of.get("position").and_then(Value::as_str) {
        Some("Query") => Some(Place::Query),
        Some("Body") => Some(Place::Body),
        Some("Header") => Some(Place::Header),
        Some("Path") => Some(Place::Path),
        Some("Domain" | "Host") => Some(Place::Host),
        _ => None,
    };
    let text = of.get("description").and_then(Value::as_str).unwrap_or_default();
    if !matches!(item.shape, Shape::Boolean) {
        item.values = sentence::values(text);
    }
    item.text.say(text);
    item
}
