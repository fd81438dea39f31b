//! What is below `/_emulator/`: the management API with state, clock, reset and faults, and a page for people that uses it.

mod answer;
mod body;
mod clock;
mod guard;
mod page;
mod rules;
mod state;

pub(crate) use answer::{Answer, refused};
pub(crate) use guard::check;

use crate::endpoint::Endpoint;
use body::read;
use hyper::http::request::Parts;
use serde::Deserialize;
use serde_json::{Value, json};

/// The paths of the API, and the methods of each.
const PATHS: [(&str, &[&str]); 5] = [
    ("state", &["GET"]),
    ("clock", &["GET", "POST"]),
    ("reset", &["POST"]),
    ("faults", &["GET", "POST", "DELETE"]),
    ("choices", &["GET"]),
];

/// Handles a request below `/_emulator/`.
pub(crate) fn handle(endpoint: &Endpoint, head: &Parts, body: &[u8]) -> Answer {
    let method = head.method.as_str();
    let path = head.uri.path();
    let Some(name) = path.strip_prefix("/_emulator/") else {
        return for_reading(method, path, page::with_slash);
    };
    if let Some(file) = page::file(name) {
        return for_reading(method, path, || file);
    }
    if let Some(number) = name.strip_prefix("faults/") {
        return one_fault(endpoint, method, number);
    }
    let Some((name, methods)) = PATHS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<String> = PATHS.iter().map(|(name, _)| format!("/_emulator/{name}")).collect();
        return refused(404, &format!("nothing here: try {}", known.join(", ")));
    };
    if !methods.contains(&method) {
        return not_allowed(path, methods);
    }
    let done = match (*name, method) {
        ("state", _) => return state::answer(endpoint, head),
        ("clock", "GET") => Ok(clock::shown(endpoint)),
        ("clock", _) => clock::change(endpoint, body),
        ("reset", _) => reset(endpoint, body),
        ("choices", _) => Ok(rules::choices(endpoint)),
        ("faults", "POST") => rules::add(endpoint, body),
        ("faults", "DELETE") => Ok(rules::clear(endpoint)),
        _ => Ok(rules::list(endpoint)),
    };
    done.map_or_else(|why| refused(400, &why), |value| Answer::json(200, &value))
}

/// Returns the state of an endpoint, without secrets.
pub(crate) fn state(endpoint: &Endpoint) -> Value {
    state::state(endpoint, state::MOST)
}

/// Answers a request for something that can only be read.
fn for_reading(method: &str, path: &str, answer: impl FnOnce() -> Answer) -> Answer {
    let methods = ["GET", "HEAD"];
    if methods.contains(&method) { answer() } else { not_allowed(path, &methods) }
}

fn not_allowed(path: &str, methods: &[&str]) -> Answer {
    refused(405, &format!("{path} takes {}", methods.join(", "))).header("allow", methods.join(", "))
}

/// Removes one rule.
fn one_fault(endpoint: &Endpoint, method: &str, number: &str) -> Answer {
    if method != "DELETE" {
        return not_allowed("/_emulator/faults/NUMBER", &["DELETE"]);
    }
    let left = rules::remove(endpoint, number);
    left.map_or_else(|| refused(404, "no rule in force has this number"), |left| Answer::json(200, &left))
}

/// An empty object.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

fn reset(endpoint: &Endpoint, body: &[u8]) -> Result<Value, String> {
    if !body.is_empty() {
        let Nothing {} = read(body, "{} or nothing")?;
    }
    endpoint.reset();
    Ok(json!({ "reset": true }))
}
