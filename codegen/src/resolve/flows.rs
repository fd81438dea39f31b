//! Paginators, waiters, state views: they must refer to existing fields and be able to end.

use super::paths;
use super::references::{dangling, named};
use super::values::is_number;
use super::view::{Located, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Effect, Field, FieldType, PageKind, Paginator, StateCase, StateView, Waiter};
use crate::yaml::At;
use indexmap::IndexMap;

/// Checks the flows of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (_, action) in &api.actions {
        if let Some(paginator) = &action.value.paginator {
            check_paginator(api, *action, paginator, action.at.get("paginator"), out);
        }
        for (name, waiter) in &action.value.waiters {
            check_waiter(api, *action, waiter, action.at.get("waiters").get(name), out);
        }
        if let Some(view) = &action.value.state_view {
            check_view(api, *action, view, action.at.get("state_view"), out);
        }
        for (i, precondition) in action.value.preconditions.iter().enumerate() {
            let at = action.at.get("preconditions").index(i);
            if let Some(after) = &precondition.after {
                api.expect_action(after, at.get("after"), out);
            } else if precondition.wait_seconds.is_some() {
                let message = "`wait_seconds` counts from another call, but `after` names none";
                out.push(at.get("wait_seconds").key_finding(Code::InvalidFlow, message));
            }
        }
    }
}

fn reads_only(action: Located<'_, Action>, what: &str, at: At<'_>, out: &mut Vec<Finding>) {
    if action.value.effect != Effect::Read {
        let message =
            format!("a {what} calls `{}` repeatedly, so the effect of the action must be `read`", action.value.action);
        out.push(at.key_finding(Code::InvalidFlow, message).related(action.at.get("effect").related("the effect")));
    }
}

fn check_paginator<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    paginator: &Paginator,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    reads_only(action, "paginator", at, out);
    let token = paginator.kind == PageKind::Token;
    let names = [("position", Some(&paginator.position)), ("size", paginator.size.as_ref())];
    for (key, name) in names {
        let Some(name) = name else { continue };
        if name.contains('.') {
            let message = format!("`{name}` is a member of a parameter; a paginator needs the parameter itself");
            out.push(at.get(key).finding(Code::InvalidFlow, message));
        } else if let Some(field) = paths::parameter(api, action, name, at.get(key), out) {
            if key == "position" && token {
                check_token_parameter(field, name, at.get(key), out);
            } else if !is_number(field) {
                let message = format!("`{name}` is not a number, so it cannot count pages");
                out.push(at.get(key).finding(Code::InvalidFlow, message));
            }
        }
    }
    if let Some(total) = &paginator.total
        && let Some(field) = paths::own_response(api, action, total, at.get("total"), out)
        && !is_number(field)
    {
        out.push(at.get("total").finding(Code::InvalidFlow, format!("`{total}` is not a number")));
    }
    if let Some(field) = paths::own_response(api, action, &paginator.items, at.get("items"), out)
        && field.kind != FieldType::List
    {
        out.push(
            at.get("items")
                .finding(Code::InvalidFlow, format!("`{}` is not a list, so it has no items", paginator.items)),
        );
    }
    if let Some(next) = &paginator.next
        && let Some(field) = paths::own_response(api, action, next, at.get("next"), out)
    {
        check_next(field, next, at.get("next"), out);
    }
    let [wanted, other] = if token { ["next", "first"] } else { ["first", "next"] };
    let given = |key| if key == "next" { paginator.next.is_some() } else { paginator.first.is_some() };
    if !given(wanted) {
        let message = format!("this kind of paginator needs `{wanted}`");
        out.push(at.get("kind").key_finding(Code::MissingKey, message).help(format!("add `{wanted}: ...`")));
    }
    if given(other) {
        out.push(at.get(other).key_finding(Code::InvalidFlow, format!("this kind of paginator has no `{other}`")));
    } else if let Some(first) = paginator.first {
        check_first(action, paginator, first, at.get("first"), out);
    }
}

/// Whether a field holds a text that a token can be.
fn is_token(field: &Field) -> bool {
    field.kind == FieldType::String && field.enumeration.is_none() && field.sensitive.is_none()
}

/// Checks the field with the token, which the last page does not have.
fn check_next(field: &Field, path: &str, at: At<'_>, out: &mut Vec<Finding>) {
    if !is_token(field) {
        out.push(at.finding(Code::InvalidFlow, format!("`{path}` is not a plain text, so it cannot be a token")));
    } else if field.guaranteed {
        let message = format!("`{path}` is guaranteed, but the last page has no token");
        out.push(at.finding(Code::InvalidFlow, message));
    }
}

