//! The SDK's cargo features for API versions and their groups, and the part of a model that they turn on.
//!
//! The feature of an API version is its id, and turns on all of it. A group has a feature of its own: the id with the group's name behind
//! it. Cargo reads features from a static list in `Cargo.toml`, so [`toml`] prints that list, and a test compares the two.
//!
//! The build script leaves out what no feature turns on, rather than to put `cfg` before it: nobody then generates, formats or parses it.
//! Documentation of all features still names the feature of each item.

mod select;
mod uses;

#[cfg(feature = "cli")]
pub(crate) use select::reached_by;
pub use select::select;
pub(crate) use uses::users;

use crate::model::{Action, Api, Model};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A cargo feature of the SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its name in `Cargo.toml`.
    pub name: String,
    /// The features that it turns on.
    pub implies: BTreeSet<String>,
}

/// The feature that turns on an action.
pub(crate) fn of_action(api: &Api, action: &Action) -> String {
    action.group.as_ref().map_or_else(|| api.id.clone(), |group| of_group(api, group))
}

/// The feature of a group.
pub(crate) fn of_group(api: &Api, group: &str) -> String {
    format!("{}-{group}", api.id)
}

/// The groups of an API version that have actions. One of a shared file may have them in another version only.
pub(crate) fn groups(api: &Api) -> impl Iterator<Item = &str> {
    let used = |name: &str| api.actions.iter().any(|action| action.group.as_deref() == Some(name));
    api.groups.iter().map(|group| group.name.as_str()).filter(move |name| used(name))
}

/// The features of an API version: the whole, then its groups.
#[must_use]
pub fn of(api: &Api) -> Vec<Feature> {
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for action in &api.actions {
        let of = of_action(api, action);
        let needed = needs(action).filter_map(|name| api.action(name)).map(|other| of_action(api, other));
        let others: Vec<String> = needed.filter(|other| *other != of).collect();
        edges.entry(of).or_default().extend(others);
    }
    let whole = Feature { name: api.id.clone(), implies: groups(api).map(|group| of_group(api, group)).collect() };
    let groups = groups(api).map(|group| of_group(api, group)).map(|name| {
        let implies = edges.remove(&name).unwrap_or_default();
        Feature { name, implies }
    });
    std::iter::once(whole).chain(groups).collect()
}

/// The actions that the code of an action names: probes of its recipes, what a call must follow, and where its host comes from.
fn needs(action: &Action) -> impl Iterator<Item = &str> {
    let recipes = action.reconcile.iter().map(|recipe| recipe.action.as_str());
    let after = action.preconditions.iter().filter_map(|before| before.after.as_deref());
    let host = action.host_from.iter().map(|from| from.action.as_str());
    recipes.chain(after).chain(host)
}

/// The features as `Cargo.toml` lists them.
#[must_use]
pub fn toml(model: &Model) -> String {
    let mut out = String::new();
    for Feature { name, implies } in model.apis.iter().flat_map(of) {
        let all: Vec<String> = implies.iter().map(|other| format!("\"{other}\"")).collect();
        let _ = if all.len() < 2 {
            writeln!(out, "{name} = [{}]", all.concat())
        } else {
            writeln!(out, "{name} = [\n    {},\n]", all.join(",\n    "))
        };
    }
    out
}
