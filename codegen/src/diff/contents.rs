//! The items inside the larger items, in the order in which they are compared.

use super::item::Item;
use crate::model::{Action, Api, Field, Structure};

pub(super) fn api<'a>(of: &'a Api, all: &mut Vec<Item<'a>>) {
    all.extend(of.sources.iter().map(|(label, source)| Item::Source(label, source)));
    all.push(Item::Protocol(&of.protocol));
    all.push(Item::Endpoints(&of.endpoints));
    all.extend(of.groups.iter().map(Item::Group));
    all.extend(of.common_parameters.iter().map(Item::CommonParameter));
    all.extend(of.common_response.iter().map(Item::CommonField));
    all.extend(of.ids.iter().map(Item::Id));
    all.extend(of.enums.iter().map(Item::Enum));
    all.extend(of.tables.iter().map(Item::Table));
    all.extend(of.errors.iter().map(Item::Error));
    all.extend(of.actions.iter().map(Item::Action));
    // After the fields that may have defined them.
    all.extend(of.types.iter().map(Item::Type));
    all.extend(of.defects.iter().map(Item::Defect));
}

pub(super) fn action<'a>(of: &'a Action, all: &mut Vec<Item<'a>>) {
    all.push(Item::EffectWhen(&of.effect_when));
    all.extend(of.preconditions.iter().map(Item::Precondition));
    all.extend(of.parameters.iter().map(Item::Parameter));
    all.extend(of.response.iter().map(Item::Field));
    all.extend(of.rules.iter().map(Item::Rule));
    all.extend(of.paginator.iter().map(Item::Paginator));
    all.extend(of.waiters.iter().map(Item::Waiter));
    all.extend(of.state_view.iter().map(Item::View));
    all.extend(of.reconcile.iter().enumerate().map(|(number, recipe)| Item::Reconcile(number, recipe)));
    all.extend(of.host_from.iter().map(Item::HostFrom));
    all.extend(of.examples.iter().map(Item::Example));
    all.extend(of.defects.iter().map(Item::Defect));
}

pub(super) fn field<'a>(of: &'a Field, all: &mut Vec<Item<'a>>) {
    all.extend(of.defines.iter().flat_map(|structure| &structure.fields).map(Item::Member));
    all.extend(of.checks.iter().map(Item::Check));
    all.extend(of.needed_if.iter().map(Item::NeededIf));
    all.extend(of.defects.iter().map(Item::Defect));
}

pub(super) fn structure<'a>(of: &'a Structure, all: &mut Vec<Item<'a>>) {
    all.extend(of.fields.iter().map(Item::Member));
    all.extend(of.defects.iter().map(Item::Defect));
}
