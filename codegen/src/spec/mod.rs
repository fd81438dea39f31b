//! The language of the spec, as serde sees it: plain structs, no logic.
//!
//! `spec/README.md` explains every key. Only the shape is checked here; the passes of the loader check whether keys
//! go together. The structs avoid `untagged` and `flatten` on purpose: with them
//! an error in a file loses its position. Words that mean the same before and after resolving come from [`crate::model`].

mod action;
mod common;
mod error;
mod field;
mod flow;
mod rule;
mod service;
mod wire;

pub use action::{Action, EffectWhen, Example, Precondition};
pub use cloudcert_model::{
    ApiInfo, Base, Cost, CostUnit, Defect, Deprecated, Effect, Envelope, ErrorScope, ErrorStyle, Family, Format,
    History, KeyAlgorithm, Language, Legacy, ListStyle, Method, PageKind, Poll, Protocol, Retry, RetryAfter,
    RetryAfterUnit, Sensitivity, SetBy, Severity, SignatureScheme, Source, SourceKind, SourceRef, Text, TimeLayout,
    TimeStampStyle, TimeZone, UnknownRegion, XmlLists,
};
pub use common::DefectRegister;
pub use error::ErrorRow;
pub use field::{Bound, Field, FieldType, FormatRule, KeyRule, PatternRule, RequiredIf, SizeRule};
pub use flow::{Counter, HostFrom, Listing, Paginator, Reconcile, StateCase, StateProbe, StateView, Waiter};
pub use rule::{Condition, FormatCheck, Rule, TableCheck};
pub use service::{Column, CommonParameter, EnumSpec, EnumValue, IdSpec, Service, Table, TypeSpec};
pub use wire::{Endpoints, Host};
