//! What the services show of a key and of a chain, read when it is asked for.

use super::key::public_key;
use super::reading::{belongs, first, hex};
use super::trouble::Trouble;
use rcgen::{CertificateParams, Issuer, KeyPair, PKCS_ECDSA_P256_SHA256};
use sha2::{Digest, Sha256};
use x509_parser::pem::Pem;
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::SubjectPublicKeyInfo;

/// The object identifier of the curve of SM2.
const SM2_CURVE: &str = "1.2.156.10197.1.301";

/// A public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyFacts {
    /// `RSA`, `ECC` or `SM2`.
    pub(crate) algorithm: &'static str,
    pub(crate) bits: usize,
    /// SHA-256 of the key in hexadecimal capitals.
    pub(crate) sha256: String,
}

impl KeyFacts {
    /// Returns the facts of a key, or `None` if it is of another kind.
    pub(super) fn of(key: &SubjectPublicKeyInfo<'_>) -> Option<Self> {
        let sha256 = hex(&Sha256::digest(key.raw));
        let curve = key.algorithm.parameters.as_ref().and_then(|curve| curve.as_oid().ok());
        let (algorithm, bits) = match key.parsed().ok()? {
            PublicKey::RSA(rsa) => ("RSA", rsa.key_size()),
            PublicKey::EC(point) if curve.is_some_and(|id| id.to_id_string() == SM2_CURVE) => ("SM2", point.key_size()),
            PublicKey::EC(point) => ("ECC", point.key_size()),
            _ => return None,
        };
        Some(Self { algorithm, bits, sha256 })
    }
}

/// One certificate of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Link {
    pub(crate) subject: String,
    pub(crate) issuer: String,
    /// First and last second of its validity.
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// SHA-256 of the certificate in hexadecimal capitals.
    pub(crate) sha256: String,
    /// The key, if it is of a kind that the services name.
    pub(crate) key: Option<KeyFacts>,
}

impl Link {
    /// Returns the kind of the key: `RSA`, `ECC` or `SM2`.
    pub(crate) fn algorithm(&self) -> Option<&'static str> {
        self.key.as_ref().map(|key| key.algorithm)
    }
}

/// Returns the certificates of a PEM text, in its order. What cannot be read is left out.
pub(crate) fn chain(pem: &str) -> Vec<Link> {
    let sections = Pem::iter_from_buffer(pem.as_bytes()).filter_map(Result::ok);
    sections.filter_map(|section| link(&section.contents)).collect()
}

fn link(der: &[u8]) -> Option<Link> {
    let (rest, certificate) = X509Certificate::from_der(der).ok()?;
    let named = der.get(..der.len() - rest.len())?;
    Some(Link {
        subject: first(certificate.subject().iter_common_name()).unwrap_or_default(),
        issuer: first(certificate.issuer().iter_common_name()).unwrap_or_default(),
        from: certificate.validity().not_before.timestamp(),
        to: certificate.validity().not_after.timestamp(),
        sha256: hex(&Sha256::digest(named)),
        key: KeyFacts::of(certificate.public_key()),
    })
}

/// Checks that a public key in DER belongs to a private key in PEM. A certificate of the public key, which nobody gets, is compared with the
/// private key as any other certificate is.
pub(crate) fn pairs(public: &[u8], key_pem: &str) -> Result<(), Trouble> {
    let failed = |e: rcgen::Error| Trouble::new(format!("The keys cannot be compared: {e}."));
    let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256).map_err(failed)?;
    let issuer = Issuer::new(CertificateParams::default(), pair);
    let certificate = CertificateParams::default().signed_by(&public_key(public)?, &issuer).map_err(failed)?;
    belongs(&certificate.pem(), key_pem).map_err(|_| Trouble::new("The private key does not belong to the CSR."))
}
