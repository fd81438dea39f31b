//! PEM and a little DER, for `files/pem` and for the root certificates of a connection.

pub(crate) mod der;
pub(crate) mod sections;

use der::Fields;
use rustls::pki_types::CertificateDer;
use sections::{PemSection, has_sections, sections};

/// Reads root certificates from a PEM text. Fails if it contains anything else.
pub(crate) fn roots(text: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    let mut out = Vec::new();
    if !has_sections(text) {
        return Ok(out);
    }
    for section in sections(text)? {
        let PemSection { label, content } = section;
        if !is_certificate(&label) {
            return Err(format!("{label} is not a certificate"));
        }
        let (_, rest) = Fields::read(&content).ok_or_else(|| format!("{label} is damaged"))?;
        // The settings may say that the certificate must not be trusted for this purpose.
        if !rest.is_empty() {
            return Err(format!("{label} has trust settings, which are not supported: `openssl x509` removes them"));
        }
        out.push(CertificateDer::from(content.to_vec()));
    }
    Ok(out)
}

pub(crate) const TRUSTED: &str = "TRUSTED CERTIFICATE";

/// Whether a section is a private key of any form.
pub(crate) fn is_private_key(label: &str) -> bool {
    label.ends_with("PRIVATE KEY")
}

pub(crate) fn is_certificate(label: &str) -> bool {
    matches!(label, "CERTIFICATE" | "X509 CERTIFICATE" | TRUSTED)
}
