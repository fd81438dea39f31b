//! Recognizes the texts of a service that a recording may keep: codes, names, ids, times.

use crate::base::api::ErrorInfo;

/// The longest code or name, in bytes.
const LONGEST: usize = 64;

/// Whether the spec has this code or inner code, or its family. The open part of a family must look like a part of a code.
pub(super) fn is_known(rows: &[ErrorInfo], code: &str) -> bool {
    rows.iter().any(|row| match row.code.strip_suffix('*') {
        Some(start) => code.strip_prefix(start).is_some_and(|rest| rest.is_empty() || is_code(rest.trim_start_matches('.'))),
        None => row.code == code,
    } || row.inner_code == Some(code))
}

/// Whether a text looks like an error code: words of letters, optionally followed by a short number, or a short number alone. Words separated by
/// dots begin with capitals. Keys, tokens, ids and telephone numbers have digits in between, or many of them; domains have lower-case letters.
pub(super) fn is_code(text: &str) -> bool {
    const DIGITS: usize = 5;
    let word = |word: &str| {
        let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = word.len() - letters.len();
        !word.is_empty() && letters.chars().all(|c| c.is_ascii_alphabetic()) && digits <= DIGITS
    };
    let is_host = text.contains('.') && text.split('.').any(|part| part.starts_with(|c: char| c.is_ascii_lowercase()));
    text.len() <= LONGEST && text.split(['.', '_']).all(word) && !is_host
}

/// Whether a text looks like the name of a member. Keys, tokens and numbers have more digits.
pub(super) fn is_name(text: &str) -> bool {
    const DIGITS: usize = 5;
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let digits = text.chars().filter(char::is_ascii_digit).count();
    text.len() <= LONGEST && text.chars().all(sign) && digits <= DIGITS
}

/// Whether a text looks like a request id. Both clouds use UUIDs; a text too short to be a key is accepted too.
pub(super) fn is_id(text: &str) -> bool {
    const SHORT: usize = 8;
    let is_uuid = || {
        let parts = text.split('-').map(|part| (part.len(), part.bytes().all(|byte| byte.is_ascii_hexdigit())));
        parts.eq([8, 4, 4, 4, 12].map(|length| (length, true)))
    };
    let sign = |c: char| c.is_ascii_alphanumeric() || c == '-';
    (text.len() <= SHORT && text.chars().all(sign)) || is_uuid()
}

/// Whether a text is a media type of responses.
pub(super) fn is_media_type(text: &str) -> bool {
    const KNOWN: [&str; 8] = [
        "application/json",
        "application/xml",
        "text/json",
        "text/xml",
        "text/html",
        "text/plain",
        "application/octet-stream",
        "application/zip",
    ];
    KNOWN.iter().any(|known| known.eq_ignore_ascii_case(text))
}

/// Whether a text says how long to wait, or until when.
pub(super) fn is_time(text: &str) -> bool {
    let number = !text.is_empty() && text.len() <= 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    number || jiff::fmt::rfc2822::parse(text).is_ok()
}

/// The URLs in a text that have more than a host.
pub(super) fn links(text: &str) -> Vec<&str> {
    let parts = text.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '(' | ')' | ','));
    let deep = |part: &&str| {
        let rest = part.split_once("://").map_or("", |(_, rest)| rest);
        rest.split_once(['/', '?']).is_some_and(|(_, path)| !path.is_empty())
    };
    parts.filter(deep).collect()
}
