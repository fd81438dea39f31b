//! The language of the spec, as serde sees it: plain structs, no logic.
//!
//! `spec/README.md` is the reference of every key. Nothing here is checked beyond its shape; what the keys may say
//! to each other is decided by the passes of the loader. The structs avoid `untagged` and `flatten` on purpose: with them
//! an error in a file loses its position.

mod action;
mod common;
mod error;
mod field;
mod flow;
mod rule;
mod service;
mod wire;

pub use action::{Action, Cost, CostUnit, Effect, EffectWhen, Example, Precondition};
pub use common::{Defect, DefectRegister, Deprecated, History, Severity, SourceRef, Text};
pub use error::{ErrorRow, ErrorScope, Retry};
pub use field::{
    Bound, Field, FieldType, Format, FormatRule, KeyAlgorithm, KeyRule, Language, PatternRule, Placement, RequiredIf,
    Sensitivity, SizeRule, TimeLayout, TimeZone,
};
pub use flow::{
    Counter, HostFrom, Listing, PageKind, Paginator, Poll, Reconcile, StateCase, StateProbe, StateView, Waiter,
};
pub use rule::{Condition, FormatCheck, Rule, TableCheck};
pub use service::{
    ApiInfo, Base, Column, CommonParameter, EnumSpec, EnumValue, IdSpec, Legacy, Service, SetBy, Source, SourceKind,
    Table, TypeSpec,
};
pub use wire::{
    Endpoints, Envelope, ErrorStyle, Family, Host, ListStyle, Method, Protocol, RetryAfter, RetryAfterUnit,
    SignatureScheme, TimeStampStyle, UnknownRegion, XmlLists,
};
