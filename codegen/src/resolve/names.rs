//! Names in Rust: every wire name must become an identifier, and no two may become the same one.

use super::view::{RawApi, Side};
use crate::diagnostic::{Code, Finding};
use crate::naming::{self, is_identifier};
use crate::reserved;
use crate::spec::{Action, EnumValue, Field, Fill, StateCase};
use crate::yaml::At;
use heck::{ToSnakeCase, ToUpperCamelCase};
use indexmap::IndexMap;
use std::collections::HashMap;

/// The name of a field in Rust.
pub(super) fn field(wire: &str, field: &Field) -> String {
    naming::field(wire, field.rust_name.as_deref())
}

/// The name of an enum value in Rust.
pub(super) fn value(wire: &str, value: &EnumValue) -> String {
    naming::value(wire, value.name.as_deref())
}

/// The method and module of an action in Rust.
pub(super) fn method(action: &Action) -> String {
    naming::method(&action.action, action.rust_name.as_deref())
}

/// The name of an error code in Rust; a family is named after its beginning.
pub(super) fn code(code: &str, name: Option<&String>) -> String {
    naming::code(code, name.map(String::as_str))
}

/// Checks all names of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    check_types(api, out);
    check_codes(api, out);
    for (_, action) in &api.actions {
        check_fields(items(&action.value.parameters, action.at.get("parameters")), Side::Request, out);
        let common = api.definitions.common_response.iter().map(|(wire, item)| (*wire, item.value, item.at));
        let own = items(&action.value.response, action.at.get("response"));
        check_fields(common.chain(own), Side::Response, out);
        check_states(items(&action.value.parameters, action.at.get("parameters")), out);
        check_view(api, action.value, action.at, out);
        check_wire_names(api, action.value, action.at, out);
    }
    for visit in api.fields() {
        if let Some(fields) = &visit.field.fields {
            check_fields(items(fields, visit.at.get("fields")), Side::Member, out);
        }
    }
    for spec in api.definitions.types.values() {
        check_fields(items(&spec.value.fields, spec.at.get("fields")), Side::Member, out);
    }
    for spec in api.definitions.enums.values() {
        let mut names = TakenNames::default();
        let mut spellings = TakenNames::default();
        for (wire, item) in &spec.value.values {
            let at = spec.at.get("values").get(wire);
            let name = value(wire, item);
            if identifier(&name, at.get("name"), "name", wire, out) {
                if name.to_upper_camel_case() != name {
                    let message = format!("`{name}` names an enum value: it must be in upper camel case");
                    out.push(at.get("name").finding(Code::InvalidIdentifier, message));
                }
                if name == reserved::OPEN {
                    let message =
                        format!("`{wire}` becomes `{name}`, which every open enum has for values it does not know");
                    out.push(at.key_finding(Code::IdentifierClash, message).help("give it another `name`"));
                }
                names.add(&name, wire, at, "enum value", out);
            }
            for spelling in std::iter::once(wire).chain(&item.aliases) {
                if let Some(first) = spellings.0.insert(spelling.clone(), (wire.clone(), at)) {
                    let message = format!("this enum lists the spelling `{spelling}` twice");
                    out.push(
                        at.key_finding(Code::DuplicateDefinition, message).related(first.1.related("first used here")),
                    );
                }
            }
        }
    }
}

