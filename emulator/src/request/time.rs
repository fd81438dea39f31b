//! Time stamps of signatures.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// How far a time stamp may be off, in seconds.
pub(crate) const WINDOW: u64 = 900;

/// `2026-01-02T03:04:05Z`, to the sign.
pub(crate) fn parse_extended(text: &str) -> Option<i64> {
    parse(text, "dddd-dd-ddTdd:dd:ddZ")
}

/// `20260102T030405Z`, to the sign.
pub(crate) fn parse_compact(text: &str) -> Option<i64> {
    parse(text, "ddddddddTddddddZ")
}

/// `Fri, 02 Jan 2026 03:04:05 GMT`.
pub(crate) fn parse_http(text: &str) -> Option<i64> {
    let time = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(time.as_second())
}

/// A time in the extended form.
pub(crate) fn text(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A time in the compact form.
pub(crate) fn compact(seconds: i64) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().strftime("%Y%m%dT%H%M%SZ").to_string()
}

/// Whether two times are close enough for a signature.
pub(crate) fn in_window(time: i64, now: i64) -> bool {
    time.abs_diff(now) <= WINDOW
}

/// Reads a time in which each `d` of the pattern is a digit and everything else stands for itself.
fn parse(text: &str, pattern: &str) -> Option<i64> {
    let mut digits = Vec::with_capacity(14);
    if text.len() != pattern.len() {
        return None;
    }
    for (byte, wanted) in text.bytes().zip(pattern.bytes()) {
        match wanted {
            b'd' if byte.is_ascii_digit() => digits.push(i16::from(byte - b'0')),
            _ if byte == wanted && wanted != b'd' => {}
            _ => return None,
        }
    }
    let number = |range: std::ops::Range<usize>| digits.get(range).map(|d| d.iter().fold(0, |n, d| n * 10 + d));
    let part = |start: usize| i8::try_from(number(start..start + 2)?).ok();
    let time = DateTime::new(number(0..4)?, part(4)?, part(6)?, part(8)?, part(10)?, part(12)?, 0).ok()?;
    let offset = TimeZone::UTC.to_timestamp(time).ok()?;
    Some(offset.as_second())
}
