//! Randomly chosen faults.

use super::rule::Fault;
use crate::base::random::Random;

/// How many of a hundred calls meet a fault.
const SHARE: u64 = 20;

/// Chooses faults at random, from a seed.
#[derive(Debug)]
pub(super) struct Chaos(Random);

impl Chaos {
    pub(super) fn new(seed: u64) -> Self {
        Self(Random::stream(seed, "chaos"))
    }

    pub(super) fn pick(&mut self) -> Option<Fault> {
        if self.0.below(100) >= SHARE {
            return None;
        }
        let committed = self.0.below(2) == 0;
        // Delays are short, so that tests under chaos do not take long.
        Some(match self.0.below(15) {
            0 | 1 => Fault::Throttle { retry_after_ms: Some(self.0.below(500)) },
            2 => Fault::Internal { committed },
            3 => Fault::Unavailable { committed },
            4 => Fault::Html { status: 502, committed },
            5 => Fault::Empty { status: 504, committed },
            6 => Fault::CloseBeforeReading,
            7 => Fault::CloseAfterCommit,
            8 => Fault::Slow { ms: self.0.below(500) },
            9 => Fault::Stall { ms: self.0.below(1_000) },
            10 => Fault::Truncated,
            11 => Fault::Malformed,
            12 => Fault::Oversized { bytes: 8 << 20 },
            13 => Fault::ContentType { value: "text/html".to_owned() },
            _ => Fault::ClockSkew { seconds: 3_600 },
        })
    }
}
