//! Values of the model as short texts, and what changed between two sets of attributes.

use super::attributes::Attributes;
use crate::model::{Match, Type};
use serde_json::Value;
use std::collections::BTreeMap;

/// A region, or the beginning of several, as it is written in the spec.
pub(super) fn region(of: &Match) -> String {
    match of {
        Match::Exact(text) => text.clone(),
        Match::Prefix(start) => format!("{start}*"),
    }
}

/// A value in one short line.
pub(super) fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(map) if map.contains_key("en") && map.contains_key("zh") => {
            map.get("en").map(short).unwrap_or_default()
        }
        Value::Array(items) => items.iter().map(short).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

/// A type in words.
pub(super) fn kind(of: &Type) -> String {
    match of {
        Type::String => "string".to_owned(),
        Type::I32 => "i32".to_owned(),
        Type::I64 => "i64".to_owned(),
        Type::Boolean { digits: false } => "boolean".to_owned(),
        Type::Boolean { digits: true } => "boolean as 1 and 0".to_owned(),
        Type::Id(name) => format!("id {name}"),
        Type::Enum(name) => format!("enum {name}"),
        Type::Structure(name) => name.clone(),
        Type::JsonText(name) => format!("{name} as JSON text"),
        Type::List(item) => format!("list of {}", kind(item)),
        Type::CommaList(item) => format!("list of {} with commas", kind(item)),
        Type::JsonList(item) => format!("list of {} as JSON text", kind(item)),
        Type::Map(item) => format!("map of {}", kind(item)),
        Type::JsonMap(item) => format!("map of {} as JSON text", kind(item)),
        Type::Any => "any".to_owned(),
        Type::F64 => "f64".to_owned(),
        Type::Pem => "pem".to_owned(),
        Type::Csr => "csr".to_owned(),
        Type::Image => "image".to_owned(),
        Type::Time { layout, zone } => format!("time {layout:?} {zone:?}").to_lowercase(),
        Type::Url => "url".to_owned(),
        Type::SecretUrl => "secret-url".to_owned(),
    }
}

/// The differences between two sets of attributes. A rule that covers a difference takes it out. What is left has no rule.
#[derive(Default)]
pub(super) struct Changes(BTreeMap<String, (Value, Value)>);

impl Changes {
    pub(super) fn between(mut base: Attributes, head: Attributes) -> Self {
        let mut changes = BTreeMap::new();
        for (key, after) in head {
            let before = base.remove(&key).unwrap_or_default();
            if before != after {
                changes.insert(key, (before, after));
            }
        }
        changes.extend(base.into_iter().map(|(key, before)| (key, (before, Value::Null))));
        Self(changes)
    }

    /// The difference in a key, if there is one.
    pub(super) fn take(&mut self, key: &str) -> Option<(Value, Value)> {
        self.0.remove(key)
    }

    /// The differences that no rule has taken.
    pub(super) fn rest(self) -> impl Iterator<Item = (String, (Value, Value))> {
        self.0.into_iter()
    }
}

/// The members that only the first list has, and those that only the second list has.
pub(super) fn apart(before: &Value, after: &Value) -> (Vec<Value>, Vec<Value>) {
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let (old, new) = (list(before), list(after));
    let gone = old.iter().filter(|item| !new.contains(item)).cloned().collect();
    let came = new.iter().filter(|item| !old.contains(item)).cloned().collect();
    (gone, came)
}

/// A word of the spec as it is written there.
pub(super) fn word(of: &impl serde::Serialize) -> String {
    serde_json::to_value(of).map(|value| short(&value)).unwrap_or_default()
}
