//! Parameters, response fields, members of structures.

use super::common::{self, shown};
use super::kind;
use crate::diff::Level;
use crate::diff::item::Item;
use crate::diff::usage::Direction;
use crate::diff::values::{Changes, apart, kind as text};
use crate::diff::walk::Walk;
use crate::model::{Field, Need, Sensitivity, Type};
use serde_json::Value;

/// A field or member that is new.
pub(super) fn added(walk: &Walk<'_>, field: &Field) -> &'static str {
    if walk.side.is_sent() {
        return if field.need == Need::Required { "member-added-required" } else { "member-added" };
    }
    match (field.guaranteed, common::deprecated(field.history.as_ref())) {
        (true, _) => "field-added-guaranteed",
        (false, true) => "field-added-deprecated",
        (false, false) => "field-added",
    }
}

/// What is different about a field.
pub(super) fn field<'a>(walk: &mut Walk<'a>, base: &'a Field, head: &'a Field, changes: &mut Changes) {
    if walk.no_code {
        // Every response has it, and no code is generated for it.
        common::whole(walk, "common-field-changed", changes);
        return;
    }
    let told = base.kind != head.kind || base.doc != head.doc || base.defines.is_some() != head.defines.is_some();
    if told {
        // A structure in place has the name of the type and the text of the field.
        changes.take("defines");
    }
    let renamed = names(walk, base, head, changes);
    let secret = care(walk, base, head, changes);
    types(walk, base, head, secret, changes);
    default(walk, base, head, changes);
    need(walk, base, head, changes);
    guarantee(walk, base, head, changes);
    values(walk, changes);
    common::report(walk, "param-origin-changed", "obtained_from", changes);
    common::report(walk, "param-fill-changed", "fill", changes);
    preset(walk, base, head, changes);
    let family = if walk.side.is_sent() { "param" } else { "field" };
    common::history(walk, family, base.history.as_ref(), head.history.as_ref(), renamed, changes);
}

/// What the client sends for a parameter that is not set, and the method that sends the other value.
fn preset(walk: &mut Walk<'_>, base: &Field, head: &Field, changes: &mut Changes) {
    common::report(walk, "param-preset-changed", "preset", changes);
    let id = match (&base.unless, &head.unless) {
        (Some(_), Some(_)) => "param-preset-method-renamed",
        (Some(_), None) => "param-preset-method-removed",
        _ => "param-preset-method-added",
    };
    common::report(walk, id, "unless", changes);
}

/// Names on the wire and in Rust. `true` for another name on the wire.
fn names(walk: &mut Walk<'_>, base: &Field, head: &Field, changes: &mut Changes) -> bool {
    let (wire, name) = (changes.take("wire").is_some(), changes.take("name").is_some());
    let (suffix, before, after) = match (wire, name) {
        (true, true) => ("renamed", &base.wire, &head.wire),
        (true, false) => ("wire-name-changed", &base.wire, &head.wire),
        (false, true) => ("rust-name-changed", &base.name, &head.name),
        (false, false) => return false,
    };
    walk.report_by_side(suffix, Some(before.clone()), Some(after.clone()));
    wire
}

/// Reports changes of sensitivity. `true` if the field began or ceased to be a secret, which is another type in Rust.
fn care(walk: &mut Walk<'_>, base: &Field, head: &Field, changes: &mut Changes) -> bool {
    let Some((before, after)) = changes.take("sensitivity") else { return false };
    let secret = |field: &Field| field.sensitivity == Some(Sensitivity::Secret);
    let (suffix, secret) = match (secret(base), secret(head)) {
        (false, true) => ("became-secret", true),
        (true, false) => ("no-longer-secret", true),
        _ if head.sensitivity.is_some() => ("became-personal", false),
        _ => ("no-longer-personal", false),
    };
    walk.report_by_side(suffix, shown(&before), shown(&after)).at("sensitive");
    secret
}

fn types<'a>(walk: &mut Walk<'a>, base: &'a Field, head: &'a Field, secret: bool, changes: &mut Changes) {
    walk.hide_members = false;
    let (old, new) = (base.kind.structure(), head.kind.structure());
    let (before, after) = (Some(text(&base.kind)), Some(text(&head.kind)));
    let other = kind::change(walk.pair, &base.kind, &head.kind);
    let said = changes.take("type").is_some();
    if let (Some(old), Some(new)) = (old, new) {
        let same = walk.pair.new_name(old) == new;
        let report = match (&base.defines, &head.defines) {
            (Some(_), None) if same => Some("structure-made-shared"),
            (None, Some(_)) if same => Some("structure-made-local"),
            (Some(_), Some(_)) if other == Some("structure-replaced") => Some("structure-renamed"),
            _ => None,
        };
        if let Some(id) = report {
            if id != "structure-renamed" {
                walk.moved.insert(new);
            }
            walk.report(id, before, after).at("of");
            return;
        }
    }
    let Some(suffix) = other.filter(|_| said) else { return };
    walk.hide_members = suffix != "json-text-changed" && (old.is_some() || new.is_some());
    // A secret URL that became a plain one has been reported, and both are text.
    if !(secret && suffix == "text-kind-changed") {
        // In JSON a number differs from a text, and an enum accepts only its values.
        let json = walk
            .structure
            .as_deref()
            .is_some_and(|name| walk.usage(false).is_json(name) || walk.usage(true).is_json(name));
        let apart = json || matches!(element(&head.kind), Type::Enum(_));
        let sent = walk.side.is_sent();
        // An enum of texts reads a number as a value that it does not know.
        let unknown = walk.side == Direction::Read && matches!(element(&base.kind), Type::Enum(_));
        let report = walk.report_by_side(suffix, before, after).at("type");
        if suffix == "type-to-text" && sent && apart {
            report.wire(Level::Breaking);
        } else if suffix == "type-from-text" && unknown {
            report.wire(Level::Dangerous);
        }
    }
}