/// Checks the parameter for the token, which the first request does not have.
fn check_token_parameter(field: &Field, name: &str, at: At<'_>, out: &mut Vec<Finding>) {
    if !is_token(field) {
        out.push(at.finding(Code::InvalidFlow, format!("`{name}` is not a plain text, so it cannot be a token")));
    } else if field.required || field.default.is_some() {
        let message = format!("`{name}` is required or has a default, but the first page is requested without a token");
        out.push(at.finding(Code::InvalidFlow, message));
    }
}

/// Checks the first position of a list that is counted.
fn check_first(action: Located<'_, Action>, paginator: &Paginator, first: i64, at: At<'_>, out: &mut Vec<Finding>) {
    if first < 0 || (paginator.kind == PageKind::Page && first > 1) {
        out.push(at.finding(Code::InvalidFlow, format!("a list cannot begin at position {first}")));
    }
    let position = action.value.parameters.get(&paginator.position).and_then(|f| f.default.as_ref()?.as_i64());
    if let Some(default) = position.filter(|default| *default != first) {
        let message =
            format!("the first position is {first}, but the default of `{}` is {default}", paginator.position);
        out.push(at.finding(Code::InvalidFlow, message));
    }
}

fn check_waiter<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    waiter: &Waiter,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    reads_only(action, "waiter", at, out);
    if let Some(field) = paths::own_response(api, action, &waiter.field, at.get("field"), out) {
        let lists = [("success", &waiter.success), ("failure", &waiter.failure), ("going", &waiter.going)];
        let mut seen: IndexMap<&str, At<'_>> = IndexMap::new();
        for (key, values) in lists {
            for (i, value) in values.iter().enumerate() {
                let at = at.get(key).index(i);
                state_value(api, field, &waiter.field, value, at, out);
                if let Some(first) = seen.insert(value, at) {
                    let message = format!("the waiter lists `{value}` twice");
                    out.push(at.finding(Code::InvalidFlow, message).related(first.related("first used here")));
                }
            }
        }
    }
    if waiter.success.is_empty() {
        out.push(at.get("success").key_finding(Code::InvalidFlow, "a waiter without `success` can never succeed"));
    }
    if let Some(present) = &waiter.present
        && let Some(field) = paths::own_response(api, action, present, at.get("present"), out)
    {
        check_present(waiter, field, present, at.get("present"), out);
    }
    if let Some(reason) = &waiter.reason
        && let Some(field) = paths::own_response(api, action, reason, at.get("reason"), out)
    {
        check_reason(field, reason, at.get("reason"), out);
    }
    for (i, name) in waiter.tolerate.iter().enumerate() {
        named(&api.definitions.errors, name, at.get("tolerate").index(i), "error", out);
    }
    let poll = &waiter.poll;
    if poll.first_seconds == 0 || poll.first_seconds > poll.most_seconds || poll.most_seconds > poll.deadline_seconds {
        let message = "the first delay must be at least 1 second and at most the longest delay, which must be at most the deadline";
        out.push(at.get("poll").key_finding(Code::InvalidFlow, message));
    }
}

/// Checks the field whose presence ends a wait.
fn check_present(waiter: &Waiter, field: &Field, path: &str, at: At<'_>, out: &mut Vec<Finding>) {
    if field.guaranteed || path.contains('.') {
        let message = format!("`{path}` must be a field of the response itself that may be absent");
        out.push(at.finding(Code::InvalidFlow, message));
    }
    if waiter.going.is_empty() {
        let message = "a field counts as present in a state of `going`, and the waiter has none";
        out.push(at.finding(Code::InvalidFlow, message));
    }
}

/// Checks the reason of a failure. It must not be sensitive, because errors are printed.
fn check_reason(field: &Field, path: &str, at: At<'_>, out: &mut Vec<Finding>) {
    use FieldType as T;
    if !field.kind.is_single() || matches!(field.kind, T::Pem | T::Csr | T::Image) {
        out.push(at.finding(Code::InvalidFlow, format!("`{path}` is not a single value, so it cannot give a reason")));
    }
    if field.sensitive.is_some() {
        let message = format!("`{path}` is sensitive, and the reason of a failure is printed in an error");
        out.push(at.finding(Code::SecretExposed, message));
    }
}

/// Checks that a field can have a value: its enum must list it.
pub(super) fn state_value(
    api: &RawApi<'_>,
    field: &Field,
    path: &str,
    value: &str,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    let Some(spec) = field.enumeration.as_deref().and_then(|name| api.definitions.enums.get(name)) else {
        if field.enumeration.is_none() {
            let message = format!("`{path}` has no enum, so its values are not known");
            out.push(at.finding(Code::InvalidFlow, message).help("give the field an `enum`"));
        }
        return;
    };
    if field.kind == FieldType::List {
        out.push(
            at.finding(Code::InvalidFlow, format!("`{path}` holds several values, so it cannot tell a single state")),
        );
    }
    if !spec.value.values.contains_key(value) {
        let known: Vec<&str> = spec.value.values.keys().map(String::as_str).collect();
        out.push(dangling(value, &known, at, &format!("value of `{path}` named")));
    }
}

