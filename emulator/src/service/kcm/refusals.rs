//! Refusals of KCM.

use crate::base::call::{Call, Refusal};

/// Returns a required parameter.
pub(super) fn required<'a>(call: &'a Call<'a>, name: &str) -> Result<&'a str, Refusal> {
    call.params.text(name).ok_or_else(|| missing(name))
}

/// Fails if a required value is neither in the call nor among the saved data.
pub(super) fn demand(there: bool, name: &str) -> Result<(), Refusal> {
    if there { Ok(()) } else { Err(missing(name)) }
}

pub(super) fn missing(name: impl std::fmt::Display) -> Refusal {
    Refusal::new("missing-parameter", format!("The required parameter {name} is missing."))
}

/// Returns a required parameter of an action whose errors no source names, so that its absence is the gateway's error.
pub(super) fn supplied<'a>(call: &'a Call<'a>, name: &str) -> Result<&'a str, Refusal> {
    call.params.text(name).ok_or_else(|| {
        // The first words tell this error row from others with the same code.
        let what = "A value must be supplied for the input parameter";
        Refusal::new("parameter-value-missing", format!("{what} {name}."))
    })
}

pub(super) fn invalid(name: &str, why: impl std::fmt::Display) -> Refusal {
    // The first words tell this error row from others with the same code.
    let what = "An invalid or out-of-range value was supplied for the input parameter";
    Refusal::new("parameter-value-invalid", format!("{what} {name}. {why}"))
}

pub(super) fn no_order(id: &str) -> Refusal {
    Refusal::new("order-not-exist", format!("The certificate order {id} does not exist."))
}

/// Refuses a call that the certificate's status does not allow.
pub(super) fn wrong_status(status: i64, why: &str) -> Refusal {
    Refusal::new("cert-status-error", format!("The certificate is in status {status}. {why}"))
}
