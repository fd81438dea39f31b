//! Reads temporary credentials from the JSON of STS, the metadata service and credentials URIs.

use crate::base::credentials::{Credentials, CredentialsError};
use crate::http::{HttpResponse, TransportError, reason};
use crate::protocol::response;
use serde_json::Value;

/// Reads the four members. Credentials that have already expired are an error: most likely the clock is wrong.
pub(super) fn temporary(value: &Value, now: i64) -> Result<Credentials, CredentialsError> {
    let text = |name: &'static str| {
        // A text with unreadable characters cannot be a key.
        let whole = |text: &&str| !text.is_empty() && !text.contains(char::REPLACEMENT_CHARACTER);
        let found = value.get(name).and_then(Value::as_str).filter(whole);
        found.ok_or_else(|| CredentialsError::failed(format!("the response has no {name}")))
    };
    let (id, secret, token) = (text("AccessKeyId")?, text("AccessKeySecret")?, text("SecurityToken")?);
    let end: jiff::Timestamp = text("Expiration")?
        .parse()
        .map_err(|_| CredentialsError::failed("Expiration in the response is not a valid time"))?;
    let credentials = Credentials::new(id, secret).with_token(token).with_expiry(end.as_second());
    if credentials.hold(now) {
        return Ok(credentials);
    }
    Err(CredentialsError::failed("the credentials in the response have already expired: check this machine's clock"))
}

/// Reads temporary credentials from a response with a `Code`, as of the metadata service and credentials URIs. Errors quote nothing of it.
pub(super) fn coded(response: &HttpResponse, now: i64) -> Result<Credentials, CredentialsError> {
    if response.status != 200 {
        return Err(CredentialsError::failed(format!("the response is HTTP {}", response.status)));
    }
    let value =
        response::json(&response.body).ok_or_else(|| CredentialsError::failed("the response is not valid JSON"))?;
    if value.get("Code").and_then(Value::as_str) != Some("Success") {
        return Err(CredentialsError::failed("Code in the response is not Success"));
    }
    temporary(&value, now)
}

/// The error for a request without a usable response.
pub(super) fn no_response(error: TransportError) -> CredentialsError {
    let text = match (error.too_large, error.may_have_arrived) {
        (true, _) => return CredentialsError::failed("the response is too large"),
        (false, true) => "no response came",
        (false, false) => "no connection could be made",
    };
    CredentialsError::failed(format!("{text}: {}", reason(&*error.source))).caused_by(error.source)
}
