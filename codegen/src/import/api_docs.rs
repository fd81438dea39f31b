//! `api-docs.json` of Alibaba Cloud's portal: methods, widths, what is required, values and examples, all as data.

use super::lay::lay;
use super::plain::{Action, Api, Item, Items, Packed, Place, Shape};
use super::remark::Subject;
use super::scan::Out;
use super::sensitive;
use crate::diagnostic::Code;
use serde_json::{Map, Value};

/// Most characters of an error code.
const LONGEST_CODE: usize = 128;

/// Reads all files, which are the same in several languages.
pub(super) fn read(files: &[(&str, &str)], out: &mut Out<'_>) -> Api {
    let mut apis = Vec::new();
    for (path, text) in files {
        match serde_json::from_str::<Value>(text) {
            Ok(value) if map(&value, "apis").is_some() => apis.push(Reader { path, whole: &value, out }.api()),
            Ok(_) => out.broken(Code::MissingKey, path, 0, "the file has no `apis`, so it was not read"),
            Err(error) => out.broken(Code::Syntax, path, error.line(), format!("not JSON: {error}")),
        }
    }
    lay(apis, out.remarks)
}

struct Reader<'a, 'b> {
    path: &'a str,
    whole: &'a Value,
    out: &'a mut Out<'b>,
}

/// What a key holds, if it is a text.
fn text<'a>(of: &'a Value, key: &str) -> Option<&'a str> {
    of.get(key).and_then(Value::as_str)
}

fn flag(of: &Value, key: &str) -> Option<bool> {
    of.get(key).and_then(Value::as_bool)
}

fn map<'a>(of: &'a Value, key: &str) -> Option<&'a Map<String, Value>> {
    of.get(key).and_then(Value::as_object)
}

fn list<'a>(of: &'a Value, key: &str) -> &'a [Value] {
    of.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// Whether a text can be an error code: a report prints it.
fn is_code(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
    !text.is_empty() && text.len() <= LONGEST_CODE && text.chars().all(plain)
}

impl Reader<'_, '_> {
    fn api(mut self) -> Api {
        let info = self.whole.get("info").unwrap_or(&Value::Null);
        let owned = |key: &str| text(info, key).map(str::to_owned);
        let mut api =
            Api { product: owned("product"), version: owned("version"), style: owned("style"), ..Api::default() };
        for row in list(self.whole, "endpoints") {
            if let (Some(region), Some(host)) = (text(row, "regionId"), text(row, "endpoint")) {
                api.hosts.insert(region.to_owned(), host.to_owned());
            }
        }
        for (name, action) in map(self.whole, "apis").into_iter().flatten() {
            let action = self.action(name, action);
            api.actions.insert(name.clone(), action);
        }
        api
    }

    fn broken(&mut self, code: Code, place: &str, message: &str) {
        self.out.broken(code, self.path, 0, format!("`{place}`: {message}"));
    }

    fn action(&mut self, name: &str, of: &Value) -> Action {
        let mut action = Action {
            methods: list(of, "methods").iter().filter_map(Value::as_str).map(str::to_uppercase).collect(),
            methods_are_data: true,
            deprecated: flag(of, "deprecated") == Some(true),
            seen_in: vec![self.out.label.to_owned()],
            ..Action::default()
        };
        for key in ["summary", "title", "description"] {
            action.text.say(text(of, key).unwrap_or_default());
        }
        for parameter in list(of, "parameters") {
            let Some(wire) = text(parameter, "name") else {
                self.broken(Code::MissingKey, name, "a parameter has no name; it was left out");
                continue;
            };
            if !self.out.take(self.path, 0) {
                break;
            }
            let place = format!("{name}.{wire}");
            let item = self.parameter(&place, wire, parameter);
            action.parameters.insert(wire.to_owned(), item);
        }
        action.response = self.response(name, of);
        self.errors(name, of, &mut action);
        action
    }

    /// Error codes by HTTP status.
    fn errors(&mut self, name: &str, of: &Value, action: &mut Action) {
        for (status, rows) in map(of, "errorCodes").into_iter().flatten() {
            for row in rows.as_array().map_or(&[][..], Vec::as_slice) {
                let Some(code) = text(row, "errorCode") else {
                    self.broken(Code::MissingKey, name, "an error has no code; it was left out");
                    continue;
                };
                if !self.out.take(self.path, 0) {
                    return;
                }
                if is_code(code) {
                    action.errors.entry(code.to_owned()).or_default().extend(status.parse::<u16>());
                } else {
                    self.broken(Code::WrongType, name, "the code of an error is no word; it was left out");
                }
            }
        }
    }

    fn parameter(&mut self, place: &str, wire: &str, of: &Value) -> Item {
        let mut item = self.item(place, wire, of.get("schema").unwrap_or(&Value::Null), &mut Vec::new());
        item.place = match text(of, "in") {
            Some("query") => Some(Place::Query),
            Some("body" | "formData") => Some(Place::Body),
            Some("header") => Some(Place::Header),
            Some("path") => Some(Place::Path),
            Some("host") => Some(Place::Host),
            _ => None,
        };
        match text(of, "style") {
            Some("json") => item.packed = Some(Packed::Json),
            Some("simple") => item.packed = Some(Packed::Comma),
            Some(style @ ("repeatList" | "flat")) => item.list_style = Some(style.to_owned()),
            Some(style) => item.packed = Some(Packed::Other(style.to_owned())),
            None => {}
        }
        if let Some(required) = flag(of, "required") {
            item.required = Some(required);
        }
        item
    }

