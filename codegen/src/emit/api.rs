//! The modules of an API version.

use super::docs::{Docs, allowed};
use super::files::Files;
use super::index::Indexed;
use super::labels::{Labels, label};
use super::{about, action, client, dynamic, errors, methods, shapes, structure, types};
use crate::cargo_features;
use crate::model::{Api, defined};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// Adds the files of an API version below `folder`. `api` is the part of `whole` that features turn on.
pub(super) fn files(whole: &Api, api: &Api, folder: &str, files: &mut Files) {
    let api = &Indexed::new(whole, api);
    files.add(format!("{folder}/mod.rs"), || module(api));
    files.add(format!("{folder}/client.rs"), || client::client(api));
    if !api.errors.is_empty() {
        files.add(format!("{folder}/error_code.rs"), || errors::file(api));
    }
    files.add(format!("{folder}/types.rs"), || shared(api));
    files.add(format!("{folder}/dynamic.rs"), || dynamic::file(api));
    for methods in methods::by_group(api) {
        files.add(format!("{folder}/{}.rs", methods.module()), || methods.file(api));
    }
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
    let methods = methods::by_group(api);
    let deprecated = allowed(methods.iter().any(|methods| methods.names_deprecated(api)));
    let methods = methods.iter().map(|methods| {
        let (name, allowed) = (methods.module(), allowed(methods.names_deprecated(api)));
        quote!(#allowed mod #name;)
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
        #[cfg(feature = "dynamic")]
        #deprecated
        pub(crate) mod dynamic;
        #code_module
        #(#methods)*
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
