//! Nonces that were used.

use std::collections::{HashSet, VecDeque};
use std::hash::{BuildHasher, RandomState};

/// How many are remembered; the oldest are forgotten first.
const MOST: usize = 200_000;
/// How long one is remembered, in seconds: as long as its time stamp could still be accepted.
const KEPT: i64 = 1_800;

/// Nonces that were used, as hashes, so that each takes a few bytes whatever its length.
#[derive(Debug, Default)]
pub(crate) struct Nonces {
    hasher: RandomState,
    known: HashSet<u64>,
    ages: VecDeque<(i64, u64)>,
}

impl Nonces {
    /// Uses a nonce of a key up. False if it was used before.
    pub(crate) fn use_up(&mut self, key: &str, nonce: &str, now: i64) -> bool {
        while self.ages.front().is_some_and(|(time, _)| now.saturating_sub(*time) > KEPT) || self.ages.len() >= MOST {
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
}

#[cfg(test)]
mod tests {
    use super::{KEPT, MOST, Nonces};

    #[test]
    fn memory_is_bounded_by_number_and_by_age() {
        let mut nonces = Nonces::default();
        for n in 0..MOST + 1_000 {
            assert!(nonces.use_up("key", &n.to_string(), 0));
        }
        assert_eq!((nonces.ages.len(), nonces.known.len()), (MOST, MOST));
        assert!(!nonces.use_up("key", &MOST.to_string(), 0), "the latest are known");
        assert!(nonces.use_up("another key", &MOST.to_string(), 0));
        assert!(nonces.use_up("key", "later", KEPT + 1));
        assert_eq!((nonces.ages.len(), nonces.known.len()), (1, 1));
    }
}
