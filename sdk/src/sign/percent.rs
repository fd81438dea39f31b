//! Percent-encoding as both clouds ask for it: RFC 3986, UTF-8, upper-case hexadecimal, a blank as `%20`.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All that is encoded: everything but the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Encodes a text for a query, a form or a signature.
///
/// ```
/// assert_eq!(cloudcert::sign::encode("a b*~+张"), "a%20b%2A~%2B%E5%BC%A0");
/// ```
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Appends the encoded text.
pub(crate) fn encode_into(out: &mut String, text: &str) {
    out.extend(utf8_percent_encode(text, RESERVED));
}

/// Appends the text encoded twice, in one pass: signature 1.0 encodes the already encoded parameters again, which turns
/// every `%` into `%25`. Encoding is most of the time that this signature takes, so it works on bytes; all of them are ASCII.
pub(super) fn encode_twice_into(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    while let Some(end) = rest.iter().position(|byte| !is_unreserved(*byte)) {
        let (plain, tail) = rest.split_at(end);
        out.extend_from_slice(plain);
        if let Some((byte, after)) = tail.split_first() {
            out.extend_from_slice(&[b'%', b'2', b'5', digit(byte >> 4), digit(byte & 15)]);
            rest = after;
        }
    }
    out.extend_from_slice(rest);
}

/// Stands for itself: unreserved in RFC 3986.
const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~')
}

/// The upper-case hexadecimal digit of a half byte.
fn digit(half: u8) -> u8 {
    if half < 10 { b'0' + half } else { b'A' + half - 10 }
}
