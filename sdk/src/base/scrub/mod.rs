//! Removes secrets and personal data of a request from the service's messages.
//!
//! A service that rejects a signature quotes the text that it signed itself. For two of the four schemes that is all parameters, private keys
//! included. Others quote a header or a value, in any encoding, cut anywhere. So a message is searched in every usual decoding (URL, JSON,
//! HTML, base64, hexadecimal, one in another), without regard to case and line ends, and sixteen characters of a secret count as the secret.
//!
//! `view` decodes; each byte of a view knows its place in the message. `needles` finds runs of sixteen bytes by one table lookup a byte, so the
//! time grows with the message and not with the secrets. Only 16 KiB of a message are searched, and the rest is cut off. A message whose
//! decodings exceed a limit is hidden completely. The original is kept as a `Secret`. A call that succeeds runs none of this.

mod needles;
#[cfg(test)]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::format_collect,
    reason = "a test may fail, and its speed does not count"
)]
mod tests;
mod view;

use crate::base::secret::{REDACTED, Secret};
use crate::base::sensitivity::Sensitivity;
use crate::base::string_to_sign::ALIYUN_V1_STARTS;
use needles::Needles;
use std::ops::Range;
use view::View;

/// How many bytes of a message are searched. The rest is not shown.
const LIMIT: usize = 16 << 10;

/// A text that must not appear in messages.
#[derive(Debug, Clone)]
pub(crate) struct Hidden {
    pub(crate) text: Secret,
    pub(crate) sensitivity: Sensitivity,
    /// Whether it is a signature: it encodes bytes, and the service may quote these in another encoding.
    pub(crate) is_signature: bool,
}

impl Hidden {
    /// A text of this sensitivity; `None` if it is public.
    pub(crate) fn of(sensitivity: Sensitivity, text: impl Into<Secret>) -> Option<Self> {
        (!sensitivity.is_public()).then(|| Self { text: text.into(), sensitivity, is_signature: false })
    }

    pub(crate) fn secret(text: impl Into<Secret>) -> Self {
        Self { text: text.into(), sensitivity: Sensitivity::Secret, is_signature: false }
    }

    pub(crate) fn signature(text: impl Into<Secret>) -> Self {
        Self { text: text.into(), sensitivity: Sensitivity::Secret, is_signature: true }
    }
}

/// Finds hidden texts in messages, in any usual encoding.
pub(crate) struct Scrubber(Needles);

impl Scrubber {
    pub(crate) fn new<'a>(hidden: impl IntoIterator<Item = &'a Hidden>) -> Self {
        Self(Needles::of(hidden))
    }

    /// Removes hidden texts, private keys, strings to sign and signatures from a text; `None` if there are none.
    pub(crate) fn clean(&self, text: &str) -> Option<String> {
        let head = text.get(..before(text, LIMIT)).unwrap_or_default();
        let (mut gone, mut cut, mut colon) = (Vec::<Range<usize>>::new(), head.len(), false);
        let whole = view::each(head, |view| {
            self.0.find(view, false, |found| gone.push(view.place(found.at)));
            gone.extend(signatures(view).map(|run| view.place(run)));
            let starts = [private_key(view).map(|at| (at, false)), string_to_sign(view)];
            for (at, after_words) in starts.into_iter().flatten() {
                let place = view.place(at);
                let from = if after_words { place.end } else { place.start };
                if from < cut {
                    (cut, colon) = (from, after_words && view.is_literal());
                }
            }
        });
        if !whole {
            return Some(REDACTED.to_owned());
        }
        let is_cut = cut < head.len() || head.len() < text.len();
        (is_cut || !gone.is_empty()).then(|| without(head, gone, cut, is_cut, colon))
    }

    /// The sensitivity of a text by its content. Runs that a certificate and its private key have in common are public.
    #[cfg(feature = "testing")]
    pub(crate) fn sensitivity(&self, text: &str) -> Sensitivity {
        let public = ["-----BEGIN CERTIFICATE", "-----BEGIN NEW CERTIFICATE", "-----BEGIN PUBLIC KEY"];
        let whole = public.iter().any(|armour| text.contains(armour));
        let mut highest = Sensitivity::Public;
        let seen = view::each(text, |view| {
            self.0.find(view, whole, |found| highest = highest.max(found.sensitivity));
            // An encoded URL is as sensitive as a literal one. The caller handles literal ones.
            let link = !view.is_literal() && !text.contains("://") && has_link(view);
            if link
                || private_key(view).is_some()
                || string_to_sign(view).is_some()
                || signatures(view).next().is_some()
            {
                highest = Sensitivity::Secret;
            }
        });
        if seen { highest } else { Sensitivity::Secret }
    }
}

