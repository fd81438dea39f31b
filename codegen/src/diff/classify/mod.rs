//! Maps differences to rules: one file for each family of items. Nothing here prints or reads.

mod action;
mod check;
mod common;
mod errors;
mod field;
mod flow;
mod groups;
mod kind;
mod rename;
mod services;
mod types;

pub(super) use rename::{Suspicion, renames, suspected};

use super::ChangeRule;
use super::Level;
use super::finding::RustChange;
use super::item::Item;
use super::usage::Direction;
use super::values::{Changes, kind as kind_text, short};
use super::walk::Walk;
use crate::emit::signature::{Scope, signature};
use crate::model::{Need, Severity};

/// Reports the differences between two items under their rules, and takes them out of the changes.
pub(super) fn changed<'a>(walk: &mut Walk<'a>, base: Item<'a>, head: Item<'a>, changes: &mut Changes) {
    common::texts(walk, changes);
    common::origin(walk, changes);
    match (base, head) {
        (Item::Api(base), Item::Api(head)) => services::api(walk, base, head, changes),
        (Item::Source(..), _) => common::whole(walk, "source-changed", changes),
        (Item::Protocol(base), Item::Protocol(head)) => services::protocol(walk, base, head, changes),
        (Item::Endpoints(_), _) => services::endpoints(walk, changes),
        (Item::Group(base), Item::Group(head)) => groups::group(walk, base, head),
        (Item::Endpoint(base), Item::Endpoint(head)) => services::endpoint(walk, base, head, changes),
        (Item::CommonParameter(base), Item::CommonParameter(head)) => {
            services::common_parameter(walk, base, head, changes);
        }
        (Item::CommonField(_), _) => services::common_field(walk, changes),
        (Item::Id(base), Item::Id(head)) => types::id(walk, base, head, changes),
        (Item::Enum(base), Item::Enum(head)) => types::enumeration(walk, base, head, changes),
        (Item::Value(base), Item::Value(head)) => types::value(walk, base, head, changes),
        (Item::Type(base), Item::Type(head)) => types::structure(walk, base, head, changes),
        (Item::Table(base), Item::Table(_)) => types::table(walk, base, changes),
        (Item::Column(_), _) => types::column(walk, changes),
        (Item::Row(base, _), Item::Row(head, _)) => types::row(walk, base, head, changes),
        (Item::Error(base), Item::Error(head)) => errors::row(walk, base, head, changes),
        (Item::Action(base), Item::Action(head)) => action::action(walk, base, head, changes),
        (Item::EffectWhen(_), _) => common::whole(walk, "action-effect-when-changed", changes),
        (Item::Precondition(_), _) => common::whole(walk, "action-precondition-changed", changes),
        (Item::Parameter(base), Item::Parameter(head))
        | (Item::Field(base), Item::Field(head))
        | (Item::Member(base), Item::Member(head)) => field::field(walk, base, head, changes),
        (Item::Check(base), Item::Check(head)) => check::check(walk, base, head, changes),
        (Item::NeededIf(base), Item::NeededIf(head)) => {
            check::severity(walk, "param-needed-if", base.severity, head.severity, changes);
        }
        (Item::Rule(base), Item::Rule(head)) => check::rule(walk, base, head, changes),
        (Item::Paginator(base), Item::Paginator(head)) => flow::paginator(walk, base, head, changes),
        (Item::Waiter(_), _) => flow::waiter(walk, changes),
        (Item::View(_), _) => flow::view(walk, changes),
        (Item::State(base), Item::State(head)) => flow::state(walk, base, head, changes),
        (Item::Reconcile(..), _) => common::whole(walk, "reconcile-changed", changes),
        (Item::HostFrom(_), _) => common::whole(walk, "action-host-from-changed", changes),
        (Item::Example(_), _) => common::whole(walk, "example-changed", changes),
        (Item::Defect(_), _) => common::whole(walk, "defect-changed", changes),
        // Sections hold items of one kind.
        _ => {}
    }
}

/// Compares what two items contain, with what is known about it.
pub(super) fn inside<'a>(walk: &mut Walk<'a>, base: Item<'a>, head: Item<'a>) {
    match (base, head) {
        (Item::Action(old), Item::Action(new)) => {
            walk.action = Some((old, new));
            walk.children(base.children(), head.children());
            action::signatures(walk, old, new);
            walk.action = None;
        }
        (Item::CommonField(_), _) => {
            walk.no_code = true;
            walk.side = Direction::Read;
            walk.children(base.children(), head.children());
            walk.no_code = false;
        }
        (Item::Parameter(old), Item::Parameter(new))
        | (Item::Field(old), Item::Field(new))
        | (Item::Member(old), Item::Member(new)) => field::inside(walk, old, new, base, head),
        (Item::Enum(old), Item::Enum(new)) => types::inside(walk, &old.name, &new.name, base, head),
        (Item::Type(old), Item::Type(new)) => types::inside(walk, &old.name, &new.name, base, head),
        _ => walk.children(base.children(), head.children()),
    }
}

/// The level on the wire of an item that was removed, where it is not that of its rule.
pub(super) fn removed(walk: &Walk<'_>, item: Item<'_>) -> Option<Level> {
    if matches!(item, Item::Value(_)) { types::removed(walk) } else { None }
}