/// Types and methods share a module, so they share one list of names.
fn check_types(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    let mut types = TakenNames::default();
    let mut methods = TakenNames::default();
    for (name, at) in defined_types(api) {
        if !is_identifier(name) || name.to_upper_camel_case() != name {
            let message = format!("`{name}` names a type: it must be a Rust name in upper camel case");
            out.push(
                at.key_finding(Code::InvalidIdentifier, message)
                    .help(format!("`{}` would do", name.to_upper_camel_case())),
            );
        } else if reserved::TYPES.contains(&name) {
            let message = format!("`{name}` has another meaning in every generated module");
            out.push(
                at.key_finding(Code::IdentifierClash, message)
                    .help("this name is never sent: give it another one, here and wherever it is used"),
            );
        } else {
            types.add(name, name, at, "type", out);
        }
    }
    for (_, action) in &api.actions {
        let at = action.at.get("action");
        let name = &action.value.action;
        let called = method(action.value);
        if !identifier(&called, at, "rust_name", name, out) {
            continue;
        }
        if called.to_snake_case() != called {
            let message = format!("`{called}` names a method and a module: it must be in snake case");
            out.push(action.at.get("rust_name").finding(Code::InvalidIdentifier, message));
        }
        let of_group = api.definitions.groups.keys().any(|group| reserved::methods_of(group) == called);
        if let Some(whose) = taken(&called).or(of_group.then_some("which is the module of a group's methods")) {
            let message = format!("`{name}` becomes `{called}`, {whose}");
            out.push(
                at.finding(Code::IdentifierClash, message)
                    .help(format!("give it another `rust_name`, for example `rust_name: {called}_action`")),
            );
        }
        methods.add(&called, name, at, "method", out);
        if let Some(view) = &action.value.state_view {
            types.add(
                &naming::other_state(&view.name),
                &view.name,
                action.at.get("state_view").get("name"),
                "type",
                out,
            );
        }
        for waiter in action.value.waiters.keys() {
            let at = action.at.get("waiters").get(waiter);
            if waiter.to_snake_case() != *waiter || !is_identifier(waiter) {
                let message = format!("`{waiter}` names a method: it must be a Rust name in snake case");
                out.push(at.key_finding(Code::InvalidIdentifier, message));
            } else {
                methods.add(&naming::wait(waiter), waiter, at, "method", out);
            }
        }
    }
}

/// What has already taken the name of a method and its module.
fn taken(called: &str) -> Option<&'static str> {
    if reserved::CLIENT.contains(&called) {
        Some("which every client has")
    } else if reserved::CLIENT_TRAITS.contains(&called) {
        Some("which every client has from a trait")
    } else if reserved::MODULES.contains(&called) {
        Some("which is a module of every API version")
    } else if reserved::is_device(called) {
        Some("which cannot be the name of a file on Windows")
    } else {
        None
    }
}

/// Every type that the spec names.
fn defined_types<'a>(api: &RawApi<'a>) -> Vec<(&'a str, At<'a>)> {
    let definitions = &api.definitions;
    let mut names: Vec<(&str, At<'_>)> = Vec::new();
    names.extend(definitions.ids.iter().map(|(n, i)| (*n, i.at)));
    names.extend(definitions.enums.iter().map(|(n, i)| (*n, i.at)));
    names.extend(definitions.types.iter().map(|(n, i)| (*n, i.at)));
    for visit in api.fields() {
        if let (Some(of), Some(_)) = (&visit.field.of, &visit.field.fields) {
            names.push((of, visit.at.get("type")));
        }
    }
    for (_, action) in &api.actions {
        if let Some(view) = &action.value.state_view {
            let at = action.at.get("state_view");
            names.push((&view.name, at.get("name")));
            cases(&view.states, at.get("states"), &mut names);
        }
    }
    names
}

fn cases<'a>(states: &'a IndexMap<String, StateCase>, at: At<'a>, names: &mut Vec<(&'a str, At<'a>)>) {
    for (value, case) in states {
        let at = at.get(value);
        names.extend(case.name.as_deref().map(|name| (name, at.get("name"))));
        cases(&case.cases, at.get("cases"), names);
    }
}

/// Fields with their wire names and places.
fn items<'a>(fields: &'a IndexMap<String, Field>, at: At<'a>) -> impl Iterator<Item = (&'a str, &'a Field, At<'a>)> {
    fields.iter().map(move |(wire, field)| (wire.as_str(), field, at.get(wire)))
}

fn check_fields<'a>(fields: impl Iterator<Item = (&'a str, &'a Field, At<'a>)>, side: Side, out: &mut Vec<Finding>) {
    let mut names = TakenNames::default();
    for (wire, item, at) in fields {
        let unless = item.unless.clone().map(|method| (method, "unless"));
        for (name, key) in std::iter::once((field(wire, item), "rust_name")).chain(unless) {
            check_field((&name, key), wire, at, side, out);
            names.add(&name, wire, at, "field", out);
        }
    }
}

