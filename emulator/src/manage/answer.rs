//! What a request of the management API gets.

use bytes::Bytes;
use serde_json::{Value, json};

/// A response of the management API.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Bytes,
}

/// Every response has these: nobody stores it, guesses what it is, or shows it inside of another site.
const HEADERS: [(&str, &str); 3] = [
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-resource-policy", "same-origin"),
];

impl Answer {
    /// A response without a body.
    pub(super) fn empty(status: u16) -> Self {
        let headers = HEADERS.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { status, headers, body: Bytes::new() }
    }

    /// A response of this content type.
    pub(super) fn of(status: u16, kind: &str, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..Self::empty(status) }.header("content-type", kind)
    }

    pub(super) fn json(status: u16, value: &Value) -> Self {
        Self::of(status, "application/json", format!("{value}\n"))
    }

    pub(super) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// Makes the response to a request that is refused.
pub(crate) fn refused(status: u16, why: &str) -> Answer {
    Answer::json(status, &json!({ "error": why }))
}
