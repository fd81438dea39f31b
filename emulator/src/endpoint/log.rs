//! The log of requests and their responses, without secrets.

use crate::request::Received;
use cloudcert::REDACTED;
use cloudcert::model::{Action, Effect};
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};

/// How many requests are kept. Beyond that, the oldest are dropped.
const KEPT: usize = 500;
/// How many characters of a name or value are shown.
const SHOWN: usize = 120;
/// How many parameters of a request are shown.
const PARAMETERS: usize = 50;

/// A request and its response.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Entry {
    /// Counts from 1 since the start or the last reset.
    pub(crate) number: u64,
    pub(crate) time: String,
    pub(crate) request_id: String,
    pub(crate) method: String,
    pub(crate) api: Option<String>,
    pub(crate) action: Option<String>,
    /// What the call does, if it is one of a known action.
    pub(crate) effect: Option<Effect>,
    /// Absent if the connection was closed without a response.
    pub(crate) status: Option<u16>,
    /// The code of an error response.
    pub(crate) code: Option<String>,
    /// The kind of the injected fault.
    pub(crate) fault: Option<String>,
    /// Whether the call was executed. One that is answered from its description counts, although it changes nothing.
    pub(crate) executed: bool,
    /// Whether no service plays the action, so that the response was made from its description.
    pub(crate) described: bool,
    pub(crate) parameters: BTreeMap<String, String>,
    /// Names of parameters that the spec does not know.
    pub(crate) ignored: Vec<String>,
}

/// The latest requests.
#[derive(Debug, Default)]
pub(crate) struct Log {
    seen: u64,
    entries: VecDeque<Entry>,
}

impl Log {
    pub(crate) fn add(&mut self, mut entry: Entry) {
        self.seen = self.seen.saturating_add(1);
        entry.number = self.seen;
        if self.entries.len() >= KEPT {
            self.entries.pop_front();
        }
        self.entries.push_back(entry);
    }

    /// How many requests there were.
    pub(crate) fn seen(&self) -> u64 {
        self.seen
    }

    /// Returns the latest requests, the oldest first.
    pub(crate) fn latest(&self, most: usize) -> Vec<&Entry> {
        self.entries.iter().skip(self.entries.len().saturating_sub(most)).collect()
    }
}

/// Returns the parameters of a request as the log shows them: secrets and personal data redacted, long values cut. Unknown parameters are
/// left out, because a misspelt one may hold a secret.
pub(crate) fn shown(received: &Received, action: &Action) -> BTreeMap<String, String> {
    let field = |name: &str| action.parameter(name.split(['.', '[']).next().unwrap_or(name));
    let known = received.parameters.iter().filter_map(|(name, value)| Some((name, value, field(name)?)));
    let shown = known.map(|(name, value, field)| {
        let value = if field.sensitivity.is_some() { REDACTED.to_owned() } else { short(value) };
        (short(name), value)
    });
    shown.take(PARAMETERS).collect()
}

/// Cuts a long text.
pub(crate) fn short(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}...", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
