//! What a guard keeps of a probe: enough to compare the next one with it, and nothing else.

use super::probe::Seen;
use std::collections::BTreeMap;

/// What a probe by the recipe with this number has shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Shown {
    pub(super) recipe: usize,
    pub(super) known: Known,
}

/// What a later probe is compared with. It holds no items, so it can leave the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Known {
    /// A number.
    Count(i64),
    /// A state, if the response had one.
    State(Option<String>),
    /// The probe was refused with this code.
    Refused(String),
    /// The ids of a list, and whether the call may have made each.
    Ids(BTreeMap<String, bool>),
}

impl<I> Seen<I> {
    /// Returns what a later probe is compared with, or the parameter without which there was no probe.
    pub(super) fn known(&self) -> Result<Known, &'static str> {
        Ok(match self {
            Self::Count(count) => Known::Count(count.unwrap_or_default()),
            Self::State(state) => Known::State(state.clone()),
            Self::Refused(code) => Known::Refused(code.clone()),
            Self::Items(all) => Known::Ids(all.iter().map(|(id, item)| (id.clone(), item.fits)).collect()),
            Self::Lacks(parameter) => return Err(parameter),
        })
    }

    /// Returns the items that are not in an earlier list and that the call may have made.
    pub(super) fn new_since(self, before: &Known) -> Vec<I> {
        let (Known::Ids(before), Self::Items(after)) = (before, self) else { return Vec::new() };
        let new = after.into_iter().filter(|(id, item)| item.fits && !before.contains_key(id));
        new.map(|(_, item)| item.item).collect()
    }
}