/// Checks the name of a field, or of the method for the other value of its preset.
fn check_field((name, key): (&str, &str), wire: &str, at: At<'_>, side: Side, out: &mut Vec<Finding>) {
    if !identifier(name, at.get(key), key, wire, out) {
        return;
    }
    if name.to_snake_case() != name {
        let message = format!("`{name}` names a field or a method: it must be in snake case");
        out.push(at.get(key).finding(Code::InvalidIdentifier, message));
    }
    let builder = side == Side::Request
        && reserved::made("builder").chain(reserved::BUILDER.iter().copied()).any(|of| of == name);
    let sent = side != Side::Response && reserved::SENT_TRAITS.contains(&name);
    let read = side != Side::Request && reserved::FIELDS.contains(&name);
    let taken = [
        (builder, "every builder has"),
        (sent, "every request and every structure in one has"),
        (read, "every response has"),
    ];
    for (_, who) in taken.iter().filter(|(taken, _)| *taken) {
        let message = format!("`{wire}` becomes `{name}`, which {who}");
        out.push(at.key_finding(Code::IdentifierClash, message).help(format!("give it another `{key}`")));
    }
}

/// The module `state` of an action has three types for each required parameter.
fn check_states<'a>(fields: impl Iterator<Item = (&'a str, &'a Field, At<'a>)>, out: &mut Vec<Finding>) {
    let mut types = TakenNames::default();
    for (wire, item, at) in fields {
        let naming::Typestate { parameter, with, proof } = naming::typestate(&field(wire, item));
        let former = item.history.as_ref().is_some_and(|history| history.was_required_until.is_some());
        let made = match (item.required && item.default.is_none(), former) {
            (true, _) => vec![parameter, with, proof],
            (false, true) => vec![with],
            (false, false) => continue,
        };
        if made.iter().any(|name| reserved::STATES.contains(&name.as_str()) || reserved::TYPES.contains(&name.as_str()))
        {
            let message =
                format!("`{wire}` is required, and its name clashes with a type in the action's module `state`");
            out.push(at.key_finding(Code::IdentifierClash, message).help("give it another `rust_name`"));
        }
        for name in made {
            types.add(&name, wire, at, "state type", out);
        }
    }
}

/// A view has a variant for each state, and one for all others.
fn check_view(api: &RawApi<'_>, action: &Action, at: At<'_>, out: &mut Vec<Finding>) {
    let Some(view) = &action.state_view else { return };
    let on = action.response.get(&view.on).and_then(|field| field.enumeration.as_deref());
    let Some(of) = on.and_then(|name| api.definitions.enums.get(name)) else { return };
    for wire in view.states.keys() {
        if of.value.values.get(wire).is_some_and(|item| value(wire, item) == reserved::OTHER) {
            let message = format!("the state `{wire}` becomes `{}`, which every view has", reserved::OTHER);
            out.push(
                at.get("state_view")
                    .get("states")
                    .get(wire)
                    .key_finding(Code::IdentifierClash, message)
                    .help("give the value another `name` in its enum"),
            );
        }
    }
}

/// Rows may share a code; two codes may not share a name.
fn check_codes(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    let mut codes = (TakenNames::default(), HashMap::new());
    let mut inner = (TakenNames::default(), HashMap::new());
    for row in api.definitions.errors.values() {
        let of = row.value;
        let pairs = [
            (&mut codes, Some(&of.code), of.code_name.as_ref(), ["code", "code_name"]),
            (&mut inner, of.inner_code.as_ref(), of.inner_code_name.as_ref(), ["inner_code", "inner_code_name"]),
        ];
        for ((seen, names), text, given, [key, name_key]) in pairs {
            let Some(text) = text else { continue };
            let (name, at) = (code(text, given), row.at.get(key));
            if !is_identifier(&name) || (given.is_some() && name.to_upper_camel_case() != name) {
                let message =
                    format!("the code `{text}` becomes `{name}`, which is not a valid name of a variant in Rust");
                out.push(at.finding(Code::InvalidIdentifier, message).help(format!("give it a `{name_key}: ...`")));
                continue;
            }
            let known = names.entry(text.as_str()).or_insert_with(|| (name.clone(), at));
            if known.0 != name {
                let message = format!("the code `{text}` is `{}` in one row and `{name}` here", known.0);
                out.push(
                    at.finding(Code::IdentifierClash, message)
                        .related(known.1.related("the other row"))
                        .help(format!("give all rows of a code the same `{name_key}`")),
                );
            } else if seen.0.get(&name).is_none_or(|(first, _)| first != text) {
                seen.add_with(&name, text, at, "error code", &format!("give one of them a `{name_key}`"), out);
            }
        }
    }
}

