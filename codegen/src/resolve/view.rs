//! The input of the passes: one API version with the content of all its files, and places for findings.
//!
//! Structs carry no positions. A pass walks a struct and, beside it, a cursor ([`At`]) over the tree; the cursor makes the finding. Items of
//! the model keep their place in the spec, for tools that report on them.

use super::references::dangling;
use crate::diagnostic::{Code, Finding};
use crate::spec::{
    Action, CommonParameter, DefectRegister, Endpoints, EnumSpec, ErrorRow, Field, GroupSpec, IdSpec, Named, Protocol,
    Service, Source, Table, TypeSpec,
};
use crate::yaml::At;
use indexmap::IndexMap;
use std::collections::HashMap;

/// A value with its place.
#[derive(Debug)]
pub(crate) struct Located<'a, T> {
    pub(crate) value: &'a T,
    pub(crate) at: At<'a>,
}

impl<T> Clone for Located<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Located<'_, T> {}

/// One API version.
#[derive(Debug)]
pub(crate) struct RawApi<'a> {
    /// The name of its folder.
    pub(crate) id: &'a str,
    /// `service.yaml`.
    pub(crate) service: Located<'a, Service>,
    /// `service.yaml`, the files beside it, and the shared files that it uses.
    pub(crate) files: Vec<Located<'a, Service>>,
    /// Actions, with the stems of their files.
    pub(crate) actions: Vec<(&'a str, Located<'a, Action>)>,
    /// The definitions of all its files.
    pub(crate) definitions: Definitions<'a>,
    /// Its `defects.yaml`.
    pub(crate) defects: Option<Located<'a, DefectRegister>>,
    visits: Vec<Visit<'a>>,
    by_name: HashMap<&'a str, Located<'a, Action>>,
    structures: IndexMap<&'a str, &'a IndexMap<String, Field>>,
    /// Structures that fields define, by name, with the first of those fields.
    in_place: HashMap<&'a str, At<'a>>,
}

/// The definitions in the files of an API version, by name.
#[derive(Debug, Default)]
pub(crate) struct Definitions<'a> {
    pub(crate) sources: Defined<'a, Source>,
    pub(crate) groups: Defined<'a, GroupSpec>,
    pub(crate) common_parameters: Defined<'a, CommonParameter>,
    pub(crate) common_response: Defined<'a, Field>,
    pub(crate) ids: Defined<'a, IdSpec>,
    pub(crate) enums: Defined<'a, EnumSpec>,
    pub(crate) types: Defined<'a, TypeSpec>,
    pub(crate) tables: Defined<'a, Table>,
    pub(crate) errors: Defined<'a, ErrorRow>,
    pub(crate) protocol: Option<Located<'a, Protocol>>,
    pub(crate) endpoints: Option<Located<'a, Endpoints>>,
}

/// Definitions of one kind, by name.
pub(crate) type Defined<'a, T> = IndexMap<&'a str, Located<'a, T>>;