    fn response(&mut self, name: &str, of: &Value) -> Option<Items> {
        let schema = map(of, "responses")?.get("200")?.get("schema")?;
        match self.shape(name, schema, &mut Vec::new()) {
            Shape::Object(items) => Some(items),
            Shape::Map(_) | Shape::Any => Some(Items::new()),
            other => {
                let message =
                    format!("the response of `{name}` is no structure but a {}; it was left out", other.word());
                self.out.add(Subject::Unsayable, self.path, 0, message);
                None
            }
        }
    }

    fn item(&mut self, place: &str, wire: &str, schema: &Value, way: &mut Vec<String>) -> Item {
        let shape = self.shape(place, schema, way);
        let mut item = Item::new(shape, self.out.label);
        item.required = flag(schema, "required");
        item.deprecated = flag(schema, "deprecated") == Some(true);
        if !matches!(item.shape, Shape::Boolean) {
            let titled = map(schema, "enumValueTitles").into_iter().flatten().map(|(value, _)| value.clone());
            let plain = list(schema, "enum").iter().map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
            item.values = titled.collect();
            for value in plain {
                if !item.values.contains(&value) {
                    item.values.push(value);
                }
            }
            item.values_are_data = !item.values.is_empty();
        }
        let example = schema.get("example").map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
        item.example = example.and_then(|example| sensitive::example(wire, &example));
        for key in ["description", "title"] {
            item.text.say(text(schema, key).unwrap_or_default());
        }
        item
    }

    fn members(&mut self, place: &str, schema: &Value, way: &mut Vec<String>) -> Items {
        let mut items = Items::new();
        let required: Vec<&str> = list(schema, "required").iter().filter_map(Value::as_str).collect();
        for (wire, member) in map(schema, "properties").into_iter().flatten() {
            if !self.out.take(self.path, 0) {
                break;
            }
            let mut item = self.item(&format!("{place}.{wire}"), wire, member, way);
            if required.contains(&wire.as_str()) {
                item.required = Some(true);
            }
            items.insert(wire.clone(), item);
        }
        items
    }

    fn shape(&mut self, place: &str, schema: &Value, way: &mut Vec<String>) -> Shape {
        if !self.out.holds(way.len(), self.path, 0) {
            return Shape::Any;
        }
        if let Some(reference) = text(schema, "$ref") {
            return self.referred(place, reference, way);
        }
        let format = text(schema, "format").unwrap_or_default();
        match text(schema, "type").unwrap_or_default() {
            "string" if matches!(format, "binary" | "byte") => Shape::Bytes,
            "string" => Shape::Text,
            "file" => Shape::Bytes,
            "boolean" => Shape::Boolean,
            "integer" => Shape::Number(match format {
                "int32" => Some(32),
                "int64" => Some(64),
                _ => None,
            }),
            "number" => Shape::Float,
            "array" => {
                way.push(String::new());
                let of = self.shape(place, schema.get("items").unwrap_or(&Value::Null), way);
                way.pop();
                let values = Shape::List(Box::new(of));
                // The list is the only member of a structure, and stays so.
                match text(schema, "itemNode") {
                    Some(node) => Shape::Object(Items::from([(node.to_owned(), Item::new(values, self.out.label))])),
                    None => values,
                }
            }
            "object" => {
                way.push(String::new());
                let shape = match (map(schema, "properties"), schema.get("additionalProperties")) {
                    (Some(members), _) if !members.is_empty() => Shape::Object(self.members(place, schema, way)),
                    (_, Some(of)) if of.is_object() => Shape::Map(Box::new(self.shape(place, of, way))),
                    _ => Shape::Map(Box::new(Shape::Any)),
                };
                way.pop();
                shape
            }
            "" | "any" => Shape::Any,
            other => {
                self.broken(
                    Code::UnknownWord,
                    place,
                    &format!("the type `{other}` is not known; it was taken as a value without a type"),
                );
                Shape::Any
            }
        }
    }

    fn referred(&mut self, place: &str, reference: &str, way: &mut Vec<String>) -> Shape {
        let whole = self.whole;
        let name = reference.rsplit('/').next().unwrap_or(reference);
        let found = whole.get("components").and_then(|all| map(all, "schemas")).and_then(|all| all.get(name));
        let Some(found) = found else {
            self.broken(
                Code::DanglingReference,
                place,
                "refers to a schema that is not there; it was taken as a value without a type",
            );
            return Shape::Any;
        };
        if way.iter().any(|above| above == name) {
            self.broken(
                Code::RecursiveType,
                place,
                "contains itself; the inner one was taken as a value without a type",
            );
            return Shape::Any;
        }
        way.push(name.to_owned());
        let shape = self.shape(place, found, way);
        way.pop();
        shape
    }
}
