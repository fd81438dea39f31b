//! Secrets: values that are never shown.

use secrecy::{ExposeSecret, SecretString};
use std::fmt;

/// The text that replaces a secret.
pub const REDACTED: &str = "[redacted]";

/// A secret text: a private key, a token, an access key's secret.
///
/// `Debug` writes `[redacted]`, there is no `Display`, and the memory is zeroed on drop. Read the value with [`expose`](Secret::expose), which is
/// easy to find in a review. Copies of the exposed text are not zeroed.
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
    /// Returns the value. Keep it out of logs, URLs and the arguments of processes.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether the text is empty.
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
