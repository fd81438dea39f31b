//! Reconciliation recipes: they tell whether a call whose response was lost was executed.

use super::access::{Accessor, shared, text, value};
use super::builder::complete;
use super::condition::absent;
use super::docs::Docs;
use super::errors::codes as error_codes;
use super::flow_docs::recipe_facts;
use super::literal::{default_value, integer, nowhere, refused};
use super::naming::Names;
use super::words::codes;
use crate::model::{Action, Api, Base, Field, Given, Need, Probe, Reconcile, Text, Type, defined};
use indexmap::IndexMap;
use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;

/// The docs of the builder's method that takes up a guarded call.
const AGAIN: &str = " Takes up a guarded call that another process may have sent, by the probe that it saved. See [`Guarded`](crate::Guarded).\u{1f}\u{1f} 根据先前保存的查询结果，接手另一进程可能已发送的调用。参见 [`Guarded`](crate::Guarded)。";

/// What the error of a call that may have been executed tells its caller to do.
pub(super) fn words(action: &Action) -> Option<String> {
    let told = |doc: &Text| doc.en.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(doc) = &action.nothing_shows {
        return Some(format!("No action shows it: {}", told(doc)));
    }
    let all = action.reconcile.iter().enumerate().map(|(number, recipe)| {
        let probe = if number == 0 { "Probe" } else { "Also probe" };
        format!("{probe} with {}: {}", recipe.action, told(&recipe.doc))
    });
    let all: Vec<String> = all.collect();
    (!all.is_empty()).then(|| all.join(" "))
}

/// The recipes of an action, and the builder's method that starts a guarded call.
pub(super) fn reconcile(api: &Api, action: &Action, names: &Names<'_>) -> Option<TokenStream> {
    if action.reconcile.is_empty() {
        return None;
    }
    let (mut item, mut rows, mut bodies) = (quote!(::std::convert::Infallible), Vec::new(), Vec::new());
    for recipe in &action.reconcile {
        let Some(probe) = api.action(&recipe.action) else {
            return Some(refused(&format!("`{}` to probe with", recipe.action)));
        };
        if let Probe::Listing { items, .. } = &recipe.probe {
            item = item_type(api, probe, items);
        }
        let (probed_by, kind) = (&recipe.action, kind(api, &recipe.probe));
        rows.push(quote!((#probed_by, #kind)));
        bodies.push(probe_body(api, action, probe, recipe));
    }
    let (number, body) = by_number(bodies);
    let (request, head, docs) = (&names.request, complete(names), docs(api, action));
    Some(quote! {
        impl crate::Reconcile for #request {
            type Item = #item;

            const RECIPES: &'static [(&'static str, crate::reconcile::Recipe)] = &[#(#rows),*];

            fn probe(
                &self,
                #number: usize,
                probe: crate::reconcile::Probe,
            ) -> crate::Pending<crate::reconcile::Seen<Self::Item>> {
                #body
            }
        }

        #head {
            #docs
            pub fn guard(self) -> crate::Pending<crate::Guarded<#request>> {
                crate::Guarded::begin(self.call.core, self.call.request, self.call.options)
            }

            #[doc = #AGAIN]
            pub fn guard_again(self, saved: &crate::SavedProbe) -> crate::Pending<crate::Guarded<#request>> {
                crate::Guarded::again(self.call.core, self.call.request, self.call.options, saved.clone())
            }
        }
    })
}

