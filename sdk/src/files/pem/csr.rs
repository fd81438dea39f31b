//! Certificate signing requests as parameters.

use super::write;
use crate::base::error::Error;
use crate::base::pem::der::is_request;
use crate::base::pem::is_private_key;
use crate::base::pem::sections::sections;
use std::fmt;

/// A certificate signing request (CSR), checked when it is made.
///
/// Setters of CSRs take it. They also take text in PEM, of which only the form is checked, before the request is sent.
/// The guide shows [how to make a key and a CSR](crate::guide::orders#bring-your-own-key).
#[derive(Clone, PartialEq, Eq)]
pub struct Csr(String);

impl Csr {
    /// Reads PEM. Text around the section is dropped.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) if the text is not exactly one CSR. A private key beside it is refused too: it must not leave
    /// your machine.
    pub fn from_pem(text: impl AsRef<[u8]>) -> Result<Self, Error> {
        let wrong = |message: String| Error::input("Csr::from_pem", message);
        let all = sections(text.as_ref()).map_err(wrong)?;
        for section in &all {
            let label = &section.label;
            if is_private_key(label) {
                return Err(wrong(format!("the text contains {label}: pass the CSR only, and keep the key")));
            }
            if !matches!(label.as_str(), "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST") {
                return Err(wrong(format!("the text contains {label}, which is not a CSR: pass the CSR only")));
            }
        }
        match all.as_slice() {
            [one] => Self::checked(&one.content, "Csr::from_pem"),
            all => Err(wrong(format!("the text contains {} CSRs: pass one", all.len()))),
        }
    }

    /// Reads DER.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) if the bytes are not exactly one CSR.
    pub fn from_der(der: impl AsRef<[u8]>) -> Result<Self, Error> {
        Self::checked(der.as_ref(), "Csr::from_der")
    }

    fn checked(der: &[u8], by: &str) -> Result<Self, Error> {
        if is_request(der) {
            Ok(Self(write("CERTIFICATE REQUEST", der)))
        } else {
            Err(Error::input(by, "the CSR is damaged, or is not a CSR"))
        }
    }

    /// The CSR in PEM.
    #[must_use]
    pub fn as_pem(&self) -> &str {
        &self.0
    }
}

impl From<Csr> for String {
    fn from(csr: Csr) -> Self {
        csr.0
    }
}

impl From<&Csr> for String {
    fn from(csr: &Csr) -> Self {
        csr.0.clone()
    }
}

/// Shows no content: a CSR may name a person.
impl fmt::Debug for Csr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Csr").finish_non_exhaustive()
    }
}
