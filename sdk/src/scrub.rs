//! Takes out of a service's message what the request held.
//!
//! A service that finds a signature wrong quotes the text that it signed itself: all parameters, encoded twice, private keys too.

use crate::sign::encode;
use crate::{REDACTED, Secret};

/// Shorter texts stand in messages by chance.
const SHORTEST: usize = 4;

/// The message without the secrets of the request, and without a quoted string to sign; `None` if nothing had to go.
pub(crate) fn scrub(message: &str, secrets: &[Secret]) -> Option<String> {
    let mut out = without_private_key(without_string_to_sign(message));
    for secret in secrets.iter().map(Secret::expose).filter(|secret| secret.len() >= SHORTEST) {
        let once = encode(secret);
        let twice = encode(&once);
        let form = once.replace("%20", "+");
        for form in [twice.as_str(), once.as_str(), form.as_str(), secret] {
            if out.contains(form) {
                out = out.replace(form, REDACTED);
            }
        }
    }
    (out != message).then_some(out)
}

/// Whether a text is or holds a private key, also encoded for a URL.
#[cfg(feature = "testing")]
pub(crate) fn has_private_key(text: &str) -> bool {
    private_key(text).is_some()
}

fn private_key(text: &str) -> Option<usize> {
    ["PRIVATE KEY", "PRIVATE%20KEY", "PRIVATE+KEY", "PRIVATE%2520KEY", "PRIVATE%2BKEY"]
        .iter()
        .filter_map(|words| text.find(words))
        .min()
}

/// Cuts what follows the words, also of a key that is none of the request's or is cut off itself.
fn without_private_key(text: String) -> String {
    match private_key(&text).and_then(|at| text.get(..at)) {
        Some(head) => format!("{head}{REDACTED}"),
        None => text,
    }
}

/// Cuts what follows the words `string to sign`, however they are written, and what begins as one.
fn without_string_to_sign(message: &str) -> String {
    let lower = message.to_ascii_lowercase();
    let found =
        ["string to sign", "string-to-sign", "stringtosign", "string_to_sign", "canonicalstring", "canonical string"]
            .iter()
            .filter_map(|words| lower.find(words).map(|at| at + words.len()))
            .min();
    // Both texts have the same length: only ASCII letters differ.
    match found.and_then(|after| message.split_at_checked(after)) {
        Some((head, rest)) if rest.contains(['&', '=', '%', '\n']) => return format!("{head}: {REDACTED}"),
        _ => {}
    }
    let start = ["POST&%2F&", "GET&%2F&"].iter().filter_map(|head| message.find(head)).min();
    start.and_then(|at| message.get(..at)).map_or_else(|| message.to_owned(), |head| format!("{head}{REDACTED}"))
}
