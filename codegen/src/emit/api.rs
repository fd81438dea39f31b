//! The modules of an API version, its client, and what the runtime knows about it.

use super::docs::{Docs, allowed};
use super::{Files, action, client, errors, types};
use crate::model::{Api, ErrorStyle, Field, RetryAfter, RetryAfterUnit, SignatureScheme, Type, UnknownRegion};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// Adds the files of an API version below `folder`.
pub(super) fn files(api: &Api, folder: &str, files: &mut Files) {
    files.add(format!("{folder}/mod.rs"), || module(api));
    files.add(format!("{folder}/client.rs"), || client::client(api));
    if !api.errors.is_empty() {
        files.add(format!("{folder}/error_code.rs"), || errors::file(api));
    }
    files.add(format!("{folder}/types.rs"), || shared(api));
    for of in &api.actions {
        files.add(format!("{folder}/{}.rs", of.method), || action::file(api, of));
    }
}

fn module(api: &Api) -> TokenStream {
    let mut docs = Docs::text(&api.title).both(&api.doc);
    if let Some(legacy) = &api.legacy {
        docs = docs
            .paragraph(&format!("Withdrawn by the vendor in {}. {}", legacy.since, legacy.doc.en))
            .paragraph(&legacy.doc.zh);
    }
    let docs = docs.defects(&api.defects).inner();
    let modules = api.actions.iter().map(|action| {
        let name = format_ident!("{}", action.method);
        let allowed = allowed(action::names_deprecated(api, action));
        quote!(#allowed pub mod #name;)
    });
    let types = allowed(
        api.enums.iter().any(action::enum_deprecated) || api.structures().into_iter().any(action::structure_deprecated),
    );
    let inner = api.errors.iter().any(|row| row.inner_code.is_some());
    let codes = if inner { quote!({ErrorCode, InnerCode}) } else { quote!(ErrorCode) };
    let (code_module, codes) = if api.errors.is_empty() {
        (TokenStream::new(), TokenStream::new())
    } else {
        (
            quote!(
                mod error_code;
            ),
            quote!(pub use error_code::#codes;),
        )
    };
    quote! {
        #docs
        mod client;
        #code_module
        #types
        pub mod types;
        #(#modules)*
        pub use client::Client;
        #codes
    }
}

fn shared(api: &Api) -> TokenStream {
    let docs = Docs::new("Ids, enums and structures that several actions share.").inner();
    let ids = api.ids.iter().map(types::id);
    let used = used_enums(api);
    let enums = api.enums.iter().filter(|of| used.contains(of.name.as_str())).map(types::enumeration);
    let inside = action::defined(api.types.iter().flat_map(|of| &of.fields));
    let parts = api.types.iter().chain(inside).map(action::part);
    quote! {
        #docs
        #(#ids)*
        #(#enums)*
        #(#parts)*
    }
}

/// Enums of common parameters only are the runtime's business.
fn used_enums(api: &Api) -> BTreeSet<&str> {
    fn collect<'a>(fields: &'a [Field], names: &mut BTreeSet<&'a str>) {
        for field in fields {
            match &field.kind {
                Type::Enum(of) => {
                    names.insert(of);
                }
                Type::List(item) => {
                    if let Type::Enum(of) = &**item {
                        names.insert(of);
                    }
                }
                _ => {}
            }
            if let Some(structure) = &field.defines {
                collect(&structure.fields, names);
            }
        }
    }
    let mut names = BTreeSet::new();
    api.types.iter().for_each(|of| collect(&of.fields, &mut names));
    for action in &api.actions {
        collect(&action.parameters, &mut names);
        collect(&action.response, &mut names);
    }
    names
}

/// What the runtime knows about the API version.
pub(super) fn info(api: &Api) -> TokenStream {
    let (id, version, protocol) = (&api.id, &api.version, &api.protocol);
    let family = format_ident!("{}", format!("{:?}", protocol.family));
    let nested_errors = protocol.error_style == ErrorStyle::Nested;
    let signatures = protocol.signatures.iter().map(|scheme| {
        format_ident!(
            "{}",
            match scheme {
                SignatureScheme::AliyunV1 => "AliyunV1",
                SignatureScheme::Acs3 => "Acs3",
                SignatureScheme::Aws4 => "Aws4",
                SignatureScheme::KsyunSimple => "KsyunSimple",
            }
        )
    });
    let name = protocol.signing_name.as_deref().unwrap_or(&api.service);
    let region = protocol.signing_region.as_deref().unwrap_or(&api.endpoints.default_region);
    let hosts = api.endpoints.hosts.iter().map(|row| {
        let region = match &row.region {
            crate::model::Match::Exact(region) => region.clone(),
            crate::model::Match::Prefix(start) => format!("{start}*"),
        };
        let host = &row.host;
        quote!((#region, #host))
    });
    let any = api.endpoints.unknown_region == UnknownRegion::UseDefault;
    let retry_after = match &protocol.retry_after {
        Some(RetryAfter { header, unit: RetryAfterUnit::Milliseconds }) => {
            quote!(Some((#header, ::std::time::Duration::from_millis(1))))
        }
        Some(RetryAfter { header, unit: RetryAfterUnit::Seconds }) => {
            quote!(Some((#header, ::std::time::Duration::from_secs(1))))
        }
        None => quote!(None),
    };
    let effects = api.actions.iter().map(|action| {
        let most = action.effect_when.iter().map(|(_, effect)| *effect).fold(action.effect, Ord::max);
        let (name, effect) = (&action.name, super::action::effect(most));
        quote!((#name, #effect))
    });
    let methods = api.actions.iter().map(|action| {
        let (name, methods) = (&action.name, super::action::methods(api, action));
        quote!((#name, #methods))
    });
    let (success, rows) = (&protocol.success_codes, errors::rows(api));
    quote! {
        static API: crate::api::ApiInfo = crate::api::ApiInfo {
            id: #id,
            version: #version,
            family: crate::api::Family::#family,
            nested_errors: #nested_errors,
            signatures: &[#(crate::api::Signature::#signatures),*],
            signing_name: #name,
            default_region: #region,
            hosts: &[#(#hosts),*],
            any_region: #any,
            success_codes: &[#(#success),*],
            retry_after: #retry_after,
            effects: &[#(#effects),*],
            methods: &[#(#methods),*],
            errors: #rows,
        };
    }
}
