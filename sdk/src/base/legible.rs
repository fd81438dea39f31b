//! Makes text from services safe for logs and terminals: escapes control characters and cuts long text.

use std::fmt::{self, Display, Write};
use std::time::Duration;

/// The maximum length of a service's message in `Display`, in bytes.
pub(crate) const MESSAGE: usize = 4096;
/// The maximum length of a code, id or name in `Display` and `tracing`, in bytes.
pub(crate) const NAME: usize = 128;

/// Whether a character can falsify a line of text: control characters, marks for text direction, invisible characters.
pub(crate) fn is_treacherous(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// A writer that escapes treacherous characters, so that the text stays on one line.
pub(crate) struct Escaping<'a, W: ?Sized>(pub(crate) &'a mut W);

impl<W: Write + ?Sized> Write for Escaping<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some(at) = rest.find(is_treacherous) {
            let (plain, from) = rest.split_at(at);
            self.0.write_str(plain)?;
            let mut chars = from.chars();
            if let Some(c) = chars.next() {
                write!(self.0, "{}", c.escape_default())?;
            }
            rest = chars.as_str();
        }
        self.0.write_str(rest)
    }
}

/// Displays a text escaped.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Escaping(f).write_str(self.0)
    }
}

/// Displays a text escaped, and cut after this many bytes.
pub(crate) struct Legible<'a>(pub(crate) &'a str, pub(crate) usize);

impl Display for Legible<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text, limit) = *self;
        let mut left = limit;
        for (at, c) in text.char_indices() {
            let escaped = is_treacherous(c).then(|| c.escape_default());
            let width = escaped.as_ref().map_or(c.len_utf8(), ExactSizeIterator::len);
            match left.checked_sub(width) {
                Some(rest) => left = rest,
                None => return write!(f, "... ({} bytes more)", text.len() - at),
            }
            match escaped {
                Some(escaped) => write!(f, "{escaped}")?,
                None => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

/// Escapes a text and cuts it after this many bytes.
pub(crate) fn legible(text: &str, limit: usize) -> String {
    Legible(text, limit).to_string()
}

/// Escapes treacherous characters in JSON text. Outside of strings JSON only has line ends, which are kept.
pub(crate) fn escaped_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if c != '\n' && is_treacherous(c) {
            let mut units = [0; 2];
            out.extend(c.encode_utf16(&mut units).iter().map(|unit| format!("\\u{unit:04x}")));
        } else {
            out.push(c);
        }
    }
    out
}

/// Formats a time for messages: `250 ms`, `1.5 s`, `100 s`, `20 min`, `48 h`.
pub(crate) fn time(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    let (number, unit) = match time.as_secs() {
        0 => return format!("{} ms", time.as_millis()),
        1..600 => (seconds, "s"),
        600..36_000 => (seconds / 60.0, "min"),
        _ => (seconds / 3600.0, "h"),
    };
    let text = format!("{number:.1}");
    format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail")]
mod tests {
    use super::{Escaping, legible};
    use std::fmt::Write;

    #[test]
    fn what_forges_lines_or_turns_text_around_is_escaped() {
        let mut out = String::new();
        write!(Escaping(&mut out), "a\n\r\u{1b}[31m\u{202e}b\u{2028}\u{200b}\u{85}张 é").unwrap();
        assert_eq!(out, "a\\n\\r\\u{1b}[31m\\u{202e}b\\u{2028}\\u{200b}\\u{85}张 é");
        assert_eq!(legible("a\nb", 10), "a\\nb");
    }

    #[test]
    fn times_are_shown_in_a_unit_that_fits() {
        let shown = [0, 250, 1_000, 1_500, 100_000, 1_200_000, 5_400_000, 172_800_000]
            .map(|ms| super::time(std::time::Duration::from_millis(ms)));
        assert_eq!(shown, ["0 ms", "250 ms", "1 s", "1.5 s", "100 s", "20 min", "90 min", "48 h"]);
    }

    #[test]
    fn json_stays_the_same_json() {
        let text = serde_json::json!({"a\u{202e}": "b\u{200b}\u{e0041}\n"}).to_string();
        let escaped = super::escaped_json(&text);
        assert!(escaped.is_ascii(), "{escaped}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&escaped).unwrap().to_string(), text);
    }

    #[test]
    fn a_cut_counts_what_is_written_and_falls_between_characters() {
        assert_eq!(legible("abcdef", 6), "abcdef");
        assert_eq!(legible("abcdef", 5), "abcde... (1 bytes more)");
        assert_eq!(legible("ab张", 4), "ab... (3 bytes more)");
        assert_eq!(legible("ab\u{202e}c", 9), "ab... (4 bytes more)");
        assert_eq!(legible("", 0), "");
    }
}
