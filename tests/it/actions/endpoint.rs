//! The example in the documentation of every action works at the local endpoint. Typed clients first make what it needs.

use super::stage::{Stage, csr};
use super::{Case, cases};
use crate::setup::config::{config_at, keys_for};
use serde_json::{Map, Value, json};

fn example(case: &Case) -> Map<String, Value> {
    let example = case.action.examples.iter().find(|example| example.error.is_none()).unwrap();
    example.request.clone().into_iter().collect()
}

#[test]
fn the_endpoint_accepts_the_example_of_every_action() {
    let stage = Stage::new();
    for case in cases() {
        let mut request = example(&case);
        request.entry("CSR").and_modify(|made_up| *made_up = json!(csr()));
        request.extend(stage.real(&case.action.name).as_object().unwrap().clone());
        let config = config_at(stage.endpoint.url(), keys_for(case.api.protocol.family));
        let response = (case.call)(config, &Value::Object(request)).unwrap_or_else(|error| panic!("{error}"));
        assert!(response.unknown.is_empty(), "{} has undocumented fields: {:?}", case.action.name, response.unknown);
    }
}
