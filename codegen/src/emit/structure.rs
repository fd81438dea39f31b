//! Structures: the struct, and the call of the macro that makes the rest of it.

use super::docs::{Docs, deprecated};
use super::facts::Facts;
use super::index::Indexed;
use super::shapes::Role;
use super::types::plain;
use super::{field_facts, setters};
use crate::model::{Action, Field, History, Sensitivity, Structure, Type};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// A structure with all that follows from its fields.
pub(super) fn structure(
    (api, action): (&Indexed<'_>, Option<&Action>),
    name: &Ident,
    docs: &Docs,
    fields: &[&Field],
    role: Role,
    history: Option<&History>,
) -> TokenStream {
    let (docs, deprecation) = (docs.outer(), deprecated(history));
    let members = fields.iter().map(|field| member(api, action, field, role));
    let hidden = match role {
        Role::Request => TokenStream::new(),
        Role::Part => quote!(unknown: crate::Unknown,),
        Role::Response => quote!(unknown: crate::Unknown, metadata: crate::Metadata,),
    };
    let guaranteed: Vec<&String> = fields.iter().filter(|field| field.guaranteed).map(|field| &field.wire).collect();
    let (came, list) = if guaranteed.is_empty() {
        (TokenStream::new(), TokenStream::new())
    } else {
        (quote!(guaranteed: crate::wire::Guaranteed,), quote!(guaranteed { #(#guaranteed,)* }))
    };
    let known = fields.iter().map(|field| known(field));
    let kind = match role {
        Role::Request => quote!(request),
        Role::Response => quote!(response),
        Role::Part => quote!(part),
    };
    let setters = (role == Role::Request).then(|| setters::of_structure((api, action), name, fields));
    quote! {
        #docs
        #deprecation
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct #name {
            #(#members)*
            #hidden
            #came
        }
        crate::wire::structure!(#kind #name { #(#known)* } #list);
        #setters
    }
}

/// A structure that several places share, or that one field defines. One that is sent can be built by setters.
pub(super) fn part(api: &Indexed<'_>, of: &Structure, sent: bool) -> TokenStream {
    let (name, fields): (_, Vec<&Field>) = (format_ident!("{}", of.name), of.fields.iter().collect());
    let facts = Facts::default().seen(&of.undocumented).history(of.history.as_ref());
    let docs = Docs::item(&of.doc, &facts);
    let itself = structure((api, None), &name, &docs, &fields, Role::Part, of.history.as_ref());
    if !sent {
        return itself;
    }
    let (setters, pair) = (setters::of_structure((api, None), &name, &fields), setters::of_pair(of));
    quote! {
        #itself
        #setters
        crate::wire::by_reference!(#name);
        #pair
    }
}

fn member(api: &Indexed<'_>, action: Option<&Action>, field: &Field, role: Role) -> TokenStream {
    let docs = Docs::item(&field.doc, &field_facts::field(api, action, field, role)).outer();
    let deprecation = deprecated(field.history.as_ref());
    let (name, kind) = (format_ident!("{}", field.name), plain(field));
    let kind =
        if field.kind.is_list() || (field.guaranteed && role != Role::Request) { kind } else { quote!(Option<#kind>) };
    quote! {
        #docs
        #deprecation
        pub #name: #kind,
    }
}

/// What is known about a field, for the macro that makes the rest.
///
/// ```text
/// crate::wire::structure!(part Tag { key: "Key" Plain Public, });
/// ```
fn known(field: &Field) -> TokenStream {
    let (wire, name) = (&field.wire, format_ident!("{}", field.name));
    let style = match field.kind {
        Type::Boolean { digits: true } => quote!(Digits),
        Type::CommaList(ref item) if **item == Type::String => quote!(Commas),
        Type::CommaList(_) => quote!(Joined),
        Type::JsonText(_) | Type::JsonList(_) | Type::JsonMap(_) => quote!(JsonText),
        _ => quote!(Plain),
    };
    let sensitivity = match (field.sensitivity, &field.kind) {
        (Some(Sensitivity::Secret), _) | (_, Type::SecretUrl) => quote!(Secret),
        (Some(Sensitivity::Pii), _) => quote!(Personal),
        (None, _) => quote!(Public),
    };
    quote!(#name: #wire #style #sensitivity,)
}
