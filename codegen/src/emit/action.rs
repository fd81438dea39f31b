//! An action's module: request, response, builder.

use super::access::refused;
use super::docs::{Docs, is_deprecated};
use super::structure::{Role, structure};
use super::types::integer;
use super::{builder, condition, cooldown, effects, flow, problems, reconcile};
use crate::model::{Action, Api, CostUnit, Effect, Enum, Field, Method, Need, Sensitivity, Structure, Type};
use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use serde_json::Value;
use std::collections::BTreeSet;

/// The module of an action.
pub(super) fn file(api: &Api, action: &Action) -> TokenStream {
    let docs = docs(action).inner();
    let (request, response) = (request_name(action), response_name(action));
    let parameters: Vec<&Field> = action.parameters.iter().collect();
    let about = Docs::new(&format!("Parameters of `{}`, for dynamic use.", action.name))
        .paragraph("Every parameter may be absent until the request is validated or sent.");
    let request_struct = structure(&request, &about, &parameters, Role::Request, action.history.as_ref());
    let fields: Vec<&Field> = action.response.iter().collect();
    let about = Docs::new(&format!("Answer of `{}`.", action.name));
    let response_struct = structure(&response, &about, &fields, Role::Response, None);
    let parts = in_place(action).into_iter().map(part);
    let operation = operation(api, action, &request, &response);
    let builder = builder::builder(api, action);
    let flows = flow::flows(api, action);
    let recipe = reconcile::reconcile(api, action);
    let shared = shared_types(api, action);
    let imports = (!shared.is_empty()).then(|| quote!(use super::types::{#(#shared),*};));
    let mut file = quote! {
        #docs
        use super::Client;
        #imports
    };
    // Handed over as a whole: what `quote` takes in, it copies token by token.
    file.extend([request_struct, operation, response_struct, quote!(crate::response!(#response);)]);
    file.extend(parts.chain([builder, flows]).chain(recipe));
    file
}

/// A structure that several places share, or that one field defines.
pub(super) fn part(of: &Structure) -> TokenStream {
    let docs = Docs::text(&of.doc).seen(&of.undocumented).defects(&of.defects);
    let fields: Vec<&Field> = of.fields.iter().collect();
    structure(&format_ident!("{}", of.name), &docs, &fields, Role::Part, of.history.as_ref())
}

/// The shared types that the fields of an action name.
fn shared_types(api: &Api, action: &Action) -> Vec<Ident> {
    shared_names(api, action).into_iter().map(|name| format_ident!("{name}")).collect()
}

/// Their names.
fn shared_names<'a>(api: &Api, action: &'a Action) -> Vec<&'a str> {
    fn collect<'a>(kind: &'a Type, names: &mut BTreeSet<&'a str>) {
        match kind {
            Type::Id(name) | Type::Enum(name) | Type::Structure(name) | Type::JsonText(name) => {
                names.insert(name);
            }
            Type::List(item) => collect(item, names),
            _ => {}
        }
    }
    let parts = in_place(action);
    let mut names = BTreeSet::new();
    let fields = action.parameters.iter().chain(&action.response).chain(parts.iter().flat_map(|part| &part.fields));
    fields.for_each(|field| collect(&field.kind, &mut names));
    let shared = |name: &&str| api.structure(name).is_some() || parts.iter().all(|part| part.name != *name);
    names.into_iter().filter(shared).collect()
}

/// Whether the module of an action has or names what is deprecated. A recipe names what looks.
pub(super) fn names_deprecated(api: &Api, action: &Action) -> bool {
    let probe = action.reconcile.as_ref().and_then(|recipe| api.action(&recipe.action));
    std::iter::once(action).chain(probe).any(|action| has_deprecated(api, action))
}

fn has_deprecated(api: &Api, action: &Action) -> bool {
    let parts = in_place(action);
    let mut fields = action.parameters.iter().chain(&action.response).chain(parts.iter().flat_map(|part| &part.fields));
    let shared = shared_names(api, action);
    is_deprecated(action.history.as_ref())
        || fields.any(|field| is_deprecated(field.history.as_ref()))
        || api.enums.iter().any(|of| shared.contains(&of.name.as_str()) && enum_deprecated(of))
        || api.types.iter().any(|of| shared.contains(&of.name.as_str()) && structure_deprecated(of))
}

/// Whether an enum or a value of it is deprecated.
pub(super) fn enum_deprecated(of: &Enum) -> bool {
    is_deprecated(of.history.as_ref()) || of.values.iter().any(|value| is_deprecated(value.history.as_ref()))
}

/// Whether a structure or a member of it is deprecated.
pub(super) fn structure_deprecated(of: &Structure) -> bool {
    is_deprecated(of.history.as_ref()) || of.fields.iter().any(|field| is_deprecated(field.history.as_ref()))
}

/// The members of a structure: one that this action defines, or a shared one.
pub(super) fn members<'a>(api: &'a Api, action: &'a Action, name: &str) -> &'a [Field] {
    let here = in_place(action).into_iter().find(|of| of.name == name).or_else(|| api.structure(name));
    // What a shared structure defines in place.
    let found = here.or_else(|| api.structures().into_iter().find(|of| of.name == name));
    found.map_or(&[], |of| &of.fields)
}

/// Structures that fields of this action define.
fn in_place(action: &Action) -> Vec<&Structure> {
    defined(action.parameters.iter().chain(&action.response))
}

/// Structures that these fields define, and those that their members define.
pub(super) fn defined<'a>(fields: impl Iterator<Item = &'a Field>) -> Vec<&'a Structure> {
    let mut found = Vec::new();
    let mut fields: Vec<&Field> = fields.collect();
    while let Some(field) = fields.pop() {
        if let Some(structure) = &field.defines {
            found.push(structure);
            fields.extend(&structure.fields);
        }
    }
    found
}

pub(super) fn request_name(action: &Action) -> Ident {
    format_ident!("{}Request", action.type_name)
}

pub(super) fn response_name(action: &Action) -> Ident {
    format_ident!("{}Response", action.type_name)
}

/// What the module, the client's method and the builder say about an action.
pub(super) fn docs(action: &Action) -> Docs {
    let mut docs = Docs::text(&action.title).both(&action.doc);
    docs = docs.both(&effects::words(action));
    if let Some(cost) = &action.cost {
        let unit = match cost.unit {
            CostUnit::Quota => "Costs quota",
            CostUnit::Money => "Costs money",
        };
        docs = docs.paragraph(&format!("{unit}: {}", cost.doc.en)).paragraph(&cost.doc.zh);
    }
    for precondition in &action.preconditions {
        docs = docs.both(&precondition.doc);
        if let (Some(after), Some(seconds)) = (&precondition.after, precondition.wait_seconds) {
            docs = docs.paragraph(&cooldown::words(action, after, seconds));
        }
    }
    if let Some(replaced) = &action.replaced_by {
        docs = docs.paragraph(&format!("Legacy: {}", replaced.en)).paragraph(&replaced.zh);
    }
    let sources = action.source.iter().map(|source| match &source.section {
        Some(section) => format!("{}, {section}", source.source),
        None => source.source.clone(),
    });
    docs.paragraph(&format!("Source: document {}.", sources.collect::<Vec<_>>().join("; "))).defects(&action.defects)
}

fn operation(api: &Api, action: &Action, request: &Ident, response: &Ident) -> TokenStream {
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
    let recipe = action.reconcile.as_ref().map(|recipe| {
        let words = reconcile::words(recipe);
        quote!(.find_out(#words))
    });
    let pauses = cooldown::pauses(api, action);
    quote! {
        impl crate::Operation for #request {
            type Response = #response;

            const ACTION: &'static crate::operation::ActionInfo =
                &crate::operation::ActionInfo::new(#name, &[#(#envelopes),*], #methods)#recipe;

            fn effect(&self) -> crate::api::Effect {
                #(#special)*
                #usual
            }

            fn problems(&self) -> Vec<crate::Problem> {
                #problems
            }

            #defaults

            #pauses
        }
    }
}

/// A required parameter with a documented default is sent with it.
fn default(field: &Field) -> Option<TokenStream> {
    let Need::Defaulted(value) = &field.need else { return None };
    let (name, value) = (format_ident!("{}", field.name), literal(field, value));
    Some(quote!(self.#name.get_or_insert(#value);))
}

/// A default of a field, as a value of its type.
pub(super) fn literal(field: &Field, value: &Value) -> TokenStream {
    match (value, &field.kind) {
        (Value::Bool(truth), _) => quote!(#truth),
        (Value::String(text), _) => quote!(#text.into()),
        (number, kind) => match (number.as_i64(), kind) {
            (Some(number), Type::I32 | Type::I64) => integer(number),
            (Some(number), Type::Id(of) | Type::Enum(of)) => {
                let (number, of) = (integer(number), format_ident!("{of}"));
                quote!(#of::from(#number))
            }
            _ => refused(&format!("the default of `{}`", field.wire)),
        },
    }
}

/// The methods that an action may be called by, the one to use first: none that would put a secret parameter into the URL.
pub(super) fn methods(api: &Api, action: &Action) -> TokenStream {
    let secret = action.parameters.iter().any(|field| secret_inside(api, action, field, &mut Vec::new()));
    let methods = action.methods.iter().filter(|method| !secret || **method != Method::Get).map(|method| {
        let name = match method {
            Method::Get => quote!(Get),
            Method::Post => quote!(Post),
        };
        quote!(crate::http::Method::#name)
    });
    quote!(&[#(#methods),*])
}

/// Whether a parameter is a secret or holds one, however deep.
fn secret_inside<'a>(api: &'a Api, action: &'a Action, field: &'a Field, around: &mut Vec<&'a str>) -> bool {
    if field.sensitivity == Some(Sensitivity::Secret) {
        return true;
    }
    let Some(of) = structure_of(&field.kind).filter(|of| !around.contains(of)) else { return false };
    around.push(of);
    members(api, action, of).iter().any(|member| secret_inside(api, action, member, around))
}

/// The structure that a field holds one or many of.
pub(super) fn structure_of(kind: &Type) -> Option<&str> {
    match kind {
        Type::Structure(of) | Type::JsonText(of) => Some(of),
        Type::List(item) => structure_of(item),
        _ => None,
    }
}

/// An effect, as the runtime calls it.
pub(super) fn effect(of: Effect) -> TokenStream {
    let name = format_ident!(
        "{}",
        match of {
            Effect::Read => "Read",
            Effect::Idempotent => "Idempotent",
            Effect::NameGuarded => "NameGuarded",
            Effect::SubmitOnce => "SubmitOnce",
            Effect::Order => "Order",
        }
    );
    quote!(crate::api::Effect::#name)
}
