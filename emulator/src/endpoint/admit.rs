//! From a request to a call that a service may execute.

use super::state::Endpoint;
use crate::base::call::{Call, boolean};
use crate::dialect::{Gate, Route};
use crate::request::{self, Denial, Reason, Received};
use std::borrow::Cow;

/// A call that may be executed.
pub(crate) struct Admitted<'a> {
    pub(crate) call: Call<'a>,
    /// Names of parameters that the spec does not know.
    pub(crate) ignored: Vec<String>,
}

/// Verifies a request and checks it against the spec. `skew` is how many seconds the endpoint's clock is ahead, as a fault.
pub(crate) fn admit<'a>(
    received: &Received,
    route: &Route<'a>,
    endpoint: &Endpoint,
    skew: i64,
) -> Result<Admitted<'a>, Denial> {
    let refuse = |reason| route.refuse(&reason);
    if let Some((what, why)) = received.broken {
        return Err(refuse(Reason::invalid(what, why)));
    }
    let api = route.api()?;
    let action = route.action(api)?;
    if !action.methods.iter().any(|method| received.has_method(*method)) {
        return Err(refuse(Reason::Method(received.method.clone())));
    }
    let now = endpoint.clock.now().saturating_add(skew);
    route.verify(&Gate { received, api, action, keys: &endpoint.keys, nonces: &endpoint.nonces, now })?;
    let (params, mut ignored) = request::params(received, api, action).map_err(refuse)?;
    ignored.retain(|name| !(route.dialect.is_signature_parameter)(name));
    let dry_run = route.dialect.dry_run.and_then(|name| received.text(name)).and_then(boolean);
    if dry_run == Some(true) {
        return Err(refuse(Reason::DryRun));
    }
    Ok(Admitted { call: Call { api, action, params, host: received.header("host").map(Cow::into_owned) }, ignored })
}
