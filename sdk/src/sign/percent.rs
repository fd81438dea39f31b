//! Percent-encoding as both clouds ask for it: RFC 3986, UTF-8, upper-case hexadecimal, a blank as `%20`.

use percent_encoding::percent_encode_byte;

/// Encodes a text for a query, a form or a signature.
///
/// ```
/// assert_eq!(cloudcert::sign::encode("a b*~+张"), "a%20b%2A~%2B%E5%BC%A0");
/// ```
#[must_use]
pub fn encode(text: &str) -> String {
    let mut out = Encoder::with_capacity(text.len() + 8);
    out.once(text);
    out.finish()
}

/// A text that is put together from encoded ones. It is bytes until it is whole: whether they are UTF-8 is then looked at once.
pub(crate) struct Encoder(Vec<u8>);

impl Encoder {
    pub(crate) fn with_capacity(bytes: usize) -> Self {
        Self(Vec::with_capacity(bytes))
    }

    /// Appends a pair of a query or form.
    pub(crate) fn pair(&mut self, name: &str, value: &str) {
        if !self.0.is_empty() {
            self.plain("&");
        }
        self.once(name);
        self.plain("=");
        self.once(value);
    }

    /// Appends a text as it is.
    pub(crate) fn plain(&mut self, text: &str) {
        self.0.extend_from_slice(text.as_bytes());
    }

    /// Appends the encoded text.
    pub(crate) fn once(&mut self, text: &str) {
        self.each(text, |out, encoded| out.extend_from_slice(encoded));
    }

    /// Appends the text encoded twice, in one pass: signature 1.0 encodes the already encoded parameters again, which turns
    /// every `%` into `%25`.
    pub(crate) fn twice(&mut self, text: &str) {
        self.each(text, |out, [_, high, low]| out.extend_from_slice(&[b'%', b'2', b'5', *high, *low]));
    }

    /// The whole text.
    pub(crate) fn finish(self) -> String {
        // Texts came in, and what is encoded is ASCII.
        String::from_utf8(self.0).unwrap_or_default()
    }

    /// Appends what stands for itself, and hands on `%2B` of every other byte. Encoding is most of the time that a signature takes beside its
    /// hash, and copies of a known length are the cheapest.
    #[inline]
    fn each(&mut self, text: &str, reserved: impl Fn(&mut Vec<u8>, &[u8; 3])) {
        let out = &mut self.0;
        let byte = |out: &mut Vec<u8>, byte: u8| {
            if is_unreserved(byte) {
                out.push(byte);
            } else if let Some(encoded) = percent_encode_byte(byte).as_bytes().first_chunk() {
                reserved(out, encoded);
            }
        };
        let (eights, rest) = text.as_bytes().as_chunks::<8>();
        for eight in eights {
            if eight.iter().fold(true, |plain, byte| plain & is_unreserved(*byte)) {
                out.extend_from_slice(eight);
            } else {
                for one in eight {
                    byte(out, *one);
                }
            }
        }
        for one in rest {
            byte(out, *one);
        }
    }
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
