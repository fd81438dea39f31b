//! Reads an HTTP response into values, or into the service's error.

use super::dialect::Dialect;
use crate::base::api::{ApiInfo, ErrorInfo};
use crate::base::error::{Error, Received};
use crate::base::metadata::{ListSeen, Metadata};
use crate::http::HttpResponse;
use crate::wire::{JsonError, JsonFault, Scalar, Sink, Witness, XmlError, read_json, read_xml};
use std::time::Duration;

/// Reads a response into a sink.
pub(crate) fn read(
    api: &'static ApiInfo,
    action: &str,
    envelopes: &[&str],
    response: HttpResponse,
    keep_body: bool,
    sink: &mut dyn Sink,
) -> Result<Metadata, Error> {
    let dialect = Dialect::of(api);
    let mut top = Top { inner: sink, envelopes, dialect, common: Common::default() };
    let read = read_body(&response, &mut top);
    let common = top.common;
    // A `Code` that means success is a field like any other.
    if let Some(code) = common.code.as_deref().filter(|code| api.success_codes.contains(code))
        && sink.member("Code").is_some_and(|slot| slot.scalar(Scalar::Text(code)))
    {
        sink.filled("Code");
    }
    let header = response.header(dialect.request_id_header);
    let request_id = common.request_id.clone().or_else(|| header.map(str::to_owned));
    let success = (200..300).contains(&response.status);
    let timed = |error: Error| {
        error.with_received(Received {
            status: Some(response.status),
            request_id: request_id.clone(),
            server_time: response.header("date").and_then(instant),
            retry_after: retry_after(api, &response),
            asks_to_wait: own_delay(api, &response).is_some_and(|pause| !pause.is_zero()),
        })
    };
    if let Some(error) = common.error(api, action, success) {
        // Something contradicts the code, so do not rely on it.
        let clear = read.is_ok() && !common.has_more && !common.contradicts_itself(api);
        return Err(timed(if clear { error } else { error.unclear() }));
    }
    if !success {
        let text = match read {
            _ if (300..400).contains(&response.status) => {
                "the service responded with a redirect, which is not followed because a signature is valid for one host only: check the endpoint"
                    .to_owned()
            }
            Ok(()) => "an error status without an error code of the service: it may come from a proxy or gateway".to_owned(),
            Err(_) => format!(
                "an error status without an error code of the service: it may come from a proxy or gateway ({})",
                describe(&response)
            ),
        };
        return Err(timed(Error::error_status(action, text)));
    }
    if let Err(Unread { why, hopeless }) = read {
        let text = format!("the response cannot be read: {why} (it is {})", describe(&response));
        return Err(timed(if hopeless { Error::response(action, text) } else { Error::broken_response(action, text) }));
    }
    if common.nested.there || (common.codes > 0 && common.code.is_none()) {
        let text = "the response has a success status and an error without a code, so it is unclear whether the call succeeded";
        return Err(timed(Error::response(action, text)));
    }
    let body = keep_body.then_some(response.body);
    Ok(Metadata { request_id, status: response.status, headers: response.headers, body, list: ListSeen::default() })
}

/// Reads whether a list of a response is present, and its length.
pub(crate) fn list_in(path: &[&str], envelopes: &[&str], api: &ApiInfo, response: &HttpResponse) -> ListSeen {
    let mut witness = Witness::new(path);
    let mut top = Top { inner: &mut witness, envelopes, dialect: Dialect::of(api), common: Common::default() };
    // Reading the values reports a broken response.
    let _ = read_body(response, &mut top);
    witness.seen()
}

/// How long the service asks to wait, by its own header or by `Retry-After`.
fn retry_after(api: &ApiInfo, response: &HttpResponse) -> Option<Duration> {
    // HTTP also allows a date, which is compared with the service's own clock.
    let date = || {
        let [then, now] = ["retry-after", "date"].map(|name| response.header(name).and_then(instant));
        u64::try_from(then?.saturating_sub(now?)).ok()
    };
    let common = || count(response, "retry-after").or_else(date).map(Duration::from_secs);
    own_delay(api, response).or_else(common)
}

/// How long the service asks to wait by its own header.
fn own_delay(api: &ApiInfo, response: &HttpResponse) -> Option<Duration> {
    let (name, unit) = api.retry_after?;
    Some(unit.saturating_mul(u32::try_from(count(response, name)?).unwrap_or(u32::MAX)))
}

