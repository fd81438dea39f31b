//! The clock in the management API.

use super::body::read;
use crate::base::time::{extended, parse};
use crate::endpoint::Endpoint;
use cloudcert::model::TimeStampStyle;
use serde::Deserialize;
use serde_json::{Value, json};
use std::time::Duration;

pub(super) fn shown(endpoint: &Endpoint) -> Value {
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

pub(super) fn change(endpoint: &Endpoint, body: &[u8]) -> Result<Value, String> {
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
    Ok(shown(endpoint))
}
