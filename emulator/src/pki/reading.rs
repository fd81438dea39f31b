//! Reading certificates.

use super::trouble::Trouble;
use cloudcert::pem::Bundle;
use rsa::pkcs8::LineEnding;
use rsa::pkcs8::spki::der::pem::encode_string;
use sha1::{Digest, Sha1};
use sha2::Sha256;
use std::fmt::Write as _;
use x509_parser::extensions::{GeneralName, SubjectAlternativeName};
use x509_parser::prelude::{FromDer, X509Certificate};
use x509_parser::public_key::PublicKey;
use x509_parser::x509::{AttributeTypeAndValue, X509Name};

/// What the services show of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Reading {
    pub(crate) common: String,
    pub(crate) sans: Vec<String>,
    pub(crate) issuer: String,
    pub(crate) organization: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) province: Option<String>,
    pub(crate) country: Option<String>,
    /// First and last second of its validity.
    pub(crate) from: i64,
    pub(crate) to: i64,
    /// In hexadecimal, as openssl prints it.
    pub(crate) serial: String,
    /// SHA-1 in hexadecimal capitals.
    pub(crate) fingerprint: String,
    /// SHA-256 in hexadecimal capitals.
    pub(crate) sha2: String,
    /// The kind of its key, RSA or ECC.
    pub(crate) key_type: &'static str,
}

impl Reading {
    /// Reads the first certificate of a PEM text.
    pub(crate) fn of(pem: &str) -> Result<Self, Trouble> {
        let der = certificate(pem)?;
        let certificate = parsed(&der)?;
        let subject = certificate.subject();
        let issuer = certificate.issuer();
        let sans = certificate.subject_alternative_name().ok().flatten();
        let sans: Vec<String> = sans.map_or_else(Vec::new, |names| dns_names(names.value));
        let common = first(subject.iter_common_name());
        Ok(Self {
            common: common.or_else(|| sans.first().cloned()).unwrap_or_default(),
            issuer: organization(issuer).or_else(|| first(issuer.iter_common_name())).unwrap_or_default(),
            organization: organization(subject),
            city: first(subject.iter_locality()),
            province: first(subject.iter_state_or_province()),
            country: first(subject.iter_country()),
            from: certificate.validity().not_before.timestamp(),
            to: certificate.validity().not_after.timestamp(),
            serial: hex(certificate.raw_serial()),
            fingerprint: hex(&Sha1::digest(&der)),
            sha2: hex(&Sha256::digest(&der)),
            key_type: match certificate.public_key().parsed() {
                Ok(PublicKey::EC(_)) => "ECC",
                _ => "RSA",
            },
            sans,
        })
    }
}

/// Checks that the first certificate of a PEM text belongs to a private key, as the SDK checks it.
pub(crate) fn belongs(certificate_pem: &str, key_pem: &str) -> Result<(), Trouble> {
    let der = certificate(certificate_pem)?;
    parsed(&der)?;
    let first = write(&der)?;
    let bundle = Bundle::read([first.as_str(), key_pem]).map_err(|error| {
        Trouble::new(format!(
            "The private key does not belong to the certificate, or is not supported: {}.",
            error.message()
        ))
    })?;
    match bundle.key {
        Some(_) if bundle.certificate == first => Ok(()),
        Some(_) => Err(Trouble::new("The private key does not belong to the certificate.")),
        None => Err(Trouble::new("There is no private key.")),
    }
}

fn write(der: &[u8]) -> Result<String, Trouble> {
    let text = encode_string("CERTIFICATE", LineEnding::LF, der);
    text.map_err(|_| Trouble::new("The certificate cannot be written."))
}

/// Returns label and content of the first section of a PEM text, or what is wrong with the text.
pub(super) fn first_section(pem: &str) -> Result<(String, Vec<u8>), String> {
    cloudcert::pem::first_section(pem.as_bytes()).map_err(|error| error.message().to_owned())
}

/// Returns the domains among the alternative names.
pub(super) fn dns_names(names: &SubjectAlternativeName<'_>) -> Vec<String> {
    let domain = |name: &GeneralName<'_>| match name {
        GeneralName::DNSName(name) => Some(name.to_lowercase()),
        _ => None,
    };
    names.general_names.iter().filter_map(domain).collect()
}

fn certificate(pem: &str) -> Result<Vec<u8>, Trouble> {
    let (label, mut der) =
        first_section(pem).map_err(|why| Trouble::new(format!("The certificate is not in PEM: {why}.")))?;
    match label.as_str() {
        "CERTIFICATE" | "X509 CERTIFICATE" => Ok(der),
        // openssl appends what it trusts the certificate for.
        "TRUSTED CERTIFICATE" => {
            let rest = X509Certificate::from_der(&der).map_or(0, |(rest, _)| rest.len());
            der.truncate(der.len() - rest);
            Ok(der)
        }
        _ => Err(Trouble::new(format!("The PEM text begins with {label} and not with a certificate."))),
    }
}

fn parsed(der: &[u8]) -> Result<X509Certificate<'_>, Trouble> {
    match X509Certificate::from_der(der) {
        Ok(([], certificate)) => Ok(certificate),
        _ => Err(Trouble::new("The certificate cannot be read; it is not an X.509 certificate.")),
    }
}

fn organization(name: &X509Name<'_>) -> Option<String> {
    first(name.iter_organization())
}

/// Returns the first of several parts of a name.
pub(super) fn first<'a>(mut values: impl Iterator<Item = &'a AttributeTypeAndValue<'a>>) -> Option<String> {
    values.next().and_then(|value| value.as_str().ok()).map(str::to_owned)
}

/// Writes bytes in hexadecimal capitals.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing into a string does not fail.
        let _ = write!(out, "{byte:02X}");
        out
    })
}
