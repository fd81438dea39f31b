//! The builder of an action. Its type tracks which required parameters are set, so a call that lacks one does not compile.
//!
//! Required parameters are a tuple of `Set` and `Unset` behind one type parameter. `send` requires `S: Complete`, and a hidden trait for each
//! parameter carries the message that the compiler prints. A parameter that used to be required keeps its alias (`was_required_until`).

use super::docs::{Docs, deprecated};
use super::index::Indexed;
use super::naming::{Names, Parameter};
use super::prose::prose;
use super::{describe, rules, setters};
use crate::model::{Action, Field, Need};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// Builder and its states.
pub(super) fn builder(api: &Indexed<'_>, action: &Action, names: &Names<'_>) -> TokenStream {
    let states = states(action, names);
    let Names { builder, request, response, .. } = names;
    let about = Docs::own([
        &format!("Builds a request of `{}`. Set parameters, then await it.", action.name),
        &format!("构造 `{}` 的请求。设置参数后对其 await 即可。", action.name),
    ])
    .facts(&describe::in_full(action))
    .markdown(&rules::section(action))
    .outer();
    let (generic, state) = if names.required.is_empty() {
        (TokenStream::new(), TokenStream::new())
    } else {
        (quote!(<S = state::Empty>), quote!(S))
    };
    let deprecation = deprecated(action.history.as_ref());
    let all_setters = all_setters(api, action, names);
    let mut out = states;
    out.extend([
        quote! {
            #about
            #deprecation
            #[must_use = "a builder does nothing until it is awaited, by itself or by `.send()`"]
            pub struct #builder #generic {
                pub(super) call: crate::builder::Call<#request, #state>,
            }
        },
        all_setters,
        quote!(crate::builder::builder!(#builder #state #request #response);),
    ]);
    out
}

/// The head of an impl block for a builder with all required parameters set.
pub(super) fn complete(names: &Names<'_>) -> TokenStream {
    let builder = &names.builder;
    if names.required.is_empty() { quote!(impl #builder) } else { quote!(impl<S: state::Complete> #builder<S>) }
}

/// The types that track which required parameters of a builder are set.
fn states(action: &Action, names: &Names<'_>) -> TokenStream {
    if names.required.is_empty() {
        return TokenStream::new();
    }
    let all: Vec<&Ident> = names.required.iter().map(|parameter| &parameter.state).collect();
    let aliases = names.required.iter().map(|Parameter { field, state, with, .. }| {
        let about =
            Docs::own([&format!("`S` with `{}` set.", field.wire), &format!("设置了 `{}` 的 `S`。", field.wire)])
                .outer();
        quote! {
            #about
            pub type #with<S> = <S as State>::#state;
        }
    });
    let former = names.former.iter().map(|Parameter { field, with, .. }| {
        let about = Docs::own([
            &format!("`{}` is no longer required, so this is `S`.", field.wire),
            &format!("`{}` 不再是必填参数，因此即为 `S`。", field.wire),
        ])
        .outer();
        quote! {
            #about
            pub type #with<S> = S;
        }
    });
    let rows = names.required.iter().map(|Parameter { field, state, proof, .. }| {
        let next = all.iter().map(|other| if *other == state { quote!(Set) } else { quote!(#other) });
        let message = format!("required parameter `{}` of `{}` is not set", field.wire, action.name);
        let label = format!("call `.{}(...)` before this", field.name);
        quote!(#state (#(#next,)*) #proof #message #label,)
    });
    // Not part of the macro: the compiler quotes these bounds to a caller who forgot a parameter, and would quote a whole macro call.
    let bounds = names.required.iter().map(|Parameter { state, proof, .. }| quote!(#state: #proof));
    let (unset, set) = (all.iter().map(|_| quote!(Unset)), all.iter().map(|_| quote!(Set)));
    let members = all.iter().map(|name| quote!(#[doc(hidden)] type #name: State;));
    quote! {
        #[doc = " Types that track which required parameters of a builder are set. You need these names only in signatures of your own helpers.\u{1f}\u{1f} 记录构造器已设置哪些必填参数的类型，仅在自行编写的函数签名中用到。"]
        pub mod state {
            use crate::builder::{Set, Unset};

            #[doc = " A state of the builder.\u{1f}\u{1f} 构造器的状态。"]
            pub trait State: 'static {
                #(#members)*
            }

            #[doc = " Every required parameter is set.\u{1f}\u{1f} 已设置全部必填参数。"]
            pub trait Complete: State {}

            #(#aliases)*
            #(#former)*

            #[doc = " No required parameter is set.\u{1f}\u{1f} 尚未设置任何必填参数。"]
            pub type Empty = (#(#unset,)*);
            #[doc = " All required parameters are set.\u{1f}\u{1f} 已设置全部必填参数。"]
            pub type Full = (#(#set,)*);

            crate::builder::states!(#(#rows)*);

            impl<#(#all),*> Complete for (#(#all,)*) where #(#bounds),* {}
        }
    }
}

fn all_setters(api: &Indexed<'_>, action: &Action, names: &Names<'_>) -> TokenStream {
    let builder = &names.builder;
    let required = names.required.iter().map(|Parameter { field, name, with, .. }| {
        let docs = setters::docs(api, action, field);
        let (argument, value) = setters::argument(field, &format_ident!("value"));
        let deprecation = deprecated(field.history.as_ref());
        quote! {
            #docs
            #deprecation
            pub fn #name(mut self, value: #argument) -> #builder<state::#with<S>> {
                self.call.request.#name = #value;
                #builder { call: self.call.state() }
            }
        }
    });
    let optional: Vec<TokenStream> = action
        .parameters
        .iter()
        .filter(|field| field.need != Need::Required)
        .map(|field| {
            let (docs, name) = (setters::docs(api, action, field), format_ident!("{}", field.name));
            let (argument, value) = setters::argument(field, &format_ident!("value"));
            let deprecation = deprecated(field.history.as_ref());
            quote! {
                #docs
                #deprecation
                pub fn #name(mut self, value: #argument) -> Self {
                    self.call.request.#name = #value;
                    self
                }
            }
        })
        .collect();
    let optional: Vec<TokenStream> = optional.into_iter().chain(action.parameters.iter().filter_map(unless)).collect();
    let (head, tail) = head(names);
    let required = (!names.required.is_empty()).then(|| {
        quote! {
            #[doc = " # Required parameters"]
            impl #head #builder #tail {
                #(#required)*
            }
        }
    });
    let optional = (!optional.is_empty()).then(|| {
        quote! {
            #[doc = " # Optional parameters"]
            impl #head #builder #tail {
                #(#optional)*
            }
        }
    });
    required.into_iter().chain(optional).collect()
}

/// The method that sends the other value of a boolean with a preset.
fn unless(field: &Field) -> Option<TokenStream> {
    let (method, preset) = (field.unless.as_ref()?, field.preset.as_ref()?.as_bool()?);
    let (name, of, other) = (format_ident!("{method}"), format_ident!("{}", field.name), !preset);
    let docs = Docs::new(&format!("Sets [`{of}`](Self::{of}) to `{other}`; the client sends `{preset}` otherwise."))
        .markdown(&prose(&field.doc.en))
        .paragraph(&format!(
            "将 [`{of}`](Self::{of}) 设为 `{other}`；否则客户端发送 `{preset}`。{}",
            prose(&field.doc.zh)
        ))
        .outer();
    Some(quote! {
        #docs
        pub fn #name(mut self) -> Self {
            self.call.request.#of = Some(#other);
            self
        }
    })
}

/// The generics of an impl block and of the builder in it.
fn head(names: &Names<'_>) -> (TokenStream, TokenStream) {
    if names.required.is_empty() {
        (TokenStream::new(), TokenStream::new())
    } else {
        (quote!(<S: state::State>), quote!(<S>))
    }
}
