//! Error rows: each must be possible, and no two may be indistinguishable.

use super::view::RawApi;
use crate::diagnostic::{Code, Finding};
use crate::spec::{ErrorScope, ErrorStyle, Retry};
use crate::yaml::At;
use std::collections::{HashMap, HashSet};

/// Checks the error rows of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    let nested = api.definitions.protocol.is_some_and(|p| p.value.error_style == ErrorStyle::Nested);
    let mut first_told_by = HashMap::new();
    for (name, row) in &api.definitions.errors {
        let value = row.value;
        if value.status.is_empty() && value.undocumented.is_empty() {
            out.push(row.at.get("status").key_finding(Code::InvalidError, format!("`{name}` lists no HTTP status")));
        }
        for (i, status) in value.status.iter().enumerate() {
            if !(200..600).contains(status) {
                let message = format!("{status} is not the HTTP status of a response");
                out.push(row.at.get("status").index(i).finding(Code::InvalidError, message));
            }
        }
        if value.inner_code.is_some() && !nested {
            let message = "errors of this protocol have no inner code";
            out.push(row.at.get("inner_code").key_finding(Code::InvalidError, message));
        }
        let start = value.code.strip_suffix('*').unwrap_or(&value.code);
        if start.is_empty() || start.contains('*') {
            let message = format!("`{}` is neither an error code nor a prefix with a trailing `*`", value.code);
            out.push(row.at.get("code").finding(Code::InvalidError, message));
        }
        if value.already_done && value.retry != Retry::Never {
            let message = format!("`{name}` means that the work is already done, so nothing may be sent again");
            out.push(row.at.get("already_done").key_finding(Code::InvalidError, message));
        }
        let told_by = (&value.code, &value.inner_code, &value.message_contains);
        let (twin, other) = *first_told_by.entry(told_by).or_insert((name, row));
        if twin != name {
            let message = format!("`{name}` and `{twin}` have the same code, and nothing tells them apart");
            out.push(
                row.at
                    .key_finding(Code::InvalidError, message)
                    .related(other.at.related("the other one"))
                    .help("give each a `message_contains`, or merge the rows"),
            );
        }
    }
    let defaults = &api.service.value.defaults.errors;
    listed(api, defaults, api.service.at.get("defaults").get("errors"), &[], out);
    for (_, action) in &api.actions {
        listed(api, &action.value.errors, action.at.get("errors"), defaults, out);
    }
}

/// Checks the errors that an action or the defaults list. Those that are checked elsewhere are left out.
fn listed(api: &RawApi<'_>, names: &[String], at: At<'_>, elsewhere: &[String], out: &mut Vec<Finding>) {
    let mut seen = HashSet::new();
    for (i, name) in names.iter().enumerate() {
        let at = at.index(i);
        if !seen.insert(name) {
            out.push(at.finding(Code::DuplicateDefinition, format!("the error `{name}` is listed twice")));
            continue;
        }
        let common = api.definitions.errors.get(name.as_str()).is_some_and(|row| row.value.scope == ErrorScope::Common);
        if common && !elsewhere.contains(name) {
            let message = format!("`{name}` comes from the gateway, so every action has it without listing it");
            out.push(at.finding(Code::Inapplicable, message).help("remove it here"));
        }
    }
}
