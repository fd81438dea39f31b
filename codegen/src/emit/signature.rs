//! The Rust path and declaration of an item, for its line in the listing of the API.

use super::methods::wait_signature;
use super::naming::Names;
use super::setters;
use super::types::plain;
use crate::format::compact as text;
use crate::model::{Action, Api, Enum, EnumValue, ErrorRow, Field, Id, Need, StateView, Structure, Waiter};
use crate::naming;
use quote::{format_ident, quote};

/// Where an item stands.
pub(crate) struct Scope<'a> {
    pub(crate) api: &'a Api,
    pub(crate) action: Option<&'a Action>,
    /// The structure or enum that it is a member of.
    pub(crate) structure: Option<&'a str>,
}

/// An item that becomes code.
#[derive(Clone, Copy)]
pub(crate) enum Generated<'a> {
    Parameter(&'a Field),
    Field(&'a Field),
    Member(&'a Field),
    Id(&'a Id),
    Enum(&'a Enum),
    Value(&'a EnumValue),
    Type(&'a Structure),
    Error(&'a ErrorRow),
    Action(&'a Action),
    Waiter(&'a Waiter),
    Pages,
    View(&'a StateView),
}

/// The Rust path and the declaration of an item.
pub(crate) fn signature(scope: &Scope<'_>, code: Generated<'_>) -> Option<(String, String)> {
    let root = scope.api.modules.join("::");
    let module = scope.action.map_or_else(|| format!("{root}::types"), |action| format!("{root}::{}", action.method));
    let shared = |name: &str| scope.api.structure(name).is_some();
    let names = scope.action.map(Names::of);
    let builder = || Some(format!("{module}::{}", names.as_ref()?.builder));
    let response = || Some(format!("{module}::{}", names.as_ref()?.response));
    Some(match code {
        Generated::Parameter(field) => (format!("{}::{}", builder()?, field.name), setter(scope.action?, field)),
        Generated::Field(field) => (format!("{}.{}", response()?, field.name), member(field)),
        Generated::Member(field) if scope.structure.is_some_and(shared) => {
            (format!("{root}::types::{}.{}", scope.structure?, field.name), member(field))
        }
        Generated::Member(field) => (format!("{module}::{}.{}", scope.structure?, field.name), member(field)),
        Generated::Id(of) => (format!("{root}::types::{}", of.name), format!("struct {}({})", of.name, base(of))),
        Generated::Enum(of) => (format!("{root}::types::{}", of.name), format!("enum {}", of.name)),
        Generated::Value(of) => (format!("{root}::types::{}::{}", scope.structure?, of.name), of.name.clone()),
        Generated::Type(of) => (format!("{root}::types::{}", of.name), format!("struct {}", of.name)),
        Generated::Error(row) => match (&row.inner_code, &row.inner_code_name) {
            (Some(_), Some(name)) => (format!("{root}::InnerCode::{name}"), name.clone()),
            _ => (format!("{root}::ErrorCode::{}", row.code_name), row.code_name.clone()),
        },
        Generated::Action(action) => (
            format!("{root}::Client::{}", action.method),
            format!("fn {0}(&self) -> {0}::{1}", action.method, Names::of(action).builder),
        ),
        Generated::Waiter(of) => (
            format!("{root}::Client::{}", naming::wait(&of.name)),
            text(&wait_signature(scope.api, scope.action?, names.as_ref()?, of)),
        ),
        Generated::Pages => {
            let request = &names.as_ref()?.request;
            (format!("{}::pages", builder()?), format!("fn pages(self) -> crate::Pages<{request}>"))
        }
        Generated::View(of) => (format!("{}::state", response()?), format!("fn state(&self) -> {}", of.name)),
    })
}

fn base(id: &Id) -> &'static str {
    if id.base == crate::model::Base::String { "String" } else { "i64" }
}

/// The method that sets a parameter.
fn setter(action: &Action, field: &Field) -> String {
    let (argument, _) = setters::argument(field, &format_ident!("value"));
    let name = &field.name;
    let response = if field.need == Need::Required {
        format!("{}<state::{}<S>>", Names::of(action).builder, naming::typestate(name).with)
    } else {
        "Self".to_owned()
    };
    format!("fn {name}(self, value: {}) -> {response}", text(&argument))
}

/// A field of a response or of a structure.
fn member(field: &Field) -> String {
    let kind = plain(field);
    let kind = if field.kind.is_list() || field.guaranteed { kind } else { quote!(Option<#kind>) };
    format!("{}: {}", field.name, text(&kind))
}
