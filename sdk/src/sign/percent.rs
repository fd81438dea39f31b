//! Percent-encoding as both clouds ask for it: RFC 3986, UTF-8, upper-case hexadecimal, a blank as `%20`.

use percent_encoding::percent_encode_byte;

/// Encodes a text for a query, a form or a signature.
///
/// ```
/// assert_eq!(cloudcert::sign::encode("a b*~+张"), "a%20b%2A~%2B%E5%BC%A0");
/// ```
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    encode_into(&mut out, text);
    out
}

/// Appends the encoded text.
pub(crate) fn encode_into(out: &mut String, text: &str) {
    each(text, out, String::push_str);
}

/// Appends the text encoded twice, in one pass: signature 1.0 encodes the already encoded parameters again, which turns
/// every `%` into `%25`.
pub(super) fn encode_twice_into(out: &mut String, text: &str) {
    each(text, out, |out, encoded| {
        out.push_str("%25");
        out.push_str(encoded.get(1..).unwrap_or_default());
    });
}

/// Appends what stands for itself as it is, in one piece, and hands on `%2B` of every other byte. Encoding is most of the time that a signature
/// takes beside its hash.
#[inline]
fn each(text: &str, out: &mut String, reserved: impl Fn(&mut String, &'static str)) {
    let mut rest = text;
    // Where a run ends there is a byte of ASCII, or the first one of another character.
    loop {
        let (plain, tail) = rest.split_at(first_reserved(rest.as_bytes()));
        out.push_str(plain);
        if tail.is_empty() {
            return;
        }
        let (encoded, after) = tail.split_at(tail.bytes().position(is_unreserved).unwrap_or(tail.len()));
        encoded.bytes().for_each(|byte| reserved(out, percent_encode_byte(byte)));
        rest = after;
    }
}

/// Where the first byte stands that does not stand for itself; eight at a time, as most do.
fn first_reserved(text: &[u8]) -> usize {
    let (eights, _) = text.as_chunks::<8>();
    let plain = |eight: &&[u8; 8]| eight.iter().fold(true, |plain, byte| plain & is_unreserved(*byte));
    let skipped = 8 * eights.iter().take_while(plain).count();
    let rest = text.iter().skip(skipped).position(|byte| !is_unreserved(*byte));
    rest.map_or(text.len(), |found| skipped + found)
}

/// Stands for itself: unreserved in RFC 3986.
#[expect(clippy::indexing_slicing, reason = "when it is compiled")]
fn is_unreserved(byte: u8) -> bool {
    const UNRESERVED: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte: u8 = 0;
        while byte < 128 {
            table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
            byte += 1;
        }
        table
    };
    UNRESERVED.get(usize::from(byte)) == Some(&true)
}
