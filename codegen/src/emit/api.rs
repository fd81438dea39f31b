//! The modules of an API version, its client, and what the runtime knows about it.

use super::docs::{Docs, allowed};
use super::{Files, action, errors, types};
use crate::model::{Api, Family, Field, RetryAfter, RetryAfterUnit, SignatureScheme, Type, UnknownRegion};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// Adds the files of an API version below `folder`.
pub(super) fn files(api: &Api, folder: &str, files: &mut Files) {
    files.add(format!("{folder}/mod.rs"), || module(api));
    files.add(format!("{folder}/client.rs"), || client(api));
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

fn client(api: &Api) -> TokenStream {
    let (info, beginnings) = (info(api), beginnings(api));
    let docs = Docs::new(&format!("A client of {} {}.", api.title.en, api.version))
        .markdown("Cheap to clone; clones share connections. Every action is a method that begins a request.");
    let (file, docs) = (Docs::new("The client.").inner(), docs.outer());
    let credentials =
        Docs::new("The credentials that a call would use now; they tell their source and their end.").outer();
    let download = has_link(api).then(download);
    let call = Docs::new("Calls an action that this version does not know: signed, sent, and decoded to JSON.")
        .markdown("The effect says whether the call may be repeated; nothing is validated.")
        .outer();
    quote! {
        #file
        #docs
        #[derive(Debug, Clone)]
        pub struct Client {
            pub(super) core: crate::client::Core,
        }

        impl Client {
            #beginnings

            #credentials
            pub fn credentials(&self) -> crate::Pending<crate::Credentials> {
                self.core.credentials()
            }

            #[doc = " Sends a request structure; a builder does the same."]
            pub fn send<R: crate::Operation>(&self, request: R) -> crate::Pending<R::Response> {
                self.send_with(request, crate::CallOptions::default())
            }

            #[doc = " Sends a request structure with options of its own."]
            pub fn send_with<R: crate::Operation>(
                &self,
                request: R,
                options: crate::CallOptions,
            ) -> crate::Pending<R::Response> {
                self.core.send(request, options)
            }

            #download

            #call
            pub fn call<K: Into<String>, V: Into<String>>(
                &self,
                action: impl Into<String>,
                parameters: impl IntoIterator<Item = (K, V)>,
                effect: crate::api::Effect,
            ) -> crate::Pending<crate::Answer> {
                self.call_with(action, parameters, effect, crate::CallOptions::default())
            }

            #[doc = " The same with options of its own."]
            pub fn call_with<K: Into<String>, V: Into<String>>(
                &self,
                action: impl Into<String>,
                parameters: impl IntoIterator<Item = (K, V)>,
                effect: crate::api::Effect,
                options: crate::CallOptions,
            ) -> crate::Pending<crate::Answer> {
                let parameters = parameters.into_iter().map(|(k, v)| (k.into(), v.into())).collect();
                self.core.call(action.into(), parameters, effect, options)
            }
        }

        #info
    }
}

/// Whether an answer may have a link to something that can be fetched.
fn has_link(api: &Api) -> bool {
    let is_link = |field: &Field| field.kind == Type::SecretUrl;
    api.actions.iter().flat_map(|action| &action.response).any(is_link)
        || api.structures().iter().flat_map(|structure| &structure.fields).any(is_link)
}

fn download() -> TokenStream {
    let docs = Docs::new("Fetches what a download link leads to. Nothing is signed, and the link is shown by nothing.")
        .outer();
    quote! {
        #docs
        pub fn download(&self, link: impl Into<crate::Secret>) -> crate::Download {
            crate::Download::new(&self.core, link.into())
        }
    }
}

/// How a client is made.
fn beginnings(api: &Api) -> TokenStream {
    let new = Docs::new("A client with this setup.")
        .markdown("# Errors\n\nIf it cannot work: a region without a known host, plain http, a signature that the API does not take.")
        .outer();
    let environment = Docs::new("A client with the access key of the environment variables of this cloud.")
        .markdown("# Errors\n\nIf they are not set; the error names them.")
        .outer();
    let chain = match api.protocol.family {
        Family::AliyunRpc => "aliyun",
        Family::KsyunQuery => "ksyun",
    };
    let chain = Docs::new("A client that looks for credentials where this cloud's tools put them, at its first call.")
        .markdown(&format!("The sources and their order: [`Chain::{chain}`](crate::credentials::Chain::{chain})."))
        .markdown(
            "# Errors\n\nIf the HTTP client cannot be made. That there are no credentials is said by the first call.",
        )
        .outer();
    quote! {
        #new
        pub fn new(config: crate::Config) -> Result<Self, crate::Error> {
            crate::client::Core::new(&API, config).map(|core| Self { core })
        }

        #environment
        pub fn from_env() -> Result<Self, crate::Error> {
            crate::client::Core::from_env(&API).map(|core| Self { core })
        }

        #chain
        pub fn from_default_chain() -> Result<Self, crate::Error> {
            crate::client::Core::from_default_chain(&API).map(|core| Self { core })
        }
    }
}

fn info(api: &Api) -> TokenStream {
    let (id, version, protocol) = (&api.id, &api.version, &api.protocol);
    let family = format_ident!(
        "{}",
        match protocol.family {
            Family::AliyunRpc => "AliyunRpc",
            Family::KsyunQuery => "KsyunQuery",
        }
    );
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
    let (success, rows) = (&protocol.success_codes, errors::rows(api));
    quote! {
        static API: crate::api::ApiInfo = crate::api::ApiInfo {
            id: #id,
            version: #version,
            family: crate::api::Family::#family,
            signatures: &[#(crate::api::Signature::#signatures),*],
            signing_name: #name,
            default_region: #region,
            hosts: &[#(#hosts),*],
            any_region: #any,
            success_codes: &[#(#success),*],
            retry_after: #retry_after,
            errors: #rows,
        };
    }
}
