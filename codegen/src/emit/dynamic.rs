//! The table of an API version's operations by name, for the SDK's feature `dynamic`.

use super::docs::Docs;
use super::provider::Provider;
use crate::model::{Action, Api, Model};
use crate::naming;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// `dynamic.rs`.
pub(super) fn file(api: &Api) -> TokenStream {
    let docs = Docs::own(["The operations by name.", "按名称查找的接口。"]).inner();
    let provider = Provider::of(&api.provider).map(|provider| format_ident!("{}", format!("{provider:?}")));
    let (en, zh) = (api.title.en.trim(), api.title.zh.trim());
    let rows = api.actions.iter().map(row);
    quote! {
        #docs
        crate::dynamic::table::table!([#provider], [#en, #zh], #(#rows,)*);
    }
}

/// The module of an operation, whether it can be guarded, whether it has pages, and its waiters.
fn row(action: &Action) -> TokenStream {
    let module = format_ident!("{}", action.method);
    let guard = (!action.reconcile.is_empty()).then(|| quote!(guard));
    let pages = action.paginator.is_some().then(|| quote!(pages));
    let waits = action.waiters.iter().map(|waiter| {
        let (name, method) = (&waiter.name, format_ident!("{}", naming::wait(&waiter.name)));
        quote!(#name #method)
    });
    quote!(#module [#guard] [#pages] [#(#waits),*])
}

/// The tables of all API versions.
pub(super) fn tables(model: &Model) -> TokenStream {
    let tables = model.apis.iter().map(|api| {
        let [service, version] = api.modules.each_ref().map(|name| format_ident!("{name}"));
        quote!(&#service::#version::dynamic::TABLE)
    });
    quote! {
        #[cfg(feature = "dynamic")]
        pub(crate) static TABLES: &[&crate::dynamic::table::Table] = &[#(#tables),*];
    }
}
