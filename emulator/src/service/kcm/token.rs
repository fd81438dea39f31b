//! Tokens that revocations need.

use crate::base::random::Random;
use std::collections::VecDeque;

/// How many seconds a token is valid. The documents do not say; this is short enough for tests to reach.
const LIFE_SECONDS: i64 = 300;
/// How many tokens are remembered. Older ones count as expired.
const MOST: usize = 1000;

/// Tokens that were issued and not used yet.
pub(super) struct Tokens {
    random: Random,
    given: VecDeque<(String, i64)>,
}

impl Tokens {
    pub(super) fn new(random: Random) -> Self {
        Self { random, given: VecDeque::new() }
    }

    /// Issues a token.
    pub(super) fn give(&mut self, now: i64) -> String {
        let token = self.random.hex(32);
        self.given.push_back((token.clone(), now));
        if self.given.len() > MOST {
            self.given.pop_front();
        }
        token
    }

    /// Whether a token is valid at a time.
    pub(super) fn is_valid(&self, token: &str, now: i64) -> bool {
        self.given.iter().any(|(given, at)| given == token && now - at < LIFE_SECONDS)
    }

    /// Removes a token that was used.
    pub(super) fn use_up(&mut self, token: &str) {
        self.given.retain(|(given, _)| given != token);
    }
}
