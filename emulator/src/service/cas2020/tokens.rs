//! Tokens that make a repeated call safe: the second call with a token gets the response of the first one.

use super::refusals::invalid;
use crate::base::call::{Call, Fields, Refusal};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};

/// The parameter that holds the token.
const NAME: &str = "ClientToken";
/// How many characters a token may have.
const LENGTH_MOST: usize = 64;
/// How many tokens are remembered. The oldest are forgotten first.
const MOST: usize = 10_000;

/// The tokens of calls that were executed.
#[derive(Default)]
pub(super) struct Tokens {
    seen: BTreeMap<Key, Seen>,
    order: VecDeque<Key>,
}

/// Action and token.
type Key = (String, String);

struct Seen {
    /// A hash of all other parameters: they may hold a private key.
    parameters: [u8; 32],
    response: Fields,
}

impl Tokens {
    /// Executes a call, unless one with the same token was executed before.
    pub(super) fn once(
        &mut self,
        call: &Call<'_>,
        execute: impl FnOnce() -> Result<Fields, Refusal>,
    ) -> Result<Fields, Refusal> {
        let Some(token) = call.params.text(NAME) else { return execute() };
        if token.len() > LENGTH_MOST || !token.is_ascii() {
            return Err(invalid(NAME, format!("It has at most {LENGTH_MOST} characters, all of them ASCII.")));
        }
        let key = (call.action.name.clone(), token.to_owned());
        let parameters = digest(call);
        if let Some(seen) = self.seen.get(&key) {
            return if seen.parameters == parameters {
                Ok(seen.response.clone())
            } else {
                Err(invalid(NAME, "It was used before, with other parameters."))
            };
        }
        let response = execute()?;
        self.seen.insert(key.clone(), Seen { parameters, response: response.clone() });
        self.order.push_back(key);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        Ok(response)
    }
}

fn digest(call: &Call<'_>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in call.params.0.iter().filter(|(name, _)| *name != NAME).flat_map(|(name, value)| [name, value]) {
        hash.update(text.len().to_le_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().into()
}
