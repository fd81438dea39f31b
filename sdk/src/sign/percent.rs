//! Percent-encoding as both clouds require it: RFC 3986, UTF-8, upper-case hexadecimal, a blank as `%20`.

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

/// Appends runs of unreserved characters unchanged, and calls `reserved` with the encoded form (`%2B`) of every other byte. Encoding takes most
/// of the time of a signature beside its hash, so runs are copied in one piece.
#[inline]
fn each(text: &str, out: &mut String, reserved: impl Fn(&mut String, &'static str)) {
    let mut rest = text;
    // A run ends at an ASCII byte or at the first byte of another character, so splitting is safe.
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

/// The index of the first byte that must be encoded. Checks eight bytes at a time, because most need no encoding.
fn first_reserved(text: &[u8]) -> usize {
    let (eights, _) = text.as_chunks::<8>();
    let plain = |eight: &&[u8; 8]| eight.iter().fold(true, |plain, byte| plain & is_unreserved(*byte));
    let skipped = 8 * eights.iter().take_while(plain).count();
    let rest = text.iter().skip(skipped).position(|byte| !is_unreserved(*byte));
    rest.map_or(text.len(), |found| skipped + found)
}

/// Whether a byte is sent unchanged: unreserved in RFC 3986.
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
