//! Certificates as parameters.

use super::{Bundle, write};
use crate::base::error::Error;
use crate::base::pem::der::Fields;
use crate::base::pem::sections::sections;
use crate::base::pem::{TRUSTED, is_certificate, is_private_key};

/// One or several certificates in PEM, checked when they are made. They keep their order: the certificate of the server comes first.
///
/// Setters of certificates take it. They also take text in PEM. To sort certificates and keys of any order, read a [`Bundle`].
///
/// ```
/// # fn example(leaf: &[u8], issuer: &[u8]) -> Result<(), cloudcert::Error> {
/// let chain = cloudcert::pem::Certificates::from_der([leaf, issuer])?;
/// assert!(chain.as_pem().starts_with("-----BEGIN CERTIFICATE-----"));
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificates(String);

impl Certificates {
    /// Reads PEM. Text around the sections is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) if the text contains no certificate, a damaged one, or something else. A private key is
    /// refused: it belongs into a parameter of its own.
    pub fn from_pem(text: impl AsRef<[u8]>) -> Result<Self, Error> {
        const BY: &str = "Certificates::from_pem";
        let wrong = |message: String| Error::input(BY, message);
        let mut out = Self(String::new());
        for section in sections(text.as_ref()).map_err(wrong)? {
            let label = &section.label;
            if is_private_key(label) {
                return Err(wrong(format!("the text contains {label}: pass it to the parameter of the key only")));
            }
            if !is_certificate(label) {
                return Err(wrong(format!("the text contains {label}, which is not a certificate: remove it")));
            }
            out.add(&section.content, label == TRUSTED, BY)?;
        }
        out.unless_empty(BY)
    }

    /// Reads certificates in DER, that of the server first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) if there is no certificate, or one is damaged.
    pub fn from_der<T: AsRef<[u8]>>(all: impl IntoIterator<Item = T>) -> Result<Self, Error> {
        const BY: &str = "Certificates::from_der";
        let mut out = Self(String::new());
        for der in all {
            out.add(der.as_ref(), false, BY)?;
        }
        out.unless_empty(BY)
    }

    /// Adds a certificate. `trusted` if trust settings may follow it, which are dropped.
    fn add(&mut self, der: &[u8], trusted: bool, by: &str) -> Result<(), Error> {
        let end = Fields::read(der).map(|(_, rest)| der.len() - rest.len()).filter(|end| trusted || *end == der.len());
        let whole = end.and_then(|end| der.get(..end)).ok_or_else(|| Error::input(by, "a certificate is damaged"))?;
        self.0.push_str(&write("CERTIFICATE", whole));
        Ok(())
    }

    fn unless_empty(self, by: &str) -> Result<Self, Error> {
        if self.0.is_empty() { Err(Error::input(by, "there is no certificate")) } else { Ok(self) }
    }

    /// The certificates in PEM.
    #[must_use]
    pub fn as_pem(&self) -> &str {
        &self.0
    }
}

/// The certificate and its chain.
impl From<&Bundle> for Certificates {
    fn from(bundle: &Bundle) -> Self {
        Self(bundle.fullchain())
    }
}

impl From<Certificates> for String {
    fn from(certificates: Certificates) -> Self {
        certificates.0
    }
}

impl From<&Certificates> for String {
    fn from(certificates: &Certificates) -> Self {
        certificates.0.clone()
    }
}
