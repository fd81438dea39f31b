//! A request with the parameters of its query, form or JSON body.

use super::flatten::{self, NAME_MOST, PARAMETERS_MOST};
use bytes::Bytes;
use cloudcert::model::Method;
use hyper::HeaderMap;
use hyper::http::request::Parts;
use percent_encoding::percent_decode;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A complete request with decoded parameters.
pub(crate) struct Received {
    pub(crate) method: String,
    pub(crate) path: String,
    headers: HeaderMap,
    /// The decoded pairs of the query, in the order sent.
    pub(crate) query: Vec<(String, String)>,
    /// Parameters of query and body. If a parameter is in both, the body wins.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) body: Bytes,
    /// The part that could not be read (`query` or `body`), and why.
    pub(crate) broken: Option<(&'static str, &'static str)>,
}

impl Received {
    /// Whether the request has this method.
    pub(crate) fn has_method(&self, method: Method) -> bool {
        let name = match method {
            Method::Get => "GET",
            Method::Post => "POST",
        };
        self.method == name
    }

    /// Reads the parameters. What cannot be read is noted in `broken`.
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
            // The content type is not always signed. Without this check, a JSON body whose content type got lost would be read as a
            // form, and its parameters would be lost.
            Kind::Form if flatten::is_object(&body) => {
                Err("must match the content type: it is JSON, but sent as a form")
            }
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

    /// Returns the value of a parameter. An empty value counts as absent.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|text| !text.is_empty())
    }

    /// Returns a header. Several headers of one name are joined with commas, as HTTP allows.
    pub(crate) fn header(&self, name: &str) -> Option<Cow<'_, str>> {
        let mut values = self.headers.get_all(name).iter().map(|value| String::from_utf8_lossy(value.as_bytes()));
        let first = values.next()?;
        let rest: Vec<_> = values.collect();
        Some(if rest.is_empty() { first } else { format!("{first},{}", rest.join(",")).into() })
    }
}

/// The kind of a body by its content type.
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

/// Hands each pair of a query or form to `take`, within the limits.
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

/// Decodes the pairs of a query or form.
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
