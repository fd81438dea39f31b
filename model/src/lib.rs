//! The API descriptions that the [cloudcert](https://docs.rs/cloudcert) SDK is made from, resolved: closed types in which every
//! name is final and every reference is valid.
//!
//! The SDK's generator makes these types from YAML. The SDK exposes them with its feature `model`, for local endpoints, command
//! lines and tools of your own. They are plain data: their fields follow the description, and any release may add some.

mod action;
mod api;
mod common;
mod field;
mod flow;
mod rule;
mod wire;
mod words;

pub use action::{Action, Example, Precondition};
pub use api::{
    Api, CommonParameter, Endpoint, Endpoints, Enum, EnumValue, ErrorRow, Group, Id, Match, Structure, Table,
    TableColumn, TableRow, defined,
};
pub use common::{Defect, Deprecated, History, Place, Severity, SourceRef, Text};
pub use field::{Check, Demand, Field, Need, NeededIf, Type};
pub use flow::{Given, HostFrom, Paginator, Probe, Reconcile, StateCase, StateView, Waiter};
pub use rule::{Condition, Rule, RuleDemand, TableBound};
pub use wire::{
    Envelope, ErrorStyle, Family, Method, Protocol, RetryAfter, RetryAfterUnit, SignatureScheme, TimeStampStyle,
    UnknownRegion, XmlLists,
};
pub use words::{
    ApiInfo, Base, Cost, CostUnit, Effect, ErrorScope, Fill, Format, KeyAlgorithm, Language, Legacy, PageKind, Poll,
    Retry, Sensitivity, SetBy, Source, SourceKind, TimeLayout, TimeZone,
};

#[cfg(feature = "data")]
use serde::{Deserialize, Serialize};

/// The whole spec.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
pub struct Model {
    /// API versions, by folder name.
    pub apis: Vec<Api>,
    /// Defects of the documents that touch no item.
    pub register: Vec<Defect>,
}

impl Model {
    /// An API version by the name of its folder.
    #[must_use]
    pub fn api(&self, id: &str) -> Option<&Api> {
        self.apis.iter().find(|api| api.id == id)
    }
}

/// The sources that show an item, if no document describes it.
///
/// Empty for documented items.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "data", derive(Serialize, Deserialize))]
#[cfg_attr(feature = "data", serde(transparent))]
pub struct Undocumented(pub Vec<String>);

impl Undocumented {
    /// Whether a document describes the item.
    #[must_use]
    pub fn is_documented(&self) -> bool {
        self.0.is_empty()
    }
}
