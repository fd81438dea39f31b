//! Limits how much memory the values of a response may take.
//!
//! The limit is 32 times the size of the response plus 8 MiB. Lists of certificates need one or two times their size; only a response made to
//! cost memory, such as a list of a million `{}`, exceeds it.

/// Bytes of memory that values may take for each byte of a response. Lists of certificates take one or two.
const FACTOR: usize = 32;
/// Bytes that the values of any response may take on top, so that short responses with many tiny elements are read.
const FREE: usize = 8 << 20;

/// The memory that the values of one response may still take. Texts are not charged: they are as long as the response. Structures are,
/// because `{}` in a list becomes a whole structure of its type.
pub(super) struct MemoryBudget(usize);

impl MemoryBudget {
    /// The budget of a response of this size.
    pub(super) fn of(bytes: usize) -> Self {
        Self(bytes.saturating_mul(FACTOR).saturating_add(FREE))
    }

    /// Gives back the memory of a value that was dropped.
    pub(super) fn refund(&mut self, bytes: usize) {
        self.0 = self.0.saturating_add(bytes);
    }

    /// Takes memory for a value; `None` if too little is left.
    pub(super) fn spend(&mut self, bytes: usize) -> Option<()> {
        self.0 = self.0.checked_sub(bytes)?;
        Some(())
    }
}