fn count(response: &HttpResponse, name: &str) -> Option<u64> {
    response.header(name)?.trim().parse().ok()
}

/// Parses an HTTP date, in the current form or one of the two obsolete ones, to a Unix time in seconds.
fn instant(date: &str) -> Option<i64> {
    let date = date.trim();
    let second = |time: jiff::Timestamp| time.as_second();
    if let Ok(time) = jiff::fmt::rfc2822::parse(date) {
        return Some(second(time.timestamp()));
    }
    // A year of two digits is between 1969 and 2068. The day of the week is redundant.
    ["%d-%b-%y %H:%M:%S GMT", "%b %e %H:%M:%S %Y"].iter().find_map(|form| {
        let (_, rest) = date.split_once([',', ' '])?;
        let time = jiff::fmt::strtime::parse(form, rest.trim_start()).ok()?.to_datetime().ok()?;
        time.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|time| second(time.timestamp()))
    })
}

/// Why a response could not be read.
struct Unread {
    /// Quotes nothing of it, because it may contain a key.
    why: String,
    /// Whether the same request would get the same response.
    hopeless: bool,
}

/// A body without blanks and a byte order mark at its beginning.
pub(crate) fn content(mut body: &[u8]) -> &[u8] {
    loop {
        body = body.trim_ascii_start();
        match body.strip_prefix("\u{feff}".as_bytes()) {
            Some(rest) => body = rest,
            None => return body,
        }
    }
}

/// A body as JSON; `None` if it is not valid JSON.
pub(crate) fn json(body: &[u8]) -> Option<serde_json::Value> {
    let mut value = serde_json::Value::Null;
    read_json(std::str::from_utf8(content(body)).ok()?, &mut value).ok()?;
    Some(value)
}

/// Reads JSON or XML, whichever it is.
fn read_body(response: &HttpResponse, sink: &mut dyn Sink) -> Result<(), Unread> {
    let body = content(&response.body);
    // One check of the whole body is faster than one for each text.
    let (text, faulty) = match std::str::from_utf8(body) {
        Ok(text) => (text, false),
        Err(fault) => (before(body, fault.valid_up_to()), true),
    };
    let not_utf8 = || Unread { why: "it is not UTF-8".to_owned(), hopeless: false };
    if body.first() == Some(&b'<') {
        if faulty {
            return Err(not_utf8());
        }
        return read_xml(text, sink).map_err(|error| Unread {
            why: match error {
                XmlError::Syntax => "it is not valid XML",
                XmlError::Cut => "it is XML that ends too early",
                XmlError::Html => "it is an HTML page",
                XmlError::Deep => TOO_DEEP,
                XmlError::Large => TOO_MUCH,
            }
            .to_owned(),
            hopeless: matches!(error, XmlError::Deep | XmlError::Large),
        });
    }
    // The part before a fault is used: it may contain an error code.
    let read = read_json(text, sink);
    if faulty && read.as_ref().err().is_none_or(|error| error.fault == JsonFault::Cut) {
        return Err(not_utf8());
    }
    read.map_err(|JsonError { fault, line, column }| {
        let what = match fault {
            JsonFault::Cut => "it ends too early",
            JsonFault::Syntax => "it is not valid JSON",
            JsonFault::Deep => TOO_DEEP,
            JsonFault::Large => TOO_MUCH,
        };
        let hopeless = matches!(fault, JsonFault::Deep | JsonFault::Large);
        Unread { why: format!("{what}, line {line} column {column}"), hopeless }
    })
}

const TOO_DEEP: &str = "it is nested too deeply";
const TOO_MUCH: &str =
    "its lists have so many tiny elements that they take more than 32 times its size and 8 MiB of memory";

/// The text up to the first invalid byte.
fn before(body: &[u8], end: usize) -> &str {
    body.get(..end).and_then(|start| std::str::from_utf8(start).ok()).unwrap_or_default()
}

/// Describes a response without its content.
fn describe(response: &HttpResponse) -> String {
    let kind = response.header("content-type").unwrap_or("of no stated type");
    let kind: String = kind.chars().filter(char::is_ascii_graphic).take(60).collect();
    format!("{} bytes, {kind}", response.body.len())
}

/// The fields that every response may have.
#[derive(Default)]
struct Common {
    request_id: Option<String>,
    code: Option<String>,
    message: Option<String>,
    nested: Nested,
    /// The number of codes.
    codes: u32,
    /// Whether there are members that no error of this protocol has.
    has_more: bool,
}

