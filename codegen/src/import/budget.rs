//! How much a source may hold: structures are written out at every place that names them, so a small source can describe a huge tree.

use super::Limits;

/// What is left.
#[derive(Debug)]
pub(super) struct Budget {
    items: usize,
    depth: usize,
    /// Whether it was reported that nothing is left.
    pub(super) told: bool,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { items: limits.items, depth: limits.depth, told: false }
    }

    /// Takes one item; false if nothing is left.
    pub(super) fn take(&mut self) -> bool {
        let left = self.items > 0;
        self.items = self.items.saturating_sub(1);
        left
    }

    /// Whether structures may nest this deep.
    pub(super) fn holds(&self, depth: usize) -> bool {
        depth < self.depth
    }
}
