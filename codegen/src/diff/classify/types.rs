//! Ids, enums, shared structures, tables.

use super::common::{self, report, shown};
use crate::diff::Level;
use crate::diff::item::Item;
use crate::diff::usage::Direction;
use crate::diff::values::{Changes, apart};
use crate::diff::walk::Walk;
use crate::model::{Base, Enum, EnumValue, Id, Structure, Table};
use std::collections::BTreeSet;

pub(super) fn id(walk: &mut Walk<'_>, base: &Id, head: &Id, changes: &mut Changes) {
    let text = |id: &Id| id.base == Base::String;
    walk.affected = affected(walk, &base.name, &head.name);
    let Some((before, after)) = changes.take("base") else { return };
    if text(base) == text(head) {
        // Every width is read; a service may refuse a number that is too large for it.
        let narrower = head.base == Base::I32;
        let sent = walk.pair.head_usage.side(&head.name, &walk.pair.base_usage, &base.name).is_sent();
        let wire = if narrower && sent { Level::Dangerous } else { Level::Compatible };
        walk.report("id-width-changed", shown(&before), shown(&after)).wire(wire).at("base");
        return;
    }
    // An id of text may be any text, in requests and in responses.
    let level = base_level(walk, &base.name, &head.name, [!text(head), text(head)]);
    walk.report("id-base-changed", shown(&before), shown(&after)).wire(level).at("base");
    walk.affected.clear();
}

pub(super) fn enumeration(walk: &mut Walk<'_>, base: &Enum, head: &Enum, changes: &mut Changes) {
    walk.affected = affected(walk, &base.name, &head.name);
    let code = walk.usage(false).is_generated(&head.name) || walk.usage(true).is_generated(&base.name);
    let level = |level| common::without_code(level, !code);
    let renamed = changes.take("name").is_some();
    if renamed {
        let (before, after) = (Some(base.name.clone()), Some(head.name.clone()));
        walk.report("enum-renamed", before, after).source(level(Level::Breaking));
    }
    if let Some((before, after)) = changes.take("base") {
        // Changes of its values are reported there. But an unknown value may be any text.
        let wire = base_level(walk, &base.name, &head.name, [false, head.base == Base::String]);
        let source = level(Level::Breaking);
        walk.report("enum-base-changed", shown(&before), shown(&after)).wire(wire).source(source).at("base");
    }
    common::history(walk, "enum", base.history.as_ref(), head.history.as_ref(), renamed, changes);
    walk.affected.clear();
}

/// The level of a value that was removed, where it is not that of its rule: one that is read may be sent too.
pub(super) fn removed(walk: &Walk<'_>) -> Option<Level> {
    (walk.side == Direction::Both && !walk.no_code).then_some(Level::Breaking)
}

