//! Parameters out of query, form, JSON body and headers.

use bytes::Bytes;
use cloudcert::model;
use hyper::HeaderMap;
use hyper::http::request::Parts;
use percent_encoding::percent_decode;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A whole request, with its parameters found.
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: HeaderMap,
    /// The query's pairs, decoded, in the order sent.
    pub(crate) query: Vec<(String, String)>,
    /// Query and body together. What stands in both counts once, as the body has it.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) body: Bytes,
    /// Why the body could not be read.
    pub(crate) broken: Option<&'static str>,
}

impl Received {
    /// All parameters but the signature: what the schemes sign that put it among them.
    pub(crate) fn unsigned(&self) -> Vec<(&str, &str)> {
        let pairs = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| *name != "Signature").collect()
    }

    pub(crate) fn new(head: Parts, body: Bytes) -> Self {
        let query = pairs(head.uri.query().unwrap_or_default().as_bytes());
        let mut parameters: BTreeMap<String, String> = query.iter().cloned().collect();
        let mut broken = None;
        match kind(&head.headers) {
            _ if body.is_empty() => {}
            Kind::Form => parameters.extend(pairs(&body)),
            Kind::Json => match serde_json::from_slice(&body) {
                Ok(Value::Object(members)) => {
                    members.into_iter().for_each(|(name, value)| flatten(name, value, &mut parameters));
                }
                Ok(_) => broken = Some("must be a JSON object"),
                Err(_) => broken = Some("is not JSON"),
            },
            Kind::Other => broken = Some("must be a form or JSON"),
        }
        let (method, path) = (head.method.as_str().to_owned(), head.uri.path().to_owned());
        Self { method, path, headers: head.headers, query, parameters, body, broken }
    }

    /// A parameter with a value.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// A header. Several of one name are joined with commas, as HTTP has it.
    pub(crate) fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut values = self.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let first = values.next()?;
        let rest: Vec<_> = values.collect();
        Some(if rest.is_empty() { first } else { format!("{first},{}", rest.join(",")).into() })
    }
}

enum Kind {
    Form,
    Json,
    Other,
}

fn kind(headers: &HeaderMap) -> Kind {
    let Some(text) = headers.get("content-type") else {
        return Kind::Form;
    };
    let text = String::from_utf8_lossy(text.as_bytes()).to_ascii_lowercase();
    match text.split(';').next().unwrap_or_default().trim() {
        "application/x-www-form-urlencoded" | "" => Kind::Form,
        "application/json" => Kind::Json,
        _ => Kind::Other,
    }
}

/// The pairs of a query or a form, decoded.
pub(crate) fn pairs(text: &[u8]) -> Vec<(String, String)> {
    let pair = |part: &[u8]| {
        let end = part.iter().position(|byte| *byte == b'=');
        let (name, value) = end.map_or((part, &[][..]), |end| {
            let (name, value) = part.split_at(end);
            (name, value.get(1..).unwrap_or_default())
        });
        (decoded(name), decoded(value))
    };
    text.split(|byte| *byte == b'&').filter(|part| !part.is_empty()).map(pair).collect()
}

fn decoded(text: &[u8]) -> String {
    let blanks: Cow<'_, [u8]> = if text.contains(&b'+') {
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect()
    } else {
        text.into()
    };
    percent_decode(&blanks).decode_utf8_lossy().into_owned()
}

/// Members of a JSON body as parameters: lists count from 1, members of structures follow a point, `null` is absent.
fn flatten(name: String, value: Value, out: &mut BTreeMap<String, String>) {
    match value {
        Value::Null => {}
        Value::String(text) => drop(out.insert(name, text)),
        Value::Bool(_) | Value::Number(_) => drop(out.insert(name, value.to_string())),
        Value::Array(items) => {
            items.into_iter().enumerate().for_each(|(i, item)| flatten(format!("{name}.{}", i + 1), item, out));
        }
        Value::Object(members) => {
            members.into_iter().for_each(|(member, value)| flatten(format!("{name}.{member}"), value, out));
        }
    }
}

/// Whether a request has this method.
pub(crate) fn is(method: model::Method, received: &Received) -> bool {
    let name = match method {
        model::Method::Get => "GET",
        model::Method::Post => "POST",
    };
    received.method == name
}