/// The text up to the cut, with a mark for each part that is removed.
fn without(text: &str, mut gone: Vec<Range<usize>>, cut: usize, is_cut: bool, colon: bool) -> String {
    gone.sort_unstable_by_key(|range| (range.start, range.end));
    let cut = before(text, cut);
    let mut out = String::with_capacity(cut.min(1024));
    let mut at = 0;
    for range in gone {
        let (start, end) = (before(text, range.start), after(text, range.end));
        if start >= cut {
            break;
        }
        // Overlapping and adjacent parts share one mark.
        if start > at || (at == 0 && out.is_empty()) {
            out.push_str(text.get(at..start).unwrap_or_default());
            out.push_str(REDACTED);
        }
        at = at.max(end);
    }
    if at < cut {
        out.push_str(text.get(at..cut).unwrap_or_default());
    }
    if is_cut && (at < cut || !out.ends_with(REDACTED)) {
        out.extend([if colon { ": " } else { "" }, REDACTED]);
    }
    out
}

/// The nearest character boundary at or before this place.
fn before(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// The nearest character boundary at or after this place.
fn after(text: &str, at: usize) -> usize {
    (at..text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len())
}

/// Whether a view has a URL. `://` alone is not enough: one in 600,000 digests has it when it is read as hexadecimal.
#[cfg(feature = "testing")]
fn has_link(view: &View) -> bool {
    let is_link = |five: &[u8]| matches!(five, [before, b':', b'/', b'/', after] if before.is_ascii_alphabetic() && after.is_ascii_alphanumeric());
    view.bytes.windows(5).any(is_link)
}

fn position(text: &[u8], words: &[u8]) -> Option<usize> {
    text.windows(words.len()).position(|window| window.eq_ignore_ascii_case(words))
}

/// Where a private key begins, even if it is not the request's own or is cut off.
fn private_key(view: &View) -> Option<Range<usize>> {
    let exact = ["PRIVATE KEY", "PRIVATE+KEY"].iter().filter_map(|words| {
        let at = view.bytes.windows(words.len()).position(|window| window == words.as_bytes())?;
        Some(at..at + words.len())
    });
    let armour = position(&view.bytes, b"-----begin ").and_then(|start| {
        let line = view.bytes.get(start..)?.get(..64.min(view.bytes.len() - start))?;
        let at = position(line, b"private key").or_else(|| position(line, b"private+key"))?;
        Some(start + at..start + at + 11)
    });
    exact.chain(armour).min_by_key(|range| range.start)
}

/// Where a quoted string to sign begins. `true` if this is the place of the words before it, in any spelling.
fn string_to_sign(view: &View) -> Option<(Range<usize>, bool)> {
    const WORDS: [&[u8]; 6] = [
        b"string to sign",
        b"string-to-sign",
        b"stringtosign",
        b"string_to_sign",
        b"canonicalstring",
        b"canonical string",
    ];
    let words = WORDS.iter().filter_map(|words| position(&view.bytes, words).map(|at| at..at + words.len()));
    let words = words.min_by_key(|range| range.start).filter(|range| {
        let rest = view.bytes.get(range.end..).unwrap_or_default();
        rest.iter().any(|byte| matches!(byte, b'&' | b'=' | b'%' | b'\n'))
    });
    let start = ALIYUN_V1_STARTS
        .iter()
        .filter_map(|start| position(&view.bytes, start.as_bytes()).map(|at| at..at + start.len()));
    words.map(|range| (range, true)).or_else(|| Some((start.min_by_key(|range| range.start)?, false)))
}

/// The values after the names of signatures and tokens, for values that the client does not know, such as the correct signature.
fn signatures(view: &View) -> impl Iterator<Item = Range<usize>> {
    const NAMES: [&[u8]; 6] =
        [b"signature", b"securitytoken", b"security-token", b"security_token", b"accesskeysecret", b"secretaccesskey"];
    const SHORTEST: usize = 16;
    let bytes = &view.bytes;
    let skipped =
        |from: usize, signs: &[u8]| from + bytes.iter().skip(from).take_while(|byte| signs.contains(byte)).count();
    let value = move |name: usize| {
        let mark = skipped(name, b"\"' ");
        bytes.get(mark).filter(|byte| matches!(byte, b'=' | b':'))?;
        let start = skipped(mark + 1, b"\"' ");
        let is_digit = |byte: &&u8| byte.is_ascii_alphanumeric() || b"+/=-_".contains(byte);
        let length = bytes.iter().skip(start).take_while(is_digit).count();
        let run = bytes.get(start..start + length)?;
        // A plain word is not a signature.
        let is_value = run.iter().any(|byte| byte.is_ascii_digit() || b"+/=".contains(byte));
        (length >= SHORTEST && is_value).then_some(start..start + length)
    };
    let ends = NAMES.iter().flat_map(move |name| {
        let starts = bytes.windows(name.len()).enumerate();
        starts.filter(|(_, window)| window.eq_ignore_ascii_case(name)).map(|(at, window)| at + window.len())
    });
    ends.filter_map(value)
}
