//! Which shared types are used by which features.

use super::of_action;
use crate::model::{Api, Field, Type};
use std::collections::{BTreeMap, BTreeSet};

/// The names of ids, enums and structures that fields lead to, at any depth.
pub(super) fn reached<'a>(api: &'a Api, fields: impl IntoIterator<Item = &'a Field>) -> BTreeSet<&'a str> {
    let (mut found, mut open) = (BTreeSet::new(), Vec::new());
    open.extend(fields);
    while let Some(field) = open.pop() {
        // A structure that the field defines in place.
        open.extend(field.defines.iter().flat_map(|of| &of.fields));
        let Some(name) = named(&field.kind) else { continue };
        if found.insert(name) {
            open.extend(api.structure(name).into_iter().flat_map(|of| &of.fields));
        }
    }
    found
}

fn named(kind: &Type) -> Option<&str> {
    match kind {
        Type::Id(name) | Type::Enum(name) | Type::Structure(name) | Type::JsonText(name) => Some(name),
        Type::List(item) | Type::CommaList(item) | Type::JsonList(item) | Type::Map(item) | Type::JsonMap(item) => {
            named(item)
        }
        _ => None,
    }
}

/// The features whose actions use each id, enum and structure, by its name.
pub(crate) fn users(api: &Api) -> BTreeMap<&str, BTreeSet<String>> {
    let mut users: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for action in &api.actions {
        for name in reached(api, action.parameters.iter().chain(&action.response)) {
            users.entry(name).or_default().insert(of_action(api, action));
        }
    }
    users
}
