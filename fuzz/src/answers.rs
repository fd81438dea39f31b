//! Answers in JSON and XML, and errors.

use super::actions::{ACTIONS, Action, Outcome, config};
use cloudcert::testing::{Reply, Script};
use cloudcert::{Error, ErrorKind};
use serde_json::{Value, json};

/// The first byte chooses the action, the others are its answer. A body that begins with `<` is read as XML, whatever was asked for.
pub fn json_answer(data: &[u8]) {
    if let Some((action, body)) = choose(data)
        && body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'<')
    {
        check(action, body);
    }
}

/// The same for bodies in XML.
pub fn xml_answer(data: &[u8]) {
    if let Some((action, body)) = choose(data) {
        let body = if body.starts_with(b"<") { body.to_vec() } else { [b"<", body].concat() };
        check(action, &body);
    }
}

pub(super) fn choose(data: &[u8]) -> Option<(&'static Action, &[u8])> {
    let (first, body) = data.split_first()?;
    Some((ACTIONS.get(usize::from(*first) % ACTIONS.len())?, body))
}

fn answered(action: &Action, status: u16, body: &[u8]) -> Result<Outcome, Error> {
    (action.2)(config(Script::new().then(Reply::status(status, body))))
}

fn check(action: &Action, body: &[u8]) {
    match answered(action, 200, body) {
        Ok(outcome) => hides(&outcome, || stays(action, &outcome)),
        Err(error) => {
            assert!(matches!(error.kind(), ErrorKind::Response | ErrorKind::Service), "{error:?}");
            assert_eq!((error.attempts(), error.status()), (1, Some(200)), "{error:?}");
            assert!(error.to_string().starts_with(action.1), "{error}");
        }
    }
}

/// A secret is in no output, unless the same text also stands where it may be seen.
fn hides(outcome: &Outcome, then: impl FnOnce()) {
    let seen = |secret: &str| outcome.public.iter().chain(&outcome.unknown).any(|text| text.contains(secret));
    for secret in outcome.secrets.iter().filter(|secret| secret.len() >= 12 && !seen(secret)) {
        let shown = format!("{} {}", outcome.json, outcome.debug);
        assert!(!shown.contains(secret.as_str()) || shown.replace("[redacted]", "").len() < secret.len(), "{shown}");
    }
    then();
}

/// What an answer is written as reads the same: nothing but secrets and what is unknown is lost.
fn stays(action: &Action, outcome: &Outcome) {
    // The id of a request is no part of what it is written as, and without one an answer of no values is none.
    let mut written = outcome.json.clone();
    written["RequestId"] = "again".into();
    let again = answered(action, 200, written.to_string().as_bytes());
    let again = again.unwrap_or_else(|error| panic!("{} does not read again: {error}", outcome.json));
    assert_eq!(again.json, outcome.json);
    assert!(again.unknown.is_empty(), "{:?}", again.unknown);
}

/// An error of any content keeps its code, its id, and what the service said.
pub fn error_answer(data: &[u8]) {
    let Some((action, rest)) = choose(data) else { return };
    let Some((status, rest)) = rest.split_first() else { return };
    let status = [200, 400, 403, 404, 409, 429, 500, 503][usize::from(*status) % 8];
    // As it comes, it is some error or some answer.
    if let Err(error) = answered(action, status, rest) {
        assert!(matches!(error.kind(), ErrorKind::Response | ErrorKind::Service), "{error:?}");
        assert_eq!(error.status(), Some(status), "{error:?}");
    } else {
        assert!(status < 300, "an error status is no answer");
    }
    let text = String::from_utf8_lossy(rest);
    let mut parts = text.splitn(4, '\n').map(str::to_owned);
    let mut part = || parts.next().unwrap_or_default();
    let (code, inner, id, message) = (part(), part(), part(), part());
    let json = if action.0 {
        json!({"RequestId": id, "Error": {"Code": code, "InnerCode": inner, "Message": message}})
    } else {
        json!({"RequestId": id, "Code": code, "Message": message})
    };
    let Err(error) = answered(action, status, json.to_string().as_bytes()) else {
        return assert!(status == 200 && is_success(action, &code), "{code} is no success");
    };
    // A success may lack what the action promises.
    if error.kind() == ErrorKind::Response {
        return assert!(status == 200 && is_success(action, &code), "{error}");
    }
    keeps(&error, &json, status);
    assert_eq!(error.inner_code().is_some(), action.0);
    if let Some(said) = error.inner_code() {
        kept(said, &inner);
    }
    // XML has no way to write most control characters, and changes the ends of lines.
    if !text.chars().any(|c| c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}')) && action.0 {
        let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        let xml = format!(
            "<R><RequestId>{}</RequestId><Error><Code>{}</Code><Message>{}</Message></Error></R>",
            escape(&id),
            escape(&code),
            escape(&message)
        );
        let error = answered(action, status, xml.as_bytes()).err();
        keeps(&error.unwrap_or_else(|| panic!("{xml} is no error")), &json, status);
    }
}

/// Whether a code is none of an error.
fn is_success(action: &Action, code: &str) -> bool {
    !action.0 && matches!(code, "200" | "OK")
}

fn keeps(error: &Error, json: &Value, status: u16) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let body = json.get("Error").unwrap_or(json);
    assert_eq!(error.kind(), ErrorKind::Service, "{error:?}");
    assert_eq!(error.status(), Some(status));
    kept(error.code().expect("a code"), &text(&body["Code"]));
    kept(error.request_id().expect("a request id"), &text(&json["RequestId"]));
    let said = error.raw_message().map_or(error.message(), cloudcert::Secret::expose);
    assert_eq!(said, text(&body["Message"]));
    assert!(!error.message().contains("fuzz-secret"), "{error}");
}

/// What was said stays as it is, unless a secret of the request is quoted in it.
fn kept(said: &str, sent: &str) {
    assert!(!said.contains("fuzz-secret"), "{said}");
    assert!(said == sent || said.contains("[redacted]"), "{said:?} was {sent:?}");
}