/// The name of the parameter with a recipe's number, and the body that probes by it.
fn by_number(mut bodies: Vec<TokenStream>) -> (TokenStream, TokenStream) {
    let last = bodies.pop();
    if bodies.is_empty() {
        return (quote!(_), quote!(#last));
    }
    if let [first] = bodies.as_slice() {
        return (quote!(recipe), quote!(if recipe == 0 { #first } else { #last }));
    }
    let numbers = (0..bodies.len()).map(Literal::usize_unsuffixed);
    (quote!(recipe), quote!(match recipe { #(#numbers => { #bodies })* _ => { #last } }))
}

/// The docs of the builder's method.
fn docs(api: &Api, action: &Action) -> TokenStream {
    let mut docs =
        Docs::new("Probes what the call would change, so that its outcome can be found out if the response is lost.")
            .markdown("Does not send the call yet: call `send` on the [`Guarded`](crate::Guarded) that it returns.")
            .markdown("查询此调用将改变的内容，以便在响应丢失时判断结果。此时尚未发送：请对返回的 [`Guarded`](crate::Guarded) 调用 `send`。");
    if action.reconcile.len() > 1 {
        docs = docs
            .markdown("Uses the recipes below whose parameters are set and whose probe before the call leaves something to compare. The first of\nthem proves that the call was executed; that it was not, only all of them together.")
            .markdown("使用下列方法中参数均已设置、且调用前的查询结果可供比较的各项：其中第一项可证明已执行；只有各项一致才能证明未执行。");
    }
    for recipe in &action.reconcile {
        docs = docs.facts(&recipe_facts(api, recipe)).both(&recipe.doc);
    }
    docs =
        docs.markdown("# Errors\n\nThe errors of validating the request and of the probe.\n\n校验请求和查询时的错误。");
    let needed = needed(action);
    if !needed.is_empty() {
        let names = codes(needed, "or");
        docs = docs
            .markdown(&format!(
                "[`Invalid`](crate::ErrorKind::Invalid) if {} is not set, since the probe needs it.",
                names.en
            ))
            .markdown(&format!("未设置 {} 时返回 [`Invalid`](crate::ErrorKind::Invalid)，因为查询需要它。", names.zh));
    }
    docs.outer()
}

/// The optional parameters without which the recipe cannot be used, if there is only one.
fn needed(action: &Action) -> Vec<&str> {
    let [recipe] = action.reconcile.as_slice() else { return Vec::new() };
    let passed = recipe.with.values().filter_map(|given| match given {
        Given::Parameter(ours) => Some(ours),
        Given::Value(_) => None,
    });
    let matching = match &recipe.probe {
        Probe::Listing { matching, .. } => Some(matching.values()),
        Probe::Counter { .. } | Probe::State { .. } => None,
    };
    let mut names = Vec::new();
    for ours in passed.chain(matching.into_iter().flatten()) {
        let optional = |field: &&Field| field.need == Need::Optional && field.default.is_none();
        if let Some(field) = action.parameter(ours).filter(optional)
            && !names.contains(&field.wire.as_str())
        {
            names.push(field.wire.as_str());
        }
    }
    names
}

/// The type of the items of the list.
fn item_type(api: &Api, probe: &Action, items: &[String]) -> TokenStream {
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
            let errors = error_codes(api, executed_errors);
            quote! {
                crate::reconcile::Recipe::State {
                    before: &[#(#before),*],
                    executed: &[#(#executed),*],
                    not_executed: &[#(#not_executed),*],
                    executed_errors: &[#(#errors),*],
                }
            }
        }
        Probe::Listing { compare_before, may_lag, .. } => {
            quote!(crate::reconcile::Recipe::Listing { compare_before: #compare_before, may_lag: #may_lag })
        }
    }
}

/// The body of a probe: the request that only reads, and what it takes from the response.
fn probe_body(api: &Api, action: &Action, probe: &Action, recipe: &Reconcile) -> TokenStream {
    let Names { method: module, request, .. } = Names::of(probe);
    let (mut fixed_values, mut given) = (Vec::new(), Vec::new());
    for (wire, with) in &recipe.with {
        match (probe.parameter(wire), with) {
            (None, _) => given.push(nowhere(std::slice::from_ref(wire))),
            (Some(theirs), Given::Parameter(ours)) => given.push(match action.parameter(ours) {
                Some(ours) => hand_over(api, ours, theirs),
                None => nowhere(std::slice::from_ref(ours)),
            }),
            (Some(theirs), Given::Value(value)) => {
                let (to, value) = (format_ident!("{}", theirs.name), fixed(&theirs.kind, value));
                let value = if theirs.kind.is_list() { value } else { quote!(Some(#value)) };
                fixed_values.push(quote!(#to: #value));
            }
        }
    }
    let mutable = (!given.is_empty()).then(|| quote!(mut));
    let begin = if fixed_values.is_empty() {
        quote!(super::#module::#request::default())
    } else {
        quote!(super::#module::#request { #(#fixed_values,)* ..super::#module::#request::default() })
    };
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
        let #mutable request = #begin;
        #(#given)*
        #seen
    }
}

/// A fixed value of a parameter, in the module of another action.
fn fixed(kind: &Type, value: &Value) -> TokenStream {
    match (value, kind) {
        (Value::Array(items), Type::List(item) | Type::CommaList(item) | Type::JsonList(item)) => {
            let items = items.iter().map(|value| fixed(item, value));
            quote!(Vec::from([#(#items),*]))
        }
        (Value::Bool(truth), _) => quote!(#truth),
        (Value::String(text), _) => quote!(#text.into()),
        (number, kind) => match (number.as_i64(), kind) {
            (Some(number), Type::I32 | Type::I64) => integer(number),
            (Some(number), Type::Id(of) | Type::Enum(of)) => {
                let (number, of) = (integer(number), shared(of, true));
                quote!(#of::from(#number))
            }
            _ => refused(&format!("the fixed value {value}")),
        },
    }
}

/// Gives a parameter of the probe the value of one of the call.
fn hand_over(api: &Api, ours: &Field, theirs: &Field) -> TokenStream {
    let (from, to, wire) = (format_ident!("{}", ours.name), format_ident!("{}", theirs.name), &ours.wire);
    if ours.kind.is_list() {
        return quote! {
            if self.#from.is_empty() {
                return crate::reconcile::lacks(#wire);
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
        let Some(value) = #own else { return crate::reconcile::lacks(#wire) };
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
    let fields = accessor.last.kind.structure().map_or(&[][..], |of| probe.members(api, of));
    let (mut needed, mut equal) = (Vec::new(), Vec::new());
    for (theirs, ours) in matching {
        let path: Vec<String> = ours.split('.').map(str::to_owned).collect();
        let (Some(member), Some(parameter)) =
            (fields.iter().find(|field| field.wire == *theirs), Accessor::parameter(api, action, &path))
        else {
            return nowhere(&[theirs.clone(), ours.clone()]);
        };
        let gone = absent(api, action, &path);
        needed.push(quote!(if #gone { return crate::reconcile::lacks(#ours); }));
        let (one, other) = (value(api, &quote!(item), member, true), parameter.value(&quote!(asked)));
        let (one, other) = (one.tokens(), other.tokens());
        equal.push(quote!(#one == #other));
    }
    let known = fields.iter().find(|field| matches!(field.kind, Type::Id(_)));
    let id = known.map_or_else(
        || quote!(crate::reconcile::unnamed(item)),
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
