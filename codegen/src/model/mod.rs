//! The resolved spec: closed types in which every name is settled and every reference holds.
//!
//! Whatever is made from the spec (SDK, documentation, summary, review of changes) starts here and never looks at YAML.
//! Small vocabularies that mean the same before and after resolving are shared with [`crate::spec`].

mod action;
mod api;
mod field;
mod flow;
mod rule;

pub use action::{Action, Example, Precondition};
pub use api::{
    Api, CommonParameter, Endpoint, Endpoints, Enum, EnumValue, ErrorRow, Id, Match, Structure, Table, TableColumn,
    TableRow,
};
pub use field::{Check, Demand, Field, Need, NeededIf, Type};
pub use flow::{HostFrom, Paginator, Probe, Reconcile, StateCase, StateView, Waiter};
pub use rule::{Condition, Rule, RuleDemand, TableBound};

pub use crate::source::Place;
pub use crate::spec::{
    ApiInfo, Base, Cost, CostUnit, Defect, Deprecated, Effect, Envelope, ErrorScope, ErrorStyle, Family, Format,
    History, KeyAlgorithm, Language, Legacy, ListStyle, Method, PageKind, Placement, Poll, Protocol, Retry, RetryAfter,
    RetryAfterUnit, Sensitivity, SetBy, Severity, SignatureScheme, Source, SourceKind, SourceRef, Text, TimeLayout,
    TimeStampStyle, TimeZone, UnknownRegion, XmlLists,
};
use serde::Serialize;

/// The whole spec.
#[derive(Debug, Clone, PartialEq, Serialize)]
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

/// Where an item was seen, if it stands in no document.
///
/// Empty for what is documented.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Undocumented(pub Vec<String>);

impl Undocumented {
    /// Whether a document describes the item.
    #[must_use]
    pub fn is_documented(&self) -> bool {
        self.0.is_empty()
    }
}
