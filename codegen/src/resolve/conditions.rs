//! Conditions: exactly one test each, on a parameter that exists, against a value that it can have.

use super::paths;
use super::values::fits;
use super::view::{Located, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Condition, Field, FieldType, Sensitivity, TimeLayout};
use crate::yaml::At;
use serde_json::Value;

/// Checks a condition over the parameters of an action.
pub(super) fn check<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    condition: &Condition,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    let tests = [
        ("equals", condition.equals.is_some()),
        ("one_of", condition.one_of.is_some()),
        ("present", condition.present.is_some()),
        ("is", condition.is.is_some()),
    ];
    let groups = [("all", condition.all.is_some()), ("any", condition.any.is_some()), ("not", condition.not.is_some())];
    let given: Vec<&str> = tests.iter().chain(&groups).filter(|(_, given)| *given).map(|(key, _)| *key).collect();
    let on_parameter = tests.iter().any(|(_, given)| *given);
    if given.len() != 1 {
        let what = if given.is_empty() {
            "no test".to_owned()
        } else {
            format!("{} tests: {}", given.len(), given.join(", "))
        };
        out.push(
            at.key_finding(Code::InvalidRule, format!("a condition has exactly one test; this one has {what}"))
                .help("combine several tests with `all` or `any`"),
        );
        return;
    }
    if on_parameter != condition.parameter.is_some() {
        let message = if on_parameter {
            format!("`{}` tests a parameter, but no parameter is named", given.join(""))
        } else {
            format!("`{}` combines conditions and takes no parameter", given.join(""))
        };
        let help =
            if on_parameter { "add `parameter: ...` beside it" } else { "move `parameter` into the conditions inside" };
        out.push(at.key_finding(Code::InvalidRule, message).help(help));
        return;
    }
    if let Some(path) = &condition.parameter
        && let Some(field) = paths::parameter(api, action, path, at.get("parameter"), out)
    {
        comparable(api, field, path, condition, at, out);
    }
    for (key, list) in [("all", &condition.all), ("any", &condition.any)] {
        let Some(list) = list else { continue };
        if list.len() < 2 {
            out.push(at.get(key).key_finding(Code::InvalidRule, format!("`{key}` needs at least two conditions")));
        }
        for (i, inner) in list.iter().enumerate() {
            check(api, action, inner, at.get(key).index(i), out);
        }
    }
    if let Some(inner) = &condition.not {
        check(api, action, inner, at.get("not"), out);
    }
}

fn comparable(api: &RawApi<'_>, field: &Field, path: &str, condition: &Condition, at: At<'_>, out: &mut Vec<Finding>) {
    let mut compare = |value: &Value, at: At<'_>| {
        if field.kind == FieldType::F64 || field.time_layout.is_some_and(TimeLayout::is_number) {
            let message = format!("`{path}` is a fraction or an instant, which is never compared for equality");
            out.push(at.finding(Code::Incomparable, message).help("test whether it is `present`"));
        } else if !field.kind.is_single() {
            let message = format!("`{path}` holds several values and cannot be compared with a single one");
            out.push(at.finding(Code::Incomparable, message).help("test whether it is `present`"));
        } else if field.sensitive == Some(Sensitivity::Secret) {
            let message = format!("`{path}` is a secret, and a value to compare it with must not be in the spec");
            out.push(at.finding(Code::Incomparable, message).help("test whether it is `present`"));
        } else if let Err(misfit) = fits(api, field, value) {
            out.push(misfit.finding(Code::Incomparable, &format!("the value that `{path}` is compared with"), at));
        }
    };
    if let Some(value) = &condition.equals {
        compare(value, at.get("equals"));
    }
    if let Some(values) = &condition.one_of {
        for (i, value) in values.iter().enumerate() {
            compare(value, at.get("one_of").index(i));
        }
        if values.is_empty() {
            out.push(at.get("one_of").key_finding(Code::InvalidRule, "`one_of` is empty, so it is never true"));
        }
    }
    if condition.is.is_some() && !has_shape(field) {
        out.push(
            at.get("is").finding(Code::Incomparable, format!("`{path}` is not a text, so it cannot have this format")),
        );
    }
    if condition.present.is_some() && field.default.is_some() {
        let message = format!("`{path}` has a default, so it is never absent");
        out.push(at.get("present").finding(Code::Incomparable, message));
    }
}

/// Whether a field holds a text, or a list of texts, without an enum.
pub(super) fn has_shape(field: &Field) -> bool {
    let texts = field.kind == FieldType::CommaList && field.of.as_deref() == Some("string");
    field.enumeration.is_none() && (texts || matches!(field.kind, FieldType::String | FieldType::Unknown))
}
