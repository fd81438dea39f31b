//! Secrets and personal data: no secret may be sent in a URL or be in the spec, and personal data must be marked.

use super::values::REDACTED;
use super::view::{Located, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Field, FieldType, Format, Method, Sensitivity};
use crate::yaml::{At, Kind};
use serde_json::Value;

/// Checks the secrets of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for visit in api.fields() {
        let (field, at) = (visit.field, visit.at);
        let secret = is_secret(field);
        if field.kind == FieldType::Pem && visit.wire.to_lowercase().contains("key") && !secret {
            let message = format!("`{}` looks like a private key but is not marked `sensitive: secret`", visit.wire);
            out.push(at.key_finding(Code::SecretExposed, message));
        }
        if let (Some(what), None) = (personal(visit.wire, field), field.sensitive) {
            let message = format!("`{}` looks like {what} but is not marked `sensitive: pii`", visit.wire);
            let finding = at.key_finding(Code::PersonalData, message);
            out.push(finding.help("write `sensitive: pii`: debug output, logs and recordings then hide it"));
        }
        for (key, value) in [("default", &field.default), ("example", &field.example)] {
            if let Some(value) = value {
                shown(api, visit.wire, field, value, at.get(key), out);
            }
        }
    }
    for (wire, item) in &api.definitions.common_parameters {
        let example = item.value.example.as_ref().filter(|v| !is_redacted(v));
        if let (Some(Sensitivity::Secret), Some(_)) = (item.value.sensitive, example) {
            out.push(exposed(wire, item.at.get("example")));
        }
    }
    for (_, action) in &api.actions {
        if action.value.methods.first() == Some(&Method::Get) {
            by_get(api, *action, out);
        }
    }
    for file in api.files.iter().map(|f| f.at).chain(api.actions.iter().map(|(_, a)| a.at)) {
        private_keys(file, out);
    }
}

fn is_secret(field: &Field) -> bool {
    field.sensitive == Some(Sensitivity::Secret)
}

/// Ends of names, without separators, that mean a person.
const PERSONS: [&str; 9] = [
    "username",
    "firstname",
    "lastname",
    "realname",
    "fullname",
    "contactname",
    "personname",
    "applicantname",
    "linkman",
];
/// Ends of names, without separators, that mean a way to reach a person.
const WAYS: [&str; 4] = ["email", "phone", "mobile", "mobilenumber"];

/// What personal data a field holds by its format or its name.
fn personal(wire: &str, field: &Field) -> Option<&'static str> {
    match field.format.as_ref().map(|rule| rule.is) {
        Some(Format::Email) => return Some("an email address"),
        Some(Format::Phone) => return Some("a telephone number"),
        _ => {}
    }
    let is_text = match field.kind {
        FieldType::String | FieldType::CommaList => true,
        FieldType::List => field.of.as_deref() == Some("string"),
        _ => false,
    };
    if !is_text || field.enumeration.is_some() { None } else { personal_name(wire) }
}

/// What personal data a text of this name holds.
pub(crate) fn personal_name(wire: &str) -> Option<&'static str> {
    let name: String = wire.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
    let ends = |all: &[&str]| all.iter().any(|end| name.strip_suffix('s').unwrap_or(&name).ends_with(end));
    if ends(&PERSONS) {
        Some("the name of a person")
    } else if ends(&WAYS) {
        Some("a way to reach a person")
    } else {
        None
    }
}

/// Whether a value only stands for another one that is not told.
pub(super) fn is_redacted(value: &Value) -> bool {
    value.as_str() == Some(REDACTED)
}

fn exposed(wire: &str, at: At<'_>) -> Finding {
    let message = format!("`{wire}` is a secret, and secrets must not be in the spec");
    at.key_finding(Code::SecretExposed, message).help(format!("write \"{REDACTED}\""))
}

/// Reports every secret in a value of the spec, at any depth.
pub(super) fn shown(api: &RawApi<'_>, wire: &str, field: &Field, value: &Value, at: At<'_>, out: &mut Vec<Finding>) {
    if is_secret(field) {
        if !is_redacted(value) {
            out.push(exposed(wire, at));
        }
        return;
    }
    let members = field.of.as_deref().and_then(|of| api.members(of));
    match value {
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                shown(api, wire, field, item, at.index(i), out);
            }
        }
        Value::Object(map) => {
            for (name, value) in map {
                if let Some(member) = members.and_then(|members| members.get(name)) {
                    shown(api, name, member, value, at.get(name), out);
                }
            }
        }
        _ => {}
    }
}

/// Checks calls by GET: they have all parameters in the URL, members of structures too.
fn by_get(api: &RawApi<'_>, action: Located<'_, Action>, out: &mut Vec<Finding>) {
    let name = &action.value.action;
    // The methods may be those of the defaults.
    let own = action.at.children().iter().any(|(key, _)| *key == Some("methods"));
    let at = if own { action.at } else { api.service.at.get("defaults") };
    let methods = || at.get("methods").related("GET comes first here");
    let place = if own { "`methods`" } else { "`methods` of `defaults`, or give this action its own `methods`" };
    for (wire, field) in &action.value.parameters {
        let mut seen = Vec::new();
        if let Some(path) = secret_inside(api, wire, field, &mut seen) {
            let message = format!("`{path}` is a secret, and `{name}` is sent by GET: the secret would be in the URL");
            out.push(
                action
                    .at
                    .get("parameters")
                    .get(wire)
                    .key_finding(Code::SecretExposed, message)
                    .related(methods())
                    .help(format!("list POST first in {place}")),
            );
        }
    }
    // If a signature scheme has a secret parameter of its own, the call is sent by POST.
    if action.value.methods.contains(&Method::Post) {
        return;
    }
    for (wire, item) in &api.definitions.common_parameters {
        if item.value.sensitive == Some(Sensitivity::Secret) && item.value.header.is_none() {
            let message = format!("`{wire}` is a secret parameter of every call, but `{name}` can only be sent by GET");
            out.push(
                action
                    .at
                    .get("methods")
                    .key_finding(Code::SecretExposed, message)
                    .related(item.at.related("the common parameter"))
                    .help("add POST to `methods`"),
            );
        }
    }
}

/// The path to a secret in a parameter.
fn secret_inside<'a>(api: &RawApi<'a>, wire: &str, field: &'a Field, seen: &mut Vec<&'a str>) -> Option<String> {
    if is_secret(field) {
        return Some(wire.to_owned());
    }
    let of = field.of.as_deref()?;
    if seen.contains(&of) {
        return None;
    }
    seen.push(of);
    let members = api.members(of)?;
    members.iter().find_map(|(name, member)| secret_inside(api, &format!("{wire}.{name}"), member, seen))
}

/// Reports private keys anywhere in the spec, under any key.
pub(super) fn private_keys(at: At<'_>, out: &mut Vec<Finding>) {
    if let Kind::Scalar(text) = at.kind()
        && text.contains("PRIVATE KEY-----")
    {
        let message = "a private key must not be in the spec";
        out.push(at.finding(Code::SecretExposed, message).help(format!("write \"{REDACTED}\"")));
    }
    at.children().into_iter().for_each(|(_, child)| private_keys(child, out));
}
