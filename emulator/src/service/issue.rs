//! Issues the certificate of a validated order.

use crate::pki::{Algorithm, Issued, Key, Level, SharedPki, Subject, Template, Trouble};

/// The key to certify.
pub(super) enum Certified<'a> {
    /// The applicant's public key in DER.
    Given(&'a [u8]),
    /// A key that the service makes.
    Made(Algorithm),
}

/// An order to issue.
pub(super) struct Issue<'a> {
    /// A name of the order. Key and serial number depend on it.
    pub(super) order: &'a str,
    pub(super) domains: &'a [String],
    pub(super) subject: Option<&'a Subject>,
    pub(super) level: Level,
    pub(super) key: Certified<'a>,
    pub(super) days: i64,
}

/// A certificate, and its key if the service made the key.
pub(super) struct Made {
    pub(super) issued: Issued,
    pub(super) key: Option<Key>,
}

/// Issues a certificate.
pub(super) fn issue(issue: &Issue<'_>, pki: &SharedPki, now: i64) -> Result<Made, Trouble> {
    let (public, key) = match issue.key {
        Certified::Given(der) => (crate::pki::public_key(der)?, None),
        Certified::Made(algorithm) => {
            let key = pki.key(issue.order, algorithm)?;
            (key.public()?, Some(key))
        }
    };
    let wanted = Template {
        domains: issue.domains,
        subject: issue.subject,
        level: issue.level,
        public: &public,
        days: issue.days,
        serial_of: issue.order,
    };
    Ok(Made { issued: pki.issue(&wanted, now)?, key })
}
