//! Calls of CAS 2020-04-07 that the endpoint plays.

use super::signed::{CAS, v1};
use super::wire::raw;
use cloudcert_emulator::{Fault, Handle, Rule};
use serde_json::Value;

/// Makes a call, and returns its response.
pub(crate) async fn ok(endpoint: &Handle, action: &str, own: &[(&str, &str)]) -> Value {
    let response = v1(CAS, action, own).to(endpoint.address()).await;
    assert_eq!((response.status, response.header("x-cloudcert-emulator")), (200, None), "{action}: {response:?}");
    response.json()
}

/// Makes a call whose response is lost.
pub(crate) async fn lost(endpoint: &Handle, action: &str, own: &[(&str, &str)]) {
    endpoint.inject(Rule::new(Fault::CloseAfterCommit).action(action).times(1)).unwrap();
    assert!(raw(endpoint.address(), &v1(CAS, action, own).bytes(endpoint.address())).await.is_empty());
    let state = endpoint.state();
    let latest = state["requests"]["latest"].as_array().unwrap().last().unwrap();
    assert_eq!((&latest["action"], &latest["executed"]), (&action.into(), &true.into()));
}
