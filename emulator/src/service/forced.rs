//! Errors that a call gets although nothing is wrong with it, as a real service returns them for reasons inside the vendor.

use crate::base::call::{Call, Refusal, may_return};
use cloudcert::model::ErrorRow;

/// An error that the next calls of an action get. The spec must list it for the action or for all of its API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ForcedError {
    pub(crate) action: String,
    /// The name of the error row.
    pub(crate) row: String,
    /// How many more calls get it.
    pub(crate) times: u32,
    /// Whether the call is executed first, so that the error hides a success.
    pub(crate) executed: bool,
}

impl ForcedError {
    /// An error that only this call gets.
    pub(crate) fn once(call: &Call<'_>, row: &str, executed: bool) -> Self {
        Self { action: call.action.name.clone(), row: row.to_owned(), times: 1, executed }
    }
}

/// A forced error that a call gets now.
pub(super) struct Taken {
    row: String,
    meaning: String,
    pub(super) executed: bool,
}

impl Taken {
    pub(super) fn refusal(self) -> Refusal {
        Refusal::new(self.row, self.meaning)
    }
}

/// The message of an error. It has the fragment that tells the row from others of its code.
fn message(row: &ErrorRow) -> String {
    let meaning = &row.meaning.en;
    match row.message_contains.as_ref().filter(|part| !meaning.contains(part.as_str())) {
        Some(part) => format!("{meaning} ({part})"),
        None => meaning.clone(),
    }
}

/// Takes the forced error that a call gets, if there is one. Rows that are not listed are never taken.
pub(super) fn take(call: &Call<'_>, forced: &mut Vec<ForcedError>) -> Option<Taken> {
    let row_of = |error: &ForcedError| {
        let listed = call.action.name == error.action && may_return(call.api, call.action, &error.row);
        call.api.errors.iter().find(|row| listed && row.name == error.row)
    };
    let (index, row) = forced.iter().enumerate().find_map(|(index, error)| Some((index, row_of(error)?)))?;
    let error = forced.get_mut(index)?;
    let taken = Taken { row: row.name.clone(), meaning: message(row), executed: error.executed };
    error.times = error.times.saturating_sub(1);
    forced.retain(|error| error.times > 0);
    Some(taken)
}
