//! Reconcile recipes, and hosts that come from another action's response.

use super::flows::state_value;
use super::paths;
use super::references::{dangling, named};
use super::values::is_number;
use super::view::{Located, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Effect, Field, FieldType, Fill, Listing, Reconcile, StateProbe};
use crate::yaml::At;
use indexmap::IndexMap;

/// Checks the recipes of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (_, action) in &api.actions {
        check_needs(*action, out);
        if let Some(recipe) = &action.value.reconcile {
            check_recipe(api, *action, recipe, action.at.get("reconcile"), out);
        }
        if let Some(from) = &action.value.host_from {
            let at = action.at.get("host_from");
            if let Some(other) = api.expect_action(&from.action, at.get("action"), out)
                && let Some(field) = paths::response(api, other, &from.field, at.get("field"), out)
                && !matches!(field.kind, FieldType::String)
            {
                let message = format!("`{}` is not a text, so it cannot hold a host", from.field);
                out.push(at.get("field").finding(Code::Incomparable, message));
            }
        }
    }
}

/// An action that must not be sent twice needs a recipe to find out whether it was executed.
fn check_needs(action: Located<'_, Action>, out: &mut Vec<Finding>) {
    let value = action.value;
    let effects = || std::iter::once(value.effect).chain(value.effect_when.iter().map(|when| when.effect));
    let at = action.at.get("effect");
    if effects().any(|effect| effect == Effect::Order) && value.cost.is_none() {
        let message = format!("`{}` is an order and does not say what it costs", value.action);
        out.push(at.key_finding(Code::MissingKey, message).help("add `cost: ...`"));
    }
    let guarded = |effect| matches!(effect, Effect::Order | Effect::SubmitOnce | Effect::NameGuarded);
    let has_key = value.parameters.values().any(|field| field.fill == Some(Fill::RepeatKey));
    if effects().any(guarded) && value.reconcile.is_none() && !has_key {
        let message =
            format!("`{}` must not be sent twice and has no recipe to find out whether it was executed", value.action);
        out.push(at.key_finding(Code::MissingKey, message).help("add `reconcile: ...`"));
    }
}

fn check_recipe<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    recipe: &Reconcile,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    let given = [recipe.counter.is_some(), recipe.state.is_some(), recipe.listing.is_some()];
    let count = given.iter().filter(|given| **given).count();
    if count != 1 {
        let message = format!("a recipe has exactly one of `counter`, `state` and `listing`; this one has {count}");
        out.push(at.key_finding(Code::InvalidFlow, message));
    }
    if matches!(action.value.effect, Effect::Read | Effect::Idempotent) && action.value.effect_when.is_empty() {
        let message = format!("`{}` may be sent again, so it needs no recipe", action.value.action);
        out.push(at.key_finding(Code::InvalidFlow, message).related(action.at.get("effect").related("the effect")));
    }
    if let Some(counter) = &recipe.counter {
        let at = at.get("counter");
        if let Some(probe) = reader(api, action, &counter.action, &counter.with, at, out)
            && let Some(field) = paths::response(api, probe, &counter.field, at.get("field"), out)
            && !is_number(field)
        {
            out.push(
                at.get("field").finding(
                    Code::InvalidFlow,
                    format!("`{}` is not a number, so it cannot be a counter", counter.field),
                ),
            );
        }
    }
    if let Some(state) = &recipe.state {
        check_state(api, action, state, at.get("state"), out);
    }
    if let Some(listing) = &recipe.listing {
        check_listing(api, action, listing, at.get("listing"), out);
    }
}

