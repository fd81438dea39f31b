//! Temporary credentials as JSON, as STS, the metadata service and credentials URIs write them.

use crate::base::credentials::{Credentials, CredentialsError};
use crate::http::{HttpResponse, TransportError, reason};
use crate::protocol::response;
use serde_json::Value;

/// Reads the four members. An end that has passed already is an error: a wrong clock is the likely reason.
pub(super) fn temporary(value: &Value, now: i64) -> Result<Credentials, CredentialsError> {
    let text = |name: &'static str| {
        // A text of which something could not be read is no key.
        let whole = |text: &&str| !text.is_empty() && !text.contains(char::REPLACEMENT_CHARACTER);
        let found = value.get(name).and_then(Value::as_str).filter(whole);
        found.ok_or_else(|| CredentialsError::failed(format!("the answer has no {name}")))
    };
    let (id, secret, token) = (text("AccessKeyId")?, text("AccessKeySecret")?, text("SecurityToken")?);
    let end: jiff::Timestamp =
        text("Expiration")?.parse().map_err(|_| CredentialsError::failed("the Expiration in the answer is no time"))?;
    let credentials = Credentials::new(id, secret).with_token(token).with_expiry(end.as_second());
    if credentials.hold(now) {
        return Ok(credentials);
    }
    Err(CredentialsError::failed("the credentials in the answer have ended already; is this machine's clock right?"))
}

/// The same from an answer with a `Code`, as the metadata service and credentials URIs give it. Nothing of it is quoted.
pub(super) fn coded(response: &HttpResponse, now: i64) -> Result<Credentials, CredentialsError> {
    if response.status != 200 {
        return Err(CredentialsError::failed(format!("the answer is HTTP {}", response.status)));
    }
    let value = response::json(&response.body).ok_or_else(|| CredentialsError::failed("the answer is not JSON"))?;
    if value.get("Code").and_then(Value::as_str) != Some("Success") {
        return Err(CredentialsError::failed("the answer's Code is not Success"));
    }
    temporary(&value, now)
}

/// The error for a request without a usable response.
pub(super) fn unanswered(error: TransportError) -> CredentialsError {
    let text = match (error.too_large, error.may_have_arrived) {
        (true, _) => return CredentialsError::failed("the response is too large"),
        (false, true) => "no response came",
        (false, false) => "no connection could be made",
    };
    CredentialsError::failed(format!("{text}: {}", reason(&*error.source))).caused_by(error.source)
}