/// The rule for a new item, and the item in a few words. The mirror of the rule is for a removed item.
pub(super) fn presence<'a>(walk: &Walk<'a>, item: Item<'a>, gone: bool) -> Option<(&'static str, String)> {
    let id = match item {
        Item::Api(_) => "service-version-added",
        Item::Source(..) => "source-added",
        Item::Endpoint(_) => "endpoint-added",
        Item::Group(of) => return Some(groups::added(walk, of, gone)),
        Item::CommonParameter(of) if of.required => "common-param-added-required",
        Item::CommonParameter(_) => "common-param-added",
        Item::CommonField(_) => "common-field-added",
        Item::Id(_) => "id-added",
        Item::Enum(of) if !walk.usage(gone).is_generated(&of.name) => "enum-added-silent",
        Item::Enum(_) => "enum-added",
        Item::Value(_) => types::value_added(walk),
        Item::Type(of) if walk.moved.contains(of.name.as_str()) => return None,
        Item::Type(_) => "type-added",
        Item::Table(_) => "table-added",
        Item::Column(_) => "table-column-added",
        Item::Row(..) => "table-row-added",
        Item::Error(of) => errors::added(walk, of, gone),
        Item::Action(of) if common::deprecated(of.history.as_ref()) => "action-added-deprecated",
        Item::Action(_) => "action-added",
        Item::Precondition(_) => "action-precondition-added",
        Item::Parameter(of) => match of.need {
            Need::Required => "param-added-required",
            Need::Defaulted(_) => "param-added-defaulted",
            Need::Optional if common::deprecated(of.history.as_ref()) => "param-added-deprecated",
            Need::Optional => "param-added-optional",
        },
        Item::Field(_) | Item::Member(_) if walk.no_code => "common-field-added",
        Item::Field(of) | Item::Member(of) => field::added(walk, of),
        Item::Check(of) => check::added(walk, of.severity),
        Item::NeededIf(of) if of.severity == Severity::Error => "param-needed-if-added-error",
        Item::NeededIf(_) => "param-needed-if-added-advice",
        Item::Rule(of) if of.severity == Severity::Error => "rule-added-error",
        Item::Rule(_) => "rule-added-advice",
        Item::Paginator(_) => "paginator-added",
        Item::Waiter(_) => "waiter-added",
        Item::View(_) => "view-added",
        Item::State(_) => "view-state-added",
        Item::Reconcile(0, _) => "reconcile-added",
        Item::Reconcile(..) => "reconcile-further-added",
        Item::HostFrom(_) => "action-host-from-added",
        Item::Example(_) => "example-added",
        Item::Defect(_) => "defect-added",
        // Every API version and every action has one, so they are never added or removed.
        Item::Protocol(_) | Item::Endpoints(_) | Item::EffectWhen(_) => "unclassified-change",
    };
    Some((id, text(item)))
}

/// The level for sources of an added or removed item, which may be lower than that of its rule.
pub(super) fn level_alone(item: Item<'_>, rule: &ChangeRule) -> Level {
    match item {
        Item::Check(of) if check::is_described(of) => rule.source.min(Level::Compatible),
        _ => rule.source,
    }
}

fn text(item: Item<'_>) -> String {
    match item {
        Item::Parameter(of) | Item::Field(of) | Item::Member(of) | Item::CommonField(of) => kind_text(&of.kind),
        Item::Check(of) => check::text(of),
        Item::NeededIf(of) => of.doc.en.clone(),
        Item::Rule(of) => of.doc.en.clone(),
        Item::Action(of) => of.title.en.clone(),
        Item::Endpoint(of) => of.host.clone(),
        Item::Error(of) => of.code.as_str().to_owned(),
        Item::Precondition(of) => of.doc.en.clone(),
        Item::Source(_, of) => of.title.clone(),
        Item::Defect(of) => of.printed.en.clone(),
        Item::Row(table, row) => {
            let cells = table.columns.iter().zip(&row.cells);
            cells.map(|(column, cell)| format!("{} {}", column.name, short(cell))).collect::<Vec<_>>().join(", ")
        }
        Item::Paginator(of) => of.items.join("."),
        Item::View(of) => of.name.clone(),
        Item::Reconcile(_, of) => of.action.clone(),
        Item::HostFrom(of) => of.action.clone(),
        other => other.key(),
    }
}

/// Adds the change of the generated code to the findings from `first` on.
pub(super) fn rust<'a>(walk: &mut Walk<'a>, first: usize, base: Option<Item<'a>>, head: Option<Item<'a>>) {
    if walk.no_code || walk.found.len() == first {
        return;
    }
    let structure = walk.structure.clone();
    let of = |api, action, item: Option<Item<'a>>| {
        let scope = Scope { api, action, structure: structure.as_deref() };
        item.and_then(|item| signature(&scope, item.code()?))
    };
    let before = of(walk.pair.base, walk.action.map(|(base, _)| base), base);
    let after = of(walk.pair.head, walk.action.map(|(_, head)| head), head);
    if before == after {
        return;
    }
    for found in walk.found.iter_mut().skip(first) {
        if found.finding.source > Level::None && found.finding.rust.is_none() {
            let item = before.as_ref().or(after.as_ref()).map(|(item, _)| item.clone()).unwrap_or_default();
            found.finding.rust = Some(RustChange {
                item,
                before: before.as_ref().map(|(_, text)| text.clone()),
                after: after.as_ref().map(|(_, text)| text.clone()),
            });
        }
    }
}

/// The side of an item. Parameters are sent, response fields are read, and members have the side of their structure.
pub(super) fn side(item: Item<'_>, around: Direction) -> Direction {
    match item {
        Item::Parameter(_) => Direction::Sent,
        Item::Field(_) | Item::CommonField(_) => Direction::Read,
        _ => around,
    }
}
