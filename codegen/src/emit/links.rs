//! Where a value comes from and where it goes to: links between a parameter, the response field that gives its value, and the kind of id.

use super::facts::Facts;
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
pub(super) fn of_field(api: &Api, action: Option<&Action>, field: &Field, role: Role, facts: &mut Facts) {
    for (from, path) in &field.obtained_from {
        let (path, Some(from)) = (path.join("."), api.action(from)) else { continue };
        let method = method(from);
        facts.add(format!("Get it from `{path}` of {method}."), format!("取自 {method} 响应中的 `{path}`。"));
    }
    let Some(action) = action.filter(|_| role == Role::Response) else { return };
    for (path, parameter, to) in takers(api, action, field) {
        let (method, name) = (method(to), &parameter.wire);
        let [en, zh] = match path.get(1..) {
            Some(inner) if !inner.is_empty() => {
                let inner = inner.join(".");
                [format!("Its `{inner}`"), format!("其中的 `{inner}` ")]
            }
            _ => ["It".to_owned(), String::new()],
        };
        facts.add(format!("{en} is `{name}` of {method}."), format!("{zh}用作 {method} 的 `{name}`。"));
    }
}

/// The parameters that take their value from a response field or from inside it, with the path to it.
fn takers<'a>(api: &'a Api, from: &Action, field: &Field) -> Vec<(&'a [String], &'a Field, &'a Action)> {
    let all = api.actions.iter().flat_map(|to| to.parameters.iter().map(move |parameter| (parameter, to)));
    all.flat_map(|(parameter, to)| parameter.obtained_from.iter().map(move |from| (from, parameter, to)))
        .filter(|((action, path), ..)| *action == from.name && path.first() == Some(&field.wire))
        .map(|((_, path), parameter, to)| (path.as_slice(), parameter, to))
        .collect()
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
