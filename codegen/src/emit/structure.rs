//! Structures: the struct, and the call of the macro that makes the rest of it.

use super::docs::{Docs, deprecated};
use super::setters;
use super::types::{is_list, plain};
use crate::model::{Field, History, Sensitivity, Structure, Type};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// What kind of structure it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Parameters. An unknown member is an error.
    Request,
    /// A response. It keeps unknown members, and the metadata that came with it.
    Response,
    /// A structure inside either.
    Part,
}

/// A structure with all that follows from its fields.
pub(super) fn structure(
    name: &Ident,
    docs: &Docs,
    fields: &[&Field],
    role: Role,
    history: Option<&History>,
) -> TokenStream {
    let (docs, deprecation) = (docs.outer(), deprecated(history));
    let members = fields.iter().map(|field| member(field, role));
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
    let setters = (role == Role::Request).then(|| setters::of_structure(name, fields));
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
pub(super) fn part(of: &Structure, sent: bool) -> TokenStream {
    let (name, fields): (_, Vec<&Field>) = (format_ident!("{}", of.name), of.fields.iter().collect());
    let docs = Docs::text(&of.doc).seen(&of.undocumented);
    let itself = structure(&name, &docs, &fields, Role::Part, of.history.as_ref());
    if !sent {
        return itself;
    }
    let (setters, pair) = (setters::of_structure(&name, &fields), setters::of_pair(of));
    quote! {
        #itself
        #setters
        crate::wire::by_reference!(#name);
        #pair
    }
}

fn member(field: &Field, role: Role) -> TokenStream {
    let mut docs = Docs::text(&field.doc).paragraph(&format!("On the wire: `{}`.", field.wire));
    if role == Role::Request {
        docs = docs.paragraph(setters::need(field));
    }
    let docs = docs.seen(&field.undocumented).outer();
    let deprecation = deprecated(field.history.as_ref());
    let (name, kind) = (format_ident!("{}", field.name), plain(field));
    let kind =
        if is_list(&field.kind) || (field.guaranteed && role != Role::Request) { kind } else { quote!(Option<#kind>) };
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
        Type::CommaList => quote!(Commas),
        Type::JsonText(_) => quote!(JsonText),
        _ => quote!(Plain),
    };
    let sensitivity = match (field.sensitivity, &field.kind) {
        (Some(Sensitivity::Secret), _) | (_, Type::SecretUrl) => quote!(Secret),
        (Some(Sensitivity::Pii), _) => quote!(Personal),
        (None, _) => quote!(Public),
    };
    quote!(#name: #wire #style #sensitivity,)
}
