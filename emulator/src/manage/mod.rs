//! The management API below `/_emulator/`: state, clock, reset and faults.

mod guard;

pub(crate) use guard::check;

use crate::base::time::{extended, parse};
use crate::endpoint::Endpoint;
use crate::faults::Rule;
use crate::service;
use cloudcert::model::TimeStampStyle;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

/// A response of the management API: a status and a JSON value.
pub(crate) type Managed = (u16, Value);

/// The paths, and the methods of each.
const PATHS: [(&str, &[&str]); 4] =
    [("state", &["GET"]), ("clock", &["GET", "POST"]), ("reset", &["POST"]), ("faults", &["GET", "POST", "DELETE"])];

/// Handles a request below `/_emulator/`.
pub(crate) fn handle(endpoint: &Endpoint, method: &str, path: &str, body: &[u8]) -> Managed {
    let name = path.strip_prefix("/_emulator/").unwrap_or_default();
    let Some((name, methods)) = PATHS.iter().find(|(known, _)| *known == name) else {
        let known: Vec<String> = PATHS.iter().map(|(name, _)| format!("/_emulator/{name}")).collect();
        return refused(404, &format!("nothing here: try {}", known.join(", ")));
    };
    if !methods.contains(&method) {
        return refused(405, &format!("/_emulator/{name} takes {}", methods.join(", ")));
    }
    let done = match (*name, method) {
        ("state", _) => Ok(state(endpoint)),
        ("clock", "GET") => Ok(clock(endpoint)),
        ("clock", _) => move_clock(endpoint, body),
        ("reset", _) => reset(endpoint, body),
        ("faults", "POST") => add_faults(endpoint, body),
        ("faults", "DELETE") => {
            endpoint.faults().clear();
            Ok(faults(endpoint))
        }
        _ => Ok(faults(endpoint)),
    };
    done.map_or_else(|why| refused(400, &why), |value| (200, value))
}

/// Makes the response to a request that is refused.
pub(crate) fn refused(status: u16, why: &str) -> Managed {
    (status, json!({ "error": why }))
}

/// Returns the state of an endpoint, without secrets.
pub(crate) fn state(endpoint: &Endpoint) -> Value {
    let services = service::state(&endpoint.world());
    let faults = endpoint.faults().list().len();
    let log = endpoint.log();
    json!({
        "url": endpoint.settings().public_url,
        "seed": endpoint.settings().seed,
        "clock": clock(endpoint),
        "faults": faults,
        "services": services,
        "requests": { "seen": log.seen(), "latest": log.entries() },
    })
}

fn clock(endpoint: &Endpoint) -> Value {
    let now = endpoint.clock.now();
    json!({ "seconds": now, "time": extended(now), "running": endpoint.clock.is_running() })
}

/// How to move the clock. It is first set, then advanced.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Move {
    set: Option<Moment>,
    advance_seconds: Option<u64>,
    running: Option<bool>,
}

/// A time in seconds since 1970, or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Moment {
    Seconds(i64),
    Text(String),
}

/// The last second of the year 9999. Later times cannot be written.
const LAST: i64 = 253_402_300_799;

fn move_clock(endpoint: &Endpoint, body: &[u8]) -> Result<Value, String> {
    let wanted: Move = read(body, r#"{"set": "2026-01-02T03:04:05Z", "advance_seconds": 60, "running": false}"#)?;
    if wanted.set.is_none() && wanted.advance_seconds.is_none() && wanted.running.is_none() {
        return Err("one of set, advance_seconds and running is needed".to_owned());
    }
    let clock = &endpoint.clock;
    let base = match &wanted.set {
        None => clock.now(),
        Some(Moment::Seconds(seconds)) => *seconds,
        Some(Moment::Text(text)) => parse(text, TimeStampStyle::Extended)
            .ok_or("set must be seconds since 1970 or a time like 2026-01-02T03:04:05Z")?,
    };
    let advance = wanted.advance_seconds.unwrap_or(0);
    let end = i64::try_from(advance).ok().and_then(|advance| base.checked_add(advance));
    if base < 0 || end.is_none_or(|end| end > LAST) {
        return Err("the clock must stay between the years 1970 and 9999".to_owned());
    }
    if wanted.set.is_some() {
        clock.set(base);
    }
    clock.advance(Duration::from_secs(advance));
    match wanted.running {
        Some(true) => clock.run(),
        Some(false) => clock.stop(),
        None => {}
    }
    Ok(self::clock(endpoint))
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

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    faults: Vec<Rule>,
}

fn faults(endpoint: &Endpoint) -> Value {
    json!({ "faults": endpoint.faults().list() })
}

fn add_faults(endpoint: &Endpoint, body: &[u8]) -> Result<Value, String> {
    let wanted: Rules =
        read(body, r#"{"faults": [{"action": "GetToken", "times": 1, "fault": {"kind": "throttle"}}]}"#)?;
    endpoint.faults().add(wanted.faults, endpoint.apis())?;
    Ok(faults(endpoint))
}

fn read<'a, T: Deserialize<'a>>(body: &'a [u8], like: &str) -> Result<T, String> {
    serde_json::from_slice(body).map_err(|error| format!("the body must be JSON like {like}: {error}"))
}
