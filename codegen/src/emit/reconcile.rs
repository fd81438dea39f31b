//! Reconciliation recipes: they tell whether a call whose response was lost was executed.

use super::access::{Accessor, text, value};
use super::builder::complete;
use super::condition::absent;
use super::docs::Docs;
use super::errors::codes;
use super::flow_docs::recipe_facts;
use super::literal::{default_value, nowhere, refused};
use super::naming::Names;
use super::shapes::members;
use crate::model::{Action, Api, Base, Field, Probe, Reconcile, Type, defined};
use indexmap::IndexMap;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};

/// What the error of a call that may have been executed tells its caller to do.
pub(super) fn words(recipe: &Reconcile) -> String {
    let told: Vec<&str> = recipe.doc.en.split_whitespace().collect();
    format!("Probe with {}: {}", recipe.action, told.join(" "))
}

/// The recipe of an action, and the builder's method that starts a guarded call.
pub(super) fn reconcile(api: &Api, action: &Action, names: &Names<'_>) -> Option<TokenStream> {
    let recipe = action.reconcile.as_ref()?;
    let Some(probe) = api.action(&recipe.action) else {
        return Some(refused(&format!("`{}` to probe with", recipe.action)));
    };
    let (request, probed_by) = (&names.request, &recipe.action);
    let docs =
        Docs::new("Probes what the call would change, so that its outcome can be found out if the response is lost.")
            .markdown("Does not send the call yet: call `send` on the [`Guarded`](crate::Guarded) that it returns.")
            .markdown("查询此调用将改变的内容，以便在响应丢失时判断结果。此时尚未发送：请对返回的 [`Guarded`](crate::Guarded) 调用 `send`。")
            .facts(&recipe_facts(api, recipe))
            .both(&recipe.doc)
            .markdown("# Errors\n\nThe errors of validating the request and of the probe.\n\n校验请求和查询时的错误。")
            .outer();
    let (head, item) = (complete(names), item_type(api, probe, &recipe.probe));
    let (kind, body) = (kind(api, &recipe.probe), probe_body(api, action, probe, recipe));
    Some(quote! {
        impl crate::Reconcile for #request {
            type Item = #item;

            const PROBE: &'static str = #probed_by;
            const RECIPE: crate::reconcile::Recipe = #kind;

            fn probe(&self, probe: crate::reconcile::Probe) -> crate::Pending<crate::reconcile::Seen<Self::Item>> {
                #body
            }
        }

        #head {
            #docs
            pub fn guard(self) -> crate::Pending<crate::Guarded<#request>> {
                crate::Guarded::begin(self.call.core, self.call.request, self.call.options)
            }
        }
    })
}

