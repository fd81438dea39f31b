//! The modules of an API version.

use super::docs::{Docs, allowed};
use super::files::Files;
use super::index::Indexed;
use super::{about, action, client, errors, shapes, structure, types};
use crate::cargo_features;
use crate::model::{Api, defined};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use std::collections::{BTreeMap, BTreeSet};

/// Adds the files of an API version below `folder`. `api` is the part of `whole` that features turn on.
pub(super) fn files(whole: &Api, api: &Api, folder: &str, files: &mut Files) {
    let api = &Indexed::new(whole, api);
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

fn module(api: &Indexed<'_>) -> TokenStream {
    let docs = about::docs(api).inner();
    let modules = api.actions.iter().map(|action| {
        let name = format_ident!("{}", action.method);
        let allowed = allowed(shapes::names_deprecated(api, action));
        let label = action.group.is_some().then(|| label([cargo_features::of_action(api, action)]));
        quote!(#allowed #label pub mod #name;)
    });
    let types = allowed(
        api.enums.iter().any(shapes::enum_deprecated) || api.structures().into_iter().any(shapes::structure_deprecated),
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

fn shared(api: &Indexed<'_>) -> TokenStream {
    let docs =
        Docs::own(["Ids, enums and structures that several actions share.", "多个接口共用的 ID、枚举和结构。"]).inner();
    let labels = Labels::of(api.whole);
    let labelled = |name: &str, item: TokenStream| labels.before(name, item);
    let ids = api.ids.iter().map(|id| labelled(&id.name, types::id(api, id)));
    let enums = shapes::used_enums(api).into_iter().map(|of| labelled(&of.name, types::enumeration(api, of)));
    let inside = defined(api.types.iter().flat_map(|of| &of.fields));
    let parts = api.types.iter().chain(inside);
    let parts = parts.map(|of| labelled(&of.name, structure::part(api, of, api.sent.contains(of.name.as_str()))));
    quote! {
        #docs
        #(#ids)*
        #(#enums)*
        #(#parts)*
    }
}

/// What docs of all features say an item needs: any of these.
fn label(features: impl IntoIterator<Item = String>) -> TokenStream {
    let features: Vec<String> = features.into_iter().collect();
    if let [feature] = features.as_slice() {
        quote!(#[cfg_attr(docsrs, doc(cfg(feature = #feature)))])
    } else {
        quote!(#[cfg_attr(docsrs, doc(cfg(any(#(feature = #features),*))))])
    }
}

/// The features that shared items need.
struct Labels<'a> {
    users: BTreeMap<&'a str, BTreeSet<String>>,
    /// How many features have actions. What all of them use needs no label.
    features: usize,
}

impl<'a> Labels<'a> {
    fn of(whole: &'a Api) -> Self {
        let features: BTreeSet<String> =
            whole.actions.iter().map(|action| cargo_features::of_action(whole, action)).collect();
        // Without groups, the API version as a whole has the label.
        let users = if features.len() > 1 { cargo_features::users(whole) } else { BTreeMap::new() };
        Self { users, features: features.len() }
    }

    /// The item with its label.
    fn before(&self, name: &str, item: TokenStream) -> TokenStream {
        match self.users.get(name).filter(|users| users.len() < self.features) {
            Some(users) => {
                let mut out = label(users.iter().cloned());
                out.extend(item);
                out
            }
            None => item,
        }
    }
}
