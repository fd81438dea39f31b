//! Parameters that the client fills in or sends with a value of its own choice.

use super::view::{Located, RawApi};
use crate::diagnostic::{Code, Finding};
use crate::spec::{Action, Effect, Field, FieldType, Fill};
use crate::yaml::At;

/// Checks the parameters of an API version that the client fills in.
pub(super) fn check(api: &RawApi<'_>, out: &mut Vec<Finding>) {
    for (_, action) in &api.actions {
        let mut keys = 0;
        for (wire, field) in &action.value.parameters {
            let at = action.at.get("parameters").get(wire);
            preset(wire, field, at, out);
            let Some(fill) = field.fill else { continue };
            let at = at.get("fill");
            shape(wire, field, at, out);
            if fill == Fill::RepeatKey {
                keys += 1;
                repeat_key(*action, wire, keys, at, out);
            }
        }
    }
}

/// The client fills in a text, where the caller gives none.
fn shape(wire: &str, field: &Field, at: At<'_>, out: &mut Vec<Finding>) {
    let is_plain = field.kind == FieldType::String && field.enumeration.is_none() && field.sensitive.is_none();
    if !is_plain || field.default.is_some() {
        let message = format!("the client fills in texts without enum, default and sensitivity; `{wire}` is not one");
        out.push(at.finding(Code::Inapplicable, message));
    }
    if field.required {
        let message = format!("`{wire}` is required, so the caller always sets it");
        out.push(at.finding(Code::Inapplicable, message).help("remove `required`: the client fills it in"));
    }
}

/// The client sends a single value in the place of the service's default.
fn preset(wire: &str, field: &Field, at: At<'_>, out: &mut Vec<Finding>) {
    if let Some(value) = &field.preset {
        let at = at.get("preset");
        if field.required || field.fill.is_some() {
            let message = format!("`preset` is for optional parameters without `fill`; `{wire}` is not one");
            out.push(at.key_finding(Code::Inapplicable, message));
        }
        if field.default.as_ref() == Some(value) {
            let message = format!("the service takes {value} for `{wire}` anyway");
            out.push(at.finding(Code::Inapplicable, message).help("remove `preset`"));
        }
    }
    if field.unless.is_some() && !field.preset.as_ref().is_some_and(serde_json::Value::is_boolean) {
        let message = format!("`unless` is for booleans with a `preset`; `{wire}` is not one");
        out.push(at.get("unless").key_finding(Code::Inapplicable, message));
    }
}

fn repeat_key(action: Located<'_, Action>, wire: &str, keys: usize, at: At<'_>, out: &mut Vec<Finding>) {
    if keys > 1 {
        let message = format!("`{wire}` is another repeat key; a call has one at most");
        out.push(at.finding(Code::Inapplicable, message));
    }
    if action.value.effect == Effect::Read && action.value.effect_when.is_empty() {
        let message = format!("`{}` only reads, so it needs no repeat key", action.value.action);
        out.push(at.finding(Code::Inapplicable, message).related(action.at.get("effect").related("the effect")));
    }
}
