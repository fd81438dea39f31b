//! Setters of builders, requests and the structures in them: what they take, and what they store.

use super::docs::{Docs, deprecated};
use super::types::plain;
use crate::model::{Field, Sensitivity, Structure, Type};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The setters of a structure, so that it can be built in one expression.
pub(super) fn of_structure(name: &Ident, fields: &[&Field]) -> TokenStream {
    if fields.is_empty() {
        return TokenStream::new();
    }
    let setters = fields.iter().map(|field| {
        let docs = takes(Docs::text(&field.doc), field).outer();
        let deprecation = deprecated(field.history.as_ref());
        let field_name = format_ident!("{}", field.name);
        let (argument, value) = argument(field, &format_ident!("value"));
        quote! {
            #docs
            #deprecation
            #[must_use]
            pub fn #field_name(mut self, value: #argument) -> Self {
                self.#field_name = #value;
                self
            }
        }
    });
    quote! {
        #[doc = " # Setters"]
        impl #name {
            #(#setters)*
        }
    }
}

/// The documentation of a builder's setter.
pub(super) fn docs(field: &Field) -> TokenStream {
    let mut docs = takes(Docs::text(&field.doc), field);
    docs = docs.paragraph(&format!("`{}` on the wire. {}", field.wire, need(field)));
    if !field.obtained_from.is_empty() {
        let from = field.obtained_from.iter().map(|(action, path)| format!("`{action}.{}`", path.join(".")));
        docs = docs.paragraph(&format!("Get it from {}.", from.collect::<Vec<_>>().join(" or ")));
    }
    docs.outer()
}

/// Whether a request may lack a parameter, in words.
pub(super) fn need(field: &Field) -> &'static str {
    match field.need {
        crate::model::Need::Optional => "Optional.",
        crate::model::Need::Required => "Required.",
        crate::model::Need::Defaulted(_) => "Required by the service. If it is not set, its default is sent.",
    }
}

/// Says what a setter takes besides text.
fn takes(docs: Docs, field: &Field) -> Docs {
    let said = match field.kind {
        Type::Image => "Takes an [`Image`](crate::Image), or text in base64.",
        Type::Csr => "Takes a [`Csr`](crate::pem::Csr), or text in PEM.",
        Type::Pem if field.sensitivity != Some(Sensitivity::Secret) => {
            "Takes [`Certificates`](crate::pem::Certificates), or text in PEM."
        }
        _ => return docs,
    };
    docs.markdown(said)
}

/// What a setter takes under this name, and what it stores.
pub(super) fn argument(field: &Field, value: &Ident) -> (TokenStream, TokenStream) {
    let kind = plain(field);
    match &field.kind {
        Type::I32 | Type::I64 | Type::Boolean { .. } => (kind, quote!(Some(#value))),
        Type::List(_) | Type::CommaList => {
            let (bound, converted) = element(field);
            (quote!(impl IntoIterator<Item = impl #bound>), quote!(#value.into_iter().map(#converted).collect()))
        }
        _ => (quote!(impl Into<#kind>), quote!(Some(#value.into()))),
    }
}

/// What each element of a list is, and how it becomes one of ours. References are elements too, so that a setter takes slices.
fn element(field: &Field) -> (TokenStream, TokenStream) {
    let item = if let Type::List(item) = &field.kind { &**item } else { &Type::String };
    match item {
        Type::I32 => (quote!(std::borrow::Borrow<i32>), quote!(|item| *item.borrow())),
        Type::I64 => (quote!(std::borrow::Borrow<i64>), quote!(|item| *item.borrow())),
        Type::Id(name) | Type::Enum(name) | Type::Structure(name) | Type::JsonText(name) => {
            let name = format_ident!("{name}");
            (quote!(Into<#name>), quote!(Into::into))
        }
        // `String` is not ours, so it cannot be made from a `&&str`.
        _ => (quote!(AsRef<str>), quote!(|item| item.as_ref().to_owned())),
    }
}

/// The conversion from a pair, for a structure that is one: a key and what belongs to it.
pub(super) fn of_pair(of: &Structure) -> TokenStream {
    let [key, value] = of.fields.as_slice() else { return TokenStream::new() };
    if !is_pair(key, value) {
        return TokenStream::new();
    }
    let bound = |field: &Field| {
        if matches!(field.kind, Type::List(_) | Type::CommaList) {
            let (bound, _) = element(field);
            quote!(IntoIterator<Item: #bound>)
        } else {
            let kind = plain(field);
            quote!(Into<#kind>)
        }
    };
    let (name, key_bound, value_bound) = (format_ident!("{}", of.name), bound(key), bound(value));
    let (key, value) = (format_ident!("{}", key.name), format_ident!("{}", value.name));
    quote!(crate::wire::pair!(#name #key (#key_bound) #value (#value_bound));)
}

/// Whether two members are a key and its value by their names, and texts by their types.
fn is_pair(key: &Field, value: &Field) -> bool {
    let stem = |name: &str, ends: &[&str]| ends.iter().find_map(|end| name.strip_suffix(end)).map(str::to_owned);
    let same = stem(&key.name, &["key", "name"]).is_some_and(|of| stem(&value.name, &["value", "values"]) == Some(of));
    same && is_text(&key.kind) && (is_text(&value.kind) || is_texts(&value.kind))
}

fn is_text(kind: &Type) -> bool {
    matches!(kind, Type::String | Type::Id(_) | Type::Enum(_))
}

fn is_texts(kind: &Type) -> bool {
    match kind {
        Type::CommaList => true,
        Type::List(item) => is_text(item),
        _ => false,
    }
}
