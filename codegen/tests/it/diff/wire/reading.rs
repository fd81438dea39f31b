//! What a program has read, and what was meant.

use super::values::text;
use cloudcert_codegen::model::{Action, Api, Field, Type};
use serde_json::Value;
use std::collections::BTreeMap;

/// Compares what a program has read with what was meant.
pub(super) struct Reading<'a> {
    pub(super) api: &'a Api,
    pub(super) xml: bool,
    /// What is found, by place and kind, with the first example.
    pub(super) found: BTreeMap<String, String>,
}

impl Reading<'_> {
    pub(super) fn structure(&mut self, way: &str, fields: &[Field], meant: &Value, read: &Value) {
        for field in fields {
            let path = if way.is_empty() { field.wire.clone() } else { format!("{way}.{}", field.wire) };
            match (meant.get(&field.wire), read.get(&field.wire)) {
                (Some(meant), Some(read)) => self.field(&path, field, meant, read),
                (Some(meant), None) if !is_empty(meant) => {
                    self.found.entry(format!("{path} is not read")).or_default();
                }
                _ => {}
            }
        }
    }

    fn field(&mut self, path: &str, field: &Field, meant: &Value, read: &Value) {
        let members = field
            .kind
            .structure()
            .and_then(|name| field.defines.as_ref().or_else(|| self.api.structure(name)).map(|of| of.fields.clone()));
        match (members, meant, read) {
            (Some(members), Value::Array(meant), Value::Array(read)) if meant.len() == read.len() => {
                meant.iter().zip(read).for_each(|(meant, read)| self.structure(path, &members, meant, read));
            }
            (Some(members), Value::Object(_), Value::Object(_))
                if !matches!(field.kind, Type::Map(_) | Type::JsonMap(_)) =>
            {
                self.structure(path, &members, meant, read);
            }
            _ if self.is_same(meant, read) => {}
            _ => {
                let short = |value: &Value| value.to_string().chars().take(40).collect::<String>();
                let example = format!(", as {} for {}", short(read), short(meant));
                self.found.entry(format!("{path} is read otherwise")).or_insert(example);
            }
        }
    }

    /// Whether a value is the one that was meant. XML has texts only, and a list of one looks like a single value.
    fn is_same(&self, meant: &Value, read: &Value) -> bool {
        match (meant, read) {
            (Value::Array(meant), Value::Array(read)) => {
                meant.len() == read.len() && meant.iter().zip(read).all(|(meant, read)| self.is_same(meant, read))
            }
            (Value::Object(meant), Value::Object(read)) => {
                meant.iter().all(|(name, meant)| read.get(name).is_some_and(|read| self.is_same(meant, read)))
            }
            (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => false,
            _ => {
                let truth = |value: &Value| match text(value).as_str() {
                    "true" | "1" => Some(true),
                    "false" | "0" => Some(false),
                    _ => None,
                };
                let number = |value: &Value| text(value).parse::<f64>().ok();
                text(meant) == text(read)
                    || (meant.is_boolean() || read.is_boolean())
                        && truth(meant).is_some()
                        && truth(meant) == truth(read)
                    || meant.is_f64() && number(meant) == number(read)
                    || self.xml && text(meant).trim() == text(read).trim()
            }
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => value.is_null(),
    }
}

/// Whether two readings are the same but for numbers that are texts.
pub(super) fn is_alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| is_alike(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let keys = |of: &serde_json::Map<String, Value>| {
                of.keys().filter(|key| *key != "RequestId").cloned().collect::<Vec<_>>()
            };
            keys(one) == keys(other) && keys(one).iter().all(|key| is_alike(&one[key], &other[key]))
        }
        _ => text(one) == text(other),
    }
}

/// The ways to fields that the newer description does not have.
pub(super) fn gone(
    old: (&Api, &Action),
    new: (&Api, &Action),
    before: &[Field],
    after: &[Field],
    way: &[String],
    all: &mut Vec<Vec<String>>,
) {
    for field in before {
        let way = [way, std::slice::from_ref(&field.wire)].concat();
        let Some(same) = after.iter().find(|of| of.wire == field.wire) else {
            all.push(way);
            continue;
        };
        let members = |api: &Api, field: &Field| {
            let of = field.defines.as_ref().or_else(|| api.structure(field.kind.structure()?));
            of.map(|of| of.fields.clone())
        };
        if let (Some(before), Some(after)) = (members(old.0, field), members(new.0, same))
            && way.len() < 4
        {
            gone(old, new, &before, &after, &way, all);
        }
    }
}

/// Whether there is something at a way, through lists.
pub(super) fn comes(value: &Value, way: &[String]) -> bool {
    match (value, way) {
        (Value::Array(items), _) => items.iter().any(|item| comes(item, way)),
        (Value::Object(members), [name, rest @ ..]) => members.get(name).is_some_and(|value| comes(value, rest)),
        (_, []) => true,
        _ => false,
    }
}