/// Checks the action that a recipe calls: it must only read, and get all required parameters.
fn reader<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    name: &str,
    with: &IndexMap<String, String>,
    at: At<'_>,
    out: &mut Vec<Finding>,
) -> Option<Located<'a, Action>> {
    let probe = api.expect_action(name, at.get("action"), out)?;
    if probe.value.effect != Effect::Read {
        let message = format!("a recipe must call an action that only reads; the effect of `{name}` is not `read`");
        out.push(at.get("action").finding(Code::InvalidFlow, message));
    }
    for (theirs, ours) in with {
        let at = at.get("with").get(theirs);
        if theirs.contains('.') || ours.contains('.') {
            let message = "a recipe can pass whole parameters only, not their members";
            out.push(at.finding(Code::InvalidFlow, message));
            continue;
        }
        let (Some(to), Some(from)) =
            (paths::parameter(api, probe, theirs, at, out), paths::parameter(api, action, ours, at, out))
        else {
            continue;
        };
        let one_of_list = to.kind == FieldType::List && to.of == from.of;
        if !same_kind(from, to) && !one_of_list {
            let message = format!(
                "`{ours}` of `{}` cannot be passed as `{theirs}` of `{name}`: their types differ",
                action.value.action
            );
            out.push(at.finding(Code::Incomparable, message));
        }
    }
    for (wire, field) in &probe.value.parameters {
        if field.required && field.default.is_none() && !with.contains_key(wire) {
            let message = format!("`{name}` requires `{wire}`, and the recipe does not pass it");
            out.push(at.get("action").finding(Code::InvalidFlow, message).help("add it to `with`"));
        }
    }
    Some(probe)
}

fn check_state<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    state: &StateProbe,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    let Some(probe) = reader(api, action, &state.action, &state.with, at, out) else {
        return;
    };
    let field = paths::response(api, probe, &state.field, at.get("field"), out);
    let lists = [("before", &state.before), ("executed", &state.executed), ("not_executed", &state.not_executed)];
    for (key, values) in lists {
        for (i, value) in values.iter().enumerate() {
            let at = at.get(key).index(i);
            if let Some(field) = field {
                state_value(api, field, &state.field, value, at, out);
            }
            if key == "before" && state.executed.contains(value) {
                let message = format!("`{value}` is also a state before the call, so it proves nothing afterwards");
                out.push(at.finding(Code::InvalidFlow, message));
            }
            if key == "not_executed" && state.executed.contains(value) {
                out.push(at.finding(
                    Code::InvalidFlow,
                    format!("`{value}` cannot prove both that the call was executed and that it was not"),
                ));
            }
        }
    }
    if state.executed.is_empty() && state.executed_errors.is_empty() {
        out.push(at.key_finding(Code::InvalidFlow, "this recipe can never prove that the call was executed"));
    }
    for (i, name) in state.executed_errors.iter().enumerate() {
        named(&api.definitions.errors, name, at.get("executed_errors").index(i), "error", out);
    }
}

fn check_listing<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
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
        out.push(at.get("items").finding(Code::InvalidFlow, format!("`{}` is not a list", listing.items)));
        return;
    }
    if listing.matching.is_empty() {
        out.push(at.get("match").key_finding(Code::InvalidFlow, "`match` is empty, so every item would match"));
    }
    let members = items.of.as_deref().and_then(|of| api.members(of));
    for (theirs, ours) in &listing.matching {
        let at = at.get("match").get(theirs);
        let parameter = paths::parameter(api, action, ours, at, out);
        let Some(members) = members else { continue };
        match (members.get(theirs), parameter) {
            (None, _) => {
                let known: Vec<&str> = members.keys().map(String::as_str).collect();
                out.push(dangling(theirs, &known, at, &format!("member of `{}` named", listing.items)));
            }
            (Some(member), Some(parameter)) if !same_kind(member, parameter) => {
                let message = format!("`{theirs}` of an item can never equal `{ours}`: their types differ");
                out.push(at.finding(Code::Incomparable, message));
            }
            _ => {}
        }
    }
}

/// Whether the values of two fields can be equal.
fn same_kind(one: &Field, other: &Field) -> bool {
    one.kind == other.kind
        && one.of == other.of
        && (one.enumeration == other.enumeration || one.kind == FieldType::String)
}
