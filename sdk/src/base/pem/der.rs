//! A small DER reader: the names, validity and key of a certificate, and the numbers in a private key.

pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const BIT_STRING: u8 = 0x03;
pub(crate) const OCTET_STRING: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
/// The first and the second optional field of a structure.
pub(crate) const FIELD_0: u8 = 0xa0;
pub(crate) const FIELD_1: u8 = 0xa1;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// The fields of a certificate that are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fields {
    /// The encoded names of issuer and subject.
    pub(crate) issuer: Vec<u8>,
    pub(crate) subject: Vec<u8>,
    /// The validity, as texts that sort by time.
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) key: PublicKey,
}

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    pub(crate) algorithm: Algorithm,
    pub(crate) bits: Vec<u8>,
}

/// A kind of key: an identifier, and the curve if it has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Algorithm {
    pub(crate) id: Vec<u8>,
    pub(crate) curve: Option<Vec<u8>>,
}

impl Fields {
    /// Reads a certificate, and returns what follows it. `None` if it is not a certificate.
    pub(crate) fn read(certificate: &[u8]) -> Option<(Self, &[u8])> {
        let mut outer = Reader(certificate);
        let mut whole = Reader(outer.take(SEQUENCE)?);
        let mut fields = Reader(whole.take(SEQUENCE)?);
        // The version is optional.
        fields.take_if(FIELD_0)?;
        fields.take(INTEGER)?;
        let _signature = fields.take(SEQUENCE)?;
        let issuer = fields.take(SEQUENCE)?.to_vec();
        let mut validity = Reader(fields.take(SEQUENCE)?);
        let (from, to) = (validity.time()?, validity.time()?);
        let subject = fields.take(SEQUENCE)?.to_vec();
        let mut key = Reader(fields.take(SEQUENCE)?);
        let algorithm = Algorithm::read(key.take(SEQUENCE)?)?;
        let bits = key.bits()?.to_vec();
        Some((Self { issuer, subject, from, to, key: PublicKey { algorithm, bits } }, outer.0))
    }
}

impl Algorithm {
    /// Reads the content of an algorithm identifier.
    pub(crate) fn read(content: &[u8]) -> Option<Self> {
        let mut reader = Reader(content);
        let id = reader.take(OID)?.to_vec();
        let curve = reader.take_if(OID)?;
        Some(Self { id, curve: (!curve.is_empty()).then(|| curve.to_vec()) })
    }
}

/// Whether this is a certificate signing request, and nothing follows it.
pub(crate) fn is_request(der: &[u8]) -> bool {
    let fields = || {
        let mut whole = Reader(Reader(der).whole(SEQUENCE)?);
        let mut fields = Reader(whole.take(SEQUENCE)?);
        fields.take(INTEGER)?;
        let _subject = fields.take(SEQUENCE)?;
        let mut key = Reader(fields.take(SEQUENCE)?);
        Algorithm::read(key.take(SEQUENCE)?)?;
        key.bits()?;
        let _attributes = fields.take_if(FIELD_0)?;
        Algorithm::read(whole.take(SEQUENCE)?)?;
        whole.bits()?;
        Some(fields.0.is_empty() && whole.0.is_empty())
    };
    fields() == Some(true)
}

/// The rest to be read.
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

impl<'a> Reader<'a> {
    fn tag(&self) -> Option<u8> {
        self.0.first().copied()
    }

    /// The content of the next value, which must have this tag.
    pub(crate) fn take(&mut self, wanted: u8) -> Option<&'a [u8]> {
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

    /// The content of the next value if it has this tag, nothing if it has another; `None` if it is damaged.
    pub(crate) fn take_if(&mut self, wanted: u8) -> Option<&'a [u8]> {
        if self.tag() == Some(wanted) { self.take(wanted) } else { Some(&[]) }
    }

    /// The content of a value after which nothing follows.
    pub(crate) fn whole(mut self, wanted: u8) -> Option<&'a [u8]> {
        let content = self.take(wanted)?;
        self.0.is_empty().then_some(content)
    }

    /// A bit string of whole bytes.
    pub(crate) fn bits(&mut self) -> Option<&'a [u8]> {
        self.take(BIT_STRING)?.strip_prefix(&[0])
    }

    /// `20260102030405Z`.
    fn time(&mut self) -> Option<String> {
        let (content, century) = match self.tag()? {
            UTC_TIME => {
                let content = self.take(UTC_TIME)?;
                (content, if content.first()? < &b'5' { "20" } else { "19" })
            }
            _ => (self.take(GENERALIZED_TIME)?, ""),
        };
        let text = std::str::from_utf8(content).ok()?;
        Some(format!("{century}{text}"))
    }
}
