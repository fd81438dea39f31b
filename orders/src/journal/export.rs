//! Events as lines, for people and for programs; and what identifies a request.

use crate::base::hex::hex;
use crate::journal::event::{Challenge, Event, Ids, Recorded, Verdict};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// Characters of a text in a line.
const MOST: usize = 200;

/// The events as lines for people: time, order, number, kind, and what matters of it. Certificates and requests are left out.
#[must_use]
pub fn export(events: &[Recorded]) -> String {
    let mut lines = String::new();
    for recorded in events {
        let told = told(&recorded.event);
        let gap = if told.is_empty() { "" } else { "  " };
        // Writing into a string cannot fail.
        let _ = writeln!(
            lines,
            "{:.0}  {}  {:>3}  {}{gap}{told}",
            recorded.at,
            recorded.order,
            recorded.sequence,
            recorded.event.kind()
        );
    }
    lines
}

/// The events as JSON, one a line, with all that the journal has.
#[must_use]
pub fn export_json(events: &[Recorded]) -> String {
    let mut lines = String::new();
    for line in events.iter().filter_map(|recorded| serde_json::to_string(recorded).ok()) {
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}

/// What identifies a request: the first 48 hexadecimal digits of a SHA-256 over its members, whatever their order.
///
/// It fits into a name: see [`Name::direct`](crate::Name::direct).
#[must_use]
pub fn digest(request: &Map<String, Value>) -> String {
    let mut hash = Sha256::new();
    object(&mut hash, request);
    let mut digits = hex(&hash.finalize());
    digits.truncate(48);
    digits
}

fn object(hash: &mut Sha256, members: &Map<String, Value>) {
    let mut sorted: Vec<_> = members.iter().collect();
    sorted.sort_by(|one, other| one.0.cmp(other.0));
    part(hash, b'o', &sorted.len().to_string());
    for (name, value) in sorted {
        part(hash, b'n', name);
        element(hash, value);
    }
}

fn element(hash: &mut Sha256, value: &Value) {
    match value {
        Value::Null => part(hash, b'0', ""),
        Value::Bool(value) => part(hash, b'b', if *value { "1" } else { "" }),
        Value::Number(number) => part(hash, b'd', &number.to_string()),
        Value::String(text) => part(hash, b's', text),
        Value::Array(items) => {
            part(hash, b'a', &items.len().to_string());
            for item in items {
                element(hash, item);
            }
        }
        Value::Object(members) => object(hash, members),
    }
}

/// With its type and length before it, no two values look the same.
fn part(hash: &mut Sha256, kind: u8, text: &str) {
    hash.update([kind]);
    hash.update((text.len() as u64).to_be_bytes());
    hash.update(text);
}

/// What matters of an event, as `name value` pairs.
fn told(event: &Event) -> String {
    let mut line = Line::default();
    match event {
        Event::Opened(opened) => {
            let purpose = serde_json::to_value(opened.purpose).ok();
            line.text("purpose", purpose.as_ref().and_then(Value::as_str).unwrap_or_default())
                .text("names", &opened.names.join(","));
            line.text("api", &opened.api)
                .optional("product", opened.product.as_deref())
                .text("account", &opened.account);
            line.text("access-key-id", &opened.access_key_id)
                .text("endpoint", &opened.endpoint)
                .optional("region", opened.region.as_deref());
            line.text("machine", &opened.machine_name)
        }
        Event::Key { path, public_key, .. } => line.text("path", path).text("public-key", public_key),
        Event::Reserved { instance, before } => line.text("instance", instance).optional("before", before.as_deref()),
        Event::Sending { action, attempt, machine, .. } => {
            line.text("action", action).text("attempt", &attempt.to_string()).text("machine", machine)
        }
        Event::Answered { ids, request_id } => line.ids(ids).optional("request-id", request_id.as_deref()),
        Event::Refused { code, message, last, .. } => line
            .optional("code", code.as_deref())
            .text("message", message)
            .text("again", if *last { "no" } else { "yes" }),
        Event::Unknown { why } => line.text("why", why),
        Event::Found { verdict, why, ids, .. } => {
            line.text("verdict", verdict_name(*verdict)).ids(ids).text("why", why)
        }
        Event::Resolved { who, verdict, ids, why } => {
            line.text("verdict", verdict_name(*verdict)).ids(ids).text("who", who).text("why", why)
        }
        Event::Submitting { action, attempt, .. } => line.text("action", action).text("attempt", &attempt.to_string()),
        Event::Proof { challenges } => challenges.iter().fold(&mut line, Line::challenge),
        Event::Presented { states } => line.text("challenges", &states.len().to_string()),
        Event::Issued(issued) => {
            line.text("fingerprint", &issued.fingerprint).text("not-before", &issued.not_before.to_string());
            line.text("not-after", &issued.not_after.to_string())
                .text("key", if issued.key_of_service { "service" } else { "own" })
        }
        Event::Cleaned { failed } => line.optional("failed", failed.as_deref()),
        Event::Deploying { target } | Event::Deployed { target, .. } => line.text("target", target),
        Event::DeployFailed { target, why } => line.text("target", target).text("why", why),
        Event::Revoking { attempt, .. } => line.text("attempt", &attempt.to_string()),
        Event::Closed { end, why } => {
            let end = serde_json::to_value(end).ok();
            line.text("end", end.as_ref().and_then(Value::as_str).unwrap_or_default()).text("why", why)
        }
        Event::Looked { .. }
        | Event::Drafted
        | Event::Submitted
        | Event::Presenting
        | Event::Storing
        | Event::Stored
        | Event::Cleaning
        | Event::Revoked
        | Event::Returning
        | Event::Returned => &mut line,
    };
    line.0
}

fn verdict_name(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Executed => "executed",
        Verdict::NotExecuted => "not-executed",
        Verdict::Ambiguous => "ambiguous",
    }
}

#[derive(Default)]
struct Line(String);

impl Line {
    fn text(&mut self, name: &str, value: &str) -> &mut Self {
        if !self.0.is_empty() {
            self.0.push_str("  ");
        }
        self.0.push_str(name);
        self.0.push(' ');
        // A terminal must not be told anything by a service.
        self.0.extend(value.chars().take(MOST).map(|c| if c.is_control() { ' ' } else { c }));
        if value.chars().nth(MOST).is_some() {
            self.0.push('…');
        }
        self
    }

    fn optional(&mut self, name: &str, value: Option<&str>) -> &mut Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    fn ids(&mut self, ids: &Ids) -> &mut Self {
        ids.iter().fold(self, |line, (name, id)| line.text(name, id))
    }

    fn challenge<'a>(&'a mut self, challenge: &Challenge) -> &'a mut Self {
        match challenge {
            Challenge::Dns { name, kind, value, .. } => {
                self.text("record", name).text("type", kind).text("value", value)
            }
            Challenge::File { domain, path, content } => {
                self.text("file", &format!("{domain}{path}")).text("content", content)
            }
        }
    }
}
