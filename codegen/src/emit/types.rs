//! Ids and enums, and the Rust types of the types of the model.

use super::docs::{Docs, deprecated};
use super::facts::Facts;
use super::words::codes;
use super::{links, tables};
use crate::model::{Api, Base, Enum, EnumValue, Field, Id, Sensitivity, TimeLayout, TimeZone, Type};
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

/// An id: a type of its own, so that two kinds cannot be mixed up.
///
/// ```text
/// pub struct OrderId(i64);
/// crate::wire::number_id!(OrderId);
/// ```
pub(super) fn id(api: &Api, id: &Id) -> TokenStream {
    let (name, docs) = (format_ident!("{}", id.name), Docs::item(&id.doc, &links::of_id(api, id)).outer());
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
pub(super) fn enumeration(api: &Api, of: &Enum) -> TokenStream {
    let name = format_ident!("{}", of.name);
    let number = of.base != Base::String;
    let facts = Facts::default().seen(&of.undocumented).history(of.history.as_ref());
    let docs = Docs::item(&of.doc, &facts)
        .markdown(
            "This enum is open: [`Unknown`](Self::Unknown) keeps a value that this version does not know. Match unknown values with a\n\
             wildcard, not by the text in `Unknown`: a later version may have a variant for them.",
        )
        .markdown("此枚举是开放的：[`Unknown`](Self::Unknown) 保留本版本不认识的取值。请用通配分支匹配未知取值，后续版本可能为其增加成员。")
        .markdown(&tables::of_enum(api, of))
        .outer();
    let deprecation = deprecated(of.history.as_ref());
    let variants = of.values.iter().map(|value| {
        let variant = format_ident!("{}", value.name);
        let docs = Docs::item(&value.doc, &value_facts(value)).outer();
        let deprecation = deprecated(value.history.as_ref());
        quote!(#docs #deprecation #variant)
    });
    let rows = of.values.iter().map(|value| {
        let variant = format_ident!("{}", value.name);
        let wire = if number { number_literal(&value.wire) } else { literal(&value.wire) };
        let aliases = value.aliases.iter().map(|alias| literal(alias));
        quote!(#variant: #wire #(| #aliases)*)
    });
    // The getter of a number is named after its width.
    let (payload, table, head) = match of.base {
        Base::I32 => (quote!(i32), quote!(number_enum), quote!(#name as_i32 i32)),
        Base::I64 => (quote!(i64), quote!(number_enum), quote!(#name as_i64 i64)),
        Base::String => (quote!(Box<str>), quote!(text_enum), quote!(#name)),
    };
    let unknown = Docs::own([
        "A value that this version does not know, as the service wrote it.",
        "本版本不认识的取值，保持服务返回的原样。",
    ])
    .outer();
    quote! {
        #docs
        #deprecation
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants,)*
            #unknown
            Unknown(#payload),
        }
        crate::wire::#table!(#head { #(#rows,)* });
    }
}

/// Its spellings, where it was seen, and its history.
fn value_facts(value: &EnumValue) -> Facts {
    let mut facts = Facts::default();
    facts.add(format!("On the wire: `{}`.", value.wire), format!("报文中的取值：`{}`。", value.wire));
    if !value.aliases.is_empty() {
        let names = codes(value.aliases.iter().map(String::as_str), "and");
        facts.add(format!("Also read from {}.", names.en), format!("也接受 {}。", names.zh));
    }
    facts.seen(&value.undocumented).history(value.history.as_ref())
}

fn literal(text: &str) -> TokenStream {
    quote!(#text)
}

fn number_literal(text: &str) -> TokenStream {
    let number = Literal::i64_unsuffixed(text.parse().unwrap_or_default());
    quote!(#number)
}

/// The type of a field without its absence.
pub(super) fn plain(field: &Field) -> TokenStream {
    of(&field.kind, field.sensitivity == Some(Sensitivity::Secret))
}

/// The type of what a list holds.
pub(super) fn element(field: &Field) -> TokenStream {
    field.kind.element().map_or_else(|| quote!(String), |item| of(item, false))
}

fn of(kind: &Type, secret: bool) -> TokenStream {
    match kind {
        Type::List(item) => {
            let item = of(item, secret);
            quote!(Vec<#item>)
        }
        _ if secret => quote!(crate::Secret),
        Type::String | Type::Pem | Type::Csr | Type::Image | Type::Url => quote!(String),
        Type::Time { layout: TimeLayout::UnixSeconds, .. } => quote!(crate::Time<crate::time::UnixSeconds>),
        Type::Time { layout: TimeLayout::UnixMilliseconds, .. } => quote!(crate::Time<crate::time::UnixMilliseconds>),
        Type::Time { layout: TimeLayout::Unix, .. } => quote!(crate::Time<crate::time::Unix>),
        Type::Time { zone: TimeZone::Unstated, .. } => quote!(crate::Time),
        Type::Time { zone: TimeZone::Utc, .. } => quote!(crate::Time<crate::time::Utc>),
        Type::SecretUrl => quote!(crate::Secret),
        Type::I32 => quote!(i32),
        Type::I64 => quote!(i64),
        Type::F64 => quote!(f64),
        Type::Any => quote!(serde_json::Value),
        Type::Boolean { .. } => quote!(bool),
        Type::CommaList(item) | Type::JsonList(item) => {
            let item = of(item, false);
            quote!(Vec<#item>)
        }
        Type::Map(item) | Type::JsonMap(item) => {
            let item = of(item, false);
            quote!(std::collections::BTreeMap<String, #item>)
        }
        Type::Id(name) | Type::Enum(name) | Type::Structure(name) | Type::JsonText(name) => {
            let name = format_ident!("{name}");
            quote!(#name)
        }
    }
}
