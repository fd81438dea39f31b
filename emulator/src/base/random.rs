//! Random numbers from a seed: the same seed gives the same numbers.

use std::fmt::Write as _;

/// A stream of pseudo-random numbers (`SplitMix64`). Predictable: for ids, faults and throw-away keys only.
#[derive(Debug, Clone)]
pub(crate) struct Random(u64);

impl Random {
    /// Starts the stream of a name. From one seed, each name gets a stream of its own.
    pub(crate) fn stream(seed: u64, name: &str) -> Self {
        let mix = |seed: u64, byte: u8| Self(seed ^ u64::from(byte)).next_u64();
        Self(name.bytes().fold(seed, mix))
    }

    pub(crate) fn next_u64(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Returns a number below `bound`, or 0 if `bound` is 0.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.next_u64().checked_rem(bound).unwrap_or(0)
    }

    /// Returns a number in `0.0..1.0`.
    pub(crate) fn share(&mut self) -> f64 {
        const STEPS: u32 = 1 << 24;
        f64::from(u32::try_from(self.below(u64::from(STEPS))).unwrap_or(0)) / f64::from(STEPS)
    }

    /// Returns an id of 17 digits, as Alibaba Cloud uses them. A 64-bit float cannot hold it exactly.
    pub(crate) fn id(&mut self) -> i64 {
        const FIRST: i64 = 10_000_000_000_000_000;
        FIRST + i64::try_from(self.below(89_999_999_999_999_999)).unwrap_or(0)
    }

    /// Returns `N` bytes.
    pub(crate) fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next_u64().to_le_bytes()[0])
    }

    /// Returns this many lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut out = String::with_capacity(digits + 16);
        while out.len() < digits {
            // Writing into a string does not fail.
            let _ = write!(out, "{:016x}", self.next_u64());
        }
        out.truncate(digits);
        out
    }

    /// Returns a request id in the form that both vendors use.
    pub(crate) fn request_id(&mut self) -> String {
        let (a, b) = (self.next_u64(), self.next_u64());
        format!(
            "{:08X}-{:04X}-4{:03X}-{:04X}-{:012X}",
            a >> 32,
            (a >> 16) & 0xFFFF,
            a & 0xFFF,
            0x8000 | ((b >> 48) & 0x3FFF),
            b & 0xFFFF_FFFF_FFFF
        )
    }
}
