//! A request to begin from, for `--input`.

use cloudcert::model::{Action, Api, Need, Sensitivity, Type};
use serde_json::{Map, Value};

/// The request of the first example that is answered; otherwise the required parameters with their examples. Secrets are empty.
pub(crate) fn of(api: &Api, action: &Action) -> Value {
    let example = action.examples.iter().find(|example| example.error.is_none());
    let mut request: Map<String, Value> = match example {
        Some(example) => example.request.clone().into_iter().collect(),
        None => Map::new(),
    };
    for field in &action.parameters {
        if field.need == Need::Required && !request.contains_key(&field.wire) {
            let value = field.example.clone().unwrap_or_else(|| blank(api, &field.kind));
            request.insert(field.wire.clone(), value);
        }
        if field.sensitivity == Some(Sensitivity::Secret) && request.contains_key(&field.wire) {
            request.insert(field.wire.clone(), "".into());
        }
    }
    request.into()
}

/// A value of a type that says nothing.
fn blank(api: &Api, kind: &Type) -> Value {
    match kind {
        Type::I32 | Type::I64 | Type::F64 => 0.into(),
        Type::Boolean { .. } => false.into(),
        Type::Enum(name) => {
            let first = api.enumeration(name).and_then(|of| of.values.first());
            first.map_or_else(|| "".into(), |value| value.wire.as_str().into())
        }
        Type::List(_) | Type::CommaList(_) | Type::JsonList(_) => Value::Array(Vec::new()),
        Type::Structure(_) | Type::JsonText(_) | Type::Map(_) | Type::JsonMap(_) => Map::new().into(),
        _ => "".into(),
    }
}