/// `Error: {Code, InnerCode, Message}`.
#[derive(Default)]
struct Nested {
    seen: bool,
    /// Whether it contains anything. Members that no error has do not count.
    there: bool,
    codes: u32,
    code: Option<String>,
    inner_code: Option<String>,
    message: Option<String>,
}

impl Sink for Nested {
    fn scalar(&mut self, value: Scalar<'_>) -> bool {
        self.there |= !matches!(value, Scalar::Null | Scalar::Text("") | Scalar::Boolean(false));
        false
    }

    fn item(&mut self) -> Option<&mut dyn Sink> {
        self.there = true;
        None
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Sink> {
        self.seen = true;
        self.there |= matches!(name, "Code" | "code" | "InnerCode" | "Message" | "message");
        match name {
            "Code" | "code" => {
                self.codes += 1;
                Some(&mut self.code)
            }
            "InnerCode" => Some(&mut self.inner_code),
            "Message" | "message" => Some(&mut self.message),
            _ => None,
        }
    }

    fn is_structure(&self) -> bool {
        true
    }
}

impl Common {
    /// Whether there are several codes, or an error in the form of another protocol.
    fn contradicts_itself(&self, api: &ApiInfo) -> bool {
        let foreign = !api.nested_errors && self.nested.seen;
        foreign || self.codes + self.nested.codes > 1
    }

    fn error(&self, api: &'static ApiInfo, action: &str, success: bool) -> Option<Error> {
        // An error in the form of another service is not an error of this one, but not a success either.
        let foreign = !api.nested_errors && self.code.is_none();
        let (code, inner, message) = if self.nested.seen && (foreign || api.nested_errors) {
            (&self.nested.code, &self.nested.inner_code, &self.nested.message)
        } else {
            (&self.code, &None, &self.message)
        };
        let code = code.clone()?;
        if success && !self.nested.seen && api.success_codes.contains(&code.as_str()) {
            return None;
        }
        let message = message.clone().unwrap_or_else(|| "the service gave no message".to_owned());
        let row = row(api.errors, &code, inner.as_deref(), &message);
        Some(Error::service(action, code, inner.clone(), message, row))
    }
}

/// The row of the error table that fits best: inner code before message before bare code before family.
fn row(rows: &'static [ErrorInfo], code: &str, inner: Option<&str>, message: &str) -> Option<&'static ErrorInfo> {
    let rank = |row: &ErrorInfo| {
        let family = row.code.strip_suffix('*');
        if family.map_or(row.code != code, |start| !code.starts_with(start)) {
            return 0;
        }
        match (row.inner_code, row.message_contains) {
            (Some(wanted), _) if Some(wanted) == inner => 4,
            (None, Some(part)) if message.contains(part) => 3,
            (None, None) if family.is_none() => 2,
            (None, None) => 1,
            _ => 0,
        }
    };
    rows.iter()
        .map(|row| (rank(row), row))
        .filter(|(rank, _)| *rank > 0)
        .max_by_key(|(rank, _)| *rank)
        .map(|(_, row)| row)
}

/// The top of a response: extracts the common members, unwraps an envelope, and passes on the rest.
struct Top<'a> {
    inner: &'a mut dyn Sink,
    envelopes: &'a [&'a str],
    dialect: &'static Dialect,
    common: Common,
}

impl Sink for Top<'_> {
    fn scalar(&mut self, _value: Scalar<'_>) -> bool {
        false
    }

    fn member(&mut self, name: &str) -> Option<&mut dyn Sink> {
        match name {
            "RequestId" | "requestId" => Some(&mut self.common.request_id),
            "Error" => Some(&mut self.common.nested),
            _ if self.envelopes.contains(&name) => Some(self),
            "Code" | "code" => {
                self.common.codes += 1;
                Some(&mut self.common.code)
            }
            "Message" | "message" => Some(&mut self.common.message),
            _ => {
                self.common.has_more |= !self.dialect.error_members.contains(&name);
                self.inner.member(name)
            }
        }
    }

    fn open(&mut self) {
        self.inner.open();
    }

    fn cost(&self) -> usize {
        self.inner.cost()
    }

    fn filled(&mut self, name: &str) {
        // Common members, and a `Code` that may be an error, are not stored in the response.
        if !matches!(name, "RequestId" | "requestId" | "Error" | "Code" | "code" | "Message" | "message") {
            self.inner.filled(name);
        }
    }

    fn is_structure(&self) -> bool {
        true
    }
}
