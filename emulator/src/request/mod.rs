//! From HTTP to a call: where the parameters stand, which service is meant, who signed, whether the spec allows it.

mod aliyun;
mod check;
mod keys;
mod ksyun;
mod lists;
mod nonces;
mod parts;
mod route;
mod time;

pub(crate) use keys::Keyring;
pub use keys::{Cloud, Credential};
pub(crate) use nonces::Nonces;
pub(crate) use parts::Received;
pub(crate) use route::{Format, Route};
pub(crate) use time::{parse_extended, text as time_text};

use crate::answer::Denial;
use crate::call::{Call, truth};
use crate::endpoint::Endpoint;
use cloudcert::model::Family;
use subtle::ConstantTimeEq;

/// A call that may be executed, and what is noted about it.
pub(crate) struct Admitted {
    pub(crate) call: Call,
    /// Parameters that the spec does not know.
    pub(crate) ignored: Vec<String>,
}

/// Verifies and checks a request. `skew` is by how many seconds the endpoint's clock is off, as a fault.
pub(crate) fn admit(received: &Received, route: &Route, endpoint: &Endpoint, skew: i64) -> Result<Admitted, Denial> {
    let api = route.api()?;
    let action = route.action(api)?;
    if !action.methods.iter().any(|method| parts::is(*method, received)) {
        return Err(route.wrong_method(&received.method));
    }
    let now = endpoint.clock.now().saturating_add(skew);
    if let Some(what) = received.broken {
        return Err(route.malformed("body", what));
    }
    match route.family {
        Family::AliyunRpc => aliyun::verify(received, route, action, endpoint, now)?,
        Family::KsyunQuery => ksyun::verify(received, route, action, endpoint, now)?,
    }
    let (params, ignored) = check::params(received, route, api, action)?;
    // A dry run goes as far as this, and its success is an error.
    let dry = route.family == Family::KsyunQuery && received.text("DryRun").and_then(truth) == Some(true);
    if dry {
        return Err(route.deny("dry-run", "Request would have succeeded, but DryRun flag is set."));
    }
    Ok(Admitted { call: Call { api, action, params }, ignored })
}

/// The pairs of a query, decoded.
pub(crate) fn query_pairs(query: &str) -> Vec<(String, String)> {
    parts::pairs(query.as_bytes())
}

/// Compares a signature with the right one, in a time that tells nothing about where they differ.
fn same(given: &str, right: &str) -> bool {
    given.as_bytes().ct_eq(right.as_bytes()).into()
}
