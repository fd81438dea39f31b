//! Conditions: exactly one test, on something that exists and can be equal to what it is compared with.

use super::paths;
use super::values::fits;
use super::view::{Item, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Condition, Field, FieldType, Sensitivity};
use crate::yaml::At;
use serde_json::Value;

/// Checks a condition over the parameters of an action.
pub(super) fn check<'a>(
    api: &RawApi<'a>,
    action: Item<'a, Action>,
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
            at.key_finding(Code::InvalidRule, format!("a condition has exactly one test, and this has {what}"))
                .help("join several with `all` or `any`"),
        );
        return;
    }
    if on_parameter != condition.parameter.is_some() {
        let message = if on_parameter {
            format!("`{}` tests a parameter, and none is named", given.join(""))
        } else {
            format!("`{}` tests no parameter by itself", given.join(""))
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
            out.push(at.get(key).key_finding(Code::InvalidRule, format!("`{key}` joins at least two conditions")));
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
        if matches!(field.kind, FieldType::List | FieldType::CommaList | FieldType::Object | FieldType::JsonText) {
            let message = format!("`{path}` holds several values and cannot be compared with one");
            out.push(at.finding(Code::Incomparable, message).help("test whether it is `present`"));
        } else if field.sensitive == Some(Sensitivity::Secret) {
            let message = format!("`{path}` is a secret: no value of it stands in the spec, so none can be compared");
            out.push(at.finding(Code::Incomparable, message).help("test whether it is `present`"));
        } else if let Err(why) = fits(api, field, value) {
            out.push(at.finding(Code::Incomparable, format!("`{path}` can never be equal to this: {why}")));
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
            out.push(at.get("one_of").key_finding(Code::InvalidRule, "`one_of` lists nothing, so it never holds"));
        }
    }
    if condition.is.is_some() && !has_shape(field) {
        out.push(at.get("is").finding(Code::Incomparable, format!("`{path}` is no text, so it has no such shape")));
    }
    if condition.present.is_some() && field.default.is_some() {
        let message = format!("`{path}` has a default, so it never counts as absent");
        out.push(at.get("present").finding(Code::Incomparable, message));
    }
}

/// Whether a value of a field, or an element of it, is a text whose shape is not settled by an enum.
pub(super) fn has_shape(field: &Field) -> bool {
    field.enumeration.is_none() && matches!(field.kind, FieldType::String | FieldType::CommaList)
}
