//! Finds the strings to sign that services quote in messages, and splits them into parts.

use crate::base::legible::legible;
use percent_encoding::percent_decode_str;
use std::borrow::Cow;

/// The maximum length of a name or value that is shown, in bytes.
pub(crate) const LONGEST: usize = 80;

/// A part of a string to sign: its name, its description, and its decoded value.
pub(crate) struct Part<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) called: String,
    pub(crate) value: Cow<'a, str>,
}

pub(super) fn lines<'a>(text: &'a str, names: &[&'static str]) -> Vec<Part<'a>> {
    names.iter().zip(text.lines()).map(|(name, value)| named(name, value)).collect()
}

pub(super) fn named<'a>(name: &'static str, value: &'a str) -> Part<'a> {
    Part { name: name.into(), called: name.to_owned(), value: value.into() }
}

/// `a=1&b=2`.
pub(super) fn parameters(query: &str) -> Vec<Part<'_>> {
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let part = |pair| {
        let (name, value): (&str, &str) = str::split_once(pair, '=').unwrap_or((pair, ""));
        let name = decoded(name);
        Part { called: format!("the parameter `{}`", legible(&name, LONGEST)), name, value: decoded(value) }
    };
    pairs.map(part).collect()
}

/// A canonical request: method, path, query, headers, their names, the hash of the body.
pub(crate) fn canonical(text: &str) -> Vec<Part<'_>> {
    let mut rest = text.lines();
    let mut out = lines(text, &["the method", "the path"]);
    out.extend(parameters(rest.nth(2).unwrap_or_default()));
    for line in rest.by_ref().take_while(|line| !line.is_empty()) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        out.push(Part {
            name: name.into(),
            called: format!("the header `{}`", legible(name, LONGEST)),
            value: value.into(),
        });
    }
    out.extend(
        ["the names of the signed headers", "the hash of the body"]
            .iter()
            .zip(rest)
            .map(|(name, value)| named(name, value)),
    );
    out
}

pub(super) fn owned<'a>(part: &Part<'_>) -> Part<'a> {
    Part { name: part.name.to_string().into(), called: part.called.clone(), value: part.value.to_string().into() }
}

pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    percent_decode_str(text).decode_utf8_lossy()
}

/// A quoted text without blanks in it.
pub(super) fn until_end(text: &str) -> Option<&str> {
    text.split([' ', '\'', '"', '<', ']', '\n', '\r']).next()
}

/// This many lines, of which the first is an algorithm and the last a hash.
pub(super) fn hashed<'a>(message: &'a str, algorithm: &str, count: usize) -> Option<&'a str> {
    let text = message.get(message.find(&format!("{algorithm}\n"))?..)?;
    let before_last: usize = text.split_inclusive('\n').take(count - 1).map(str::len).sum();
    text.get(..before_last + HASH_LENGTH)
}

/// A SHA-256 in hexadecimal.
pub(super) const HASH_LENGTH: usize = 64;

/// The canonical request in a message, if there is one: from the method to the hash of the body.
pub(crate) fn quoted_canonical(message: &str) -> Option<&str> {
    let start = ["POST\n/\n", "GET\n/\n"].iter().filter_map(|head| message.find(head)).min()?;
    let text = message.get(start..)?;
    let head: usize = text.split_inclusive('\n').take(3).map(str::len).sum();
    let headers_end = head + text.get(head..)?.find("\n\n")? + 2;
    let names_end = headers_end + text.get(headers_end..)?.find('\n')? + 1;
    text.get(..names_end + HASH_LENGTH)
}
