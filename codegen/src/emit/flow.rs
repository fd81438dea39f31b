//! Pages and waits.

use super::access::{Accessor, number, text};
use super::docs::Docs;
use super::errors::codes;
use super::flow_docs::list_facts;
use super::literal::{integer, nowhere, refused};
use super::naming::Names;
use super::types::element;
use super::{builder, states};
use crate::model::{Action, Api, Field, PageKind, Paginator, Type, Waiter};
use crate::naming;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The pages, waits and view of an action, for its module.
pub(super) fn flows(api: &Api, action: &Action, names: &Names<'_>) -> TokenStream {
    let pages = pages(api, action, names);
    let waits = action.waiters.iter().map(|waiter| wait(api, action, names, waiter));
    let view = action.state_view.as_ref().map(|view| states::view(api, action, names, view));
    quote!(#pages #(#waits)* #view)
}

fn pages(api: &Api, action: &Action, names: &Names<'_>) -> Option<TokenStream> {
    let paginator = action.paginator.as_ref()?;
    let request = &names.request;
    let (Some(position), Some(items)) =
        (action.parameter(&paginator.position), Accessor::response(api, action, &paginator.items))
    else {
        return Some(refused(&format!("the pages of `{}`", action.name)));
    };
    let (by_index, path) = (paginator.kind == PageKind::Index, &paginator.items);
    let list = format_ident!("{}", items.last.name);
    let page = quote!(page);
    let count = items.made(&page, |owner| quote!(#owner.#list.len()), &quote!(0));
    let print = items.made(&page, |owner| quote!(crate::wire::fingerprint(&#owner.#list)), &quote!(String::new()));
    let (page, total) = match &paginator.total {
        Some(total) => {
            let total = Accessor::response(api, action, total)
                .map_or_else(|| nowhere(total), |accessor| accessor.number(&page).tokens());
            (page, total)
        }
        None => (quote!(_page), quote!(None)),
    };
    let counted = if paginator.kind == PageKind::Token {
        by_token(api, action, position, paginator)
    } else {
        by_number(position, paginator)
    };
    let head = builder::complete(names);
    let known = paginator.doc.clone().unwrap_or_default();
    let facts = list_facts(paginator);
    let docs = Docs::own(["Reads the list page by page.", "逐页读取列表。"]).facts(&facts).both(&known).outer();
    let item_docs = Docs::own([
        "Reads the list item by item, one page at a time. [`pages`](Self::pages) says how.",
        "逐项读取列表，每次取一页。读取方式见 [`pages`](Self::pages)。",
    ])
    .outer();
    let (item, taken) = (element(items.last), items.taken(&quote!(page)));
    Some(quote! {
        impl crate::Paginated for #request {
            type Item = #item;

            const BY_INDEX: bool = #by_index;
            const ITEMS: &'static [&'static str] = &[#(#path),*];

            #counted

            fn count(page: &Self::Response) -> usize {
                #count
            }

            fn into_items(page: Self::Response) -> Vec<#item> {
                #taken
            }

            fn total(#page: &Self::Response) -> Option<i64> {
                #total
            }

            fn fingerprint(page: &Self::Response) -> String {
                #print
            }
        }

        #head {
            #docs
            pub fn pages(self) -> crate::Pages<#request> {
                crate::Pages::new(self.call.core, self.call.request, self.call.options)
            }

            #item_docs
            pub fn items(self) -> crate::Items<#request> {
                self.pages().into_items()
            }
        }
    })
}

/// Positions that are numbers.
fn by_number(position: &Field, paginator: &Paginator) -> TokenStream {
    let (name, first) = (format_ident!("{}", position.name), integer(paginator.first.unwrap_or_default()));
    let asked = number(&quote!(self), position).tokens();
    let value = if position.kind == Type::I64 { quote!(Some(position)) } else { quote!(i32::try_from(position).ok()) };
    quote! {
        type Position = i64;

        const FIRST: i64 = #first;

        fn position(&self) -> Option<i64> {
            #asked
        }

        fn set_position(&mut self, position: i64) {
            self.#name = #value;
        }
    }
}

/// Positions that are tokens, from one page to the next.
fn by_token(api: &Api, action: &Action, position: &Field, paginator: &Paginator) -> TokenStream {
    let (name, path) = (format_ident!("{}", position.name), paginator.next.as_deref().unwrap_or_default());
    let next = Accessor::response(api, action, path)
        .map_or_else(|| nowhere(path), |accessor| text(api, &accessor.value(&quote!(page)), accessor.last));
    quote! {
        type Position = crate::PageToken;

        const FIRST: crate::PageToken = crate::PageToken::First;

        fn position(&self) -> Option<crate::PageToken> {
            crate::PageToken::requested(self.#name.as_deref())
        }

        fn set_position(&mut self, position: crate::PageToken) {
            self.#name = position.into_token();
        }

        fn token(page: &Self::Response) -> Option<String> {
            #next
        }
    }
}

/// The single value at a path of the response as a text, as `Option<String>`.
fn text_at(api: &Api, action: &Action, path: &[String]) -> TokenStream {
    let Some(accessor) = Accessor::response(api, action, path) else { return nowhere(path) };
    text(api, &accessor.value(&quote!(response)), accessor.last)
}

/// What a wait polls for, behind the request that it polls with. The client's method makes the request.
fn wait(api: &Api, action: &Action, names: &Names<'_>, waiter: &Waiter) -> TokenStream {
    let (request, method) = (&names.request, format_ident!("{}", naming::wait(&waiter.name)));
    let state = text_at(api, action, &waiter.field);
    let reason = if let Some(path) = &waiter.reason {
        let reason = text_at(api, action, path);
        quote!(|response| #reason)
    } else {
        quote!(|_| None)
    };
    let present = present(action, waiter);
    let (about, success, failure, going) = (waiter.doc.en.trim(), &waiter.success, &waiter.failure, &waiter.going);
    let tolerate = codes(api, &waiter.tolerate);
    let poll =
        [waiter.poll.first_seconds, waiter.poll.most_seconds, waiter.poll.deadline_seconds].map(|n| integer(n.into()));
    quote! {
        impl #request {
            pub(super) fn #method(self, core: &crate::client::Core) -> crate::Wait<Self> {
                static INFO: crate::wait::WaitInfo<#request> = crate::wait::WaitInfo {
                    about: #about,
                    state: |response| #state,
                    reason: #reason,
                    success: &[#(#success),*],
                    failure: &[#(#failure),*],
                    going: &[#(#going),*],
                    present: #present,
                    tolerate: &[#(#tolerate),*],
                    poll: [#(#poll),*],
                };
                crate::Wait::new(core.clone(), self, &INFO)
            }
        }
    }
}

/// Whether the field is there that ends a wait while its state is going.
fn present(action: &Action, waiter: &Waiter) -> TokenStream {
    let wire = waiter.present.as_deref().and_then(<[String]>::first);
    let Some(field) = action.response.iter().find(|field| Some(&field.wire) == wire) else { return quote!(|_| false) };
    let name = format_ident!("{}", field.name);
    if field.kind.is_list() {
        quote!(|response| !response.#name.is_empty())
    } else {
        quote!(|response| response.#name.is_some())
    }
}
