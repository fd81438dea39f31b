//! Examples: complete calls whose values fit, without secrets.

use super::references::{SUGGESTED, dangling, named};
use super::secrets::shown;
use super::values::fits;
use super::view::{Located, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Example, Field};
use crate::yaml::At;
use serde_json::Value;

/// Checks the examples of an API version.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (_, action) in &api.actions {
        let at = action.at.get("examples");
        for (i, example) in action.value.examples.iter().enumerate() {
            check_example(api, *action, example, at.index(i), out);
        }
    }
}

fn check_example<'a>(
    api: &RawApi<'a>,
    action: Located<'a, Action>,
    example: &Example,
    at: At<'_>,
    out: &mut Vec<Finding>,
) {
    let value = action.value;
    for (wire, given) in &example.request {
        let at = at.get("request").get(wire);
        if let Some(field) = value.parameters.get(wire) {
            check_value(api, wire, field, given, at, out);
        } else {
            let known: Vec<&str> = value.parameters.keys().map(String::as_str).take(SUGGESTED).collect();
            out.push(dangling_key(wire, &known, at, "parameter"));
        }
    }
    for (wire, given) in &example.response {
        let at = at.get("response").get(wire);
        if let Some(field) = value
            .response
            .get(wire)
            .or_else(|| api.definitions.common_response.get(wire.as_str()).map(|item| item.value))
        {
            check_value(api, wire, field, given, at, out);
        } else {
            let known: Vec<&str> = value.response.keys().map(String::as_str).take(SUGGESTED).collect();
            out.push(dangling_key(wire, &known, at, "response field"));
        }
    }
    match &example.error {
        Some(name) => {
            named(&api.definitions.errors, name, at.get("error"), "error", out);
            if !example.response.is_empty() {
                let message = "an example has a response or an error, not both";
                out.push(at.get("error").key_finding(Code::InvalidExample, message));
            }
        }
        None => check_complete(value, example, at, out),
    }
}

/// Checks that an example of a success has every required parameter and every guaranteed field.
fn check_complete(action: &Action, example: &Example, at: At<'_>, out: &mut Vec<Finding>) {
    for (wire, field) in &action.parameters {
        if field.required && field.default.is_none() && !example.request.contains_key(wire) {
            let message = format!("the example lacks `{wire}`, which is required");
            out.push(at.get("request").key_finding(Code::InvalidExample, message));
        }
    }
    for (wire, field) in &action.response {
        if field.guaranteed && !example.response.contains_key(wire) {
            let message = format!("the example lacks `{wire}`, which is guaranteed in every response");
            out.push(at.get("response").key_finding(Code::InvalidExample, message));
        }
    }
}

fn check_value(api: &RawApi<'_>, wire: &str, field: &Field, given: &Value, at: At<'_>, out: &mut Vec<Finding>) {
    if let Err(misfit) = fits(api, field, given) {
        out.push(misfit.finding(Code::ValueMismatch, &format!("the value of `{wire}`"), at));
    }
    shown(api, wire, field, given, at, out);
}

fn dangling_key(wire: &str, known: &[&str], at: At<'_>, what: &str) -> Finding {
    let mut finding = dangling(wire, known, at, what);
    finding.span = at.key_span();
    finding
}
