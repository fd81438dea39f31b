//! Sorts lists of the model that are sets, so that their order does not matter.

use serde_json::Value;
use std::cmp::Ordering;

/// Keys of paths: their parts stand one inside the other. And of values, which are as they are.
const KEPT: [&str; 11] =
    ["path", "field", "items", "total", "reason", "modules", "present", "absent", "example", "default", "parameter"];

/// An entry whose lists are sets, unless they are paths.
pub(super) fn sorted((key, value): (String, Value)) -> (String, Value) {
    let value = if KEPT.contains(&key.as_str()) { value } else { ordered(value) };
    (key, value)
}

/// An entry whose list is ordered: its first element counts most.
pub(super) fn in_order((key, value): (String, Value)) -> (String, Value) {
    let value = if key == "success_codes" { ordered(value) } else { inside(value) };
    (key, value)
}

/// Lists that are sets get one order.
pub(super) fn ordered(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(map.into_iter().map(sorted).collect()),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.into_iter().map(inside).collect();
            items.sort_by(compare);
            Value::Array(items)
        }
        scalar => scalar,
    }
}

/// Keeps the order of a list and sorts inside its elements.
fn inside(value: Value) -> Value {
    match value {
        Value::Array(items) => Value::Array(items.into_iter().map(inside).collect()),
        other => ordered(other),
    }
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::String(a), Value::String(b)) => a.cmp(b),
        (a, b) => a.to_string().cmp(&b.to_string()),
    }
}

/// The serialised form of a part of the model.
pub(super) fn json(of: &(impl serde::Serialize + ?Sized)) -> Value {
    // Types of the model are plain data with texts as keys, so this cannot fail.
    serde_json::to_value(of).unwrap_or_default()
}
