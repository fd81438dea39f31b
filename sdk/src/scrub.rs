//! Takes out of a service's message what the request held.
//!
//! A service that finds a signature wrong quotes the text that it signed itself: all parameters, encoded twice, private keys too.

use crate::sign::encode;
use crate::{REDACTED, Secret};

/// Shorter texts stand in messages by chance.
const SHORTEST: usize = 4;

/// The message without the secrets of the request, and without a quoted string to sign; `None` if nothing had to go.
pub(crate) fn scrub(message: &str, secrets: &[Secret]) -> Option<String> {
    let mut out = without_string_to_sign(message);
    for secret in secrets.iter().map(Secret::expose).filter(|secret| secret.len() >= SHORTEST) {
        let once = encode(secret);
        let twice = encode(&once);
        for form in [twice.as_str(), once.as_str(), secret] {
            if out.contains(form) {
                out = out.replace(form, REDACTED);
            }
        }
    }
    (out != message).then_some(out)
}

/// Cuts what follows the words `string to sign`, however they are written.
fn without_string_to_sign(message: &str) -> String {
    let lower = message.to_ascii_lowercase();
    let found =
        ["string to sign", "string-to-sign", "stringtosign", "string_to_sign", "canonicalstring", "canonical string"]
            .iter()
            .filter_map(|words| lower.find(words).map(|at| at + words.len()))
            .min();
    // Both texts have the same length: only ASCII letters differ.
    match found.and_then(|after| message.split_at_checked(after)) {
        Some((head, rest)) if rest.contains(['&', '=', '%', '\n']) => format!("{head}: {REDACTED}"),
        _ => message.to_owned(),
    }
}
