//! The language of the spec, as serde sees it: plain structs, no logic.
//!
//! `spec/README.md` explains every key. Only the shape is checked here; the passes of the loader check whether keys go together. The structs
//! avoid `untagged` and `flatten` on purpose: with them an error in a file loses its position (see `forms.rs`). Words that mean the same before and after
//! resolving come from [`crate::model`].
//!
//! # Decisions
//!
//! | decision | reason |
//! |---|---|
//! | maps keyed by wire name, in the order of the documents | a reviewer finds `Domain:` in a diff; duplicate names are duplicate keys |
//! | one file in `shared/` for what API versions of a provider have in common | gateway errors, endpoints and common parameters are written once |
//! | `error` and `advice` | only what the request alone proves may block a call; a server knows drafts, brands and new enum values that we do not |
//! | enums are always open | a new value of the service must not break a caller |
//! | guaranteed instead of required fields in responses | no service guarantees a field; our guarantee can fail a response that holds a paid order |
//! | `effect`, `cost`, `reconcile` of an action | retries are decided by what a second call would do, not by HTTP status |
//! | conditions are data, with one test each | they are checked, compared and shown; there is no expression language to parse |
//! | a missing parameter with a default counts as its default in conditions | the rule then holds for callers who spell the default out too |
//! | defects by number beside the items, in full in `defects.yaml` | a reading that is not written down is made again, differently; the file of an action stays short |
//! | a type is one expression that names what it is | `type: [Tag]` says what three keys said; ids, enums and structures share one space of names |
//! | names in Rust are settled in the spec (`name`, `rust_name`) | a rename is visible in review; the generator has no list of exceptions |
//! | tables need not be used by a rule | they are facts about enum values that documentation shows |
//!
//! A list parameter is keyed without its `.N`. The protocol decides how lists, booleans and structures travel.
//!
//! # What the language cannot say
//!
//! - Rules that look into a CSR (its common name against a product) or at a certificate that only the server knows (`RevokeLetter` and
//!   `AuthMethod` depend on the brand). The docs of the parameters say them.
//! - That a vpc host or a default comes from another source than its row or parameter.
//! - A regional host that is used for one action only: `host_from` names the response that it comes from.
//! - A recipe or a wait over the state of one item in a list. The one action that would need it has `reconcile: {impossible: true}`.
//! - The end of a list whose service ignores the position (`DescribeOrderInstanceList`): the paginator's doc says it.

mod action;
mod common;
mod error;
mod field;
mod flow;
mod forms;
mod kind;
mod rule;
mod service;
mod wire;

pub use action::{Action, EffectWhen, Example, Precondition};
pub use cloudcert_model::{
    ApiInfo, Base, Cost, CostUnit, Deprecated, Effect, Envelope, ErrorScope, ErrorStyle, Family, Fill, Format, History,
    KeyAlgorithm, Language, Legacy, Method, PageKind, Poll, Protocol, Retry, RetryAfter, RetryAfterUnit, Sensitivity,
    SetBy, Severity, SignatureScheme, Source, SourceKind, SourceRef, Text, TimeLayout, TimeStampStyle, TimeZone,
    UnknownRegion, XmlLists,
};
pub use common::{DefectRegister, DefectSpec};
pub use error::ErrorRow;
pub use field::{Bound, Field, FormatRule, KeyRule, PatternRule, RequiredIf, SizeRule};
pub use flow::{Counter, HostFrom, Listing, Paginator, Reconcile, StateCase, StateProbe, StateView, Waiter};
pub use forms::{Cited, Fixed, Given, ONE_OR_MANY, OneOrMany, TEXT_OR_MAPPING, TYPE_EXPRESSION};
pub use kind::{FieldType, Holds, Named, TypeExpression, TypeForm};
pub use rule::{Condition, FormatCheck, Rule, TableCheck};
pub use service::{
    Column, CommonParameter, Defaults, EnumSpec, EnumValue, GroupSpec, IdSpec, Service, Table, TypeSpec,
};
pub use wire::{Endpoints, Host};