impl<'a> Definitions<'a> {
    /// Merges the files. Something that is defined twice is a finding.
    pub(crate) fn merge(files: &[Located<'a, Service>], out: &mut Vec<Finding>) -> Self {
        let mut definitions = Self::default();
        for file in files {
            let (value, at) = (file.value, file.at);
            add(&mut definitions.sources, &value.sources, at.get("sources"), "source", out);
            add(&mut definitions.groups, &value.groups, at.get("groups"), "group", out);
            add(
                &mut definitions.common_parameters,
                &value.common_parameters,
                at.get("common_parameters"),
                "common parameter",
                out,
            );
            add(
                &mut definitions.common_response,
                &value.common_response,
                at.get("common_response"),
                "common field",
                out,
            );
            add(&mut definitions.ids, &value.ids, at.get("ids"), "kind of id", out);
            add(&mut definitions.enums, &value.enums, at.get("enums"), "enum", out);
            add(&mut definitions.types, &value.types, at.get("types"), "structure", out);
            add(&mut definitions.tables, &value.tables, at.get("tables"), "table", out);
            add(&mut definitions.errors, &value.errors, at.get("errors"), "error", out);
            one(&mut definitions.protocol, value.protocol.as_ref(), at.get("protocol"), "protocol", out);
            one(&mut definitions.endpoints, value.endpoints.as_ref(), at.get("endpoints"), "endpoints", out);
        }
        definitions
    }
}

fn add<'a, T>(
    names: &mut Defined<'a, T>,
    values: &'a IndexMap<String, T>,
    at: At<'a>,
    what: &str,
    out: &mut Vec<Finding>,
) {
    for (name, value) in values {
        let item = Located { value, at: at.get(name) };
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

fn one<'a, T>(slot: &mut Option<Located<'a, T>>, value: Option<&'a T>, at: At<'a>, what: &str, out: &mut Vec<Finding>) {
    let Some(value) = value else { return };
    match slot {
        Some(first) => out.push(
            at.key_finding(Code::DuplicateDefinition, format!("`{what}` is given in two files"))
                .related(first.at.related("first given here")),
        ),
        None => *slot = Some(Located { value, at }),
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
    /// Whether a document describes it, and what it is a part of.
    pub(crate) documented: bool,
    pub(crate) wire: &'a str,
    pub(crate) field: &'a Field,
    pub(crate) at: At<'a>,
}

impl<'a> RawApi<'a> {
    /// Collects the input of the passes.
    pub(crate) fn new(
        id: &'a str,
        service: Located<'a, Service>,
        files: Vec<Located<'a, Service>>,
        actions: Vec<(&'a str, Located<'a, Action>)>,
        definitions: Definitions<'a>,
        defects: Option<Located<'a, DefectRegister>>,
    ) -> Self {
        let visits = all_fields(&definitions, &actions);
        let shared = definitions.types.iter().map(|(name, spec)| (*name, &spec.value.fields));
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
            definitions,
            defects,
            visits,
        }
    }

    /// Every field: parameters, responses, members, common ones, and what they define in place.
    pub(crate) fn fields(&self) -> &[Visit<'a>] {
        &self.visits
    }

    /// An action by name.
    pub(crate) fn action(&self, name: &str) -> Option<Located<'a, Action>> {
        self.by_name.get(name).copied()
    }

    /// An action by name. Reports a finding at `at` if there is none.
    pub(crate) fn expect_action(&self, name: &str, at: At<'_>, out: &mut Vec<Finding>) -> Option<Located<'a, Action>> {
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

    /// What a name stands for.
    pub(crate) fn named(&self, name: &str) -> Option<Named> {
        let named = self.definitions.ids.get(name).map(|_| Named::Id);
        let named = named.or_else(|| self.definitions.enums.get(name).map(|item| Named::Enum(item.value.base)));
        named.or_else(|| self.members(name).map(|_| Named::Structure))
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

fn all_fields<'a>(definitions: &Definitions<'a>, actions: &[(&'a str, Located<'a, Action>)]) -> Vec<Visit<'a>> {
    let mut walk = Walk { side: Side::Response, visits: Vec::new() };
    for (name, item) in &definitions.common_response {
        walk.field(false, true, name, *item);
    }
    walk.side = Side::Member;
    for spec in definitions.types.values() {
        walk.fields(false, spec.value.undocumented.is_empty(), &spec.value.fields, spec.at.get("fields"));
    }
    for (_, action) in actions {
        let documented = action.value.undocumented.is_empty();
        walk.side = Side::Request;
        walk.fields(false, documented, &action.value.parameters, action.at.get("parameters"));
        walk.side = Side::Response;
        walk.fields(false, documented, &action.value.response, action.at.get("response"));
    }
    walk.visits
}

/// A walk over fields and their members, with the side that it is on.
struct Walk<'a> {
    side: Side,
    visits: Vec<Visit<'a>>,
}

impl<'a> Walk<'a> {
    fn fields(&mut self, nested: bool, documented: bool, fields: &'a IndexMap<String, Field>, at: At<'a>) {
        for (wire, value) in fields {
            self.field(nested, documented, wire, Located { value, at: at.get(wire) });
        }
    }

    fn field(&mut self, nested: bool, documented: bool, wire: &'a str, item: Located<'a, Field>) {
        let documented = documented && item.value.undocumented.is_empty();
        self.visits.push(Visit { side: self.side, nested, documented, wire, field: item.value, at: item.at });
        if let Some(fields) = &item.value.fields {
            self.fields(true, documented, fields, item.at.get("fields"));
        }
    }
}
