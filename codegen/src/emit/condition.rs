//! Conditions of the spec as expressions over a request.

use super::access::{Accessor, Scalar, given, scalar};
use super::literal::{self, integer, nowhere, refused};
use crate::model::{Action, Api, Condition, Field, Format, Type};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

/// An expression of type `bool` over `self`. Only a group needs brackets before it is joined to another expression.
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
    let first = parts.next().unwrap_or_else(|| refused("a group of no conditions"));
    parts.fold(first, |all, part| quote!(#all #with #part))
}

/// A condition, in brackets where `&&` after it needs them.
pub(super) fn grouped(api: &Api, action: &Action, condition: &Condition) -> TokenStream {
    let inner = expression(api, action, condition);
    if matches!(condition, Condition::Any(_)) { quote!((#inner)) } else { inner }
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
    let Some(accessor) = Accessor::parameter(api, action, path) else { return nowhere(path) };
    accessor.test(&quote!(self), |owner| given(owner, accessor.last, wanted), !wanted)
}

/// A comparison. An absent parameter with a default counts as its default.
fn one_of(api: &Api, action: &Action, path: &[String], values: &[Value]) -> TokenStream {
    let Some(accessor) = Accessor::parameter(api, action, path) else { return nowhere(path) };
    let Some(kind) = scalar(api, accessor.last) else { return nowhere(path) };
    let value = accessor.value(&quote!(self));
    let default = accessor.last.default.as_ref().map(|default| compared(api, accessor.last, kind, default));
    if kind == Scalar::Truth {
        return truth(&value.tokens(), default.map(|default| value.or(&default)).as_ref(), values);
    }
    let mut wanted: Vec<TokenStream> = Vec::new();
    for literal in values.iter().map(|value| compared(api, accessor.last, kind, value)) {
        // Two spellings of one value would make an unreachable pattern.
        if wanted.iter().all(|other| other.to_string() != literal.to_string()) {
            wanted.push(literal);
        }
    }
    if let Some(default) = default {
        let value = value.or(&default);
        quote!(matches!(#value, #(#wanted)|*))
    } else {
        let value = value.tokens();
        quote!(matches!(#value, Some(#(#wanted)|*)))
    }
}

/// A comparison of a boolean: as it is given, or with its default.
fn truth(given: &TokenStream, sure: Option<&TokenStream>, values: &[Value]) -> TokenStream {
    let tests = values.iter().filter_map(Value::as_bool).map(|value| match sure {
        Some(sure) if value => quote!(#sure),
        Some(sure) => quote!(!#sure),
        None => quote!(#given == Some(#value)),
    });
    let tests: Vec<TokenStream> = tests.collect();
    if let [test] = tests.as_slice() { quote!(#test) } else { quote!((#(#tests)||*)) }
}

/// A value as it is compared. A value with several spellings is compared by the one that is sent.
fn compared(api: &Api, field: &Field, kind: Scalar, value: &Value) -> TokenStream {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match kind {
        Scalar::Text => {
            let listed = match &field.kind {
                Type::Enum(of) => api.enumeration(of).and_then(|of| of.value(&text)),
                _ => None,
            };
            let text = listed.map_or(text, |value| value.wire.clone());
            quote!(#text)
        }
        Scalar::Number => text.parse().map_or_else(|_| refused(&format!("`{text}` as a number")), integer),
        Scalar::Truth => match value.as_bool() {
            Some(value) => quote!(#value),
            None => refused(&format!("`{text}` as a boolean")),
        },
    }
}

/// A test of the shape. One element of a list that has it is enough.
fn shape(api: &Api, action: &Action, path: &[String], format: Format) -> TokenStream {
    let Some(accessor) = Accessor::parameter(api, action, path) else { return nowhere(path) };
    let test = |value: &TokenStream| is(value, format);
    if let Some(default) = &accessor.last.default {
        return test(&accessor.value(&quote!(self)).or(&compared(api, accessor.last, Scalar::Text, default)));
    }
    texts(&accessor, test)
}

/// Whether a parameter that is given lacks the shape that a rule demands. One element of a list that lacks it is enough.
pub(super) fn misshapen(api: &Api, action: &Action, path: &[String], format: Format) -> TokenStream {
    let Some(accessor) = Accessor::parameter(api, action, path) else { return nowhere(path) };
    texts(&accessor, |value| {
        let test = is(value, format);
        quote!(!#test)
    })
}

/// Whether a test holds for the text of a parameter, or for one element of a list. An absent parameter fails it.
fn texts(accessor: &Accessor<'_>, test: impl Fn(&TokenStream) -> TokenStream) -> TokenStream {
    let (root, test) = (quote!(self), test(&quote!(v)));
    if accessor.last.kind.is_list() {
        let name = format_ident!("{}", accessor.last.name);
        return accessor.test(&root, |owner| quote!(#owner.#name.iter().any(|v| #test)), false);
    }
    let value = accessor.value(&root).tokens();
    quote!(#value.is_some_and(|v| #test))
}

fn is(value: &TokenStream, format: Format) -> TokenStream {
    let format = literal::format(format);
    quote!(crate::check::is(#value, crate::check::TextFormat::#format))
}
