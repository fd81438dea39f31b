//! Setters of builders, requests and the structures in them: what they take, and what they store.

use super::docs::{Docs, deprecated};
use super::facts::Facts;
use super::index::Indexed;
use super::shapes::Role;
use super::types::plain;
use super::{field_facts, rules};
use crate::model::{Action, Field, Sensitivity, Structure, Type};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The setters of a structure, so that it can be built in one expression.
pub(super) fn of_structure(
    (api, action): (&Indexed<'_>, Option<&Action>),
    name: &Ident,
    fields: &[&Field],
) -> TokenStream {
    if fields.is_empty() {
        return TokenStream::new();
    }
    let setters = fields.iter().map(|field| {
        let facts = match action {
            Some(_) => takes(Facts::default(), field),
            None => takes(field_facts::field(api, None, field, Role::Part), field),
        };
        let docs = Docs::item(&field.doc, &facts).outer();
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
    let mut about = Docs::own(["# Setters", ""]);
    if action.is_some() {
        // Said once: the code of large requests stays small.
        about = about
            .markdown("The setters of [`Builder`] have the same names, and say the limits and rules of each.")
            .markdown("[`Builder`] 的同名方法说明了各项的限制与规则。");
    }
    let about = about.outer();
    quote! {
        #about
        impl #name {
            #(#setters)*
        }
    }
}

/// The documentation of a parameter's setter.
pub(super) fn docs(api: &Indexed<'_>, action: &Action, field: &Field) -> TokenStream {
    let facts = takes(field_facts::field(api, Some(action), field, Role::Request), field);
    let rules = rules::of_setter(action, field);
    Docs::new(&field.doc.en)
        .markdown(&facts.en())
        .markdown(&rules.en)
        .paragraph(&field.doc.zh)
        .markdown(&facts.zh())
        .markdown(&rules.zh)
        .outer()
}

/// Adds what a setter takes besides text.
fn takes(mut facts: Facts, field: &Field) -> Facts {
    let [value, en, zh] = match field.kind {
        Type::Image => ["an [`Image`](crate::Image)", "text in base64", "base64 文本"],
        Type::Csr => ["a [`Csr`](crate::pem::Csr)", "text in PEM", "PEM 文本"],
        Type::Pem if field.sensitivity != Some(Sensitivity::Secret) => {
            ["[`Certificates`](crate::pem::Certificates)", "text in PEM", "PEM 文本"]
        }
        _ => return facts,
    };
    let name = value.trim_start_matches("an ").trim_start_matches("a ");
    facts.add(format!("Takes {value}, or {en}."), format!("可传入 {name} 或 {zh}。"));
    facts
}

/// What a setter takes under this name, and what it stores.
pub(super) fn argument(field: &Field, value: &Ident) -> (TokenStream, TokenStream) {
    let kind = plain(field);
    match &field.kind {
        Type::I32 | Type::I64 | Type::F64 | Type::Boolean { .. } => (kind, quote!(Some(#value))),
        of if of.is_list() => {
            let (bound, converted) = element(field);
            (quote!(impl IntoIterator<Item = impl #bound>), quote!(#value.into_iter().map(#converted).collect()))
        }
        _ => (quote!(impl Into<#kind>), quote!(Some(#value.into()))),
    }
}

/// What each element of a list is, and how it becomes one of ours. References are elements too, so that a setter takes slices.
fn element(field: &Field) -> (TokenStream, TokenStream) {
    match field.kind.element().unwrap_or(&Type::String) {
        Type::I32 => (quote!(std::borrow::Borrow<i32>), quote!(|item| *item.borrow())),
        Type::I64 => (quote!(std::borrow::Borrow<i64>), quote!(|item| *item.borrow())),
        Type::F64 => (quote!(std::borrow::Borrow<f64>), quote!(|item| *item.borrow())),
        Type::Any => (quote!(Into<serde_json::Value>), quote!(Into::into)),
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
        if field.kind.is_list() {
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
    kind.is_list() && kind.element().is_some_and(is_text)
}
