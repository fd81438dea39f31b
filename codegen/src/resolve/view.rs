//! The input of the passes: one API version with the content of all its files, and places for findings.
//!
//! Structs carry no positions. A pass walks a struct and, beside it, a cursor ([`At`]) over the tree; the cursor makes the finding. Items of
//! the model keep their place in the spec, for tools that report on them.

use super::references::dangling;
use crate::diagnostic::{Code, Finding};
use crate::spec::{
    Action, CommonParameter, Endpoints, EnumSpec, ErrorRow, Field, IdSpec, Protocol, Service, Source, Table, TypeSpec,
};
use crate::yaml::At;
use indexmap::IndexMap;
use std::collections::HashMap;

/// A value with its place.
#[derive(Debug)]
pub(crate) struct Item<'a, T> {
    pub(crate) value: &'a T,
    pub(crate) at: At<'a>,
}

impl<T> Clone for Item<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Item<'_, T> {}

/// One API version.
#[derive(Debug)]
pub(crate) struct RawApi<'a> {
    /// The name of its folder.
    pub(crate) id: &'a str,
    /// `service.yaml`.
    pub(crate) service: Item<'a, Service>,
    /// `service.yaml` and the shared files that it uses.
    pub(crate) files: Vec<Item<'a, Service>>,
    /// Actions, with the stems of their files.
    pub(crate) actions: Vec<(&'a str, Item<'a, Action>)>,
    /// The definitions of all its files.
    pub(crate) scope: Scope<'a>,
    visits: Vec<Visit<'a>>,
    by_name: HashMap<&'a str, Item<'a, Action>>,
    structures: IndexMap<&'a str, &'a IndexMap<String, Field>>,
    /// Structures that fields define, by name, with the first of those fields.
    in_place: HashMap<&'a str, At<'a>>,
}

/// The definitions in the files of an API version, by name.
#[derive(Debug, Default)]
pub(crate) struct Scope<'a> {
    pub(crate) sources: Names<'a, Source>,
    pub(crate) common_parameters: Names<'a, CommonParameter>,
    pub(crate) common_response: Names<'a, Field>,
    pub(crate) ids: Names<'a, IdSpec>,
    pub(crate) enums: Names<'a, EnumSpec>,
    pub(crate) types: Names<'a, TypeSpec>,
    pub(crate) tables: Names<'a, Table>,
    pub(crate) errors: Names<'a, ErrorRow>,
    pub(crate) protocol: Option<Item<'a, Protocol>>,
    pub(crate) endpoints: Option<Item<'a, Endpoints>>,
}

/// Definitions of one kind, by name.
pub(crate) type Names<'a, T> = IndexMap<&'a str, Item<'a, T>>;

impl<'a> Scope<'a> {
    /// Merges the files. Something that is defined twice is a finding.
    pub(crate) fn merge(files: &[Item<'a, Service>], out: &mut Vec<Finding>) -> Self {
        let mut scope = Self::default();
        for file in files {
            let (value, at) = (file.value, file.at);
            add(&mut scope.sources, &value.sources, at.get("sources"), "source", out);
            add(
                &mut scope.common_parameters,
                &value.common_parameters,
                at.get("common_parameters"),
                "common parameter",
                out,
            );
            add(&mut scope.common_response, &value.common_response, at.get("common_response"), "common field", out);
            add(&mut scope.ids, &value.ids, at.get("ids"), "kind of id", out);
            add(&mut scope.enums, &value.enums, at.get("enums"), "enum", out);
            add(&mut scope.types, &value.types, at.get("types"), "structure", out);
            add(&mut scope.tables, &value.tables, at.get("tables"), "table", out);
            add(&mut scope.errors, &value.errors, at.get("errors"), "error", out);
            one(&mut scope.protocol, value.protocol.as_ref(), at.get("protocol"), "protocol", out);
            one(&mut scope.endpoints, value.endpoints.as_ref(), at.get("endpoints"), "endpoints", out);
        }
        scope
    }
}

fn add<'a, T>(
    names: &mut Names<'a, T>,
    values: &'a IndexMap<String, T>,
    at: At<'a>,
    what: &str,
    out: &mut Vec<Finding>,
) {
    for (name, value) in values {
        let item = Item { value, at: at.get(name) };
        if let Some(first) = names.get(name.as_str()) {
            let message = format!("the {what} `{name}` is defined in two files");
            out.push(
                item.at.key_finding(Code::DuplicateDefinition, message).related(first.at.related("first defined here")),
            );
        } else {
            names.insert(name, item);
        }
    }
}

fn one<'a, T>(slot: &mut Option<Item<'a, T>>, value: Option<&'a T>, at: At<'a>, what: &str, out: &mut Vec<Finding>) {
    let Some(value) = value else { return };
    match slot {
        Some(first) => out.push(
            at.key_finding(Code::DuplicateDefinition, format!("`{what}` is given in two files"))
                .related(first.at.related("first given here")),
        ),
        None => *slot = Some(Item { value, at }),
    }
}

