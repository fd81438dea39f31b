//! Ids and enums, and the Rust types of the types of the model.

use super::docs::{Docs, deprecated};
use crate::model::{Base, Enum, Field, Id, Sensitivity, TimeZone, Type};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

/// An id: a type of its own, so that two kinds cannot be mixed up.
///
/// ```text
/// pub struct OrderId(i64);
/// crate::wire::number_id!(OrderId);
/// ```
pub(super) fn id(id: &Id) -> TokenStream {
    let (name, docs) = (format_ident!("{}", id.name), Docs::text(&id.doc).outer());
    match id.base {
        Base::I64 | Base::I32 => quote! {
            #docs
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
            pub struct #name(i64);
            crate::wire::number_id!(#name);
        },
        Base::String => quote! {
            #docs
            #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
            pub struct #name(String);
            crate::wire::text_id!(#name);
        },
    }
}

/// An open enum.
pub(super) fn enumeration(of: &Enum) -> TokenStream {
    let name = format_ident!("{}", of.name);
    let number = of.base != Base::String;
    let docs = Docs::text(&of.doc).seen(&of.undocumented).markdown(
        "This enum is open: [`Unknown`](Self::Unknown) keeps a value that this version does not know. Match unknown values with a\n\
         wildcard, not by the text in `Unknown`: a later version may have a variant for them.",
    );
    let docs = docs.outer();
    let deprecation = deprecated(of.history.as_ref());
    let variants = of.values.iter().map(|value| {
        let variant = format_ident!("{}", value.name);
        let docs = Docs::text(&value.doc)
            .paragraph(&format!("On the wire: `{}`.", value.wire))
            .seen(&value.undocumented)
            .outer();
        let deprecation = deprecated(value.history.as_ref());
        quote!(#docs #deprecation #variant)
    });
    let rows = of.values.iter().map(|value| {
        let variant = format_ident!("{}", value.name);
        let wire = if number { number_literal(&value.wire) } else { literal(&value.wire) };
        let aliases = value.aliases.iter().map(|alias| literal(alias));
        quote!(#variant: #wire #(| #aliases)*)
    });
    let (payload, table) =
        if number { (quote!(i32), quote!(number_enum)) } else { (quote!(Box<str>), quote!(text_enum)) };
    quote! {
        #docs
        #deprecation
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #[doc = " A value that this version does not know, as the service wrote it."]
            Unknown(#payload),
        }
        crate::wire::#table!(#name { #(#rows,)* });
    }
}

fn literal(text: &str) -> TokenStream {
    quote!(#text)
}

fn number_literal(text: &str) -> TokenStream {
    let number = Literal::i32_unsuffixed(text.parse().unwrap_or_default());
    quote!(#number)
}

/// The type of a field without its absence.
pub(super) fn plain(field: &Field) -> TokenStream {
    of(&field.kind, field.sensitivity == Some(Sensitivity::Secret))
}

/// The type of what a list holds.
pub(super) fn element(field: &Field) -> TokenStream {
    if let Type::List(item) = &field.kind { of(item, false) } else { quote!(String) }
}

fn of(kind: &Type, secret: bool) -> TokenStream {
    match kind {
        _ if secret => quote!(crate::Secret),
        Type::String | Type::Pem | Type::Csr | Type::Image | Type::Url => quote!(String),
        Type::Time { zone: TimeZone::Unstated, .. } => quote!(crate::Time),
        Type::Time { zone: TimeZone::Utc, .. } => quote!(crate::Time<crate::time::Utc>),
        Type::SecretUrl => quote!(crate::Secret),
        Type::I32 => quote!(i32),
        Type::I64 => quote!(i64),
        Type::Boolean { .. } => quote!(bool),
        Type::CommaList => quote!(Vec<String>),
        Type::List(item) => {
            let item = of(item, false);
            quote!(Vec<#item>)
        }
        Type::Id(name) | Type::Enum(name) | Type::Structure(name) | Type::JsonText(name) => {
            let name = format_ident!("{name}");
            quote!(#name)
        }
    }
}

/// Whether a field holds several values. Such a field is empty instead of absent.
pub(super) fn is_list(kind: &Type) -> bool {
    matches!(kind, Type::List(_) | Type::CommaList)
}
