//! Reconcile recipes, and hosts that come from another answer.

use super::flows::state_value;
use super::paths;
use super::references::{dangling, named};
use super::values::is_number;
use super::view::{Item, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Effect, FieldType, Listing, Reconcile, StateProbe};
use crate::yaml::At;
use indexmap::IndexMap;

/// Checks the recipes of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (_, action) in &api.actions {
        if let Some(recipe) = &action.value.reconcile {
            check_recipe(api, *action, recipe, action.at.get("reconcile"), out);
        }
        if let Some(from) = &action.value.host_from {
            let at = action.at.get("host_from");
            match api.action(&from.action) {
                Some(other) => {
                    paths::response(api, other, &from.field, at.get("field"), out);
                }
                None => out.push(dangling(
                    &from.action,
                    &api.action_names().collect::<Vec<_>>(),
                    at.get("action"),
                    "action",
                )),
            }
        }
    }
}

fn check_recipe<'a>(
    api: &RawApi<'a>,
    action: Item<'a, Action>,
    recipe: &Reconcile,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    let given = [
        recipe.counter.is_some(),
        recipe.state.is_some(),
        recipe.listing.is_some(),
    ];
    let count = given.iter().filter(|given| **given).count();
    if count != 1 {
        let message = format!("a recipe is one of `counter`, `state` and `listing`, and this has {count}");
        out.push(at.key_finding(Code::InvalidFlow, message));
    }
    if matches!(action.value.effect, Effect::Read | Effect::Idempotent) && action.value.effect_when.is_empty() {
        let message = format!(
            "`{}` may be sent again, so there is nothing to find out",
            action.value.action
        );
        out.push(
            at.key_finding(Code::InvalidFlow, message)
                .related(action.at.get("effect").related("the effect")),
        );
    }
    if let Some(counter) = &recipe.counter {
        let at = at.get("counter");
        if let Some(probe) = reader(api, action, &counter.action, &counter.with, at, out)
            && let Some(field) = paths::response(api, probe, &counter.field, at.get("field"), out)
            && !is_number(field)
        {
            out.push(at.get("field").finding(
                Code::InvalidFlow,
                format!("`{}` is no number, so it counts nothing", counter.field),
            ));
        }
    }
    if let Some(state) = &recipe.state {
        check_state(api, action, state, at.get("state"), out);
    }
    if let Some(listing) = &recipe.listing {
        check_listing(api, action, listing, at.get("listing"), out);
    }
}

/// The action that a recipe calls: it must only read, and get what it needs.
fn reader<'a>(
    api: &RawApi<'a>,
    action: Item<'a, Action>,
    name: &str,
    with: &IndexMap<String, String>,
    at: At<'_>,
    out: &mut Vec<Finding>,
) -> Option<Item<'a, Action>> {
    let Some(probe) = api.action(name) else {
        out.push(dangling(
            name,
            &api.action_names().collect::<Vec<_>>(),
            at.get("action"),
            "action",
        ));
        return None;
    };
    if probe.value.effect != Effect::Read {
        let message = format!("a recipe only reads, and the effect of `{name}` is not `read`");
        out.push(at.get("action").finding(Code::InvalidFlow, message));
    }
    for (theirs, ours) in with {
        let at = at.get("with").get(theirs);
        let (Some(to), Some(from)) = (
            paths::parameter(api, probe, theirs, at, out),
            paths::parameter(api, action, ours, at, out),
        ) else {
            continue;
        };
        let list_of_it = to.kind == FieldType::List && to.of == from.of;
        if to.kind != from.kind && !list_of_it {
            let message = format!(
                "`{ours}` of `{}` cannot be the `{theirs}` of `{name}`: their types differ",
                action.value.action
            );
            out.push(at.finding(Code::Incomparable, message));
        }
    }
    for (wire, field) in &probe.value.parameters {
        if field.required && field.default.is_none() && !with.contains_key(wire) {
            let message = format!("`{name}` needs `{wire}`, and the recipe does not give it");
            out.push(
                at.get("action")
                    .finding(Code::InvalidFlow, message)
                    .help("add it to `with`"),
            );
        }
    }
    Some(probe)
}

fn check_state<'a>(api: &RawApi<'a>, action: Item<'a, Action>, state: &StateProbe, at: At<'_>, out: &mut Vec<Finding>) {
    let Some(probe) = reader(api, action, &state.action, &state.with, at, out) else {
        return;
    };
    let field = paths::response(api, probe, &state.field, at.get("field"), out);
    for (key, values) in [("executed", &state.executed), ("not_executed", &state.not_executed)] {
        for (i, value) in values.iter().enumerate() {
            let at = at.get(key).index(i);
            if let Some(field) = field {
                state_value(api, field, &state.field, value, at, out);
            }
            if key == "not_executed" && state.executed.contains(value) {
                out.push(at.finding(
                    Code::InvalidFlow,
                    format!("`{value}` cannot prove both that it was executed and that it was not"),
                ));
            }
        }
    }
    if state.executed.is_empty() && state.executed_errors.is_empty() {
        out.push(at.key_finding(
            Code::InvalidFlow,
            "this recipe can never tell that the call was executed",
        ));
    }
    for (i, name) in state.executed_errors.iter().enumerate() {
        named(
            &api.scope.errors,
            name,
            at.get("executed_errors").index(i),
            "error",
            out,
        );
    }
}

fn check_listing<'a>(
    api: &RawApi<'a>,
    action: Item<'a, Action>,
    listing: &Listing,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    let Some(probe) = reader(api, action, &listing.action, &listing.with, at, out) else {
        return;
    };
    let Some(items) = paths::response(api, probe, &listing.items, at.get("items"), out) else {
        return;
    };
    if items.kind != FieldType::List {
        out.push(
            at.get("items")
                .finding(Code::InvalidFlow, format!("`{}` is no list", listing.items)),
        );
        return;
    }
    if listing.matching.is_empty() {
        out.push(
            at.get("match")
                .key_finding(Code::InvalidFlow, "without `match` every item would be the one"),
        );
    }
    let members = items.of.as_deref().and_then(|of| api.members(of));
    for (theirs, ours) in &listing.matching {
        let at = at.get("match").get(theirs);
        paths::parameter(api, action, ours, at, out);
        if let Some(members) = members.filter(|members| !members.contains_key(theirs)) {
            let known: Vec<&str> = members.keys().map(String::as_str).collect();
            out.push(dangling(
                theirs,
                &known,
                at,
                &format!("member of `{}` named", listing.items),
            ));
        }
    }
}
