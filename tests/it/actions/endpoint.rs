//! The example in the documentation of every action works at the local endpoint. Typed clients first make what it needs.

use super::cases;
use super::stage::Stage;
use crate::setup::config::{config_at, keys_for};
use serde_json::Value;

#[test]
fn the_endpoint_accepts_the_example_of_every_action() {
    let stage = Stage::new();
    for case in cases() {
        let config = config_at(stage.endpoint.url(), keys_for(case.api.protocol.family));
        let response =
            (case.call)(config, &Value::Object(stage.request(&case, None))).unwrap_or_else(|error| panic!("{error}"));
        assert!(response.unknown.is_empty(), "{} has undocumented fields: {:?}", case.action.name, response.unknown);
    }
}
