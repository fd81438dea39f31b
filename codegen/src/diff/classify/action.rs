//! Actions as a whole.

use super::common::{self, shown};
use super::groups;
use crate::diff::values::{Changes, apart, short};
use crate::diff::walk::Walk;
use crate::model::{Action, Field, Need};
use heck::ToUpperCamelCase;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) fn action(walk: &mut Walk<'_>, base: &Action, head: &Action, changes: &mut Changes) {
    let renamed = changes.take("name").is_some();
    if renamed {
        // The name in Rust follows.
        changes.take("method");
        walk.report("action-renamed", Some(base.name.clone()), Some(head.name.clone()));
    } else if changes.take("method").is_some() {
        walk.report("action-rust-name-changed", Some(base.method.clone()), Some(head.method.clone())).at("rust_name");
    }
    if let Some((before, after)) = changes.take("effect") {
        let id = if head.effect > base.effect { "action-effect-raised" } else { "action-effect-lowered" };
        walk.report(id, shown(&before), shown(&after)).at("effect");
    }
    common::report(walk, "docs-changed", "aliases", changes);
    groups::of_action(walk, base, head, changes);
    cost(walk, changes);
    irreversible(walk, head, changes);
    nothing_shows(walk, changes);
    methods(walk, base, head, changes);
    lists(walk, "errors", "action-error", changes, &[]);
    let own = [format!("{}Response", base.name), format!("{}Response", head.name)];
    lists(walk, "envelopes", "action-envelope", changes, if renamed { &own } else { &[] });
    common::history(walk, "action", base.history.as_ref(), head.history.as_ref(), renamed, changes);
}

fn cost(walk: &mut Walk<'_>, changes: &mut Changes) {
    let Some((before, after)) = changes.take("cost") else { return };
    let part = |cost: &Value, key: &str| cost.get(key).cloned().unwrap_or_default();
    let units = (shown(&part(&before, "unit")), shown(&part(&after, "unit")));
    match (&units.0, &units.1) {
        (None, _) => drop(walk.report("action-cost-added", units.0, units.1).at("cost")),
        (_, None) => drop(walk.report("action-cost-removed", units.0, units.1).at("cost")),
        (old, new) => {
            if old != new {
                walk.report("action-cost-unit-changed", units.0, units.1).at("cost");
            }
            let texts = (part(&before, "doc"), part(&after, "doc"));
            if texts.0 != texts.1 {
                walk.report("docs-changed", shown(&texts.0), shown(&texts.1)).at("cost");
            }
        }
    }
}

/// Whether a call takes something away for good.
fn irreversible(walk: &mut Walk<'_>, head: &Action, changes: &mut Changes) {
    if changes.take("irreversible").is_some() {
        let id = if head.irreversible { "action-irreversible-added" } else { "action-irreversible-removed" };
        walk.report(id, None, None).at("irreversible");
    }
}

/// That nothing shows the outcome of a lost call. A recipe that comes or goes with it is an item of its own.
fn nothing_shows(walk: &mut Walk<'_>, changes: &mut Changes) {
    let Some((before, after)) = changes.take("nothing_shows") else { return };
    let id = match (before.is_null(), after.is_null()) {
        (true, _) => "reconcile-impossible-added",
        (_, true) => "reconcile-impossible-removed",
        _ => "docs-changed",
    };
    walk.report(id, shown(&before), shown(&after)).at("reconcile");
}

/// The first method is the SDK's default.
fn methods(walk: &mut Walk<'_>, base: &Action, head: &Action, changes: &mut Changes) {
    let Some((before, after)) = changes.take("methods") else { return };
    let (gone, came) = apart(&before, &after);
    let first = |value: &Value| value.get(0).cloned().unwrap_or_default();
    let (old, new) = (first(&before), first(&after));
    for method in &gone {
        let id = if *method == old { "action-usual-method-removed" } else { "action-method-removed" };
        walk.report(id, shown(method), None).at("methods");
    }
    for method in &came {
        let id = if *method == new { "action-usual-method-added" } else { "action-method-added" };
        walk.report(id, None, shown(method)).at("methods");
    }
    let same = base.methods.first() == head.methods.first();
    if !same && !gone.contains(&old) && !came.contains(&new) {
        walk.report("action-usual-method-changed", shown(&old), shown(&new)).at("methods");
    }
}

/// Reports what was added to a set and removed from it, without the `expected` values that follow from another change.
fn lists(walk: &mut Walk<'_>, key: &str, family: &str, changes: &mut Changes, expected: &[String]) {
    let Some((before, after)) = changes.take(key) else { return };
    let (gone, came) = apart(&before, &after);
    let news = |value: &Value| !expected.contains(&short(value));
    for value in gone.iter().filter(|value| news(value)) {
        walk.report(&format!("{family}-removed"), shown(value), None).at(key);
    }
    for value in came.iter().filter(|value| news(value)) {
        walk.report(&format!("{family}-added"), None, shown(value)).at(key);
    }
}

/// Reports changes of public names and signatures that depend on all required parameters together.
pub(super) fn signatures(walk: &mut Walk<'_>, base: &Action, head: &Action) {
    let pairs = |first: &'_ Action, second: &Action| -> BTreeSet<String> {
        let aliases = aliases(first);
        // Parameters that were added, removed or renamed have been reported.
        let stays = |name: &String| second.parameters.iter().any(|other| other.name.to_upper_camel_case() == *name);
        aliases.into_iter().filter(stays).collect()
    };
    let (old, new) = (pairs(base, head), pairs(head, base));
    for name in old.difference(&new) {
        walk.report("param-state-alias-removed", Some(format!("state::With{name}")), None).at("parameters");
    }
    // A parameter that became required has been reported, and had no such name before.
    let became = |name: &&String| {
        let required = |action: &Action| {
            let named = action.parameters.iter().find(|field| field.name.to_upper_camel_case() == **name);
            named.map(|field| field.need == Need::Required)
        };
        required(head) == Some(true) && required(base) == Some(false)
    };
    for name in new.difference(&old).filter(|name| !became(name)) {
        walk.report("param-state-alias-added", None, Some(format!("state::With{name}"))).at("parameters");
    }
    let arguments = |action: &Action| -> Vec<String> {
        let required = action.parameters.iter().filter(|field| field.need == Need::Required);
        required.map(|field| field.name.clone()).collect()
    };
    let (old, new) = (arguments(base), arguments(head));
    let waits = base.waiters.iter().any(|waiter| head.waiters.iter().any(|other| other.name == waiter.name));
    if waits && old != new {
        walk.report("waiter-arguments-changed", Some(old.join(", ")), Some(new.join(", "))).at("waiters");
    }
}

/// The parameters that have a name for the state in which they are set.
fn aliases(action: &Action) -> Vec<String> {
    let required = |field: &&Field| field.need == Need::Required;
    if !action.parameters.iter().any(|field| required(&field)) {
        return Vec::new();
    }
    let former = |field: &Field| field.history.as_ref().is_some_and(|history| history.was_required_until.is_some());
    let named = action.parameters.iter().filter(|field| required(field) || former(field));
    named.map(|field| field.name.to_upper_camel_case()).collect()
}
