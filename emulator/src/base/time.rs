//! Time stamps: seconds since 1970 to text and back.

use cloudcert::model::TimeStampStyle;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Reads `2026-01-02T03:04:05Z` (extended) or `20260102T030405Z` (compact). No other spelling is accepted.
pub(crate) fn parse(text: &str, style: TimeStampStyle) -> Option<i64> {
    match style {
        TimeStampStyle::Extended => parse_pattern(text, "dddd-dd-ddTdd:dd:ddZ"),
        TimeStampStyle::Compact => parse_pattern(text, "ddddddddTddddddZ"),
    }
}

/// Reads the time of a `Date` header: `Fri, 02 Jan 2026 03:04:05 GMT`.
pub(crate) fn parse_http(text: &str) -> Option<i64> {
    let time = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(time.as_second())
}

/// Writes a time in a style that [`parse`] reads.
pub(crate) fn write(seconds: i64, style: TimeStampStyle) -> String {
    match style {
        TimeStampStyle::Extended => format(seconds, "%Y-%m-%dT%H:%M:%SZ"),
        TimeStampStyle::Compact => format(seconds, "%Y%m%dT%H%M%SZ"),
    }
}

/// Writes a time like `2026-01-02T03:04:05Z`.
pub(crate) fn extended(seconds: i64) -> String {
    write(seconds, TimeStampStyle::Extended)
}

/// Writes the time of a `Date` header, which [`parse_http`] reads.
pub(crate) fn http(seconds: i64) -> String {
    format(seconds, "%a, %d %b %Y %H:%M:%S GMT")
}

/// Writes a time in UTC by a `strftime` pattern.
pub(crate) fn format(seconds: i64, pattern: &str) -> String {
    Timestamp::from_second(seconds).unwrap_or_default().strftime(pattern).to_string()
}

/// Reads a time by a pattern in which each `d` stands for a digit and everything else for itself.
fn parse_pattern(text: &str, pattern: &str) -> Option<i64> {
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
