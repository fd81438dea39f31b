//! A model as a tree of items: the name, the place and the children of each. `attributes` has the other values of an item.

use super::contents;
use super::order::{json, ordered};
use crate::emit::signature::Generated;
use crate::model::{
    Action, Api, Check, CommonParameter, Condition, Defect, Effect, Endpoint, Endpoints, Enum, EnumValue, ErrorRow,
    Example, Field, Group, HostFrom, Id, NeededIf, Paginator, Place, Precondition, Protocol, Reconcile, Rule, Source,
    StateCase, StateView, Structure, Table, TableColumn, TableRow, Waiter,
};

/// A part of a model that is compared with its counterpart.
#[derive(Clone, Copy)]
pub(super) enum Item<'a> {
    Api(&'a Api),
    Source(&'a str, &'a Source),
    Protocol(&'a Protocol),
    Endpoints(&'a Endpoints),
    Endpoint(&'a Endpoint),
    Group(&'a Group),
    CommonParameter(&'a CommonParameter),
    CommonField(&'a Field),
    Id(&'a Id),
    Enum(&'a Enum),
    Value(&'a EnumValue),
    Type(&'a Structure),
    Table(&'a Table),
    Column(&'a TableColumn),
    Row(&'a Table, &'a TableRow),
    Error(&'a ErrorRow),
    Action(&'a Action),
    EffectWhen(&'a [(Condition, Effect)]),
    Precondition(&'a Precondition),
    Parameter(&'a Field),
    Field(&'a Field),
    Member(&'a Field),
    Check(&'a Check),
    NeededIf(&'a NeededIf),
    Rule(&'a Rule),
    Paginator(&'a Paginator),
    Waiter(&'a Waiter),
    View(&'a StateView),
    State(&'a StateCase),
    /// A recipe, with its number.
    Reconcile(usize, &'a Reconcile),
    HostFrom(&'a HostFrom),
    Example(&'a Example),
    Defect(&'a Defect),
}

impl<'a> Item<'a> {
    /// The key under which it stands in the YAML of its parent; empty for what the parent is itself.
    pub(super) fn section(self) -> &'static str {
        match self {
            Self::Api(_) => "api",
            Self::Source(..) => "sources",
            Self::Protocol(_) => "protocol",
            Self::Endpoints(_) => "endpoints",
            Self::Endpoint(_) => "hosts",
            Self::Group(_) => "groups",
            Self::CommonParameter(_) => "common_parameters",
            Self::CommonField(_) => "common_response",
            Self::Id(_) => "ids",
            Self::Enum(_) => "enums",
            Self::Value(_) => "values",
            Self::Type(_) => "types",
            Self::Table(_) => "tables",
            Self::Column(_) => "columns",
            Self::Row(..) => "rows",
            Self::Error(_) => "errors",
            Self::Action(_) => "actions",
            Self::EffectWhen(_) => "effect_when",
            Self::Precondition(_) => "preconditions",
            Self::Parameter(_) => "parameters",
            Self::Field(_) => "response",
            Self::Member(_) => "fields",
            Self::Check(_) => "checks",
            Self::NeededIf(_) => "required_if",
            Self::Rule(_) => "rules",
            Self::Paginator(_) => "paginator",
            Self::Waiter(_) => "waiters",
            Self::View(_) => "state_view",
            Self::State(_) => "states",
            Self::Reconcile(..) => "reconcile",
            Self::HostFrom(_) => "host_from",
            Self::Example(_) => "examples",
            Self::Defect(_) => "defects",
        }
    }

    /// What distinguishes it from others of its section. Empty if the section has only one item.
    pub(super) fn key(self) -> String {
        match self {
            Self::Api(of) => of.id.clone(),
            Self::Source(label, _) => label.to_owned(),
            Self::Endpoint(of) => super::values::region(&of.region),
            Self::Group(of) => of.name.clone(),
            Self::CommonParameter(of) => of.wire.clone(),
            Self::CommonField(of) | Self::Parameter(of) | Self::Field(of) | Self::Member(of) => of.wire.clone(),
            Self::Id(of) => of.name.clone(),
            Self::Enum(of) => of.name.clone(),
            Self::Value(of) => of.wire.clone(),
            Self::Type(of) => of.name.clone(),
            Self::Table(of) => of.name.clone(),
            Self::Column(of) => of.name.clone(),
            Self::Row(_, of) => of.value.clone(),
            Self::Error(of) => of.name.clone(),
            Self::Action(of) => of.name.clone(),
            Self::Precondition(of) => of.after.clone().unwrap_or_default(),
            Self::Check(of) => demand(of).to_owned(),
            Self::NeededIf(of) => ordered(json(&of.when)).to_string(),
            Self::Rule(of) => of.name.clone(),
            Self::Waiter(of) => of.name.clone(),
            Self::State(of) => of.value.clone(),
            Self::Example(of) => of.title.en.clone(),
            Self::Defect(of) => of.id.to_string(),
            Self::Protocol(_)
            | Self::Endpoints(_)
            | Self::EffectWhen(_)
            | Self::Paginator(_)
            | Self::View(_)
            | Self::Reconcile(0, _)
            | Self::HostFrom(_) => String::new(),
            Self::Reconcile(number, _) => number.to_string(),
        }
    }

    /// The path to it from its parent in YAML.
    pub(super) fn steps(self) -> Vec<String> {
        let (section, key) = (self.section(), self.key());
        match self {
            Self::Api(_) => Vec::new(),
            Self::Action(_) | Self::Check(_) => vec![key],
            Self::NeededIf(_) => vec![section.to_owned()],
            _ if key.is_empty() => vec![section.to_owned()],
            _ => vec![section.to_owned(), key],
        }
    }

    /// Its place, if the model knows it.
    pub(super) fn place(self) -> Option<&'a Place> {
        match self {
            Self::Group(of) => Some(&of.at),
            Self::CommonParameter(of) => Some(&of.at),
            Self::CommonField(of) | Self::Parameter(of) | Self::Field(of) | Self::Member(of) => Some(&of.at),
            Self::Id(of) => Some(&of.at),
            Self::Enum(of) => Some(&of.at),
            Self::Value(of) => Some(&of.at),
            Self::Type(of) => Some(&of.at),
            Self::Table(of) => Some(&of.at),
            Self::Error(of) => Some(&of.at),
            Self::Action(of) => Some(&of.at),
            Self::Rule(of) => Some(&of.at),
            Self::Waiter(of) => Some(&of.at),
            _ => None,
        }
    }

    /// Whether its name is sent. Other names are our own.
    pub(super) fn is_on_the_wire(self) -> bool {
        matches!(
            self,
            Self::CommonField(_)
                | Self::Parameter(_)
                | Self::Field(_)
                | Self::Member(_)
                | Self::Value(_)
                | Self::Action(_)
        )
    }

    /// The name that it had before.
    pub(super) fn renamed_from(self) -> Option<&'a str> {
        let history = match self {
            Self::CommonField(of) | Self::Parameter(of) | Self::Field(of) | Self::Member(of) => of.history.as_ref(),
            Self::Enum(of) => of.history.as_ref(),
            Self::Value(of) => of.history.as_ref(),
            Self::Type(of) => of.history.as_ref(),
            Self::Action(of) => of.history.as_ref(),
            _ => None,
        };
        history.and_then(|history| history.renamed_from.as_deref())
    }

    /// The items inside it.
    pub(super) fn children(self) -> Vec<Item<'a>> {
        let mut all = Vec::new();
        match self {
            Self::Api(of) => contents::api(of, &mut all),
            Self::Endpoints(of) => {
                all.extend(of.hosts.iter().map(Item::Endpoint));
                all.extend(of.defects.iter().map(Item::Defect));
            }
            Self::Enum(of) => {
                all.extend(of.values.iter().map(Item::Value));
                all.extend(of.defects.iter().map(Item::Defect));
            }
            Self::Type(of) => contents::structure(of, &mut all),
            Self::Table(of) => {
                all.extend(of.columns.iter().map(Item::Column));
                all.extend(of.rows.iter().map(|row| Item::Row(of, row)));
                all.extend(of.defects.iter().map(Item::Defect));
            }
            Self::CommonParameter(of) => all.extend(of.defects.iter().map(Item::Defect)),
            Self::Value(of) => all.extend(of.defects.iter().map(Item::Defect)),
            Self::Error(of) => all.extend(of.defects.iter().map(Item::Defect)),
            Self::CommonField(of) | Self::Parameter(of) | Self::Field(of) | Self::Member(of) => {
                contents::field(of, &mut all);
            }
            Self::Action(of) => contents::action(of, &mut all),
            Self::View(of) => all.extend(of.states.iter().map(Item::State)),
            Self::State(of) => all.extend(of.cases.iter().map(Item::State)),
            _ => {}
        }
        all
    }

    /// The item as the generator knows it, if code is generated for it.
    pub(super) fn code(self) -> Option<Generated<'a>> {
        Some(match self {
            Self::Parameter(of) => Generated::Parameter(of),
            Self::Field(of) => Generated::Field(of),
            Self::Member(of) => Generated::Member(of),
            Self::Id(of) => Generated::Id(of),
            Self::Enum(of) => Generated::Enum(of),
            Self::Value(of) => Generated::Value(of),
            Self::Type(of) => Generated::Type(of),
            Self::Error(of) => Generated::Error(of),
            Self::Action(of) => Generated::Action(of),
            Self::Waiter(of) => Generated::Waiter(of),
            Self::Paginator(_) => Generated::Pages,
            Self::View(of) => Generated::View(of),
            _ => return None,
        })
    }

    /// The number of items inside it, at any depth.
    pub(super) fn size(self) -> usize {
        self.children().into_iter().map(|child| 1 + child.size()).sum()
    }
}

/// The key of a check in YAML.
fn demand(check: &Check) -> &'static str {
    use crate::model::Demand;
    match check.demand {
        Demand::Range { .. } => "range",
        Demand::Length { .. } => "length",
        Demand::Count { .. } => "count",
        Demand::MaxBytes(_) => "max_bytes",
        Demand::Pattern(_) => "pattern",
        Demand::Format(_) => "format",
        Demand::CsrKey { .. } => "csr_key",
    }
}
