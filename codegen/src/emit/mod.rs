//! From the model to Rust: one file of this module for each kind of item, each from model to tokens.
//!
//! The output is a tree of small files. Its root, `mod.rs`, has `pub mod` lines only: the SDK includes it, and an included file cannot have
//! inner documentation. Everything is made in memory; the caller of [`generate`] writes it.
//!
//! # Little is generated
//!
//! The generator spends most of its time in syn, reading tokens, above all expressions. So code that repeats from type to type is a macro of
//! the runtime (`structure!`, `response!`, `states!`, `builder!`), because syn does not parse the inside of a macro call. Code that is specific
//! to an item of the spec is written out. The macros make the methods that all builders and responses have. The listing of the API repeats
//! these methods, and a test compares the two. A doc comment is one attribute with one raw literal, whose lines `format` splits. Each file is
//! generated and printed before the next. Names are looked up near the action: a walk over all actions for each field would take quadratic time.
//!
//! # Rules
//!
//! A part of the spec that the loader should have refused becomes a `compile_error!`, never a check that does nothing. A module that defines
//! or names a deprecated item allows its use, with a reason: the warning is for users.

mod about;
mod access;
mod action;
mod api;
mod builder;
mod client;
mod condition;
mod cooldown;
mod data;
mod describe;
mod docs;
mod dynamic;
mod effects;
mod error_docs;
mod errors;
mod example;
mod facts;
mod field_facts;
mod files;
mod flow;
mod flow_docs;
mod hosts;
mod index;
mod info;
mod labels;
mod limits;
mod links;
mod literal;
mod methods;
mod naming;
mod operation;
mod problems;
mod prose;
mod provider;
mod reconcile;
mod rules;
mod setters;
mod shapes;
#[cfg(feature = "cli")]
pub(crate) mod signature;
mod states;
mod structure;
mod tables;
mod types;
mod words;

#[cfg(feature = "data")]
pub use data::{actions, data};
pub use files::Output;

use crate::cargo_features;
use crate::model::{Api, Model};
use files::Files;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::BTreeMap;

/// The SDK's generated modules, sorted by path. The same model gives the same bytes.
#[must_use]
pub fn generate(model: &Model) -> Vec<Output> {
    generate_part(model, model)
}

/// The modules of the part of a model that features turn on, as [`select`](crate::cargo_features::select) returns it. Clients know the
/// effects of all actions: a call by name must be as careful with those that have no method.
#[must_use]
pub fn generate_part(whole: &Model, model: &Model) -> Vec<Output> {
    let mut files = Files::default();
    let mut services: BTreeMap<&str, Vec<&Api>> = BTreeMap::new();
    for api in &model.apis {
        services.entry(&api.modules[0]).or_default().push(api);
    }
    let mut root = TokenStream::new();
    for (service, apis) in services {
        let label = label(&apis);
        let name = format_ident!("{service}");
        let title = title(&apis);
        root.extend(quote! {
            #label
            #title
            #[allow(
                clippy::doc_markdown,
                clippy::too_many_lines,
                reason = "docs name products without backticks, and an action has as many fields and checks as its spec lists"
            )]
            pub mod #name;
        });
        files.add(format!("{service}/mod.rs"), || service_module(&apis));
        for api in apis {
            let whole = whole.apis.iter().find(|whole| whole.id == api.id).unwrap_or(api);
            api::files(whole, api, &format!("{service}/{}", api.modules[1]), &mut files);
        }
    }
    root.extend(quote! {
        #[cfg(feature = "model")]
        pub(crate) mod data;
    });
    root.extend(dynamic::tables(model));
    files.add("data.rs".to_owned(), || data::module(model));
    files.add("mod.rs".to_owned(), || root.clone());
    files.sorted()
}

/// What docs of all features say an API version needs. One with groups needs any of many features, so its actions say it.
fn label(apis: &[&Api]) -> Option<TokenStream> {
    let features: Vec<&String> = apis.iter().map(|api| &api.id).collect();
    let parted = apis.iter().any(|api| cargo_features::groups(api).next().is_some());
    match features.as_slice() {
        _ if parted => None,
        [feature] => Some(quote!(#[cfg_attr(docsrs, doc(cfg(feature = #feature)))])),
        _ => Some(quote!(#[cfg_attr(docsrs, doc(cfg(any(#(feature = #features),*))))])),
    }
}

/// The docs of a service: the title of its newest version that is not withdrawn.
fn title(apis: &[&Api]) -> TokenStream {
    let current = apis.iter().filter(|api| api.legacy.is_none()).max_by_key(|api| &api.version);
    let api = current.or_else(|| apis.iter().max_by_key(|api| &api.version));
    api.map(|api| docs::Docs::text(&api.title).outer()).unwrap_or_default()
}

fn service_module(apis: &[&Api]) -> TokenStream {
    let modules = apis.iter().map(|api| {
        let (name, label) = (format_ident!("{}", api.modules[1]), label(&[api]));
        let [en, zh] =
            if api.legacy.is_some() { [" Withdrawn by the vendor.", "厂商已下线。"] } else { ["", ""] };
        let about =
            docs::Docs::own([&format!("API version {}.{en}", api.version), &format!("API 版本 {}。{zh}", api.version)])
                .outer();
        quote! {
            #label
            #about
            pub mod #name;
        }
    });
    quote!(#(#modules)*)
}