fn check_view<'a>(api: &RawApi<'a>, action: Located<'a, Action>, view: &StateView, at: At<'_>, out: &mut Vec<Finding>) {
    let Some(field) = told_by(api, action, &view.on, at.get("on"), out) else {
        return;
    };
    check_cases(api, action, field, &view.on, &view.states, at.get("states"), out);
    let values = field.enumeration.as_deref().and_then(|name| api.definitions.enums.get(name));
    for value in values.iter().flat_map(|spec| spec.value.values.keys()) {
        if !view.states.contains_key(value) {
            let message = format!("the view has no state for `{value}`");
            out.push(
                at.get("states")
                    .key_finding(Code::InvalidFlow, message)
                    .help(format!("add `{value}: {{}}` if the state has no fields")),
            );
        }
    }
}

/// Checks the field with the state: a single value, of the response itself.
fn told_by<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    path: &str,
    at: At<'_>,
    out: &mut Vec<Finding>,
) -> Option<&'a Field> {
    let field = paths::own_response(api, action, path, at, out)?;
    if path.contains('.') {
        let message = "the state must come from a field of the response itself, not from a member of one";
        out.push(at.finding(Code::InvalidFlow, message));
        return None;
    }
    if field.kind == FieldType::List {
        out.push(
            at.finding(Code::InvalidFlow, format!("`{path}` holds several values, so it cannot tell a single state")),
        );
        return None;
    }
    Some(field)
}

/// Checks the name of a DNS record: a text that is guaranteed in the state, and no secret.
fn check_record_name(action: Located<'_, Action>, case: &StateCase, name: &str, at: At<'_>, out: &mut Vec<Finding>) {
    if !case.fields.iter().any(|field| field == name) {
        let message = format!("`{name}` is not among the `fields` of this state, so it may be absent");
        out.push(at.finding(Code::InvalidFlow, message).help(format!("add `{name}` to `fields`")));
    } else if let Some(field) = action.value.response.get(name) {
        let is_text = field.kind == FieldType::String && field.enumeration.is_none() && field.sensitive.is_none();
        if !is_text {
            let message =
                format!("the name of a DNS record is a text without an enum and not sensitive; `{name}` is not");
            out.push(at.finding(Code::InvalidFlow, message));
        }
    }
}

fn check_cases<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    on: &Field,
    path: &str,
    cases: &IndexMap<String, StateCase>,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    for (value, case) in cases {
        let at = at.get(value);
        if let Some(spec) = on.enumeration.as_deref().and_then(|name| api.definitions.enums.get(name)) {
            if !spec.value.values.contains_key(value) {
                let known: Vec<&str> = spec.value.values.keys().map(String::as_str).collect();
                out.push(dangling(value, &known, at, &format!("value of `{path}` named")));
            }
        } else if on.enumeration.is_none() {
            out.push(at.key_finding(Code::InvalidFlow, format!("`{path}` has no enum, so its states are not known")));
        }
        let mut seen = Vec::new();
        for (key, names) in [("fields", &case.fields), ("optional", &case.optional)] {
            for (i, name) in names.iter().enumerate() {
                let at = at.get(key).index(i);
                if seen.contains(&name) {
                    out.push(at.finding(Code::InvalidFlow, format!("this state lists `{name}` twice")));
                }
                seen.push(name);
                if name.contains('.') {
                    out.push(at.finding(
                        Code::InvalidFlow,
                        "a view can show fields of the response itself, not members of them",
                    ));
                } else {
                    paths::own_response(api, action, name, at, out);
                }
            }
        }
        if let Some(name) = &case.record_name {
            check_record_name(action, case, name, at.get("record_name"), out);
        }
        let holds = !case.fields.is_empty() || !case.optional.is_empty() || case.by.is_some();
        if holds != case.name.is_some() {
            let message = if holds {
                "this state has fields, so it needs a `name` for their type"
            } else {
                "this state has no fields, so it needs no `name`"
            };
            out.push(at.key_finding(Code::InvalidFlow, message));
        }
        match &case.by {
            Some(by) => {
                if !seen.is_empty() {
                    let message = "a state with `by` has no fields of its own; its cases have them";
                    out.push(at.get("by").key_finding(Code::InvalidFlow, message));
                }
                if let Some(inner) = told_by(api, action, by, at.get("by"), out) {
                    check_cases(api, action, inner, by, &case.cases, at.get("cases"), out);
                }
            }
            None if !case.cases.is_empty() => {
                out.push(
                    at.get("cases")
                        .key_finding(Code::InvalidFlow, "`cases` needs `by`, the field that tells the cases apart"),
                );
            }
            None => {}
        }
    }
}
