//! What the dialects verify a request against, and what their verifications have in common.

use super::nonces::Nonces;
use super::rows::api_with;
use crate::base::credential::Keyring;
use crate::base::lock::locked;
use crate::base::time;
use crate::request::{Denial, Received};
use cloudcert::model::{Action, Api, SignatureScheme};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Mutex;

/// How far a time stamp may be off if the spec does not say: 15 minutes.
const USUAL_WINDOW: u32 = 900;

/// How many seconds a time stamp of an API's signatures may be off the endpoint's clock.
fn window(api: &Api) -> u32 {
    api.protocol.clock_window_seconds.unwrap_or(USUAL_WINDOW)
}

/// How many seconds a nonce has to be remembered: as long as a request with it could still be accepted, under any of these APIs.
pub(crate) fn nonce_seconds(apis: &[Api]) -> i64 {
    let longest = apis.iter().map(window).max().unwrap_or_default();
    2 * i64::from(longest)
}

/// A request, and what it is verified against.
pub(crate) struct Gate<'a> {
    pub(crate) received: &'a Received,
    pub(crate) api: &'a Api,
    pub(crate) action: &'a Action,
    pub(crate) keys: &'a Keyring,
    pub(crate) nonces: &'a Mutex<Nonces>,
    pub(crate) now: i64,
}

impl<'a> Gate<'a> {
    /// Makes a denial from an error row of the API.
    pub(super) fn deny(&self, row: &str, message: impl Into<String>) -> Denial {
        let api = api_with(self.api.protocol.family, Some(self.api), row);
        Denial::row(api, row, "", message.into())
    }

    /// Whether the API accepts a signature scheme.
    pub(super) fn accepts(&self, scheme: SignatureScheme) -> bool {
        self.api.protocol.signatures.contains(&scheme)
    }

    /// Reads a time stamp in the style of the API.
    pub(super) fn time(&self, text: &str) -> Option<i64> {
        time::parse(text, self.api.protocol.time_stamps)
    }

    /// Writes a time in the style of the API.
    pub(super) fn time_text(&self, seconds: i64) -> String {
        time::write(seconds, self.api.protocol.time_stamps)
    }

    /// Whether a time is close enough to the endpoint's clock.
    pub(super) fn in_window(&self, time: i64) -> bool {
        time.abs_diff(self.now) <= u64::from(window(self.api))
    }

    /// Uses up a nonce of a key. Returns false if it was used before.
    pub(super) fn use_up(&self, key: &str, nonce: &str) -> bool {
        locked(self.nonces).use_up(key, nonce, self.now)
    }

    /// Returns all parameters but the signature, which are what schemes sign that put the signature among the parameters.
    pub(super) fn unsigned(&self) -> Vec<(&'a str, &'a str)> {
        let pairs = self.received.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| *name != "Signature").collect()
    }
}

/// Maximum number of headers that a signature names. It is the limit on the headers of a request.
const NAMED_MOST: usize = 100;

/// Splits the list of signed headers. Returns `None` if it names a header twice: a long header would be signed once for each time.
pub(super) fn signed_names(text: &str) -> Option<Vec<&str>> {
    let names: Vec<&str> = text.split(';').take(NAMED_MOST + 1).collect();
    let distinct: BTreeSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    (names.len() <= NAMED_MOST && distinct.len() == names.len()).then_some(names)
}

/// Maximum size of a string to sign that a refusal quotes, in bytes.
const QUOTED_MOST: usize = 64 << 10;

/// Returns a string to sign as a refusal quotes it. A long one, with an image in it, is replaced: a part could be taken for the whole.
pub(super) fn quoted(text: &str) -> Cow<'_, str> {
    if text.len() <= QUOTED_MOST {
        text.into()
    } else {
        format!("({} bytes, too long to be quoted)", text.len()).into()
    }
}
