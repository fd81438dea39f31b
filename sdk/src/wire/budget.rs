//! How much memory an answer may become.

/// Bytes of memory that values may take for each byte of an answer. Lists of certificates take one or two.
const FACTOR: usize = 32;
/// Bytes that any answer's values may take on top, so that short answers of tiny elements are read.
const FREE: usize = 8 << 20;

/// Memory that the values of one answer may still take. What is charged is what they take beyond their own texts: `{}` in a list is a
/// whole structure of its type, however little of it came.
pub(super) struct MemoryBudget(usize);

impl MemoryBudget {
    /// For an answer of this size.
    pub(super) fn of(bytes: usize) -> Self {
        Self(bytes.saturating_mul(FACTOR).saturating_add(FREE))
    }

    /// Gives back what was not kept.
    pub(super) fn refund(&mut self, bytes: usize) {
        self.0 = self.0.saturating_add(bytes);
    }

    /// Takes from it; `None` if it does not suffice.
    pub(super) fn spend(&mut self, bytes: usize) -> Option<()> {
        self.0 = self.0.checked_sub(bytes)?;
        Some(())
    }
}
