//! Where a value comes from and where it goes to: links between a parameter, the response field that gives its value, and the kind of id.

use super::facts::Facts;
use super::index::Indexed;
use super::shapes::Role;
use super::words::listed;
use crate::model::{Action, Api, Field, Id, Type};
use std::collections::BTreeSet;

/// A link to the client's method of an action, from a module of the API version.
pub(super) fn method(action: &Action) -> String {
    let method = &action.method;
    format!("[`{method}`](super::Client::{method})")
}

/// Adds the response fields that give a parameter its value, or the parameters that a response field gives one.
pub(super) fn of_field(api: &Indexed<'_>, action: Option<&Action>, field: &Field, role: Role, facts: &mut Facts) {
    for (from, path) in &field.obtained_from {
        let (path, Some(from)) = (path.join("."), api.action(from)) else { continue };
        let method = method(from);
        facts.add(format!("Get it from `{path}` of {method}."), format!("取自 {method} 响应中的 `{path}`。"));
    }
    let Some(action) = action.filter(|_| role == Role::Response) else { return };
    for taker in api.takers(action, field) {
        let (method, name) = (method(taker.action), &taker.parameter.wire);
        let [en, zh] = match taker.path.get(1..) {
            Some(inner) if !inner.is_empty() => {
                let inner = inner.join(".");
                [format!("Its `{inner}`"), format!("其中的 `{inner}` ")]
            }
            _ => ["It".to_owned(), String::new()],
        };
        facts.add(format!("{en} is `{name}` of {method}."), format!("{zh}用作 {method} 的 `{name}`。"));
    }
}

/// The facts about a kind of id: the actions that return it, and those that take it.
pub(super) fn of_id(api: &Api, id: &Id) -> Facts {
    let is_id = |kind: &Type| match kind {
        Type::List(item) => **item == Type::Id(id.name.clone()),
        kind => *kind == Type::Id(id.name.clone()),
    };
    let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
    for action in &api.actions {
        for parameter in action.parameters.iter().filter(|parameter| is_id(&parameter.kind)) {
            to.insert(action.method.as_str());
            from.extend(parameter.obtained_from.iter().filter_map(|(name, _)| Some(api.action(name)?.method.as_str())));
        }
    }
    let links = |names: &BTreeSet<&str>| -> Vec<String> {
        names.iter().map(|method| format!("[`{method}`](super::Client::{method})")).collect()
    };
    let (from, to, mut facts) = (links(&from), links(&to), Facts::default());
    if !from.is_empty() {
        facts.add(format!("Returned by {}.", listed(&from, "and")), format!("返回它的接口：{}。", from.join("、")));
    }
    if !to.is_empty() {
        facts.add(format!("Taken by {}.", listed(&to, "and")), format!("使用它的接口：{}。", to.join("、")));
    }
    facts
}
