//! Parameters out of query, form, JSON body and headers.

use super::flatten;
use bytes::Bytes;
use cloudcert::model;
use hyper::HeaderMap;
use hyper::http::request::Parts;
use percent_encoding::percent_decode;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Parameters of a query, and of a body. The longest lists of real requests have a few hundred.
pub(super) const PARAMETERS_MOST: usize = 4_000;
/// Bytes of a parameter's name. The longest of the services has thirty, and lists add numbers.
pub(super) const NAME_MOST: usize = 256;

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
    /// What could not be read, query or body, and why.
    pub(crate) broken: Option<(&'static str, &'static str)>,
}

impl Received {
    /// All parameters but the signature: what the schemes sign that put it among them.
    pub(crate) fn unsigned(&self) -> Vec<(&str, &str)> {
        let pairs = self.parameters.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        pairs.filter(|(name, _)| *name != "Signature").collect()
    }

    pub(crate) fn new(head: Parts, body: Bytes) -> Self {
        let mut broken = None;
        let mut query = Vec::new();
        if let Err(why) =
            collect(head.uri.query().unwrap_or_default().as_bytes(), |name, value| query.push((name, value)))
        {
            broken = Some(("query", why));
        }
        let mut parameters = BTreeMap::new();
        let read = match kind(&head.headers) {
            _ if body.is_empty() => Ok(()),
            // The content type need not be signed. A body must not mean something else when it is lost.
            Kind::Form if flatten::is_object(&body) => Err("must be what the content type says, and it is JSON"),
            Kind::Form => collect(&body, |name, value| drop(parameters.insert(name, value))),
            Kind::Json => flatten::flatten(&body, &mut parameters),
            Kind::Other => Err("must be a form or JSON"),
        };
        if let Err(why) = read {
            broken = broken.or(Some(("body", why)));
        }
        for (name, value) in &query {
            parameters.entry(name.clone()).or_insert_with(|| value.clone());
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

/// Takes the pairs of a query or a form, within the limits.
fn collect(text: &[u8], mut take: impl FnMut(String, String)) -> Result<(), &'static str> {
    for (number, (name, value)) in pairs(text).enumerate() {
        if number >= PARAMETERS_MOST {
            return Err("has too many parameters");
        }
        if name.len() > NAME_MOST {
            return Err("has a parameter whose name is too long");
        }
        take(name, value);
    }
    Ok(())
}

/// The pairs of a query or a form, decoded one by one.
pub(crate) fn pairs(text: &[u8]) -> impl Iterator<Item = (String, String)> {
    let pair = |part: &[u8]| {
        let end = part.iter().position(|byte| *byte == b'=');
        let (name, value) = end.map_or((part, &[][..]), |end| {
            let (name, value) = part.split_at(end);
            (name, value.get(1..).unwrap_or_default())
        });
        (decoded(name), decoded(value))
    };
    text.split(|byte| *byte == b'&').filter(|part| !part.is_empty()).map(pair)
}

fn decoded(text: &[u8]) -> String {
    let blanks: Cow<'_, [u8]> = if text.contains(&b'+') {
        text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect()
    } else {
        text.into()
    };
    percent_decode(&blanks).decode_utf8_lossy().into_owned()
}

/// Whether a request has this method.
pub(crate) fn is(method: model::Method, received: &Received) -> bool {
    let name = match method {
        model::Method::Get => "GET",
        model::Method::Post => "POST",
    };
    received.method == name
}
