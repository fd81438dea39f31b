//! The rules of faults in the management API, and what rules can name.

use super::body::read;
use crate::endpoint::{Endpoint, short};
use crate::faults::{Rule, kinds};
use cloudcert::model::{Api, ErrorScope};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    faults: Vec<Rule>,
}

pub(super) fn list(endpoint: &Endpoint) -> Value {
    json!({ "faults": endpoint.faults().list() })
}

pub(super) fn add(endpoint: &Endpoint, body: &[u8]) -> Result<Value, String> {
    let wanted: Rules =
        read(body, r#"{"faults": [{"action": "GetToken", "times": 1, "fault": {"kind": "throttle"}}]}"#)?;
    endpoint.faults().add(wanted.faults, endpoint.apis())?;
    Ok(list(endpoint))
}

pub(super) fn clear(endpoint: &Endpoint) -> Value {
    endpoint.faults().clear();
    list(endpoint)
}

/// Removes the rule of this number. Returns `None` if there is none.
pub(super) fn remove(endpoint: &Endpoint, number: &str) -> Option<Value> {
    let number = number.parse().ok()?;
    let removed = endpoint.faults().remove(number);
    removed.then(|| list(endpoint))
}

/// How many steps of a script the state shows.
const STEPS: usize = 20;

/// Returns the first rules in force as the state shows them, with long texts cut. Scripts may be long, so of each the first steps are
/// shown, and how many there are.
pub(super) fn shown(endpoint: &Endpoint, most: usize) -> Vec<Value> {
    let faults = endpoint.faults();
    let rules = faults.list().iter().take(most).filter_map(|rule| serde_json::to_value(rule).ok());
    rules.map(brief).collect()
}

fn brief(mut rule: Value) -> Value {
    if let Some(Value::Array(steps)) = rule.get_mut("script") {
        let left = steps.len();
        steps.truncate(STEPS);
        if let Some(rule) = rule.as_object_mut() {
            rule.insert("steps".to_owned(), left.into());
        }
    }
    cut(&mut rule);
    rule
}

fn cut(value: &mut Value) {
    match value {
        Value::String(text) => *text = short(text),
        Value::Array(items) => items.iter_mut().for_each(cut),
        Value::Object(members) => members.values_mut().for_each(cut),
        _ => {}
    }
}

/// Returns what a rule can name: the kinds of faults, and the actions with the errors that each lists.
pub(super) fn choices(endpoint: &Endpoint) -> Value {
    let apis: Vec<Value> = endpoint.apis().iter().map(api).collect();
    json!({ "kinds": kinds(), "apis": apis })
}

fn api(api: &Api) -> Value {
    let common = api.errors.iter().filter(|row| row.scope == ErrorScope::Common).map(|row| &row.name);
    let actions = api
        .actions
        .iter()
        .map(|action| json!({ "name": action.name, "effect": action.effect, "errors": action.errors }));
    json!({ "id": api.id, "errors": common.collect::<Vec<_>>(), "actions": actions.collect::<Vec<_>>() })
}
