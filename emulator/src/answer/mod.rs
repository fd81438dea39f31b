//! Answers as the vendors write them, in JSON and XML.

mod denial;
mod xml;

pub(crate) use denial::Denial;

use crate::call::Answer;
use crate::request::{Format, Route};
use cloudcert::model::{Action, Api, Family, XmlLists};
use serde_json::{Map, Value};

/// An answer, ready to be sent.
pub(crate) struct Rendered {
    pub(crate) status: u16,
    pub(crate) content_type: &'static str,
    pub(crate) body: Vec<u8>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Route {
    fn content_type(&self) -> &'static str {
        match (self.family, self.format) {
            // The official clients read XML of this type only, to the letter.
            (_, Format::Xml) => "text/xml;charset=utf-8",
            (Family::AliyunRpc, Format::Json) => "application/json;charset=utf-8",
            (Family::KsyunQuery, Format::Json) => "application/json; charset=utf-8",
        }
    }

    /// The headers that every answer carries.
    fn headers(&self, request_id: &str) -> Vec<(&'static str, String)> {
        match self.family {
            Family::AliyunRpc => vec![("x-acs-request-id", request_id.to_owned())],
            Family::KsyunQuery => vec![("x-kss-request-id", request_id.to_owned())],
        }
    }
}

/// What an action answered. With `envelope` it is wrapped in one more object, and its numbers are texts: the older way of
/// Kingsoft Cloud, which official clients still read.
pub(crate) fn success(
    route: &Route,
    api: &Api,
    action: &Action,
    mut answer: Answer,
    id: &str,
    envelope: bool,
) -> Rendered {
    answer.entry("RequestId").or_insert_with(|| id.into());
    // The names end with those that only the clients know.
    let root = match action.envelopes.last() {
        Some(name) if envelope => name.clone(),
        _ => format!("{}Response", action.name),
    };
    let body = match route.format {
        Format::Json if envelope => {
            let mut inner = Value::Object(answer);
            numbers_as_text(&mut inner);
            json(&Value::Object(Map::from_iter([(root, inner)])))
        }
        Format::Json => json(&Value::Object(answer)),
        Format::Xml => {
            let space = match api.protocol.family {
                Family::AliyunRpc => None,
                Family::KsyunQuery => {
                    let host = api.endpoints.host(&api.endpoints.default_region).map_or("", |row| row.host.as_str());
                    Some(format!("http://{host}/doc/{}", api.version))
                }
            };
            xml::document(&root, space.as_deref(), &answer, api.protocol.xml_lists)
        }
    };
    Rendered { status: 200, content_type: route.content_type(), body, headers: route.headers(id) }
}

/// Why a request was not executed.
pub(crate) fn denied(route: &Route, denial: &Denial, id: &str) -> Rendered {
    let (root, members) = match route.family {
        Family::AliyunRpc => ("Error", flat(route, denial, id)),
        // The gateway and the service behind it have different roots.
        Family::KsyunQuery if denial.inner_code.is_some() => ("response", nested(denial, id)),
        Family::KsyunQuery => ("ErrorResponse", nested(denial, id)),
    };
    let body = match route.format {
        Format::Json => json(&Value::Object(members)),
        Format::Xml => xml::document(root, None, &members, XmlLists::Repeated),
    };
    let mut headers = route.headers(id);
    if let (Some(pause), Family::AliyunRpc) = (denial.retry_after, route.family) {
        headers.push(("x-acs-retry-after", pause.to_string()));
    }
    Rendered { status: denial.status, content_type: route.content_type(), body, headers }
}

/// `Code` and `Message` at the top.
fn flat(route: &Route, denial: &Denial, id: &str) -> Map<String, Value> {
    let endpoints = route.shape().map(|api| (&api.endpoints, api.service.as_str()));
    let host = endpoints.and_then(|(endpoints, _)| endpoints.host(&endpoints.default_region));
    let product = endpoints.map_or("", |(_, service)| service);
    let recommend = format!("https://api.aliyun.com/troubleshoot?q={}&product={product}&requestId={id}", denial.code);
    let members = [
        ("RequestId", id),
        ("HostId", host.map_or("", |row| &row.host)),
        ("Code", &denial.code),
        ("Message", &denial.message),
        ("Recommend", &recommend),
    ];
    members.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect()
}

/// `Error: {Type, Code, InnerCode, Message}`.
fn nested(denial: &Denial, id: &str) -> Map<String, Value> {
    let kind = if denial.status < 500 { "Sender" } else { "Receiver" };
    let members = [
        ("Type", denial.inner_code.is_none().then_some(kind)),
        ("Code", Some(denial.code.as_str())),
        ("InnerCode", denial.inner_code.as_deref()),
        ("Message", Some(denial.message.as_str())),
    ];
    let given = members.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?))));
    let error: Map<String, Value> = given.collect();
    Map::from_iter([("Error".to_owned(), Value::Object(error)), ("RequestId".to_owned(), id.into())])
}

/// A tree of values can always be written.
fn json(value: &Value) -> Vec<u8> {
    value.to_string().into_bytes()
}

fn numbers_as_text(value: &mut Value) {
    match value {
        Value::Number(number) => *value = Value::String(number.to_string()),
        Value::Array(items) => items.iter_mut().for_each(numbers_as_text),
        Value::Object(members) => members.values_mut().for_each(numbers_as_text),
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
