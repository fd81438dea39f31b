//! From HTTP to a call: where the parameters stand, which service is meant, who signed, whether the spec allows it.

mod aliyun;
mod check;
mod flatten;
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
use std::borrow::Cow;
use std::collections::BTreeSet;
use subtle::ConstantTimeEq;

/// A call that may be executed, and what is noted about it.
pub(crate) struct Admitted {
    pub(crate) call: Call,
    /// Parameters that the spec does not know.
    pub(crate) ignored: Vec<String>,
}

/// Verifies and checks a request. `skew` is by how many seconds the endpoint's clock is off, as a fault.
pub(crate) fn admit(received: &Received, route: &Route, endpoint: &Endpoint, skew: i64) -> Result<Admitted, Denial> {
    if let Some((what, why)) = received.broken {
        return Err(route.malformed(what, why));
    }
    let api = route.api()?;
    let action = route.action(api)?;
    if !action.methods.iter().any(|method| parts::is(*method, received)) {
        return Err(route.wrong_method(&received.method));
    }
    let now = endpoint.clock.now().saturating_add(skew);
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
pub(crate) fn query_pairs(query: &str) -> impl Iterator<Item = (String, String)> {
    parts::pairs(query.as_bytes())
}

/// Compares a signature with the right one, in a time that tells nothing about where they differ.
fn same(given: &str, right: &str) -> bool {
    given.as_bytes().ct_eq(right.as_bytes()).into()
}

/// Headers that a signature may name: as many as a request may have.
const NAMED_MOST: usize = 100;

/// The headers that a signature names. None if one is named twice: a long header that is named again and again would be signed as often.
fn signed_names(text: &str) -> Option<Vec<&str>> {
    let names: Vec<&str> = text.split(';').take(NAMED_MOST + 1).collect();
    let distinct: BTreeSet<String> = names.iter().map(|name| name.to_ascii_lowercase()).collect();
    (names.len() <= NAMED_MOST && distinct.len() == names.len()).then_some(names)
}

/// Bytes of a string to sign that a refusal quotes.
const QUOTED_MOST: usize = 64 << 10;

/// A string to sign as a refusal quotes it. One with a picture in it is left out: half of it would be taken for the whole.
fn quoted(text: &str) -> Cow<'_, str> {
    if text.len() <= QUOTED_MOST {
        text.into()
    } else {
        format!("({} bytes, too long to be quoted)", text.len()).into()
    }
}
