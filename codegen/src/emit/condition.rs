//! Conditions of the spec as expressions over a request.

use super::action::members;
use crate::model::{Action, Api, Condition, Field, Format, Type};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

/// An expression of type `bool` over `self`.
pub(super) fn expression(api: &Api, action: &Action, condition: &Condition) -> TokenStream {
    match condition {
        Condition::OneOf { path, values } => one_of(api, action, path, values),
        Condition::Present(path) => present(api, action, path),
        Condition::Absent(path) => absent(api, action, path),
        Condition::Is { path, format } => shape(api, action, path, *format),
        Condition::All(list) => joined(api, action, list, &quote!(&&)),
        Condition::Any(list) => joined(api, action, list, &quote!(||)),
        Condition::Not(inner) => {
            let inner = expression(api, action, inner);
            quote!(!(#inner))
        }
    }
}

fn joined(api: &Api, action: &Action, list: &[Condition], with: &TokenStream) -> TokenStream {
    let mut parts = list.iter().map(|condition| {
        let part = expression(api, action, condition);
        // A group inside a group keeps its own brackets.
        if matches!(condition, Condition::All(_) | Condition::Any(_)) { quote!((#part)) } else { part }
    });
    let first = parts.next().unwrap_or_else(|| quote!(true));
    parts.fold(first, |all, part| quote!(#all #with #part))
}

/// Whether a parameter is given.
pub(super) fn present(api: &Api, action: &Action, path: &[String]) -> TokenStream {
    presence(api, action, path, true)
}

/// Whether a parameter is not given.
pub(super) fn absent(api: &Api, action: &Action, path: &[String]) -> TokenStream {
    presence(api, action, path, false)
}

fn presence(api: &Api, action: &Action, path: &[String], wanted: bool) -> TokenStream {
    match find(api, action, path).as_slice() {
        [] => quote!(false),
        [field] => given(&quote!(self), field, wanted),
        [first, .., last] => {
            let (outer, test) = (format_ident!("{}", first.name), given(&quote!(v), last, wanted));
            let with = if wanted { quote!(is_some_and) } else { quote!(is_none_or) };
            quote!(self.#outer.as_ref().#with(|v| #test))
        }
    }
}

fn given(owner: &TokenStream, field: &Field, wanted: bool) -> TokenStream {
    let name = format_ident!("{}", field.name);
    match (super::types::is_list(&field.kind), wanted) {
        (true, true) => quote!(!#owner.#name.is_empty()),
        (true, false) => quote!(#owner.#name.is_empty()),
        (false, true) => quote!(#owner.#name.is_some()),
        (false, false) => quote!(#owner.#name.is_none()),
    }
}

/// The fields on the way to a parameter, the outermost first.
fn find<'a>(api: &'a Api, action: &'a Action, path: &[String]) -> Vec<&'a Field> {
    let mut found: Vec<&Field> = Vec::new();
    let mut fields: Vec<&Field> = action.parameters.iter().collect();
    for part in path {
        let Some(field) = fields.iter().find(|field| field.wire == *part).copied() else { return Vec::new() };
        found.push(field);
        fields = match &field.kind {
            Type::Structure(of) | Type::JsonText(of) => members(api, action, of).iter().collect(),
            _ => Vec::new(),
        };
    }
    found
}

/// A comparison. An absent parameter with a default counts as its default.
fn one_of(api: &Api, action: &Action, path: &[String], values: &[Value]) -> TokenStream {
    let found = find(api, action, path);
    let [field] = found.as_slice() else {
        // Comparisons look at parameters themselves; what is inside them is only tested for its presence.
        return quote!(false);
    };
    let name = format_ident!("{}", field.name);
    match &field.kind {
        Type::Boolean { .. } => {
            let default = field.default.as_ref().and_then(Value::as_bool);
            let actual =
                if let Some(default) = default { quote!(self.#name.unwrap_or(#default)) } else { quote!(self.#name) };
            let tests = values.iter().filter_map(Value::as_bool).map(|value| match default {
                Some(_) if value => quote!(#actual),
                Some(_) => quote!(!#actual),
                None => quote!(#actual == Some(#value)),
            });
            quote!(#(#tests)||*)
        }
        Type::I32 | Type::I64 => {
            let default = field.default.as_ref().and_then(Value::as_i64).map(Literal::i64_unsuffixed);
            let wanted = values.iter().filter_map(Value::as_i64).map(Literal::i64_unsuffixed);
            if let Some(default) = default {
                quote!(matches!(self.#name.unwrap_or(#default), #(#wanted)|*))
            } else {
                quote!(matches!(self.#name, Some(#(#wanted)|*)))
            }
        }
        _ => {
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let wanted = values.iter().map(text);
            let default = field.default.as_ref().map(text);
            match (&field.kind, default) {
                (Type::Enum(of), Some(default)) => {
                    let of = format_ident!("{of}");
                    quote!(matches!(self.#name.as_ref().map_or(#default, #of::as_str), #(#wanted)|*))
                }
                (Type::Enum(of), None) => {
                    let of = format_ident!("{of}");
                    quote!(matches!(self.#name.as_ref().map(#of::as_str), Some(#(#wanted)|*)))
                }
                (_, Some(default)) => quote!(matches!(self.#name.as_deref().unwrap_or(#default), #(#wanted)|*)),
                (_, None) => quote!(matches!(self.#name.as_deref(), Some(#(#wanted)|*))),
            }
        }
    }
}

fn shape(api: &Api, action: &Action, path: &[String], format: Format) -> TokenStream {
    let found = find(api, action, path);
    let [field] = found.as_slice() else { return quote!(false) };
    let (name, format) = (format_ident!("{}", field.name), named(format));
    match field.kind {
        Type::CommaList | Type::List(_) => {
            quote!(self.#name.iter().any(|v| crate::check::is(v, crate::check::Format::#format)))
        }
        _ => quote!(self.#name.as_deref().is_some_and(|v| crate::check::is(v, crate::check::Format::#format))),
    }
}

/// The name of a shape in the runtime.
pub(super) fn named(format: Format) -> proc_macro2::Ident {
    format_ident!(
        "{}",
        match format {
            Format::Domain => "Domain",
            Format::SingleDomain => "SingleDomain",
            Format::WildcardDomain => "WildcardDomain",
            Format::Email => "Email",
            Format::Phone => "Phone",
            Format::Ip => "Ip",
        }
    )
}
