//! Values that must not be seen.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// What is written where a secret would stand.
pub const REDACTED: &str = "[redacted]";

/// A text that gives power: a private key, a token, an access key's secret.
///
/// It is shown by nothing: `Debug` writes a redaction mark, there is no `Display`, and its memory is zeroed when it is dropped.
/// [`expose`](Secret::expose) is the one way to the value, easy to search for in a review.
///
/// Copies that are made of the exposed text are out of this type's reach.
///
/// ```
/// use cloudcert::Secret;
///
/// let key = Secret::from("opensesame");
/// assert_eq!(format!("{key:?}"), "[redacted]");
/// assert_eq!(key.expose(), "opensesame");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// The value itself. Keep it out of logs, URLs and the arguments of processes.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether there is any text.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expose().is_empty()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl Default for Secret {
    fn default() -> Self {
        Self::from("")
    }
}

impl From<String> for Secret {
    fn from(value: String) -> Self {
        Self(value.into())
    }
}

impl From<&str> for Secret {
    fn from(value: &str) -> Self {
        Self(value.into())
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(if half < 10 { b'0' + half } else { b'a' + half - 10 });
    let mut out = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        out.push(digit(byte >> 4));
        out.push(digit(byte & 15));
    }
    out
}
