//! Pages, waits and views of states.

use super::common::{report, shown};
use crate::diff::values::{Changes, apart, short};
use crate::diff::walk::Walk;
use crate::diff::{Bump, Level};
use crate::model::{Action, PageKind, Paginator, StateCase};
use serde_json::Value;

pub(super) fn paginator(walk: &mut Walk<'_>, base: &Paginator, head: &Paginator, changes: &mut Changes) {
    if let Some((before, after)) = changes.take("kind") {
        let by_token = [base, head].map(|of| of.kind == PageKind::Token);
        let found = walk.report("paginator-kind-changed", shown(&before), shown(&after)).at("kind");
        if by_token[0] != by_token[1] {
            // Positions have another type.
            found.source(Level::Breaking).bump(Bump::Major);
            changes.take("first");
            changes.take("next");
        }
    }
    for (key, id) in [
        ("position", "paginator-position-changed"),
        ("first", "paginator-first-changed"),
        ("next", "paginator-next-changed"),
        ("size", "paginator-size-changed"),
        ("total", "paginator-total-changed"),
        ("items", "paginator-items-changed"),
    ] {
        report(walk, id, key, changes);
    }
}

pub(super) fn waiter(walk: &mut Walk<'_>, changes: &mut Changes) {
    report(walk, "waiter-field-changed", "field", changes);
    let keys = ["success", "failure", "going", "present"];
    let parts: Vec<_> = keys.into_iter().filter_map(|key| Some((key, changes.take(key)?))).collect();
    if !parts.is_empty() {
        let side = |pick: fn(&(Value, Value)) -> &Value| {
            let texts = parts.iter().map(|(key, pair)| format!("{key}: {}", shown(pick(pair)).unwrap_or_default()));
            Some(texts.collect::<Vec<_>>().join("; "))
        };
        walk.report("waiter-acceptor-changed", side(|pair| &pair.0), side(|pair| &pair.1));
    }
    report(walk, "waiter-reason-changed", "reason", changes);
    report(walk, "waiter-tolerance-changed", "tolerate", changes);
    report(walk, "waiter-timing-changed", "poll", changes);
}

pub(super) fn view(walk: &mut Walk<'_>, changes: &mut Changes) {
    report(walk, "view-renamed", "name", changes);
    if let Some((before, after)) = changes.take("on") {
        let kind = |action: &Action, wire: &Value| {
            let field = action.response.iter().find(|field| Some(field.wire.as_str()) == wire.as_str());
            field.map(|field| field.kind.clone())
        };
        let same = walk.action.is_some_and(|(old, new)| kind(old, &before) == kind(new, &after));
        let found = walk.report("view-subject-changed", shown(&before), shown(&after)).at("on");
        if same {
            // The variants are those of the same enum.
            found.source(Level::Dangerous).bump(Bump::Minor);
        }
    }
}

pub(super) fn state(walk: &mut Walk<'_>, base: &StateCase, head: &StateCase, changes: &mut Changes) {
    let id = match (&base.name, &head.name) {
        (None, _) => "view-content-added",
        (_, None) => "view-content-removed",
        _ => "view-content-renamed",
    };
    let whole = base.name.is_some() && head.name.is_some();
    report(walk, id, "name", changes);
    report(walk, "view-split-changed", "by", changes);
    let record_name = changes.take("record_name");
    let (promised, optional) = (changes.take("fields"), changes.take("optional"));
    if let Some((before, after)) = record_name.filter(|_| base.name.is_some() == head.name.is_some()) {
        let id = match (&before, &after) {
            (Value::Null, _) => "view-record-name-added",
            (_, Value::Null) => "view-record-name-removed",
            _ => "view-record-name-changed",
        };
        walk.report(id, shown(&before), shown(&after)).at("record_name");
    }
    let none = (Value::Null, Value::Null);
    if !whole {
        // The content came or went with all that it has.
        return;
    }
    let (gone, came) = promised.as_ref().map_or_else(|| apart(&none.0, &none.1), |(old, new)| apart(old, new));
    let (no_longer, newly) = optional.as_ref().map_or_else(|| apart(&none.0, &none.1), |(old, new)| apart(old, new));
    let list = |walk: &Walk<'_>, field: &Value| {
        walk.action.is_some_and(|(_, action)| {
            action.response.iter().any(|of| Some(of.wire.as_str()) == field.as_str() && of.kind.is_list())
        })
    };
    for field in &gone {
        let id = match (newly.contains(field), list(walk, field)) {
            (true, true) => "view-list-made-optional",
            (true, false) => "view-field-made-optional",
            (false, _) => "view-field-removed-guaranteed",
        };
        walk.report(id, shown(field), newly.contains(field).then(|| short(field))).at("fields");
    }
    for field in &came {
        let id = match (no_longer.contains(field), list(walk, field)) {
            (true, true) => "view-list-guaranteed",
            (true, false) => "view-field-guaranteed",
            (false, _) => "view-field-added-guaranteed",
        };
        walk.report(id, no_longer.contains(field).then(|| short(field)), shown(field)).at("fields");
    }
    for field in no_longer.iter().filter(|field| !came.contains(field)) {
        walk.report("view-field-removed", shown(field), None).at("optional");
    }
    for field in newly.iter().filter(|field| !gone.contains(field)) {
        walk.report("view-field-added", None, shown(field)).at("optional");
    }
}
