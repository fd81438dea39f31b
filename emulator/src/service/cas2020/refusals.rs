//! Refusals of the actions that no document describes. No source names errors of their own, so these are the gateway's.

use crate::base::call::{Call, Refusal};

/// Returns a required parameter. The gateway has checked that it is there, so this fails only if it is empty.
pub(super) fn required<'a>(call: &'a Call<'_>, name: &str) -> Result<&'a str, Refusal> {
    call.params.text(name).ok_or_else(|| missing(name))
}

/// Returns a required number, such as an id.
pub(super) fn number(call: &Call<'_>, name: &str) -> Result<i64, Refusal> {
    required(call, name)?;
    call.params.whole(name).ok_or_else(|| invalid(name, "It is a number."))
}

pub(super) fn missing(name: &str) -> Refusal {
    Refusal::about(name, "parameter-missing", format!("{name} is mandatory for this action."))
}

pub(super) fn invalid(name: &str, why: impl std::fmt::Display) -> Refusal {
    Refusal::new("parameter-invalid", format!("The specified {name} is invalid. {why}"))
}

/// Checks that a text is not longer than this many characters.
pub(super) fn at_most(name: &str, text: &str, most: usize) -> Result<(), Refusal> {
    if text.chars().count() > most {
        return Err(invalid(name, format!("It has more than {most} characters.")));
    }
    Ok(())
}
