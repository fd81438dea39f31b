//! The structures and types that fields name or define.

use crate::model::{Action, Api, Enum, Field, History, Method, Sensitivity, Structure, Type, defined};
use std::collections::BTreeSet;

/// What kind of structure it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Parameters. An unknown member is an error.
    Request,
    /// A response. It keeps unknown members, and the metadata that came with it.
    Response,
    /// A structure inside either.
    Part,
}

/// The names of the types of the spec that these fields have, and the members of the structures that they define.
pub(super) fn named<'a>(fields: impl IntoIterator<Item = &'a Field>) -> BTreeSet<&'a str> {
    let fields: Vec<&Field> = fields.into_iter().collect();
    let members = defined(fields.iter().copied()).into_iter().flat_map(|of| &of.fields);
    fields.iter().copied().chain(members).filter_map(|field| field.kind.named()).collect()
}

/// Parameters and response fields of an action.
fn fields(action: &Action) -> impl Iterator<Item = &Field> {
    action.parameters.iter().chain(&action.response)
}

/// Structures that fields of an action define in place.
pub(super) fn in_place(action: &Action) -> Vec<&Structure> {
    defined(fields(action))
}

/// The names of the shared types that an action's module imports.
pub(super) fn shared<'a>(api: &Api, action: &'a Action) -> Vec<&'a str> {
    let own = in_place(action);
    let is_shared = |name: &&str| api.structure(name).is_some() || own.iter().all(|of| of.name != *name);
    named(fields(action)).into_iter().filter(is_shared).collect()
}

/// The structures that requests send, at any depth.
pub(super) fn sent(api: &Api) -> BTreeSet<&str> {
    fn inside<'a>(api: &'a Api, action: &'a Action, fields: &'a [Field], found: &mut BTreeSet<&'a str>) {
        for of in fields.iter().filter_map(|field| field.kind.structure()) {
            if found.insert(of) {
                inside(api, action, action.members(api, of), found);
            }
        }
    }
    let mut found = BTreeSet::new();
    for action in &api.actions {
        inside(api, action, &action.parameters, &mut found);
    }
    found
}

/// Whether a parameter is a secret or holds one, at any depth.
pub(super) fn has_secret(api: &Api, action: &Action, field: &Field) -> bool {
    fn inside<'a>(api: &'a Api, action: &'a Action, field: &'a Field, around: &mut Vec<&'a str>) -> bool {
        if field.sensitivity == Some(Sensitivity::Secret) {
            return true;
        }
        let Some(of) = field.kind.structure().filter(|of| !around.contains(of)) else { return false };
        around.push(of);
        action.members(api, of).iter().any(|member| inside(api, action, member, around))
    }
    inside(api, action, field, &mut Vec::new())
}

/// The HTTP methods that the client uses, the default first. GET is left out if a parameter is secret.
pub(super) fn methods<'a>(api: &Api, action: &'a Action) -> impl Iterator<Item = Method> + use<'a> {
    let secret = action.parameters.iter().any(|field| has_secret(api, action, field));
    action.methods.iter().copied().filter(move |method| !secret || *method != Method::Get)
}

/// Whether any response has a download link.
pub(super) fn has_link(api: &Api) -> bool {
    let is_link = |field: &Field| field.kind == Type::SecretUrl;
    api.actions.iter().flat_map(|action| &action.response).any(is_link)
        || api.structures().iter().flat_map(|structure| &structure.fields).any(is_link)
}

/// Whether the module of an action defines or names a deprecated item. A reconciliation recipe names the action that it probes with.
pub(super) fn names_deprecated(api: &Api, action: &Action) -> bool {
    let probes = action.reconcile.iter().filter_map(|recipe| api.action(&recipe.action));
    std::iter::once(action).chain(probes).any(|action| has_deprecated(api, action))
}

fn has_deprecated(api: &Api, action: &Action) -> bool {
    let shared = shared(api, action);
    is_deprecated(action.history.as_ref())
        || fields(action).any(|field| is_deprecated(field.history.as_ref()))
        || in_place(action).into_iter().flat_map(|of| &of.fields).any(|field| is_deprecated(field.history.as_ref()))
        || api.enums.iter().any(|of| shared.contains(&of.name.as_str()) && enum_deprecated(of))
        || api.types.iter().any(|of| shared.contains(&of.name.as_str()) && structure_deprecated(of))
}

fn is_deprecated(history: Option<&History>) -> bool {
    history.is_some_and(|history| history.deprecated.is_some())
}

/// Whether an enum or a value of it is deprecated.
pub(super) fn enum_deprecated(of: &Enum) -> bool {
    is_deprecated(of.history.as_ref()) || of.values.iter().any(|value| is_deprecated(value.history.as_ref()))
}

/// Whether a structure or a member of it is deprecated.
pub(super) fn structure_deprecated(of: &Structure) -> bool {
    is_deprecated(of.history.as_ref()) || of.fields.iter().any(|field| is_deprecated(field.history.as_ref()))
}

/// The enums of fields of requests and responses. An enum that only common parameters use is left to the runtime.
pub(super) fn used_enums(api: &Api) -> Vec<&Enum> {
    let shared = api.types.iter().flat_map(|of| &of.fields);
    let used = named(shared.chain(api.actions.iter().flat_map(fields)));
    api.enums.iter().filter(|of| used.contains(of.name.as_str())).collect()
}
