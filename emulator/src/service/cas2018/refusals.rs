//! Refusals of CAS 2018-07-13. The documents name no errors of their own, so these are the gateway's.

use crate::base::call::{Call, Refusal};

/// Returns a required parameter. The gateway has checked that it is there, so this fails only if it is empty.
pub(super) fn required<'a>(call: &'a Call<'a>, name: &str) -> Result<&'a str, Refusal> {
    call.params
        .text(name)
        .ok_or_else(|| Refusal::about(name, "parameter-missing", format!("{name} is mandatory for this action.")))
}

pub(super) fn invalid(name: &str, why: impl std::fmt::Display) -> Refusal {
    Refusal::new("parameter-invalid", format!("The specified {name} is invalid. {why}"))
}
