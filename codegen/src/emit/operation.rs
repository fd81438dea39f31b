//! What the runtime asks a request for: its effect, its problems, its defaults.

use super::literal::{default_value, effect, method};
use super::naming::Names;
use super::{condition, cooldown, problems, reconcile, shapes};
use crate::model::{Action, Api, Field, Fill, Need};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// The impl of `Operation` for the request of an action.
pub(super) fn operation(api: &Api, action: &Action, names: &Names<'_>) -> TokenStream {
    let (request, response) = (&names.request, &names.response);
    let (name, envelopes) = (&action.name, &action.envelopes);
    let methods = methods(api, action);
    let special = action.effect_when.iter().map(|(when, then)| {
        let (when, then) = (condition::expression(api, action, when), effect(*then));
        quote!(if #when { return #then; })
    });
    let usual = effect(action.effect);
    let problems = problems::body(api, action);
    let defaults: Vec<TokenStream> = action.parameters.iter().filter_map(default).collect();
    let defaults = (!defaults.is_empty()).then(|| {
        quote! {
            fn fill_defaults(&mut self) {
                #(#defaults)*
            }
        }
    });
    let filled: Vec<TokenStream> = action.parameters.iter().filter_map(filled).collect();
    let filled = (!filled.is_empty()).then(|| {
        quote! {
            fn unfilled(&mut self, fill: &mut dyn FnMut(crate::operation::Fill, &mut Option<String>)) {
                #(#filled)*
            }
        }
    });
    // An empty key is none: the caller does not want one.
    let keyed = action.repeat_key().map(|key| {
        let name = format_ident!("{}", key.name);
        quote!(if self.#name.as_deref().is_some_and(|key| !key.is_empty()) { return crate::api::Effect::Idempotent; })
    });
    let recipe = reconcile::words(action).map(|words| quote!(.find_out(#words)));
    let cooldowns = cooldown::cooldowns(api, action);
    quote! {
        impl crate::Operation for #request {
            type Response = #response;

            const ACTION: &'static crate::operation::ActionInfo =
                &crate::operation::ActionInfo::new(#name, &[#(#envelopes),*], #methods)#recipe;

            fn effect(&self) -> crate::api::Effect {
                #keyed
                #(#special)*
                #usual
            }

            fn problems(&self) -> Vec<crate::Problem> {
                #problems
            }

            #defaults

            #filled

            #cooldowns
        }
    }
}

/// The HTTP methods of an action, the default first. GET is left out if a parameter is secret, so that it never gets into a URL.
pub(super) fn methods(api: &Api, action: &Action) -> TokenStream {
    let methods = shapes::methods(api, action).map(method);
    quote!(&[#(#methods),*])
}

/// A parameter that the client fills in.
fn filled(field: &Field) -> Option<TokenStream> {
    let name = format_ident!("{}", field.name);
    let by = match field.fill? {
        Fill::RepeatKey => quote!(RepeatKey),
        Fill::Region => quote!(Region),
    };
    Some(quote!(fill(crate::operation::Fill::#by, &mut self.#name);))
}

/// What is sent if the caller sets nothing: the default of a required parameter, or a preset.
fn default(field: &Field) -> Option<TokenStream> {
    let ((Need::Defaulted(value), _) | (_, Some(value))) = (&field.need, &field.preset) else { return None };
    let (name, value) = (format_ident!("{}", field.name), default_value(field, value));
    Some(quote!(self.#name.get_or_insert(#value);))
}
