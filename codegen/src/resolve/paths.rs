//! Dotted paths: `Certificate.CertificateStatus` in a response, `Contact.Phone` in a request.

use super::references::dangling;
use super::view::{Located, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Field, FieldType};
use crate::yaml::At;

/// The parts of a dotted path.
pub(super) fn parts(path: &str) -> Vec<String> {
    path.split('.').map(str::to_owned).collect()
}

/// Follows a path into the response of an action. Reports a finding at `at` if it leads nowhere, or into an item of a list.
pub(super) fn response<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    path: &str,
    at: At<'_>,
    out: &mut Vec<Finding>,
) -> Option<&'a Field> {
    walk(api, action, path, false, at, out)
}

/// The same for the action's own fields only: common fields are not in its structure.
pub(super) fn own_response<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    path: &str,
    at: At<'_>,
    out: &mut Vec<Finding>,
) -> Option<&'a Field> {
    let first = path.split('.').next().unwrap_or_default();
    if api.definitions.common_response.contains_key(first) {
        let message = format!(
            "`{first}` is a common field of every response; only fields of `{}` itself can be used here",
            action.value.action
        );
        out.push(at.finding(Code::InvalidFlow, message));
        return None;
    }
    walk(api, action, path, false, at, out)
}

/// The same, but a path may lead into the items of a list.
pub(super) fn response_or_item<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    path: &str,
    at: At<'_>,
    out: &mut Vec<Finding>,
) -> Option<&'a Field> {
    walk(api, action, path, true, at, out)
}

fn walk<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    path: &str,
    items: bool,
    at: At<'_>,
    out: &mut Vec<Finding>,
) -> Option<&'a Field> {
    let name = &action.value.action;
    let first = path.split('.').next().unwrap_or_default();
    let start =
        action.value.response.get(first).or_else(|| api.definitions.common_response.get(first).map(|item| item.value));
    if let Some(field) = start {
        follow(api, field, path, items, at, out)
    } else {
        let known: Vec<&str> = action
            .value
            .response
            .keys()
            .map(String::as_str)
            .chain(api.definitions.common_response.keys().copied())
            .collect();
        out.push(dangling(first, &known, at, &format!("response field of `{name}` named")));
        None
    }
}

/// Follows a path into the parameters of an action. Reports a finding at `at` if it leads nowhere.
pub(super) fn parameter<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    path: &str,
    at: At<'_>,
    out: &mut Vec<Finding>,
) -> Option<&'a Field> {
    let first = path.split('.').next().unwrap_or_default();
    if let Some(field) = action.value.parameters.get(first) {
        follow(api, field, path, false, at, out)
    } else {
        let known: Vec<&str> = action.value.parameters.keys().map(String::as_str).collect();
        out.push(dangling(first, &known, at, &format!("parameter of `{}` named", action.value.action)));
        None
    }
}

fn follow<'a>(
    api: &RawApi<'a>,
    start: &'a Field,
    path: &str,
    items: bool,
    at: At<'_>,
    out: &mut Vec<Finding>,
) -> Option<&'a Field> {
    let mut field = start;
    for part in path.split('.').skip(1) {
        let list = field.kind == FieldType::List;
        let structure = matches!(field.kind, FieldType::Object | FieldType::JsonText) || (list && items);
        let members = field.of.as_deref().filter(|_| structure).and_then(|of| api.members(of));
        if list && !items {
            let message = format!("`{path}` leads through a list and does not say to which of its items");
            out.push(at.finding(Code::Incomparable, message));
            return None;
        }
        let Some(members) = members else {
            out.push(at.finding(
                Code::DanglingReference,
                format!("`{path}` leads to `{part}` through a field that is not a structure"),
            ));
            return None;
        };
        if let Some(next) = members.get(part) {
            field = next;
        } else {
            let known: Vec<&str> = members.keys().map(String::as_str).collect();
            out.push(dangling(part, &known, at, "member"));
            return None;
        }
    }
    Some(field)
}
