//! As much DER as it takes to find the names in a certificate.

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;
/// The version, which stands first or not at all.
const VERSION: u8 = 0xa0;

/// Names of the issuer and of the subject, as they are encoded; `None` if it is no certificate.
pub(super) fn names(certificate: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outer = Reader(certificate);
    let mut whole = Reader(outer.take(SEQUENCE)?);
    let mut fields = Reader(whole.take(SEQUENCE)?);
    if fields.tag() == Some(VERSION) {
        fields.take(VERSION)?;
    }
    fields.take(INTEGER)?;
    let _signature = fields.take(SEQUENCE)?;
    let issuer = fields.take(SEQUENCE)?;
    let _validity = fields.take(SEQUENCE)?;
    let subject = fields.take(SEQUENCE)?;
    let _key = fields.take(SEQUENCE)?;
    Some((issuer, subject))
}

/// What is still to be read.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn tag(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The content of the next value, which must have this tag.
    fn take(&mut self, wanted: u8) -> Option<&'a [u8]> {
        let (&[tag, first], rest) = self.0.split_first_chunk::<2>()?;
        let (length, rest) = match first {
            0..=0x7f => (usize::from(first), rest),
            // Certificates are smaller than 16 MiB.
            0x81..=0x83 => {
                let (bytes, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
                (bytes.iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (tag == wanted).then_some(content)
    }
}
