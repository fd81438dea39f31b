//! Responses as the vendors write them, in JSON and XML: the dialect and the spec's `protocol:` decide their shape.

mod xml;

use crate::base::call::Fields;
use crate::dialect::{Format, Route};
use crate::request::Denial;
use cloudcert::model::{Action, Api, Envelope, ErrorStyle, RetryAfterUnit, XmlLists};
use serde_json::{Map, Value};

/// A response, ready to be sent.
pub(crate) struct Rendered {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
    pub(crate) headers: Vec<(String, String)>,
}

/// Writes a successful response.
///
/// With `wrapped`, JSON is wrapped in an envelope and its numbers are strings, as Kingsoft Cloud used to send it and its clients still
/// read it. An API whose spec knows no envelope is never wrapped.
pub(crate) fn success(
    route: &Route<'_>,
    api: &Api,
    action: &Action,
    mut fields: Fields,
    request_id: &str,
    wrapped: bool,
) -> Rendered {
    // An example of the description has an id of its own.
    fields.insert("RequestId".to_owned(), request_id.into());
    let wrapped = wrapped && api.protocol.envelope == Envelope::Optional;
    // The last of the names is the one that the vendor sends, even if it is misspelt.
    let root = match action.envelopes.last() {
        Some(name) if wrapped => name.clone(),
        _ => format!("{}Response", action.name),
    };
    let body = match route.format {
        Format::Json if wrapped => {
            let mut inner = Value::Object(fields);
            numbers_as_strings(&mut inner);
            json(&Value::Object(Map::from_iter([(root, inner)])))
        }
        Format::Json => json(&Value::Object(fields)),
        Format::Xml => {
            let namespace = (route.dialect.xml_namespace)(api);
            xml::document(&root, namespace.as_deref(), &fields, api.protocol.xml_lists)
        }
    };
    Rendered {
        status: 200,
        content_type: content_type(route),
        body,
        headers: vec![request_id_header(route, request_id)],
    }
}

/// Writes an error response.
pub(crate) fn error(route: &Route<'_>, denial: &Denial, request_id: &str) -> Rendered {
    let api = route.nearest_api();
    let form = (route.dialect.error_form)(api, denial, request_id);
    let mut members: Map<String, Value> =
        text_members([("Code", denial.code.clone()), ("Message", denial.message.clone())]);
    members.extend(text_members(form.members));
    let mut body = match api.map_or(ErrorStyle::Flat, |api| api.protocol.error_style) {
        ErrorStyle::Flat => members,
        ErrorStyle::Nested => Map::from_iter([("Error".to_owned(), Value::Object(members))]),
    };
    body.extend(text_members(form.top));
    body.insert("RequestId".to_owned(), request_id.into());
    let body = match route.format {
        Format::Json => json(&Value::Object(body)),
        Format::Xml => {
            xml::document(form.root, None, &body, api.map_or(XmlLists::Repeated, |api| api.protocol.xml_lists))
        }
    };
    let mut headers = vec![request_id_header(route, request_id)];
    headers.extend(api.zip(denial.retry_after_ms).and_then(|(api, ms)| retry_after(api, ms)));
    Rendered { status: denial.status, content_type: content_type(route), body, headers }
}

fn content_type(route: &Route<'_>) -> &'static str {
    match route.format {
        Format::Json => route.dialect.json_type,
        // The official clients read XML only if the type is exactly this.
        Format::Xml => "text/xml;charset=utf-8",
    }
}

fn request_id_header(route: &Route<'_>, request_id: &str) -> (String, String) {
    (route.dialect.request_id_header.to_owned(), request_id.to_owned())
}

/// The header that says how long to wait, if the API has one.
fn retry_after(api: &Api, ms: u64) -> Option<(String, String)> {
    let spec = api.protocol.retry_after.as_ref()?;
    let value = match spec.unit {
        RetryAfterUnit::Milliseconds => ms,
        RetryAfterUnit::Seconds => ms.div_ceil(1_000),
    };
    Some((spec.header.clone(), value.to_string()))
}

fn text_members(members: impl IntoIterator<Item = (&'static str, String)>) -> Map<String, Value> {
    members.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect()
}

fn json(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn numbers_as_strings(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(items) => items.iter_mut().for_each(numbers_as_strings),
        Value::Object(members) => members.values_mut().for_each(numbers_as_strings),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