/// Names on the wire: a parameter must not clash with a common one, nor with the elements of a list.
fn check_wire_names(api: &RawApi<'_>, action: &Action, at: At<'_>, out: &mut Vec<Finding>) {
    let common: HashMap<String, At<'_>> = api
        .definitions
        .common_parameters
        .iter()
        .filter(|(_, item)| item.value.header.is_none())
        .map(|(name, item)| (name.to_lowercase(), item.at))
        .collect();
    let mut folded: HashMap<String, &str> = HashMap::new();
    for wire in action.parameters.keys() {
        let here = at.get("parameters").get(wire);
        // The client sends its region only as the parameter of an action that takes one.
        let is_region = action.parameters.get(wire).is_some_and(|field| field.fill == Some(Fill::Region));
        if let Some(first) = common.get(&wire.to_lowercase()).filter(|_| !is_region) {
            let message = format!("`{wire}` is also the name of a common parameter: both would be sent under it");
            out.push(here.key_finding(Code::DuplicateWireName, message).related(first.related("the common parameter")));
        }
        if let Some(twin) = folded.insert(wire.to_lowercase(), wire) {
            let message = format!("`{wire}` and `{twin}` differ only in case: the service may treat them as one name");
            out.push(here.key_finding(Code::DuplicateWireName, message));
        }
        if wire.is_empty() || !wire.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-')) {
            let message = format!(
                "`{wire}` is not a valid name of a parameter: use letters, digits, `_` and `-`, and no list index"
            );
            out.push(here.key_finding(Code::InvalidIdentifier, message).help("a list is named without `.N`"));
        }
    }
    for wire in api.definitions.common_response.keys() {
        if action.response.contains_key(*wire) {
            let message = format!("`{wire}` is already a common field of every response");
            out.push(at.get("response").get(wire).key_finding(Code::DuplicateWireName, message).help("remove it here"));
        }
    }
}

fn identifier(name: &str, at: At<'_>, key: &str, wire: &str, out: &mut Vec<Finding>) -> bool {
    if is_identifier(name) {
        return true;
    }
    let message = format!("`{wire}` becomes `{name}`, which is not a valid identifier in Rust");
    out.push(at.key_finding(Code::InvalidIdentifier, message).help(format!("give it a `{key}: ...`")));
    false
}

#[derive(Default)]
struct TakenNames<'a>(IndexMap<String, (String, At<'a>)>);

impl<'a> TakenNames<'a> {
    fn add(&mut self, name: &str, wire: &str, at: At<'a>, what: &str, out: &mut Vec<Finding>) {
        let help = match what {
            "field" | "method" | "state type" => "give one of them another `rust_name`",
            "enum value" => "give one of them another `name`",
            _ => "give one of them another name",
        };
        self.add_with(name, wire, at, what, help, out);
    }

    fn add_with(&mut self, name: &str, wire: &str, at: At<'a>, what: &str, help: &str, out: &mut Vec<Finding>) {
        if let Some((first, first_at)) = self.0.get(name) {
            let message = if first == wire {
                format!("the {what} `{name}` is generated twice")
            } else {
                format!("`{first}` and `{wire}` both become the {what} `{name}`")
            };
            out.push(
                at.key_finding(Code::IdentifierClash, message).related(first_at.related("the other one")).help(help),
            );
        } else {
            self.0.insert(name.to_owned(), (wire.to_owned(), at));
        }
    }
}