/// The rule for a value that is new.
pub(super) fn value_added(walk: &Walk<'_>) -> &'static str {
    match walk.side {
        _ if walk.no_code => "enum-value-added-silent",
        Direction::Sent => "enum-value-added-input",
        Direction::Read | Direction::Both | Direction::Unused => "enum-value-added-output",
    }
}

pub(super) fn value(walk: &mut Walk<'_>, base: &EnumValue, head: &EnumValue, changes: &mut Changes) {
    let (wire, name) = (changes.take("wire").is_some(), changes.take("name").is_some());
    let renamed = match (wire, name) {
        (true, true) => Some(("enum-value-renamed", &base.wire, &head.wire)),
        (true, false) => Some(("enum-value-wire-changed", &base.wire, &head.wire)),
        (false, true) => Some(("enum-variant-renamed", &base.name, &head.name)),
        (false, false) => None,
    };
    if let Some((id, before, after)) = renamed {
        walk.report(id, Some(before.clone()), Some(after.clone()));
    }
    if let Some((before, after)) = changes.take("aliases") {
        let (gone, came) = apart(&before, &after);
        for alias in gone {
            walk.report("enum-alias-removed", shown(&alias), None).at("aliases");
        }
        // What is only sent has its first spelling.
        let wire = if walk.side == Direction::Sent { Level::Compatible } else { Level::Dangerous };
        for alias in came {
            walk.report("enum-alias-added", None, shown(&alias)).wire(wire).at("aliases");
        }
    }
    report(walk, "enum-misprints-changed", "misprints", changes);
    common::history(walk, "enum-value", base.history.as_ref(), head.history.as_ref(), wire, changes);
}

pub(super) fn structure(walk: &mut Walk<'_>, base: &Structure, head: &Structure, changes: &mut Changes) {
    walk.affected = affected(walk, &base.name, &head.name);
    let renamed = changes.take("name").is_some();
    if renamed {
        walk.report("type-renamed", Some(base.name.clone()), Some(head.name.clone()));
    }
    common::history(walk, "type", base.history.as_ref(), head.history.as_ref(), renamed, changes);
    walk.affected.clear();
}

/// The level of another base on the wire, where a number and a text of digits are the same, except in JSON that is sent. `sent` and `read`
/// say whether each side breaks.
fn base_level(walk: &Walk<'_>, old: &str, new: &str, [sent, read]: [bool; 2]) -> Level {
    let side = walk.pair.head_usage.side(new, &walk.pair.base_usage, old);
    let json = walk.usage(true).is_json(old) || walk.usage(false).is_json(new);
    let breaks = match side {
        Direction::Sent => sent || json,
        Direction::Read => read,
        Direction::Both => sent || read || json,
        Direction::Unused => return Level::None,
    };
    if breaks { Level::Breaking } else { Level::Compatible }
}

/// Compares what is inside an enum or a shared structure, with its side and the actions that use it.
pub(super) fn inside<'a>(walk: &mut Walk<'a>, old: &str, new: &str, base: Item<'a>, head: Item<'a>) {
    let side = walk.pair.head_usage.side(new, &walk.pair.base_usage, old);
    let outer = std::mem::replace(&mut walk.side, side);
    walk.affected = affected(walk, old, new);
    walk.structure = Some(new.to_owned());
    walk.nested = true;
    if matches!(head, Item::Enum(_)) {
        walk.no_code = !walk.pair.head_usage.is_generated(new) && !walk.pair.base_usage.is_generated(old);
    }
    walk.children(base.children(), head.children());
    walk.no_code = false;
    walk.nested = false;
    walk.structure = None;
    walk.affected.clear();
    walk.side = outer;
}

/// The actions that have a shared type, in either model.
fn affected(walk: &Walk<'_>, old: &str, new: &str) -> Vec<String> {
    let names: BTreeSet<&str> = walk.usage(true).actions(old).chain(walk.usage(false).actions(new)).collect();
    names.into_iter().map(str::to_owned).collect()
}

pub(super) fn table(walk: &mut Walk<'_>, base: &Table, changes: &mut Changes) {
    // A renamed enum is the same enum.
    if changes.take("key").is_some_and(|(_, after)| after.as_str() != Some(walk.pair.new_name(&base.key))) {
        let after = walk.pair.head.table(&base.name).map(|table| table.key.clone());
        walk.report("table-key-changed", Some(base.key.clone()), after).at("key");
    }
}

pub(super) fn column(walk: &mut Walk<'_>, changes: &mut Changes) {
    let Some((before, after)) = changes.take("of") else { return };
    let same = before.as_str().map(|name| walk.pair.new_name(name)) == after.as_str();
    if !same {
        walk.report("table-column-changed", shown(&before), shown(&after)).at("of");
    }
}

/// Compares the cells of a row, except those of columns that were added or removed, which have been reported.
pub(super) fn row(walk: &mut Walk<'_>, base: &Table, head: &Table, changes: &mut Changes) {
    let has = |table: &Table, name: &str| table.columns.iter().any(|column| column.name == name);
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (column, (old, new)) in std::mem::take(changes).rest() {
        if has(base, &column) && has(head, &column) {
            before.extend(shown(&old).map(|cell| format!("{column} {cell}")));
            after.extend(shown(&new).map(|cell| format!("{column} {cell}")));
        }
    }
    if !before.is_empty() || !after.is_empty() {
        walk.report("table-row-changed", Some(before.join(", ")), Some(after.join(", ")));
    }
}
