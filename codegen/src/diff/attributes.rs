//! The values of an item of a model, without the items inside it.
//!
//! They come from the serialised form of the item. So a key that the model gets later is compared from its first day on, whether there is a
//! rule for it or not.

use super::item::Item;
use super::order::{in_order, json, sorted};
use super::shell;
use crate::model::{Table, TableRow};
use serde::Serialize;
use serde_json::{Map, Value};

/// The values of an item, by key.
pub(super) type Attributes = Map<String, Value>;

/// Calls a function with what an item holds, whatever its type.
macro_rules! each {
    ($item:expr, $call:ident) => {
        match $item {
            Item::Api(of) => $call(of),
            Item::Source(_, of) => $call(of),
            Item::Protocol(of) => $call(of),
            Item::Endpoints(of) => $call(of),
            Item::Endpoint(of) => $call(of),
            Item::Group(of) => $call(of),
            Item::CommonParameter(of) => $call(of),
            Item::CommonField(of) | Item::Parameter(of) | Item::Field(of) | Item::Member(of) => $call(of),
            Item::Id(of) => $call(of),
            Item::Enum(of) => $call(of),
            Item::Value(of) => $call(of),
            Item::Type(of) => $call(of),
            Item::Table(of) => $call(of),
            Item::Column(of) => $call(of),
            Item::Row(_, of) => $call(of),
            Item::Error(of) => $call(of),
            Item::Action(of) => $call(of),
            Item::EffectWhen(of) => $call(of),
            Item::Precondition(of) => $call(of),
            Item::Check(of) => $call(of),
            Item::NeededIf(of) => $call(of),
            Item::Rule(of) => $call(of),
            Item::Paginator(of) => $call(of),
            Item::Waiter(of) => $call(of),
            Item::View(of) => $call(of),
            Item::State(of) => $call(of),
            Item::Reconcile(_, of) => $call(of),
            Item::HostFrom(of) => $call(of),
            Item::Example(of) => $call(of),
            Item::Defect(of) => $call(of),
        }
    };
}

impl Item<'_> {
    /// Its whole serialised form.
    pub(super) fn whole(self) -> Value {
        match self {
            Self::Row(table, of) => row(table, of),
            Self::EffectWhen(of) => Value::Object(Map::from_iter([("effect_when".to_owned(), json(of))])),
            _ => each!(self, json),
        }
    }

    /// Its serialised form. For a large item, without the items inside it.
    fn shell(self) -> Value {
        match self {
            Self::Api(of) => json(&shell::api(of)),
            Self::Action(of) => json(&shell::action(of)),
            _ => self.whole(),
        }
    }

    /// Whether two items say and contain the same to the byte.
    pub(super) fn is_same(self, other: Self) -> bool {
        let bytes = |item: Self| match item {
            // Too large to be written down as a whole; and a group is also what the actions say that name it.
            Self::Api(_) | Self::Group(_) => None,
            Self::Row(table, of) => Some(bytes(&row(table, of))),
            Self::EffectWhen(of) => Some(bytes(of)),
            _ => Some(each!(item, bytes)),
        };
        bytes(self).is_some_and(|own| bytes(other).is_some_and(|other| own == other))
    }

    /// Its values, without the items inside it, in one order.
    pub(super) fn attributes(self) -> Attributes {
        let Value::Object(mut map) = self.shell() else { return Map::new() };
        for key in self.contained() {
            map.remove(*key);
        }
        if let Some(structure) = map.get_mut("defines").and_then(Value::as_object_mut) {
            structure.remove("fields");
        }
        // Absent and empty mean the same.
        map.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()));
        match self {
            Self::Example(_) => map,
            Self::Protocol(_) | Self::EffectWhen(_) => map.into_iter().map(in_order).collect(),
            // The first method is the one that the SDK uses.
            Self::Action(_) => {
                map.into_iter().map(|(k, v)| if k == "methods" { (k, v) } else { sorted((k, v)) }).collect()
            }
            _ => map.into_iter().map(sorted).collect(),
        }
    }

    /// Keys of its serialised form whose values are items of their own: see [`Self::children`].
    fn contained(self) -> &'static [&'static str] {
        match self {
            Self::Api(_) => &[
                "sources",
                "protocol",
                "endpoints",
                "groups",
                "common_parameters",
                "common_response",
                "ids",
                "enums",
                "types",
                "tables",
                "errors",
                "actions",
                "defects",
            ],
            Self::Endpoints(_) => &["hosts", "defects"],
            Self::Enum(_) => &["values", "defects"],
            Self::Type(_) => &["fields", "defects"],
            Self::Table(_) => &["columns", "rows", "defects"],
            Self::CommonParameter(_) | Self::Value(_) | Self::Error(_) => &["defects"],
            Self::CommonField(_) | Self::Parameter(_) | Self::Field(_) | Self::Member(_) => {
                &["checks", "needed_if", "defects"]
            }
            Self::Action(_) => &[
                "effect_when",
                "preconditions",
                "paginator",
                "waiters",
                "state_view",
                "reconcile",
                "host_from",
                "rules",
                "parameters",
                "response",
                "examples",
                "defects",
            ],
            Self::View(_) => &["states"],
            Self::State(_) => &["cases"],
            _ => &[],
        }
    }
}

/// A row by its columns: their order says nothing.
fn row(table: &Table, row: &TableRow) -> Value {
    let cells = table.columns.iter().zip(&row.cells);
    Value::Object(cells.map(|(column, cell)| (column.name.clone(), cell.clone())).collect())
}

fn bytes(of: &(impl Serialize + ?Sized)) -> Vec<u8> {
    serde_json::to_vec(of).unwrap_or_default()
}
