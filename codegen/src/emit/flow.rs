//! Pages, waits and states.

use super::action::{members, request_name, response_name};
use super::docs::Docs;
use super::types::{integer, plain};
use crate::model::{Action, Api, Enum, Field, Match, Need, PageKind, Sensitivity, StateCase, StateView, Type, Waiter};
use heck::ToUpperCamelCase;
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// All that an action's module has of these.
pub(super) fn flows(api: &Api, action: &Action) -> TokenStream {
    let pages = pages(action);
    let waits = action.waiters.iter().map(|waiter| wait(api, action, waiter));
    let view = action.state_view.as_ref().map(|view| state_view(api, action, view));
    quote!(#pages #(#waits)* #view)
}

fn pages(action: &Action) -> Option<TokenStream> {
    let paginator = action.paginator.as_ref()?;
    let request = request_name(action);
    let builder = format_ident!("{}Builder", action.type_name);
    let position = action.parameter(&paginator.position)?;
    let (name, first) = (format_ident!("{}", position.name), integer(paginator.first));
    let by_index = paginator.kind == PageKind::Index;
    let items = path_of(action, &paginator.items);
    let (page, total) = match &paginator.total {
        Some(total) => {
            let total = path_of(action, total);
            (quote!(page), quote!(page.#total.map(i64::from)))
        }
        None => (quote!(_page), quote!(None)),
    };
    let position_value =
        if position.kind == Type::I64 { quote!(Some(position)) } else { quote!(i32::try_from(position).ok()) };
    let head = if action.parameters.iter().any(|field| field.need == Need::Required) {
        quote!(impl<S: state::Complete> #builder<S>)
    } else {
        quote!(impl #builder)
    };
    let docs = Docs::new("The pages of the list, one after the other.")
        .both(&paginator.doc.clone().unwrap_or_default())
        .outer();
    Some(quote! {
        impl crate::Paginated for #request {
            const FIRST: i64 = #first;
            const BY_INDEX: bool = #by_index;

            fn position(&self) -> Option<i64> {
                self.#name.map(i64::from)
            }

            fn set_position(&mut self, position: i64) {
                self.#name = #position_value;
            }

            fn items(page: &Self::Response) -> usize {
                page.#items.len()
            }

            fn total(#page: &Self::Response) -> Option<i64> {
                #total
            }

            fn fingerprint(page: &Self::Response) -> String {
                crate::wire::fingerprint(&page.#items)
            }
        }

        #head {
            #docs
            pub fn pages(self) -> crate::Pages<#request> {
                crate::Pages::new(self.call.core, self.call.request, self.call.options)
            }
        }
    })
}

/// A path in a response as an expression; the lists of pages stand at the top.
fn path_of(action: &Action, path: &[String]) -> TokenStream {
    let field = path.first().and_then(|wire| action.response.iter().find(|field| field.wire == *wire));
    let name = format_ident!("{}", field.map_or("missing", |field| field.name.as_str()));
    quote!(#name)
}

/// The text at a path of a response, as `Option<String>`.
fn text_at(api: &Api, action: &Action, path: &[String]) -> TokenStream {
    let mut fields: Vec<&Field> = action.response.iter().collect();
    let mut steps = Vec::new();
    for wire in path {
        let Some(field) = fields.iter().find(|field| field.wire == *wire).copied() else { return quote!(None) };
        steps.push(field);
        fields = match &field.kind {
            Type::Structure(of) => members(api, action, of).iter().collect(),
            _ => Vec::new(),
        };
    }
    let Some((last, outer)) = steps.split_last() else { return quote!(None) };
    let name = format_ident!("{}", last.name);
    let shown = matches!(last.kind, Type::Enum(_) | Type::Id(_) | Type::I32 | Type::I64 | Type::Boolean { .. });
    let of = |owner: TokenStream| {
        if shown { quote!(#owner.#name.as_ref().map(ToString::to_string)) } else { quote!(#owner.#name.clone()) }
    };
    match outer {
        [] => of(quote!(answer)),
        [first, ..] => {
            let outer = format_ident!("{}", first.name);
            if first.always {
                return of(quote!(answer.#outer));
            }
            let inner = of(quote!(v));
            quote!(answer.#outer.as_ref().and_then(|v| #inner))
        }
    }
}

fn wait(api: &Api, action: &Action, waiter: &Waiter) -> TokenStream {
    let (request, method) = (request_name(action), format_ident!("wait_until_{}", waiter.name));
    let required: Vec<&Field> = action.parameters.iter().filter(|field| field.need == Need::Required).collect();
    let arguments = required.iter().map(|field| {
        let (name, kind) = (format_ident!("{}", field.name), plain(field));
        quote!(#name: impl Into<#kind>)
    });
    let values = required.iter().map(|field| {
        let name = format_ident!("{}", field.name);
        quote!(#name: Some(#name.into()))
    });
    let rest = (required.len() < action.parameters.len()).then(|| quote!(..#request::default()));
    let state = text_at(api, action, &waiter.field);
    let reason = if let Some(path) = &waiter.reason {
        let reason = text_at(api, action, path);
        quote!(|answer| #reason)
    } else {
        quote!(|_| None)
    };
    let (about, success, failure, going) = (waiter.doc.en.trim(), &waiter.success, &waiter.failure, &waiter.going);
    let tolerate = waiter.tolerate.iter().filter_map(|name| {
        let row = api.errors.iter().find(|row| row.name == *name)?;
        Some(row.inner_code.clone().unwrap_or_else(|| match &row.code {
            Match::Exact(code) | Match::Prefix(code) => code.clone(),
        }))
    });
    let poll =
        [waiter.poll.first_seconds, waiter.poll.most_seconds, waiter.poll.deadline_seconds].map(|n| integer(n.into()));
    let minutes = waiter.poll.deadline_seconds / 60;
    let docs = Docs::text(&waiter.doc)
        .markdown(&format!(
            "Calls `{}` again and again, at most {minutes} minutes unless told otherwise. Set what you want, then `.await` it.\n\n\
             # Errors\n\n\
             [`State`](crate::ErrorKind::State) if it has failed or is in a state that is not known,\n\
             [`Timeout`](crate::ErrorKind::Timeout) at the deadline, and those of the call.",
            action.name
        ))
        .outer();
    quote! {
        impl Client {
            #docs
            pub fn #method(&self, #(#arguments),*) -> crate::Wait<#request> {
                static INFO: crate::wait::WaitInfo<#request> = crate::wait::WaitInfo {
                    about: #about,
                    state: |answer| #state,
                    reason: #reason,
                    success: &[#(#success),*],
                    failure: &[#(#failure),*],
                    going: &[#(#going),*],
                    tolerate: &[#(#tolerate),*],
                    poll: [#(#poll),*],
                };
                crate::Wait::new(self.core.clone(), #request { #(#values,)* #rest }, &INFO)
            }
        }
    }
}

fn state_view(api: &Api, action: &Action, view: &StateView) -> TokenStream {
    let Some((on, of)) = by_enum(api, action, &view.on) else { return TokenStream::new() };
    let (name, response) = (format_ident!("{}", view.name), response_name(action));
    let other = format_ident!("Other{}", view.name);
    let mut parts = TokenStream::new();
    let variants: Vec<TokenStream> = view.states.iter().map(|case| variant(of, case)).collect();
    let arms = view.states.iter().map(|case| {
        let (value, wanted) = (variant_name(of, &case.value), format_ident!("{}", of.name));
        let made = if case.name.is_some() {
            made(api, action, &|content| quote!(#name::#value(#content)), case, &mut parts)
        } else {
            quote!(#name::#value)
        };
        quote!(Some(#wanted::#value) => #made,)
    });
    let arms: Vec<TokenStream> = arms.collect();
    let field = format_ident!("{}", on.name);
    let docs = Docs::text(&view.doc).outer();
    let (enumeration, wire) = (format_ident!("{}", of.name), &on.wire);
    let about = format!(" The state as `{wire}` tells it, with just the fields that it has.");
    quote! {
        #docs
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
            #[doc = " A state that this version does not know, or one whose promised fields are not in the answer."]
            Other(#other),
        }

        #parts

        #[doc = " Not one of the documented states, or not all of one."]
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub struct #other {
            #[doc = " The state as the service wrote it."]
            pub state: Option<#enumeration>,
            #[doc = " All that came."]
            pub answer: Box<#response>,
            #[doc = " Fields that the documents promise for it, and that are not there."]
            pub missing: Vec<&'static str>,
        }

        impl #response {
            #[doc = #about]
            #[must_use]
            pub fn state(&self) -> #name {
                self.clone().into_state()
            }

            #[doc = #about]
            #[must_use]
            pub fn into_state(self) -> #name {
                let other = |missing: Vec<&'static str>, answer: Self| {
                    #name::Other(#other { state: answer.#field.clone(), missing, answer: Box::new(answer) })
                };
                match self.#field {
                    #(#arms)*
                    _ => other(Vec::new(), self),
                }
            }
        }
    }
}

/// A response field with its enum.
fn by_enum<'a>(api: &'a Api, action: &'a Action, wire: &str) -> Option<(&'a Field, &'a Enum)> {
    let field = action.response.iter().find(|field| field.wire == wire)?;
    let Type::Enum(name) = &field.kind else { return None };
    Some((field, api.enumeration(name)?))
}

fn variant_name(of: &Enum, value: &str) -> Ident {
    let found = of.values.iter().find(|v| v.wire == value);
    format_ident!("{}", found.map_or_else(|| value.to_upper_camel_case(), |v| v.name.clone()))
}

fn variant(of: &Enum, case: &StateCase) -> TokenStream {
    let name = variant_name(of, &case.value);
    let docs = of.values.iter().find(|v| v.wire == case.value).map(|v| Docs::text(&v.doc).outer());
    if let Some(inner) = &case.name {
        let inner = format_ident!("{inner}");
        quote!(#docs #name(#inner),)
    } else {
        quote!(#docs #name,)
    }
}

/// How the content of a state becomes the state.
type Wrap<'a> = &'a dyn Fn(TokenStream) -> TokenStream;

/// An expression that makes a state; adds the types that it needs to `parts`.
fn made(api: &Api, action: &Action, wrap: Wrap<'_>, case: &StateCase, parts: &mut TokenStream) -> TokenStream {
    let Some(name) = case.name.as_ref().map(|name| format_ident!("{name}")) else { return TokenStream::new() };
    let Some((by, of)) = case.by.as_deref().and_then(|by| by_enum(api, action, by)) else {
        return holder(action, wrap, &name, case, parts);
    };
    let variants = case.cases.iter().map(|case| variant(of, case));
    let about = format!(" What a state has, by `{}`.", by.wire);
    parts.extend(quote! {
        #[doc = #about]
        #[derive(Debug, Clone)]
        #[non_exhaustive]
        pub enum #name {
            #(#variants)*
        }
    });
    let (field, enumeration, wire) = (format_ident!("{}", by.name), format_ident!("{}", of.name), &by.wire);
    let arms: Vec<TokenStream> = case
        .cases
        .iter()
        .map(|inner| {
            let value = variant_name(of, &inner.value);
            let made = made(api, action, &|content| wrap(quote!(#name::#value(#content))), inner, parts);
            quote!(Some(#enumeration::#value) => #made,)
        })
        .collect();
    quote! {
        match self.#field {
            #(#arms)*
            _ => other(vec![#wire], self),
        }
    }
}

fn holder(action: &Action, wrap: Wrap<'_>, name: &Ident, case: &StateCase, parts: &mut TokenStream) -> TokenStream {
    let find = |wire: &String| action.response.iter().find(|field| field.wire == *wire);
    let promised: Vec<&Field> = case.fields.iter().filter_map(find).collect();
    let optional: Vec<&Field> = case.optional.iter().filter_map(find).collect();
    let member = |field: &Field, promised: bool| {
        let (docs, name, kind) = (Docs::text(&field.doc).outer(), format_ident!("{}", field.name), plain(field));
        if promised { quote!(#docs pub #name: #kind,) } else { quote!(#docs pub #name: Option<#kind>,) }
    };
    let members = promised.iter().map(|f| member(f, true)).chain(optional.iter().map(|f| member(f, false)));
    let about = format!(" What the state `{}` has.", case.value);
    let (derive, debug) = holder_debug(name, &[promised.as_slice(), optional.as_slice()].concat());
    parts.extend(quote! {
        #[doc = #about]
        #derive
        #[non_exhaustive]
        pub struct #name {
            #(#members)*
        }

        #debug
    });
    let names: Vec<Ident> = promised.iter().map(|field| format_ident!("{}", field.name)).collect();
    let rest: Vec<Ident> = optional.iter().map(|field| format_ident!("{}", field.name)).collect();
    let content = wrap(quote!(#name { #(#names,)* #(#rest,)* }));
    let checks = promised.iter().map(|field| {
        let (wire, name) = (&field.wire, format_ident!("{}", field.name));
        quote!((#wire, answer.#name.is_none()))
    });
    quote! {
        match self {
            Self { #(#names: Some(#names),)* #(#rest,)* .. } => #content,
            answer => other(crate::wire::missing(&[#(#checks),*]), answer),
        }
    }
}

/// Debug output of what a state has. What names a person is not shown; secrets are of a type that shows nothing.
fn holder_debug(name: &Ident, fields: &[&Field]) -> (TokenStream, TokenStream) {
    if fields.iter().all(|field| field.sensitivity != Some(Sensitivity::Pii)) {
        return (quote!(#[derive(Debug, Clone)]), TokenStream::new());
    }
    let text = name.to_string();
    let rows = fields.iter().map(|field| {
        let (name, member) = (&field.name, format_ident!("{}", field.name));
        if field.sensitivity == Some(Sensitivity::Pii) {
            quote!(.field(#name, &format_args!("{}", crate::REDACTED)))
        } else {
            quote!(.field(#name, &self.#member))
        }
    });
    let debug = quote! {
        impl ::std::fmt::Debug for #name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.debug_struct(#text)#(#rows)*.finish()
            }
        }
    };
    (quote!(#[derive(Clone)]), debug)
}