/// The type of the elements of a list, or the type itself.
fn element(kind: &Type) -> &Type {
    if let Type::List(item) = kind { element(item) } else { kind }
}

/// Whether a request may lack it.
fn need(walk: &mut Walk<'_>, base: &Field, head: &Field, changes: &mut Changes) {
    use Need::{Defaulted, Optional, Required};
    let Some((before, after)) = changes.take("need") else { return };
    let id = match (walk.nested, &base.need, &head.need) {
        (true, _, Required) => "member-became-required",
        (true, ..) => "member-became-optional",
        (_, Optional, Required) => "param-became-required",
        (_, Required, Optional) => "param-became-optional",
        (_, Optional, Defaulted(_)) => "param-became-defaulted",
        (_, Defaulted(_), Optional) => "param-no-longer-defaulted",
        (_, Required, Defaulted(_)) => "param-required-to-defaulted",
        (_, Defaulted(_), Required) => "param-defaulted-to-required",
        (_, Defaulted(_), Defaulted(_)) => "param-client-default-changed",
        (_, Optional, Optional) | (_, Required, Required) => return,
    };
    let text = |value: &Value| match value {
        Value::Object(map) => {
            map.iter().next().map(|(key, inner)| format!("{key} {}", crate::diff::values::short(inner)))
        }
        other => shown(other),
    };
    let side = walk.side;
    let report = walk.report(id, text(&before), text(&after)).at("required");
    if !side.is_sent() {
        // The structure is only read, so whether a request has the member does not matter.
        report.wire(Level::None).source(Level::None);
    }
}

fn guarantee(walk: &mut Walk<'_>, base: &Field, head: &Field, changes: &mut Changes) {
    if changes.take("guaranteed").is_none() {
        return;
    }
    let id = match (base.kind.is_list() && head.kind.is_list(), head.guaranteed) {
        (true, true) => "list-guaranteed",
        (true, false) => "list-no-longer-guaranteed",
        (false, true) => "field-guaranteed",
        (false, false) => "field-no-longer-guaranteed",
    };
    walk.report(id, Some(base.guaranteed.to_string()), Some(head.guaranteed.to_string())).at("guaranteed");
}

/// Reports changes of the value that the service or the SDK takes for an absent one.
fn default(walk: &mut Walk<'_>, base: &Field, head: &Field, changes: &mut Changes) {
    let Some((before, after)) = changes.take("default") else { return };
    let client = |field: &Field| matches!(field.need, Need::Defaulted(_));
    let id = match (before.is_null(), after.is_null()) {
        // It was added or removed together with the SDK's default, which has been reported.
        (true, false) if client(head) => return,
        (false, true) if client(base) => return,
        (true, false) => "param-default-added",
        (false, true) => "param-default-removed",
        _ if client(base) && client(head) => {
            changes.take("need");
            "param-client-default-changed"
        }
        _ => "param-default-changed",
    };
    walk.report(id, shown(&before), shown(&after)).at("default");
}

/// Which values of the enum are expected; none means all.
fn values(walk: &mut Walk<'_>, changes: &mut Changes) {
    let Some((before, after)) = changes.take("values") else { return };
    let (gone, came) = apart(&before, &after);
    let suffix = match (before.is_null(), after.is_null()) {
        (true, _) => "values-narrowed",
        (_, true) => "values-widened",
        _ if came.is_empty() => "values-narrowed",
        _ if gone.is_empty() => "values-widened",
        _ => "values-changed",
    };
    let text = |value: &Value| if value.is_null() { Some("all".to_owned()) } else { shown(value) };
    walk.report_by_side(suffix, text(&before), text(&after)).at("values");
}

/// What is inside a field: limits, and the members of a structure that it defines.
pub(super) fn inside<'a>(walk: &mut Walk<'a>, old: &'a Field, new: &'a Field, base: Item<'a>, head: Item<'a>) {
    let hide = std::mem::take(&mut walk.hide_members);
    let member = |item: &Item<'a>| matches!(item, Item::Member(_));
    let (old_members, old_rest): (Vec<_>, Vec<_>) = base.children().into_iter().partition(member);
    let (new_members, new_rest): (Vec<_>, Vec<_>) = head.children().into_iter().partition(member);
    walk.children(old_rest, new_rest);
    if !hide {
        let nested = std::mem::replace(&mut walk.nested, true);
        let name = new.kind.structure().map(str::to_owned);
        let structure = std::mem::replace(&mut walk.structure, name);
        let api = (walk.pair.base, walk.pair.head);
        // One model may define a structure in place that the other shares.
        let shared = |api: &'a crate::model::Api, field: &'a Field, members: Vec<Item<'a>>, other: &Field| {
            let found = || api.structure(field.kind.structure()?);
            match found().filter(|_| field.defines.is_none() && other.defines.is_some()) {
                Some(structure) => structure.fields.iter().map(Item::Member).collect(),
                None => members,
            }
        };
        let old_members = shared(api.0, old, old_members, new);
        let new_members = shared(api.1, new, new_members, old);
        walk.children(old_members, new_members);
        walk.nested = nested;
        walk.structure = structure;
    }
}
