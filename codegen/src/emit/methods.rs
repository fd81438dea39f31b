//! The client's methods for actions: one file and one `impl` block a group, so that rustdoc shows them together, under the group's title.

use super::docs::{Docs, deprecated};
use super::flow_docs::wait_facts;
use super::index::Indexed;
use super::labels::label;
use super::naming::Names;
use super::prose::prose;
use super::{describe, example, setters, shapes};
use crate::cargo_features;
use crate::model::{Action, Api, Group, Waiter};
use crate::{naming, reserved};
use proc_macro2::{Group as Tokens, Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use std::collections::BTreeSet;

/// The actions of a group, or those of none.
pub(super) struct Methods<'a> {
    group: Option<&'a Group>,
    actions: Vec<&'a Action>,
}

/// The groups that have actions in the order of the description, then the actions without one.
pub(super) fn by_group<'a>(api: &'a Indexed<'_>) -> Vec<Methods<'a>> {
    let of = |group: Option<&'a Group>| {
        let name = group.map(|group| group.name.as_str());
        let actions = api.actions.iter().filter(|action| action.group.as_deref() == name).collect();
        Methods { group, actions }
    };
    let all = api.groups.iter().map(Some).chain([None]).map(of);
    all.filter(|methods| !methods.actions.is_empty()).collect()
}

impl Methods<'_> {
    /// The module that has them.
    pub(super) fn module(&self) -> Ident {
        self.group.map_or_else(
            || format_ident!("{}", reserved::METHODS),
            |group| format_ident!("{}", reserved::methods_of(&group.name)),
        )
    }

    /// Whether they name a deprecated item.
    pub(super) fn names_deprecated(&self, api: &Indexed<'_>) -> bool {
        self.actions.iter().any(|action| shapes::names_deprecated(api, action))
    }

    /// The file.
    pub(super) fn file(&self, api: &Indexed<'_>) -> TokenStream {
        let about = Docs::own(["Methods of the client.", "客户端的方法。"]).inner();
        let methods = self.actions.iter().map(|action| of_action(api, action));
        let (title, label) = match self.group {
            Some(group) => {
                let docs = Docs::own([&format!("# {}", prose(&group.title.en)), &prose(&group.title.zh)]).outer();
                let feature = cargo_features::of_group(api, &group.name);
                (Some(docs), Some(label([feature])))
            }
            None => (None, None),
        };
        let types = imports(api, &self.actions);
        let modules = self.actions.iter().map(|action| format_ident!("{}", action.method));
        quote! {
            #about
            use super::{Client, #(#modules),*};
            #types

            #title
            #label
            impl Client {
                #(#methods)*
            }
        }
    }
}

/// The shared types that the arguments of waits name.
fn imports(api: &Indexed<'_>, actions: &[&Action]) -> Option<TokenStream> {
    let mut all = BTreeSet::new();
    for action in actions.iter().filter(|action| !action.waiters.is_empty()) {
        let required = Names::of(action).required;
        let named = shapes::named(required.iter().map(|parameter| parameter.field));
        let shared: BTreeSet<&str> = shapes::shared(api, action).into_iter().collect();
        all.extend(named.intersection(&shared).map(|name| format_ident!("{name}")));
    }
    (!all.is_empty()).then(|| {
        let all = all.iter();
        quote!(use super::types::{#(#all),*};)
    })
}

/// The method that starts a call, then the waits that poll with it.
fn of_action(api: &Indexed<'_>, action: &Action) -> TokenStream {
    let names = Names::of(action);
    let (module, builder) = (&names.method, &names.builder);
    let docs = describe::action(api, action).markdown(&example::markdown(api, action)).outer();
    let deprecation = deprecated(action.history.as_ref());
    let aliases = aliases(action);
    let waits = action.waiters.iter().map(|waiter| wait(api, action, &names, waiter));
    quote! {
        #docs
        #aliases
        #deprecation
        pub fn #module(&self) -> #module::#builder {
            #module::#builder { call: crate::builder::Call::new(&self.core) }
        }

        #(#waits)*
    }
}

/// Other words by which the search of rustdoc finds the method.
fn aliases(action: &Action) -> Option<TokenStream> {
    let aliases = &action.aliases;
    (!aliases.is_empty()).then(|| quote!(#[doc(alias(#(#aliases),*))]))
}

fn wait(api: &Indexed<'_>, action: &Action, names: &Names<'_>, waiter: &Waiter) -> TokenStream {
    let (module, request) = (&names.method, &names.request);
    let values = names.required.iter().map(|parameter| {
        let (_, value) = setters::argument(parameter.field, &parameter.name);
        let name = &parameter.name;
        quote!(#name: #value)
    });
    let signature = wait_signature(api, action, names, waiter);
    let rest = (names.required.len() < action.parameters.len()).then(|| quote!(..#module::#request::default()));
    let method = format_ident!("{}", naming::wait(&waiter.name));
    let docs = Docs::item(&waiter.doc, &wait_facts(api, action, waiter))
        .markdown(
            "# Errors\n\n\
             [`State`](crate::ErrorKind::State) in a state that means failure, [`UnknownState`](crate::ErrorKind::UnknownState) in a\n\
             state that this version does not know, [`Timeout`](crate::ErrorKind::Timeout) at the deadline, and the errors of a call.",
        )
        .markdown(
            "状态表示失败时为 [`State`](crate::ErrorKind::State)，遇到本版本不认识的状态时为 [`UnknownState`](crate::ErrorKind::UnknownState)，\n\
             到期时为 [`Timeout`](crate::ErrorKind::Timeout)，此外还有一次调用的各种错误。",
        )
        .outer();
    let deprecation = deprecated(action.history.as_ref());
    quote! {
        #docs
        #deprecation
        pub #signature {
            #module::#request { #(#values,)* #rest }.#method(&self.core)
        }
    }
}

/// `fn wait_until_issued(&self, order_id: impl Into<OrderId>) -> crate::Wait<describe_state::Request>`
pub(super) fn wait_signature(api: &Api, action: &Action, names: &Names<'_>, waiter: &Waiter) -> TokenStream {
    let (module, request) = (&names.method, &names.request);
    let shared = shapes::shared(api, action);
    let own = shapes::in_place(action).into_iter().map(|of| of.name.as_str()).filter(|name| !shared.contains(name));
    let own: BTreeSet<&str> = own.collect();
    let arguments = names.required.iter().map(|parameter| {
        let (kind, _) = setters::argument(parameter.field, &parameter.name);
        let (name, kind) = (&parameter.name, outside(kind, module, &own));
        quote!(#name: #kind)
    });
    let method = format_ident!("{}", naming::wait(&waiter.name));
    quote!(fn #method(&self, #(#arguments),*) -> crate::Wait<#module::#request>)
}

/// A type as written in an action's module, for use outside of it: `own` are the structures that the module defines.
fn outside(kind: TokenStream, module: &Ident, own: &BTreeSet<&str>) -> TokenStream {
    let each = |token| match token {
        TokenTree::Ident(name) if own.contains(name.to_string().as_str()) => quote!(#module::#name),
        TokenTree::Group(group) => {
            let inside = outside(group.stream(), module, own);
            TokenTree::Group(Tokens::new(group.delimiter(), inside)).into()
        }
        other => other.into(),
    };
    kind.into_iter().map(each).collect::<Vec<TokenStream>>().into_iter().collect()
}
