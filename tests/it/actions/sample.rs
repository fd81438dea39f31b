//! Makes values that fit the types of the description.

use crate::setup::marked::{PERSON, SECRET};
use cloudcert::model::{Api, Base, Field, Sensitivity, Type};
use serde_json::{Map, Value, json};

/// How the values are made.
#[derive(Clone, Copy, Default)]
pub(super) struct Style {
    /// Numbers and booleans as texts.
    pub(super) texts: bool,
    /// Unknown enum values.
    pub(super) unknown_values: bool,
    /// A list with one element as the element alone.
    pub(super) alone: bool,
    /// Texts begin with a mark that tells whether they may be shown.
    pub(super) canary: bool,
}

impl Style {
    /// A mark in everything that must not be shown.
    pub(super) const MARKED: Self = Self { texts: false, unknown_values: false, alone: false, canary: true };
}

/// Values for these fields, by wire name.
pub(super) fn members<'a>(api: &Api, fields: impl IntoIterator<Item = &'a Field>, style: Style) -> Map<String, Value> {
    fields.into_iter().map(|field| (field.wire.clone(), value(api, field, style))).collect()
}

fn value(api: &Api, field: &Field, style: Style) -> Value {
    // A `Code` that means success is a field like any other.
    if let Some(code) = api.protocol.success_codes.first().filter(|_| field.wire == "Code") {
        return json!(code);
    }
    let hidden = match (field.sensitivity, &field.kind) {
        (Some(Sensitivity::Secret), _) | (_, Type::SecretUrl) => Some(SECRET),
        (Some(Sensitivity::Pii), _) => Some(PERSON),
        (None, _) => None,
    };
    of(api, &field.kind, &field.wire, hidden.filter(|_| style.canary), style)
}

fn of(api: &Api, kind: &Type, wire: &str, mark: Option<&str>, style: Style) -> Value {
    let number = |n: i64| if style.texts { json!(n.to_string()) } else { json!(n) };
    match kind {
        Type::I32 => number(3),
        Type::I64 => number(98_987_582_437_920_968),
        Type::Boolean { .. } if style.texts => json!("true"),
        Type::Boolean { .. } => json!(true),
        Type::Id(name) => match api.ids.iter().find(|id| id.name == *name).unwrap().base {
            Base::String => json!(format!("{}id-{wire}", mark.unwrap_or_default())),
            Base::I32 | Base::I64 => number(98_987_582_437_920_968),
        },
        Type::Enum(name) => {
            let of = api.enumeration(name).unwrap();
            match (of.base, style.unknown_values) {
                (Base::String, true) => json!("a-later-value"),
                (Base::String, false) => json!(of.values[0].wire),
                (_, true) => number(7_777),
                (_, false) => number(of.values[0].wire.parse().unwrap()),
            }
        }
        Type::Structure(name) | Type::JsonText(name) => {
            let structure = api.structures().into_iter().find(|s| s.name == *name).unwrap();
            Value::Object(members(api, &structure.fields, style))
        }
        Type::CommaList(item) if **item == Type::String => {
            json!([format!("{}a-{wire}", mark.unwrap_or_default()), "b"])
        }
        Type::List(item) | Type::CommaList(item) | Type::JsonList(item) => {
            let item = of(api, item, wire, mark, style);
            if style.alone { item } else { json!([item.clone(), item]) }
        }
        Type::Map(item) | Type::JsonMap(item) => json!({ "entry": of(api, item, wire, mark, style) }),
        Type::F64 => json!(0.5),
        // XML does not tell numbers from texts.
        Type::Any => json!({ "anything": "a" }),
        Type::Time { layout, .. } if layout.is_number() => json!(1_767_225_600),
        _ => json!(format!("{}{wire} 值", mark.unwrap_or_default())),
    }
}
