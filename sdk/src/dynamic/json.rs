//! Structures as JSON for people and programs: exact ids, no secrets.

use crate::base::secret::{REDACTED, Secret};
use crate::base::sensitivity::Sensitivity;
use crate::wire::{Members, Shown, Unknown, Value, items, json_text};
use serde_json::{Map, Value as Json};

/// The largest number that every reader of JSON keeps exactly.
const EXACT: u64 = (1 << 53) - 1;

/// A structure as JSON.
pub(super) fn structure(of: &dyn Members) -> Json {
    let mut out = Map::new();
    of.each(&mut |field, value| {
        if matches!(value.show(), Shown::Absent) {
            return;
        }
        let value = if field.sensitivity == Sensitivity::Secret { REDACTED.into() } else { json(value) };
        out.insert(field.wire.to_owned(), value);
    });
    out.into()
}

/// A value as JSON.
pub(super) fn json(of: &dyn Value) -> Json {
    match of.show() {
        Shown::Absent => Json::Null,
        Shown::Text(text) => text.into(),
        Shown::Secret(_) => REDACTED.into(),
        Shown::Integer(number) if of.is_id() || number.unsigned_abs() > EXACT => number.to_string().into(),
        Shown::Integer(number) => number.into(),
        Shown::Float(number) => number.into(),
        Shown::Boolean(truth) => truth.into(),
        Shown::Any(value) => value.clone(),
        Shown::List(list) => items(list).map(json).collect(),
        Shown::Map(map) => {
            let mut out = Map::new();
            map.each_entry(&mut |name, value| {
                out.insert(name.to_owned(), json(value));
            });
            out.into()
        }
        Shown::Structure(inner) => structure(inner),
    }
}

/// The secrets in a structure, with their paths.
pub(super) fn secrets(of: &dyn Members) -> Vec<(String, Secret)> {
    let mut found = Vec::new();
    walk(of, "", &mut |path, node| {
        if let Node::Secret(secret) = node {
            found.push((path, secret));
        }
    });
    found
}

/// The paths of the members of a structure that the description does not know.
pub(super) fn unknown(of: &dyn Members) -> Vec<String> {
    let mut found = Vec::new();
    walk(of, "", &mut |path, node| {
        if matches!(node, Node::Unknown) {
            found.push(path);
        }
    });
    found
}

/// What a walk meets.
enum Node {
    Secret(Secret),
    Unknown,
}

fn walk(of: &dyn Members, above: &str, meet: &mut dyn FnMut(String, Node)) {
    of.each(&mut |field, value| {
        let path = format!("{above}{}", field.wire);
        step(value, field.sensitivity == Sensitivity::Secret, path, meet);
    });
    for (name, _) in of.unknown().into_iter().flat_map(Unknown::iter) {
        meet(format!("{above}{name}"), Node::Unknown);
    }
}

fn step(value: &dyn Value, is_secret: bool, path: String, meet: &mut dyn FnMut(String, Node)) {
    match value.show() {
        Shown::Absent => {}
        Shown::Secret(secret) => meet(path, Node::Secret(secret.clone())),
        Shown::List(list) => {
            for (index, item) in items(list).enumerate() {
                step(item, is_secret, format!("{path}.{index}"), meet);
            }
        }
        Shown::Map(map) => {
            map.each_entry(&mut |name, value| step(value, is_secret, format!("{path}.{name}"), meet));
        }
        Shown::Structure(inner) => walk(inner, &format!("{path}."), meet),
        Shown::Text(text) if is_secret => meet(path, Node::Secret(text.into())),
        shown if is_secret => meet(path, Node::Secret(json_text(&shown).into())),
        _ => {}
    }
}
