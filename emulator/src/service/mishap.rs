//! Errors that a service answers for reasons of its own: its account, its staff, its machines.

use crate::call::{Call, Refusal};

/// An error that the next calls of an action are to meet, one of those that the description lists for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mishap {
    pub(crate) action: String,
    /// The error row, by our name of it.
    pub(crate) row: String,
    /// How many calls are to meet it.
    pub(crate) times: u32,
    /// The call is executed first, so that the error hides a success.
    pub(crate) after: bool,
}

impl Mishap {
    /// An error that this call is to meet.
    pub(crate) fn once(call: &Call, row: &str, after: bool) -> Self {
        Self { action: call.action.name.clone(), row: row.to_owned(), times: 1, after }
    }
}

/// A mishap that hits a call.
pub(super) struct Strike {
    row: &'static str,
    meaning: &'static str,
    pub(super) after: bool,
}

impl Strike {
    pub(super) fn refusal(&self) -> Refusal {
        Refusal::new(self.row, self.meaning)
    }
}

/// The mishap that a call meets; it is used up by that. Rows that the action does not list hit nobody.
pub(super) fn strike(call: &Call, mishaps: &mut Vec<Mishap>) -> Option<Strike> {
    let row_of = |mishap: &Mishap| {
        let named = call.action.name == mishap.action && call.action.errors.contains(&mishap.row);
        call.api.errors.iter().find(|row| named && row.name == mishap.row)
    };
    let (index, row) = mishaps.iter().enumerate().find_map(|(index, mishap)| Some((index, row_of(mishap)?)))?;
    let mishap = mishaps.get_mut(index)?;
    let strike = Strike { row: &row.name, meaning: &row.meaning.en, after: mishap.after };
    mishap.times = mishap.times.saturating_sub(1);
    mishaps.retain(|mishap| mishap.times > 0);
    Some(strike)
}
