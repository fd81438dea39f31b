//! A recorded call with its response.

use super::body::Body;
use crate::http::{HttpRequest, HttpResponse, TransportError};
use crate::wire::first_of;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::{Map, Value};

/// A recorded call with its response; sensitive values are placeholders.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Exchange {
    pub(super) api: String,
    pub(super) action: String,
    /// Sorted by name.
    pub(super) parameters: Vec<(String, String)>,
    pub(super) outcome: Reaction,
}

/// How the service or the network reacted to a call.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Reaction {
    Response(RecordedResponse),
    Failure(Failure),
}

/// A recorded response.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RecordedResponse {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
}

/// Why no response came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    Lost,
    NotSent,
    TooLarge,
}

impl Failure {
    const ALL: [Self; 3] = [Self::Lost, Self::NotSent, Self::TooLarge];

    fn word(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::NotSent => "not-sent",
            Self::TooLarge => "too-large",
        }
    }

    pub(super) fn of(error: &TransportError) -> Self {
        match error {
            TransportError { too_large: true, .. } => Self::TooLarge,
            TransportError { may_have_arrived: true, .. } => Self::Lost,
            _ => Self::NotSent,
        }
    }
}

impl Exchange {
    /// The call on one line, for messages.
    pub(super) fn describe(&self) -> String {
        let pairs: Vec<String> = self.parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let with =
            if pairs.is_empty() { String::new() } else { format!(" with {}", first_of(&pairs, pairs.len(), ", ")) };
        format!("{} of {}{with}", self.action, self.api)
    }

    /// Responds to a request as recorded.
    pub(super) fn play(&self, request: &HttpRequest) -> Result<HttpResponse, TransportError> {
        match &self.outcome {
            Reaction::Response(response) => {
                Ok(HttpResponse::new(response.status, response.headers.clone(), response.body.bytes()))
            }
            Reaction::Failure(Failure::Lost) => Err(TransportError::lost("the connection broke, as recorded")),
            Reaction::Failure(Failure::NotSent) => Err(TransportError::not_sent("no connection was made, as recorded")),
            Reaction::Failure(Failure::TooLarge) => Err(TransportError::too_large(request.limit)),
        }
    }

    /// Reads what [`Serialize`] wrote.
    pub(super) fn read(value: &Value) -> Result<Self, String> {
        let map = object(value, "it", &["api", "action", "parameters", "response", "failure"])?;
        let text = |name: &str| -> Result<String, String> {
            let value = map.get(name).and_then(Value::as_str);
            value.map(str::to_owned).ok_or_else(|| format!("`{name}` is missing or is not a text"))
        };
        let mut parameters = texts(map.get("parameters"), "parameters")?;
        parameters.sort_unstable();
        let outcome = match (map.get("response"), map.get("failure")) {
            (Some(response), None) => Reaction::Response(RecordedResponse::read(response)?),
            (None, Some(failure)) => {
                let failure = Failure::ALL.into_iter().find(|known| Some(known.word()) == failure.as_str());
                Reaction::Failure(failure.ok_or("`failure` must be `lost`, `not-sent` or `too-large`")?)
            }
            _ => return Err("it must have either `response` or `failure`".to_owned()),
        };
        Ok(Self { api: text("api")?, action: text("action")?, parameters, outcome })
    }
}

impl RecordedResponse {
    fn read(value: &Value) -> Result<Self, String> {
        let map = object(value, "`response`", &["status", "headers", "json", "broken", "xml", "other"])?;
        let status = map.get("status").and_then(Value::as_u64).and_then(|status| u16::try_from(status).ok());
        let body = match ["json", "broken", "xml", "other"].map(|name| map.get(name)) {
            [Some(json), None, None, None] => Body::Json(json.clone()),
            [None, Some(json), None, None] => Body::Broken(json.clone()),
            [None, None, Some(xml), None] => {
                let lines = xml.as_array().map(|lines| lines.iter().map(|line| line.as_str().map(str::to_owned)));
                Body::Xml(lines.and_then(Iterator::collect).ok_or("`xml` must be a list of lines")?)
            }
            [None, None, None, Some(other)] => match other.as_str() {
                Some("html") => Body::Html,
                Some("empty") => Body::Empty,
                Some("unreadable") => Body::Unreadable,
                _ => return Err("`other` must be `html`, `empty` or `unreadable`".to_owned()),
            },
            _ => return Err("`response` must have one of `json`, `broken`, `xml` and `other`".to_owned()),
        };
        let headers = texts(map.get("headers"), "headers")?;
        Ok(Self { status: status.ok_or("`status` is missing or is not an HTTP status")?, headers, body })
    }
}

/// An object with no other members than these, so that a typing error in an edited file is reported.
fn object<'a>(value: &'a Value, what: &str, known: &[&str]) -> Result<&'a Map<String, Value>, String> {
    let map = value.as_object().ok_or_else(|| format!("{what} is not an object"))?;
    match map.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(format!("{what} has the unknown member `{name}`")),
        None => Ok(map),
    }
}

/// The members of an object of texts; empty if it is absent.
fn texts(value: Option<&Value>, what: &str) -> Result<Vec<(String, String)>, String> {
    let Some(value) = value else { return Ok(Vec::new()) };
    let pairs = value.as_object().map(|map| {
        map.iter().map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned()))).collect::<Option<Vec<_>>>()
    });
    pairs.flatten().ok_or_else(|| format!("`{what}` must be an object of texts"))
}

/// Serializes pairs as an object, in their order.
struct Pairs<'a>(&'a [(String, String)]);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl Serialize for Exchange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("api", &self.api)?;
        map.serialize_entry("action", &self.action)?;
        map.serialize_entry("parameters", &Pairs(&self.parameters))?;
        match &self.outcome {
            Reaction::Response(response) => map.serialize_entry("response", response)?,
            Reaction::Failure(failure) => map.serialize_entry("failure", failure.word())?,
        }
        map.end()
    }
}

impl Serialize for RecordedResponse {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("status", &self.status)?;
        map.serialize_entry("headers", &Pairs(&self.headers))?;
        match &self.body {
            Body::Json(value) => map.serialize_entry("json", value)?,
            Body::Broken(value) => map.serialize_entry("broken", value)?,
            Body::Xml(lines) => map.serialize_entry("xml", lines)?,
            Body::Html => map.serialize_entry("other", "html")?,
            Body::Empty => map.serialize_entry("other", "empty")?,
            Body::Unreadable => map.serialize_entry("other", "unreadable")?,
        }
        map.end()
    }
}
