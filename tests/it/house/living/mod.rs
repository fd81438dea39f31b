//! Readings of what the sources of the living actions say against each other, where users meet them.

mod effects;
mod fields;
mod ids;
mod lists;
mod parameters;
mod secrets;
mod times;
mod values;

use crate::setup::futures::now;
use crate::setup::script::{Script, pairs};
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::model::{self, Action};
use cloudcert::{Operation, Pending, Severity};
use serde::de::DeserializeOwned;
use serde_json::Value;

/// A client of CAS that gets this response to every call.
fn cas(body: &Value) -> cas::Client {
    Script::repeat(&body.to_string()).cas_client()
}

/// A client of KCM that gets this response to every call.
fn kcm(body: &Value) -> kcm::Client {
    Script::repeat(&body.to_string()).kcm_client()
}

/// The parameters of the first request.
fn form(script: &Script) -> Vec<(String, String)> {
    pairs(&script.sent()[0].body)
}

/// The parameters that a call of CAS sends. Its response has no fields, which does not matter here.
fn sent<T>(call: impl FnOnce(&cas::Client) -> Pending<T>) -> Vec<(String, String)> {
    let script = Script::repeat("{}");
    let _ = now(call(&script.cas_client()));
    form(&script)
}

/// The same of KCM.
fn sent_to_kcm<T>(call: impl FnOnce(&kcm::Client) -> Pending<T>) -> Vec<(String, String)> {
    let script = Script::repeat("{}");
    let _ = now(call(&script.kcm_client()));
    form(&script)
}

fn has(form: &[(String, String)], name: &str, value: &str) -> bool {
    form.contains(&(name.to_owned(), value.to_owned()))
}

/// What the description says of an action of CAS.
fn action(name: &str) -> &'static Action {
    let api = model::apis().iter().find(|api| api.id == "aliyun-cas-2020-04-07").unwrap();
    api.action(name).unwrap()
}

/// Whether a parameter, or a member or an element of it, is there.
fn names(form: &[(String, String)], name: &str) -> bool {
    form.iter().any(|(of, _)| of.split('.').next() == Some(name))
}

/// The parameters of a request that break a rule of this severity.
fn problems<R: Operation + DeserializeOwned>(severity: Severity, request: Value) -> Vec<String> {
    let problems = serde_json::from_value::<R>(request).unwrap().problems().into_iter();
    problems.filter(|problem| problem.severity == severity).map(|problem| problem.parameter.into_owned()).collect()
}

/// The parameters that one is advised on.
fn advice<R: Operation + DeserializeOwned>(request: Value) -> Vec<String> {
    problems::<R>(Severity::Advice, request)
}

/// The parameters without which nothing is sent, among others that are wrong.
fn mistakes<R: Operation + DeserializeOwned>(request: Value) -> Vec<String> {
    problems::<R>(Severity::Error, request)
}
