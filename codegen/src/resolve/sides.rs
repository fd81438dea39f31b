//! Requests and responses: keys that only one of them can have, in fields and in the structures that they hold.

use super::view::{RawApi, Side, Visit};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Field, FieldType};
use crate::yaml::At;
use indexmap::IndexMap;
use std::collections::BTreeSet;

/// Checks the fields of an API version against the side that they are on.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for visit in api.fields() {
        keys(visit, out);
        if visit.side == Side::Response {
            unread(visit.wire, visit.field, visit.at, out);
        }
        if visit.side == Side::Request {
            unsent(visit.wire, visit.field, visit.at, out);
        }
        if (visit.nested || visit.side == Side::Member) && visit.field.required && visit.field.default.is_some() {
            let message = format!(
                "only parameters can be required with a default, but `{}` is a member of a structure",
                visit.wire
            );
            out.push(visit.at.get("default").key_finding(Code::Inapplicable, message));
        }
    }
    shared(api, out);
    guaranteed(api, out);
}

/// The most guaranteed fields of one structure: the runtime keeps a bit for each in a `u64`.
const GUARANTEED: usize = 64;

/// Reports structures with more guaranteed fields than the runtime can track.
fn guaranteed(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    let responses = api.actions.iter().map(|(_, action)| {
        let name = format!("the response of `{}`", action.value.action);
        (name, &action.value.response, action.at.get("response"))
    });
    let shared = api.definitions.types.iter().map(|(name, item)| (name, &item.value.fields, item.at.get("fields")));
    let in_place = api.fields().iter().filter_map(|visit| {
        let (name, fields) = (visit.field.of.as_ref()?, visit.field.fields.as_ref()?);
        Some((name, fields, visit.at.get("fields")))
    });
    let shared = shared.map(|(name, fields, at)| (format!("the structure `{name}`"), fields, at));
    let in_place = in_place.map(|(name, fields, at)| (format!("the structure `{name}`"), fields, at));
    for (name, fields, at) in responses.chain(shared).chain(in_place) {
        let marked = fields.iter().filter(|(_, field)| field.guaranteed).map(|(wire, _)| wire);
        let Some(first_too_many) = marked.clone().nth(GUARANTEED) else { continue };
        let message = format!("{name} has {} guaranteed fields; at most {GUARANTEED} can be tracked", marked.count());
        out.push(at.get(first_too_many).get("guaranteed").key_finding(Code::TooLarge, message).help(
            "remove `guaranteed` from fields whose absence does not make the call pointless, or move some into a structure",
        ));
    }
}

/// Reports a type that only requests can have.
fn unread(wire: &str, field: &Field, at: At<'_>, out: &mut Vec<Finding>) {
    let of_texts = field.of.as_deref() == Some("string");
    let word = match field.kind {
        FieldType::JsonText => "json(X)",
        FieldType::JsonList => "json([X])",
        FieldType::JsonMap => "json(map(X))",
        FieldType::CommaList if !of_texts => "comma(X)` of anything but texts",
        _ => return,
    };
    let word = if word.contains('`') { format!("`{word}") } else { format!("`{word}`") };
    let message = format!("{word} is for requests, but `{wire}` is in a response");
    out.push(at.get("type").finding(Code::Inapplicable, message).help("use `type: string`"));
}

/// Reports a type that only responses can have.
fn unsent(wire: &str, field: &Field, at: At<'_>, out: &mut Vec<Finding>) {
    let [word, help] = match field.kind {
        FieldType::Map => ["map(X)", "use `type: json(map(X))`"],
        FieldType::Any => ["any", "give it a type, or use `type: string`"],
        FieldType::List | FieldType::JsonList | FieldType::JsonMap if field.of.as_deref() == Some("any") => {
            ["any", "give its elements a type, or use `type: string`"]
        }
        _ => return,
    };
    let message = format!("`{word}` is for responses, but `{wire}` is in a request");
    out.push(at.get("type").finding(Code::Inapplicable, message).help(help));
}

/// Checks shared structures for keys that only requests or only responses can have.
fn shared(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    let (mut sent, mut read) = (BTreeSet::new(), BTreeSet::new());
    for (_, action) in &api.actions {
        reach(api, &action.value.parameters, &mut sent);
        reach(api, &action.value.response, &mut read);
    }
    for (name, item) in &api.definitions.types {
        one_sided(
            name,
            &item.value.fields,
            item.at.get("fields"),
            &|name| (sent.contains(name), read.contains(name)),
            out,
        );
    }
}

/// Checks the members of a shared structure. `sides` tells whether it is sent and whether it is read.
fn one_sided(
    name: &str,
    fields: &IndexMap<String, Field>,
    at: At<'_>,
    sides: &dyn Fn(&str) -> (bool, bool),
    out: &mut Vec<Finding>,
) {
    let (sent, read) = sides(name);
    for (wire, field) in fields {
        let at = at.get(wire);
        if field.guaranteed && sent {
            let message = format!(
                "`guaranteed` guarantees a field of a response, but `{name}` with `{wire}` is also sent in requests"
            );
            out.push(at.get("guaranteed").key_finding(Code::Inapplicable, message));
        }
        if read {
            unread(wire, field, at, out);
        }
        if sent {
            unsent(wire, field, at, out);
        }
        if let (Some(of), Some(inner)) = (&field.of, &field.fields) {
            one_sided(of, inner, at.get("fields"), sides, out);
        }
    }
}

/// Adds the structures that fields hold, and those inside them.
fn reach<'a>(api: &RawApi<'a>, fields: &'a IndexMap<String, Field>, found: &mut BTreeSet<&'a str>) {
    for field in fields.values() {
        let Some(of) = field.of.as_deref() else { continue };
        if let Some(members) = api.members(of)
            && found.insert(of)
        {
            reach(api, members, found);
        }
    }
}

/// Checks keys that only requests or only responses can have.
fn keys(visit: &Visit<'_>, out: &mut Vec<Finding>) {
    let field = visit.field;
    let request_only: &[(&str, bool)] = &[
        ("required_if", !field.required_if.is_empty()),
        ("obtained_from", !field.obtained_from.is_empty()),
        ("required", field.required),
        ("default", field.default.is_some()),
        ("fill", field.fill.is_some()),
        ("preset", field.preset.is_some()),
    ];
    if visit.side == Side::Response {
        for (key, given) in request_only {
            if *given {
                let message = format!("`{key}` is for request parameters, but `{}` is a response field", visit.wire);
                out.push(visit.at.get(key).key_finding(Code::Inapplicable, message));
            }
        }
    }
    if visit.side == Side::Member || visit.nested {
        let parameters_only =
            request_only.iter().filter(|(key, _)| matches!(*key, "required_if" | "obtained_from" | "fill" | "preset"));
        for (key, given) in parameters_only {
            if *given {
                let message = format!("`{key}` is for parameters, but `{}` is a member of a structure", visit.wire);
                out.push(visit.at.get(key).key_finding(Code::Inapplicable, message));
            }
        }
    }
    if visit.side == Side::Request && field.guaranteed {
        let message =
            format!("`guaranteed` guarantees a field of a response, but `{}` is a request parameter", visit.wire);
        out.push(visit.at.get("guaranteed").key_finding(Code::Inapplicable, message).help("use `required`"));
    }
}
