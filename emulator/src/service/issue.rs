//! From a proved order to a certificate.

use crate::pki::{Algorithm, Issued, Key, Level, SharedPki, Subject, Trouble, Wanted};

/// The key that is certified.
pub(super) enum Certified<'a> {
    /// The applicant's, in DER.
    Given(&'a [u8]),
    /// One that the service makes.
    Made(Algorithm),
}

/// What is issued to whom.
pub(super) struct Issue<'a> {
    /// Names the order; key and serial number follow from it.
    pub(super) order: &'a str,
    pub(super) domains: &'a [String],
    pub(super) subject: Option<&'a Subject>,
    pub(super) level: Level,
    pub(super) key: Certified<'a>,
    pub(super) days: i64,
}

/// A certificate, and its key if the service made that.
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
    let wanted = Wanted {
        domains: issue.domains,
        subject: issue.subject,
        level: issue.level,
        public: &public,
        days: issue.days,
        serial_of: issue.order,
    };
    Ok(Made { issued: pki.issue(&wanted, now)?, key })
}
