//! Every action of the SDK, called with an empty request over any transport.

use cloudcert::http::Transport;
use cloudcert::wire::{List, Members, Sensitivity, Shown};
use cloudcert::{CallOptions, Config, Credentials, Error, Operation, Retries};
use serde_json::Value;
use std::future::Future;
use std::task::{Context, Poll, Waker};

/// What a typed answer shows of itself, and what it hides.
pub struct Outcome {
    pub json: Value,
    pub debug: String,
    pub unknown: Vec<String>,
    /// Texts that are secret.
    pub secrets: Vec<String>,
    /// Texts that are not.
    pub public: Vec<String>,
}

/// Calls an action.
pub type Call = fn(Config) -> Result<Outcome, Error>;

/// An action: whether it is one of Kingsoft Cloud, its name, a call.
pub type Action = (bool, &'static str, Call);

/// A configuration for a transport that answers at once, and once.
pub fn config(transport: impl Transport) -> Config {
    Config::new(Credentials::new("fuzz-id", "fuzz-secret")).transport(transport).retries(Retries::none())
}

/// The result of a future that never waits.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a scripted call waits"),
    }
}

/// Sorts the texts of a structure by whether they are secret.
fn collect(of: &dyn Members, json: &Value, outcome: &mut (Vec<String>, Vec<String>)) {
    of.each(&mut |field, value| {
        let shown = &json[field.wire];
        match (field.sensitivity, value.show()) {
            (_, Shown::Secret(secret)) => {
                assert_eq!(shown, "[redacted]", "{} is shown", field.wire);
                outcome.0.push(secret.expose().to_owned());
            }
            // A secret of another type than `Secret` would be shown as JSON.
            (Sensitivity::Secret, shown) => assert!(matches!(shown, Shown::Absent), "{} is no Secret", field.wire),
            (_, Shown::Text(text)) => outcome.1.push(text.to_owned()),
            (_, Shown::Structure(inner)) => collect(inner, shown, outcome),
            (_, Shown::List(list)) => items(list, shown, outcome),
            _ => {}
        }
    });
}

fn items(list: &dyn List, json: &Value, outcome: &mut (Vec<String>, Vec<String>)) {
    for index in 0..list.count() {
        match list.at(index).map(cloudcert::wire::Value::show) {
            Some(Shown::Structure(inner)) => collect(inner, &json[index], outcome),
            Some(Shown::Text(text)) => outcome.1.push(text.to_owned()),
            _ => {}
        }
    }
}

fn outcome<T: Members + std::fmt::Debug>(answer: &T, json: Value) -> Outcome {
    let mut texts = (Vec::new(), Vec::new());
    collect(answer, &json, &mut texts);
    let unknown = answer.unknown().map(|all| all.iter().map(|(name, _)| name.to_owned()).collect()).unwrap_or_default();
    Outcome { json, debug: format!("{answer:?}\n{answer:#?}"), unknown, secrets: texts.0, public: texts.1 }
}

macro_rules! each_action {
    ($($api:literal $module:path { $($file:ident $inner:ident,)* })*) => {
        /// Every action.
        pub const ACTIONS: &[Action] = &[$($({
            use $module as api;
            use api::$file::Request;
            // The ids of Kingsoft Cloud's APIs begin with `ksyun`.
            (matches!($api.as_bytes(), [b'k', ..]), Request::ACTION.name, |config| {
                let client = api::Client::new(config).unwrap_or_else(|error| panic!("{error}"));
                let call = client.send_with(Request::default(), CallOptions::new().skip_validation());
                let answer = now(call)?;
                let json = serde_json::to_value(&answer).unwrap_or_else(|error| panic!("{error}"));
                Ok(outcome(&answer, json))
            })
        },)*)*];
    };
}

// Made by the build script, so that a new action is fuzzed by itself.
include!(concat!(env!("OUT_DIR"), "/generated/actions.rs"));