/// The side of a call that a field is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Request,
    Response,
    /// Member of a shared structure, which may be used on both.
    Member,
}

/// A field on a walk through an API version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Visit<'a> {
    pub(crate) side: Side,
    /// Inside a structure that another field defines in place.
    pub(crate) nested: bool,
    pub(crate) wire: &'a str,
    pub(crate) field: &'a Field,
    pub(crate) at: At<'a>,
}

impl<'a> RawApi<'a> {
    /// Collects the input of the passes.
    pub(crate) fn new(
        id: &'a str,
        service: Item<'a, Service>,
        files: Vec<Item<'a, Service>>,
        actions: Vec<(&'a str, Item<'a, Action>)>,
        scope: Scope<'a>,
    ) -> Self {
        let visits = all_fields(&scope, &actions);
        let shared = scope.types.iter().map(|(name, spec)| (*name, &spec.value.fields));
        let mut first: HashMap<&str, At<'_>> = HashMap::new();
        for visit in visits.iter().filter(|visit| visit.field.fields.is_some()) {
            if let Some(of) = visit.field.of.as_deref() {
                first.entry(of).or_insert(visit.at);
            }
        }
        let in_place =
            visits.iter().filter_map(|visit| Some((visit.field.of.as_deref()?, visit.field.fields.as_ref()?)));
        Self {
            id,
            service,
            structures: in_place.chain(shared).collect(),
            in_place: first,
            by_name: actions.iter().map(|(_, item)| (item.value.action.as_str(), *item)).collect(),
            files,
            actions,
            scope,
            visits,
        }
    }

    /// Every field: parameters, responses, members, common ones, and what they define in place.
    pub(crate) fn fields(&self) -> &[Visit<'a>] {
        &self.visits
    }

    /// An action by name.
    pub(crate) fn action(&self, name: &str) -> Option<Item<'a, Action>> {
        self.by_name.get(name).copied()
    }

    /// An action by name. Reports a finding at `at` if there is none.
    pub(crate) fn expect_action(&self, name: &str, at: At<'_>, out: &mut Vec<Finding>) -> Option<Item<'a, Action>> {
        let action = self.action(name);
        if action.is_none() {
            let known: Vec<&str> = self.actions.iter().map(|(_, item)| item.value.action.as_str()).collect();
            out.push(dangling(name, &known, at, "action"));
        }
        action
    }

    /// A structure, with its name borrowed from here.
    pub(crate) fn structure(&self, name: &str) -> Option<(&'a str, &'a IndexMap<String, Field>)> {
        self.structures.get_key_value(name).map(|(name, members)| (*name, *members))
    }

    /// The members of a structure: a shared one, or one that a field defines in place.
    pub(crate) fn members(&self, name: &str) -> Option<&'a IndexMap<String, Field>> {
        self.structures.get(name).copied()
    }

    /// The first field that defines a structure of this name in its place.
    pub(crate) fn defined_in_place(&self, name: &str) -> Option<At<'a>> {
        self.in_place.get(name).copied()
    }

    /// The names of all structures.
    pub(crate) fn structure_names(&self) -> impl Iterator<Item = &'a str> {
        self.structures.keys().copied()
    }
}

fn all_fields<'a>(scope: &Scope<'a>, actions: &[(&'a str, Item<'a, Action>)]) -> Vec<Visit<'a>> {
    let mut visits = Vec::new();
    for (name, item) in &scope.common_response {
        descend(Side::Response, false, name, *item, &mut visits);
    }
    for spec in scope.types.values() {
        fields_of(Side::Member, false, &spec.value.fields, spec.at.get("fields"), &mut visits);
    }
    for (_, action) in actions {
        fields_of(Side::Request, false, &action.value.parameters, action.at.get("parameters"), &mut visits);
        fields_of(Side::Response, false, &action.value.response, action.at.get("response"), &mut visits);
    }
    visits
}

fn fields_of<'a>(
    side: Side,
    nested: bool,
    fields: &'a IndexMap<String, Field>,
    at: At<'a>,
    visits: &mut Vec<Visit<'a>>,
) {
    for (wire, field) in fields {
        descend(side, nested, wire, Item { value: field, at: at.get(wire) }, visits);
    }
}

fn descend<'a>(side: Side, nested: bool, wire: &'a str, item: Item<'a, Field>, visits: &mut Vec<Visit<'a>>) {
    visits.push(Visit { side, nested, wire, field: item.value, at: item.at });
    if let Some(fields) = &item.value.fields {
        fields_of(side, true, fields, item.at.get("fields"), visits);
    }
}
