//! Structures: the struct, what shows its fields, and what takes members.

use super::action::members;
use super::docs::{Docs, deprecated};
use super::types::{is_list, plain};
use crate::model::{Action, Api, Field, Sensitivity, Type};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// What kind of structure it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Parameters: an unknown member is a mistake.
    Request,
    /// An answer: unknown members are kept, and what came with it.
    Response,
    /// A part of either.
    Part,
}

/// A structure with all that follows from its fields.
pub(super) fn structure(name: &Ident, docs: &Docs, fields: &[&Field], role: Role) -> TokenStream {
    let docs = docs.outer();
    let members = fields.iter().map(|field| member(field, role));
    let hidden = match role {
        Role::Request => TokenStream::new(),
        Role::Part => quote!(unknown: crate::Unknown,),
        Role::Response => quote!(unknown: crate::Unknown, metadata: crate::Metadata,),
    };
    let (walk, slots) = (shown(name, fields, role), slots(name, fields, role));
    let accessors = accessors(name, role);
    quote! {
        #docs
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct #name {
            #(#members)*
            #hidden
        }
        #accessors
        #walk
        #slots
        crate::structure!(#name);
    }
}

fn member(field: &Field, role: Role) -> TokenStream {
    let mut docs = Docs::text(&field.doc).paragraph(&format!("On the wire: `{}`.", field.wire));
    if role == Role::Request {
        docs = docs.paragraph(need(field));
    }
    let docs = docs.seen(&field.undocumented).defects(&field.defects).outer();
    let deprecation = deprecated(field.history.as_ref());
    let (name, kind) = (format_ident!("{}", field.name), plain(field));
    let kind =
        if is_list(&field.kind) || (field.always && role != Role::Request) { kind } else { quote!(Option<#kind>) };
    quote! {
        #docs
        #deprecation
        pub #name: #kind,
    }
}

/// Whether a request may lack a parameter, in words.
pub(super) fn need(field: &Field) -> &'static str {
    match field.need {
        crate::model::Need::Optional => "Optional.",
        crate::model::Need::Required => "Required.",
        crate::model::Need::Defaulted(_) => "Required by the service; sent with its default if it is not set.",
    }
}

fn accessors(name: &Ident, role: Role) -> TokenStream {
    let metadata = (role == Role::Response).then(|| {
        quote! {
            #[doc = " What came with the answer: request id, HTTP status, headers."]
            #[must_use]
            pub fn metadata(&self) -> &crate::Metadata {
                &self.metadata
            }

            #[doc = " The id that the service gave the request. The vendor's support asks for it."]
            #[must_use]
            pub fn request_id(&self) -> Option<&str> {
                self.metadata.request_id.as_deref()
            }
        }
    });
    if role == Role::Request {
        return TokenStream::new();
    }
    quote! {
        impl #name {
            #metadata

            #[doc = " Members that the answer had and this version does not know."]
            #[must_use]
            pub fn unknown(&self) -> &crate::Unknown {
                &self.unknown
            }
        }
    }
}

/// ```text
/// impl Members for Tag { fn each(&self, show) { show(&Field { wire: "Key", .. }, &self.key); } }
/// ```
fn shown(name: &Ident, fields: &[&Field], role: Role) -> TokenStream {
    let text = name.to_string();
    let rows = fields.iter().map(|field| {
        let (wire, rust, ident) = (&field.wire, &field.name, format_ident!("{}", field.name));
        let style = match field.kind {
            Type::Boolean { digits: true } => quote!(Digits),
            Type::CommaList => quote!(Commas),
            Type::JsonText(_) => quote!(JsonText),
            _ => quote!(Plain),
        };
        let privacy = match (field.sensitivity, &field.kind) {
            (Some(Sensitivity::Secret), _) | (_, Type::SecretUrl) => quote!(Secret),
            (Some(Sensitivity::Pii), _) => quote!(Personal),
            (None, _) => quote!(Public),
        };
        quote! {
            show(
                &Field { wire: #wire, name: #rust, style: Style::#style, privacy: Privacy::#privacy },
                &self.#ident,
            );
        }
    });
    let show = if fields.is_empty() { quote!(_show) } else { quote!(show) };
    let imports = (!fields.is_empty()).then(|| {
        quote!(
            use crate::wire::{Field, Privacy, Style};
        )
    });
    let unknown = (role != Role::Request).then(|| {
        quote! {
            fn unknown(&self) -> Option<&crate::Unknown> {
                Some(&self.unknown)
            }
        }
    });
    quote! {
        impl crate::wire::Members for #name {
            fn type_name(&self) -> &'static str {
                #text
            }

            fn each(&self, #show: &mut dyn FnMut(&'static crate::wire::Field, &dyn crate::wire::Value)) {
                #imports
                #(#rows)*
            }

            #unknown
        }
    }
}

fn slots(name: &Ident, fields: &[&Field], role: Role) -> TokenStream {
    let arms = fields.iter().map(|field| {
        let (wire, ident) = (&field.wire, format_ident!("{}", field.name));
        quote!(#wire => Some(&mut self.#ident),)
    });
    let other = if role == Role::Request { quote!(None) } else { quote!(self.unknown.slot(wire)) };
    let (wire, body) = match (fields, role) {
        ([], Role::Request) => (quote!(_wire), other),
        ([], _) => (quote!(wire), other),
        _ => (
            quote!(wire),
            quote! {
                match wire {
                    #(#arms)*
                    _ => #other,
                }
            },
        ),
    };
    quote! {
        impl crate::wire::Structure for #name {
            fn slot(&mut self, #wire: &str) -> Option<&mut dyn crate::wire::Sink> {
                #body
            }
        }
    }
}

/// Checks that an answer has what is promised: a path in Rust and one on the wire for every field.
pub(super) fn promised(api: &Api, action: &Action, fields: &[Field]) -> Vec<(TokenStream, String)> {
    let mut out = Vec::new();
    for field in fields.iter().filter(|field| field.always) {
        let name = format_ident!("{}", field.name);
        match &field.kind {
            Type::Structure(of) => {
                for (path, wire) in promised(api, action, members(api, action, of)) {
                    out.push((quote!(#name.#path), format!("{}.{wire}", field.wire)));
                }
            }
            _ => out.push((quote!(#name), field.wire.clone())),
        }
    }
    out
}
