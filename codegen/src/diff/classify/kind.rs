//! From one type to another.

use crate::diff::walk::Pair;
use crate::model::{Api, Base, Type};

/// What a change of a type is called, without the side that it is on; none if the types mean the same.
pub(super) fn change(pair: &Pair<'_>, base: &Type, head: &Type) -> Option<&'static str> {
    use Type as T;
    let text =
        |kind: &Type| matches!(kind, T::String | T::Pem | T::Csr | T::Image | T::Url | T::SecretUrl | T::Time { .. });
    let same_name = |old: &str, new: &str| pair.new_name(old) == new;
    Some(match (base, head) {
        (T::I32, T::I64) => "type-widened",
        (T::I64, T::I32) => "type-narrowed",
        (T::Boolean { digits: old }, T::Boolean { digits: new }) if old != new => "digits-changed",
        (T::Time { zone: old, .. }, T::Time { zone: new, .. }) if old != new => "time-zone-changed",
        (T::Time { .. }, T::Time { .. }) if base != head => "time-changed",
        (T::List(old), T::List(new))
        | (T::CommaList(old), T::CommaList(new))
        | (T::JsonList(old), T::JsonList(new))
        | (T::Map(old), T::Map(new))
        | (T::JsonMap(old), T::JsonMap(new)) => return change(pair, old, new),
        (old, new) if old.is_list() && new.is_list() => {
            let same = old.element().zip(new.element()).is_some_and(|(old, new)| change(pair, old, new).is_none());
            if same { "list-style-changed" } else { "type-changed" }
        }
        (T::Map(old), T::JsonMap(new)) | (T::JsonMap(old), T::Map(new)) if change(pair, old, new).is_none() => {
            "list-style-changed"
        }
        (old, new) if old.is_list() && !new.is_list() => "list-to-scalar",
        (old, new) if !old.is_list() && new.is_list() => "scalar-to-list",
        (T::Structure(old), T::JsonText(new)) | (T::JsonText(old), T::Structure(new)) if same_name(old, new) => {
            "json-text-changed"
        }
        (T::Structure(old), T::Structure(new)) | (T::JsonText(old), T::JsonText(new)) if same_name(old, new) => {
            return None;
        }
        (T::Structure(_) | T::JsonText(_), T::Structure(_) | T::JsonText(_)) => "structure-replaced",
        (T::Enum(old), T::Enum(new)) if same_name(old, new) => return None,
        (T::Id(old), T::Id(new)) if old == new => return None,
        _ if to_text(pair, base, head) => "type-to-text",
        _ if from_text(pair, base, head) => "type-from-text",
        (T::Enum(_), T::Enum(_)) => "enum-replaced",
        (T::Id(_), T::Id(_)) => "id-replaced",
        (old, T::Enum(name)) if plain(old) == enum_base(pair.head, name) => "became-enum",
        (T::Enum(name), new) if plain(new) == enum_base(pair.base, name) => "no-longer-enum",
        (old, T::Id(name)) if is_text(old) == id_is_text(pair.head, name) => "became-id",
        (T::Id(name), new) if is_text(new) == id_is_text(pair.base, name) => "no-longer-id",
        (old, new) if old == new => return None,
        (old, T::Time { .. }) if text(old) => "became-time",
        (T::Time { .. }, new) if text(new) => "no-longer-time",
        (old, new) if text(old) && text(new) => "text-kind-changed",
        _ => "type-changed",
    })
}

/// The kind of a single value on the wire. A number and a text of digits are the same there, except in JSON that is sent.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Number,
    Text,
}

fn word(api: &Api, kind: &Type) -> Option<Word> {
    let based = |base: Base| if base == Base::String { Word::Text } else { Word::Number };
    match kind {
        Type::String => Some(Word::Text),
        Type::I32 | Type::I64 | Type::F64 | Type::Boolean { .. } => Some(Word::Number),
        Type::Enum(name) => enum_base(api, name).map(based),
        Type::Id(name) => api.ids.iter().find(|id| id.name == *name).map(|id| based(id.base)),
        _ => None,
    }
}

fn to_text(pair: &Pair<'_>, base: &Type, head: &Type) -> bool {
    (word(pair.base, base), word(pair.head, head)) == (Some(Word::Number), Some(Word::Text))
}

fn from_text(pair: &Pair<'_>, base: &Type, head: &Type) -> bool {
    (word(pair.base, base), word(pair.head, head)) == (Some(Word::Text), Some(Word::Number))
}

fn plain(kind: &Type) -> Option<Base> {
    match kind {
        Type::String => Some(Base::String),
        Type::I32 => Some(Base::I32),
        Type::I64 => Some(Base::I64),
        _ => None,
    }
}

fn enum_base(api: &Api, name: &str) -> Option<Base> {
    Some(api.enumeration(name)?.base)
}

/// Whether it is a text on the wire, if it is a single text or number.
fn is_text(kind: &Type) -> Option<bool> {
    match kind {
        Type::String => Some(true),
        Type::I32 | Type::I64 => Some(false),
        _ => None,
    }
}

fn id_is_text(api: &Api, name: &str) -> Option<bool> {
    api.ids.iter().find(|id| id.name == name).map(|id| id.base == Base::String)
}
