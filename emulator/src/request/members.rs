//! Checks the members of JSON text against the description, for calls that are answered from it alone.
//!
//! In JSON a number is no text, so types are taken strictly. Members that the description does not know are ignored, and named.

use super::check::{check, typed};
use super::denial::Reason;
use cloudcert::model::{Api, Base, Field, Need, Structure, Type};
use serde_json::{Map, Value};

/// Checks JSON text. `ignored` gets the paths of members that the description does not know.
pub(super) struct Inside<'a> {
    pub(super) api: &'a Api,
    pub(super) ignored: &'a mut Vec<String>,
}

impl Inside<'_> {
    /// Checks the value of a field at a path. The nesting is that of the JSON reader, which limits it.
    pub(super) fn field(&mut self, path: &str, field: &Field, value: &Value) -> Result<(), Reason> {
        self.value(path, field, &field.kind, value)
    }

    fn structure(&mut self, path: &str, of: Option<&Structure>, members: &Map<String, Value>) -> Result<(), Reason> {
        let Some(of) = of else { return Ok(()) };
        for field in &of.fields {
            match members.get(&field.wire).filter(|value| !value.is_null()) {
                Some(value) => self.value(&format!("{path}.{}", field.wire), field, &field.kind, value)?,
                None if field.need == Need::Required => return Err(Reason::missing(format!("{path}.{}", field.wire))),
                None => {}
            }
        }
        let unknown = members.keys().filter(|name| !of.fields.iter().any(|field| field.wire == **name));
        self.ignored.extend(unknown.map(|name| format!("{path}.{name}")));
        Ok(())
    }

    fn value(&mut self, path: &str, field: &Field, kind: &Type, value: &Value) -> Result<(), Reason> {
        let wrong = |wanted: &str| Err(Reason::invalid(path, wanted));
        match (kind, value) {
            (Type::Structure(name) | Type::JsonText(name), Value::Object(members)) => {
                let of = field.defines.as_ref().or_else(|| self.api.structure(name));
                self.structure(path, of, members)
            }
            (Type::List(item) | Type::JsonList(item), Value::Array(items)) => {
                items.iter().try_for_each(|value| self.value(path, field, item, value))
            }
            (Type::Map(item) | Type::JsonMap(item), Value::Object(entries)) => {
                entries.values().try_for_each(|value| self.value(path, field, item, value))
            }
            (Type::JsonText(_) | Type::JsonList(_) | Type::JsonMap(_), Value::String(text)) => {
                let inner: Value = serde_json::from_str(text).map_err(|_| Reason::invalid(path, "must be JSON"))?;
                if inner.is_string() { wrong("must be JSON") } else { self.value(path, field, kind, &inner) }
            }
            (Type::Any, _) | (Type::Boolean { .. }, Value::Bool(_)) => Ok(()),
            (_, Value::Array(_) | Value::Object(_) | Value::Null | Value::Bool(_)) => {
                wrong("must have the documented type")
            }
            (Type::Structure(_) | Type::List(_) | Type::Map(_), _) => wrong("must have the documented type"),
            (_, value) if value.is_string() == self.is_number(kind) => wrong("must have the documented type"),
            (_, value) => {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                typed(self.api, path, kind, &text)?;
                if let Type::Enum(of) = kind
                    && self.api.enumeration(of).and_then(|of| of.value(&text)).is_none()
                {
                    return wrong("must be one of the documented values");
                }
                field.checks.iter().try_for_each(|demand| check(path, kind, demand, &text))
            }
        }
    }

    /// Whether a single value is a number in JSON.
    fn is_number(&self, kind: &Type) -> bool {
        match kind {
            Type::I32 | Type::I64 | Type::F64 | Type::Boolean { .. } => true,
            Type::Time { layout, .. } => layout.is_number(),
            Type::Id(name) => self.api.ids.iter().any(|id| id.name == *name && id.base != Base::String),
            Type::Enum(name) => self.api.enumeration(name).is_some_and(|of| of.base != Base::String),
            _ => false,
        }
    }
}