/// The type of the items of the list; an empty one if the recipe reads no list.
fn item_type(api: &Api, probe: &Action, kind: &Probe) -> TokenStream {
    let Probe::Listing { items, .. } = kind else { return quote!(::std::convert::Infallible) };
    let Some(of) = Accessor::response(api, probe, items).and_then(|accessor| accessor.last.kind.structure()) else {
        return nowhere(items);
    };
    let (here, name) = (format_ident!("{}", probe.method), format_ident!("{of}"));
    if defined(probe.parameters.iter().chain(&probe.response)).iter().any(|own| own.name == of) {
        quote!(super::#here::#name)
    } else {
        quote!(super::types::#name)
    }
}

fn kind(api: &Api, kind: &Probe) -> TokenStream {
    match kind {
        Probe::Counter { .. } => quote!(crate::reconcile::Recipe::Counter),
        Probe::State { before, executed, not_executed, executed_errors, .. } => {
            let errors = codes(api, executed_errors);
            quote! {
                crate::reconcile::Recipe::State {
                    before: &[#(#before),*],
                    executed: &[#(#executed),*],
                    not_executed: &[#(#not_executed),*],
                    executed_errors: &[#(#errors),*],
                }
            }
        }
        Probe::Listing { compare_before, .. } => {
            quote!(crate::reconcile::Recipe::Listing { compare_before: #compare_before })
        }
    }
}

/// The body of a probe: the request that only reads, and what it takes from the response.
fn probe_body(api: &Api, action: &Action, probe: &Action, recipe: &Reconcile) -> TokenStream {
    let Names { method: module, request, .. } = Names::of(probe);
    let given = recipe.with.iter().map(|(theirs, ours)| match (probe.parameter(theirs), action.parameter(ours)) {
        (Some(theirs), Some(ours)) => hand_over(api, ours, theirs),
        _ => nowhere(&[theirs.clone(), ours.clone()]),
    });
    let given: Vec<TokenStream> = given.collect();
    let mutable = (!given.is_empty()).then(|| quote!(mut));
    let seen = match &recipe.probe {
        Probe::Counter { field } => {
            let count = Accessor::response(api, probe, field)
                .map_or_else(|| nowhere(field), |accessor| accessor.number(&quote!(response)).tokens());
            quote!(probe.once(request, |response| crate::reconcile::Seen::Count(#count)))
        }
        Probe::State { field, .. } => {
            let state = Accessor::response(api, probe, field).map(Accessor::away).map_or_else(
                || nowhere(field),
                |accessor| text(api, &accessor.value(&quote!(response)), accessor.last),
            );
            quote!(probe.once(request, |response| crate::reconcile::Seen::State(#state)))
        }
        Probe::Listing { items, matching, .. } => listing(api, action, probe, items, matching),
    };
    quote! {
        let #mutable request = super::#module::#request::default();
        #(#given)*
        #seen
    }
}

/// Gives a parameter of the probe the value of one of the call.
fn hand_over(api: &Api, ours: &Field, theirs: &Field) -> TokenStream {
    let (from, to, wire) = (format_ident!("{}", ours.name), format_ident!("{}", theirs.name), &ours.wire);
    if ours.kind.is_list() {
        return quote! {
            if self.#from.is_empty() {
                return probe.needs(#wire);
            }
            request.#to = self.#from.clone();
        };
    }
    let own = if copies(api, &ours.kind) { quote!(self.#from) } else { quote!(self.#from.clone()) };
    let filled =
        |value: &TokenStream| if theirs.kind.is_list() { quote!(Vec::from([#value])) } else { quote!(Some(#value)) };
    if let Some(default) = &ours.default {
        let (default, value) = (default_value(ours, default), quote!(value));
        let filled = filled(&value);
        let plain = matches!(ours.kind, Type::I32 | Type::I64 | Type::Boolean { .. });
        let own = if plain { quote!(#own.unwrap_or(#default)) } else { quote!(#own.unwrap_or_else(|| #default)) };
        return quote! {
            let value = #own;
            request.#to = #filled;
        };
    }
    let value = quote!(value);
    let filled = filled(&value);
    quote! {
        let Some(value) = #own else { return probe.needs(#wire) };
        request.#to = #filled;
    }
}

fn copies(api: &Api, kind: &Type) -> bool {
    match kind {
        Type::I32 | Type::I64 | Type::Boolean { .. } => true,
        Type::Id(name) => api.ids.iter().any(|id| id.name == *name && id.base != Base::String),
        _ => false,
    }
}

/// Every item with the id that identifies it, and whether it can be what the call creates.
fn listing(
    api: &Api,
    action: &Action,
    probe: &Action,
    items: &[String],
    matching: &IndexMap<String, String>,
) -> TokenStream {
    let Some(accessor) = Accessor::response(api, probe, items) else { return nowhere(items) };
    let fields = accessor.last.kind.structure().map_or(&[][..], |of| members(api, probe, of));
    let (mut needed, mut equal) = (Vec::new(), Vec::new());
    for (theirs, ours) in matching {
        let path: Vec<String> = ours.split('.').map(str::to_owned).collect();
        let (Some(member), Some(parameter)) =
            (fields.iter().find(|field| field.wire == *theirs), Accessor::parameter(api, action, &path))
        else {
            return nowhere(&[theirs.clone(), ours.clone()]);
        };
        let gone = absent(api, action, &path);
        needed.push(quote!(if #gone { return probe.needs(#ours); }));
        let (one, other) = (value(api, &quote!(item), member, true), parameter.value(&quote!(asked)));
        let (one, other) = (one.tokens(), other.tokens());
        equal.push(quote!(#one == #other));
    }
    let known = fields.iter().find(|field| matches!(field.kind, Type::Id(_)));
    let id = known.map_or_else(
        || quote!(Some(crate::wire::fingerprint(item))),
        |id| text(api, &value(api, &quote!(item), id, true), id),
    );
    let list = accessor.taken(&quote!(response));
    let read = if probe.paginator.is_some() { quote!(pages) } else { quote!(list) };
    let path = probe.paginator.is_none().then(|| quote!(&[#(#items),*],));
    quote! {
        #(#needed)*
        let asked = self.clone();
        probe.#read(request, #path move |response| {
            crate::reconcile::items(#list, |item| (#id, #(#equal)&&*))
        })
    }
}
