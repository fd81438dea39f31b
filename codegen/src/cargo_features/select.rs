//! The part of a model that features turn on.

use super::{of, of_action, uses::reached};
use crate::model::{Api, Model};
use std::collections::BTreeSet;

/// Leaves out API versions and actions that no feature turns on, and ids, enums, structures and tables that only these use. Error rows stay:
/// they also explain the errors of calls by name. A table stays with the enum that is its key.
#[must_use]
pub fn select(model: &Model, is_on: &dyn Fn(&str) -> bool) -> Model {
    let apis = model.apis.iter().filter_map(|api| part(api, is_on)).collect();
    Model { apis, register: model.register.clone() }
}

fn part(api: &Api, is_on: &dyn Fn(&str) -> bool) -> Option<Api> {
    let on = turned_on(api, is_on);
    if on.is_empty() {
        return None;
    }
    let mut api = api.clone();
    let all = api.actions.len();
    let kept: BTreeSet<String> = api
        .actions
        .iter()
        .filter(|action| on.contains(&of_action(&api, action)))
        .map(|action| action.name.clone())
        .collect();
    if kept.len() == all {
        return Some(api);
    }
    api.actions.retain(|action| kept.contains(&action.name));
    let fields = api.actions.iter().flat_map(|action| action.parameters.iter().chain(&action.response));
    let mut used: BTreeSet<String> =
        reached(&api, fields.chain(&api.common_response)).into_iter().map(str::to_owned).collect();
    used.extend(api.common_parameters.iter().filter_map(|parameter| parameter.enumeration.clone()));
    api.ids.retain(|id| used.contains(&id.name));
    api.enums.retain(|of| used.contains(&of.name));
    api.types.retain(|of| used.contains(&of.name));
    api.tables.retain(|table| used.contains(&table.key));
    Some(api)
}

/// The actions that a feature turns on by itself, with those of the features that it implies. Empty if the feature does not exist.
#[cfg(feature = "cli")]
pub(crate) fn reached_by<'a>(api: &'a Api, feature: &str) -> BTreeSet<&'a str> {
    let on = turned_on(api, &|name| name == feature);
    let actions = api.actions.iter().filter(|action| on.contains(&of_action(api, action)));
    actions.map(|action| action.name.as_str()).collect()
}

/// The features that are on, with those that they imply.
fn turned_on(api: &Api, is_on: &dyn Fn(&str) -> bool) -> BTreeSet<String> {
    let all = of(api);
    let mut on: BTreeSet<String> = all.iter().filter(|f| is_on(&f.name)).map(|f| f.name.clone()).collect();
    loop {
        let implied = all.iter().filter(|feature| on.contains(&feature.name)).flat_map(|feature| &feature.implies);
        let more: Vec<String> = implied.filter(|name| !on.contains(*name)).cloned().collect();
        if more.is_empty() {
            return on;
        }
        on.extend(more);
    }
}
