//! Nonces that were used.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

/// How many nonces are remembered. Beyond that, the oldest are forgotten.
const MOST: usize = 200_000;

/// Nonces that were used. They are stored as hashes, so that each takes a few bytes whatever its length.
#[derive(Debug)]
pub(crate) struct Nonces {
    hasher: RandomState,
    known: HashSet<u64>,
    ages: VecDeque<(i64, u64)>,
    /// How many seconds a nonce is remembered.
    lifetime: i64,
}

impl Nonces {
    /// Remembers each nonce for this many seconds.
    pub(crate) fn kept_for(seconds: i64) -> Self {
        Self { hasher: RandomState::new(), known: HashSet::new(), ages: VecDeque::new(), lifetime: seconds }
    }

    /// Uses up a nonce of a key. Returns false if it was used before.
    pub(crate) fn use_up(&mut self, key: &str, nonce: &str, now: i64) -> bool {
        while self.is_full() || self.ages.front().is_some_and(|(time, _)| now.saturating_sub(*time) > self.lifetime) {
            if let Some((_, old)) = self.ages.pop_front() {
                self.known.remove(&old);
            }
        }
        let hash = self.hasher.hash_one((key, nonce));
        let new = self.known.insert(hash);
        if new {
            self.ages.push_back((now, hash));
        }
        new
    }

    fn is_full(&self) -> bool {
        self.ages.len() >= MOST
    }
}

#[cfg(test)]
mod tests {
    use super::{MOST, Nonces};

    #[test]
    fn memory_is_bounded_by_number_and_by_age() {
        let mut nonces = Nonces::kept_for(1_800);
        for n in 0..MOST + 1_000 {
            assert!(nonces.use_up("key", &n.to_string(), 0));
        }
        assert_eq!((nonces.ages.len(), nonces.known.len()), (MOST, MOST));
        assert!(!nonces.use_up("key", &MOST.to_string(), 0), "the latest are known");
        assert!(nonces.use_up("another key", &MOST.to_string(), 0));
        assert!(nonces.use_up("key", "later", 1_801));
        assert_eq!((nonces.ages.len(), nonces.known.len()), (1, 1));
    }
}
