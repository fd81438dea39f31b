//! The state in the management API.

use super::answer::{Answer, refused};
use super::{clock, rules};
use crate::endpoint::Endpoint;
use crate::service;
use hyper::header::IF_NONE_MATCH;
use hyper::http::request::Parts;
use serde_json::{Value, json};

/// How many rows a list of the state has at most, and if the request does not say otherwise.
pub(super) const MOST: usize = 1_000;

/// Returns the state of an endpoint, without secrets. Its lists have at most this many rows.
pub(super) fn state(endpoint: &Endpoint, most: usize) -> Value {
    let services = service::state(&endpoint.world(), most);
    let (faults, chaos) = {
        let faults = endpoint.faults();
        (faults.list().len(), faults.is_chaos())
    };
    let rules = rules::shown(endpoint, most);
    let log = endpoint.log();
    json!({
        "url": endpoint.settings().public_url,
        "seed": endpoint.settings().seed,
        "clock": clock::shown(endpoint),
        "faults": faults,
        "rules": rules,
        "chaos": chaos,
        "services": services,
        "requests": { "seen": log.seen(), "latest": log.latest(most) },
    })
}

/// Answers a request for the state. One that knows the current version gets no body.
pub(super) fn answer(endpoint: &Endpoint, head: &Parts) -> Answer {
    let most = match limit(head.uri.query().unwrap_or_default()) {
        Ok(most) => most,
        Err(why) => return refused(400, &why),
    };
    // Read before the state, so that a change in between is not missed.
    let version = format!("\"{}-{most}\"", endpoint.version());
    let known = head.headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    if known.flat_map(|list| list.split(',')).any(|known| known.trim() == version) {
        return Answer::empty(304).header("etag", version);
    }
    Answer::json(200, &state(endpoint, most)).header("etag", version)
}

/// Returns how many rows a query asks for. Other parameters are ignored.
fn limit(query: &str) -> Result<usize, String> {
    let mut given = query.split('&').filter_map(|pair| pair.strip_prefix("limit="));
    let Some(text) = given.next() else { return Ok(MOST) };
    let limit = text.parse().ok().filter(|limit| *limit <= MOST);
    limit.ok_or_else(|| format!("limit must be a whole number from 0 to {MOST}"))
}
