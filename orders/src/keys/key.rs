//! A private key: its public half, its certificate signing requests, and what belongs to it.

use super::kind::KeyKind;
use crate::base::failure::{Failure, Kind};
use crate::base::hex::hex;
use cloudcert::{Secret, model};
use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair, PublicKeyData, SanType};
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::der::Encode;
use rsa::pkcs8::der::asn1::AnyRef;
use rsa::pkcs8::spki::AlgorithmIdentifier;
use rsa::pkcs8::{AlgorithmIdentifierRef, EncodePrivateKey, ObjectIdentifier, PrivateKeyInfoRef, SecretDocument};
use sha2::{Digest, Sha256};
use std::fmt;
use x509_parser::extensions::{GeneralName, ParsedExtension};
use x509_parser::pem::parse_x509_pem;
use x509_parser::prelude::{FromDer, X509Certificate, X509CertificationRequest};
use x509_parser::x509::SubjectPublicKeyInfo;
use zeroize::{Zeroize, Zeroizing};

const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const CURVES: [ObjectIdentifier; 2] =
    [ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), ObjectIdentifier::new_unwrap("1.3.132.0.34")];

/// The longest common name of X.520.
const LONGEST_COMMON_NAME: usize = 64;

/// A private key. Its text is zeroed when it is dropped, and `Debug` shows the public key alone.
pub struct Key {
    pem: Secret,
    /// PKCS#8, in whatever form the file has it.
    pkcs8: Zeroizing<Vec<u8>>,
    /// The public key, as certificates and requests have it.
    public: Vec<u8>,
    kind: Option<KeyKind>,
}

/// Who asks for a certificate, for the subject of a request. Certificate authorities ignore it for DV certificates.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// The organisation.
    pub organisation: Option<String>,
    /// Its department.
    pub department: Option<String>,
    /// Two letters of its country, such as `CN`.
    pub country: Option<String>,
    /// Its province.
    pub province: Option<String>,
    /// Its city.
    pub city: Option<String>,
}

impl Key {
    /// Reads a private key in PEM.
    pub(super) fn from_pem(pem: &str) -> Result<Self, Failure> {
        let (label, der) = SecretDocument::from_pem(pem).map_err(|_| unreadable())?;
        let pkcs8 = match label {
            "RSA PRIVATE KEY" => pkcs8_of_rsa(der.as_bytes()),
            "EC PRIVATE KEY" => pkcs8_of_ec(der.as_bytes()),
            "PRIVATE KEY" => Some(Zeroizing::new(der.as_bytes().to_vec())),
            _ => None,
        };
        let pkcs8 = pkcs8.ok_or_else(unreadable)?;
        let pair = Pair::read(&pkcs8).ok_or_else(unreadable)?;
        let kind = kind_of(&pair.0);
        Ok(Self { pem: Secret::from(pem), public: pair.0.subject_public_key_info(), pkcs8, kind })
    }

    /// The key as PEM, as its file has it.
    #[must_use]
    pub fn pem(&self) -> &Secret {
        &self.pem
    }

    /// Its kind. `None` if a service made one of another kind.
    #[must_use]
    pub fn kind(&self) -> Option<KeyKind> {
        self.kind
    }

    /// SHA-256 of the public key (its `SubjectPublicKeyInfo` in DER), in lower-case hexadecimal digits: what the journal keeps.
    #[must_use]
    pub fn public_sha256(&self) -> String {
        hex(&Sha256::digest(&self.public))
    }

    /// Makes a certificate signing request in PEM for these names, signed with the key. The names are its alternative names, each once; the first is
    /// the common name too if it has at most 64 characters. Names in other scripts must be encoded already (`xn--`).
    ///
    /// A request that is made again has the same names and the same key, and for EC keys another signature.
    ///
    /// # Errors
    ///
    /// Of the kind [`Invalid`](Kind::Invalid) if a name is not a domain name in its encoded form, or the country does not have two letters.
    pub fn csr(&self, names: &[String], subject: &Subject) -> Result<String, Failure> {
        let mut params = CertificateParams::default();
        params.distinguished_name = subject.distinguished(names)?;
        for (place, name) in names.iter().enumerate() {
            if !name.is_ascii() || model::ascii_domain(name).is_none() {
                let remedy = "Write names in other scripts in their encoded form, which begins with `xn--`.";
                let message = format!("`{}` is not a domain name", name.escape_debug());
                return Err(Failure::new(Kind::Invalid, message).remedy(remedy));
            }
            let is_new = !names.iter().take(place).any(|other| other.eq_ignore_ascii_case(name));
            if is_new {
                let name = name.as_str().try_into().map_err(|error| not_made(&error))?;
                params.subject_alt_names.push(SanType::DnsName(name));
            }
        }
        let pair = Pair::read(&self.pkcs8).ok_or_else(unreadable)?;
        let request = params.serialize_request(&pair.0).map_err(|error| not_made(&error))?;
        request.pem().map_err(|error| not_made(&error))
    }

    /// Whether a certificate or a certificate signing request in PEM (the first one of the text) is for this key.
    ///
    /// # Errors
    ///
    /// If the text is neither.
    pub fn fits(&self, pem: &str) -> Result<bool, Failure> {
        let section = section(pem)?;
        let same = |other: &SubjectPublicKeyInfo<'_>| {
            let own = SubjectPublicKeyInfo::from_der(&self.public);
            own.is_ok_and(|(_, own)| {
                own.algorithm.algorithm == other.algorithm.algorithm
                    && own.subject_public_key.data == other.subject_public_key.data
            })
        };
        match section {
            Section::Certificate(der) => {
                X509Certificate::from_der(&der).map(|(_, own)| same(own.public_key())).map_err(|_| neither())
            }
            Section::Request(der) => X509CertificationRequest::from_der(&der)
                .map(|(_, own)| same(&own.certification_request_info.subject_pki))
                .map_err(|_| neither()),
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Key");
        shown.field("public_sha256", &self.public_sha256()).field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl Subject {
    fn distinguished(&self, names: &[String]) -> Result<DistinguishedName, Failure> {
        let Some(first) = names.first() else {
            let remedy = "Name at least one domain of the certificate.";
            return Err(Failure::new(Kind::Invalid, "the certificate has no names").remedy(remedy));
        };
        let is_country = |text: &String| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if self.country.as_ref().is_some_and(|text| !is_country(text)) {
            let remedy = "Write it as two capital letters, such as `CN`.";
            return Err(Failure::new(Kind::Invalid, "the country is not a code of two letters").remedy(remedy));
        }
        let mut all = DistinguishedName::new();
        let common = Some(first).filter(|name| name.len() <= LONGEST_COMMON_NAME);
        let parts = [
            (DnType::CountryName, self.country.as_ref()),
            (DnType::StateOrProvinceName, self.province.as_ref()),
            (DnType::LocalityName, self.city.as_ref()),
            (DnType::OrganizationName, self.organisation.as_ref()),
            (DnType::OrganizationalUnitName, self.department.as_ref()),
            (DnType::CommonName, common),
        ];
        for (kind, value) in parts {
            if let Some(value) = value {
                all.push(kind, value.as_str());
            }
        }
        Ok(all)
    }
}

/// The names in a certificate signing request or a certificate in PEM (the first one of the text): its alternative names, as they stand there.
///
/// # Errors
///
/// If the text is neither.
pub fn names(pem: &str) -> Result<Vec<String>, Failure> {
    let dns = |extension: &ParsedExtension<'_>| match extension {
        ParsedExtension::SubjectAlternativeName(all) => {
            let names = all.general_names.iter().filter_map(|name| match name {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                _ => None,
            });
            Some(names.collect::<Vec<_>>())
        }
        _ => None,
    };
    let found = match section(pem)? {
        Section::Certificate(der) => {
            let (_, own) = X509Certificate::from_der(&der).map_err(|_| neither())?;
            own.extensions().iter().find_map(|extension| dns(extension.parsed_extension()))
        }
        Section::Request(der) => {
            let (_, own) = X509CertificationRequest::from_der(&der).map_err(|_| neither())?;
            own.requested_extensions().and_then(|mut all| all.find_map(dns))
        }
    };
    Ok(found.unwrap_or_default())
}

enum Section {
    Certificate(Vec<u8>),
    Request(Vec<u8>),
}

fn section(pem: &str) -> Result<Section, Failure> {
    let (_, pem) = parse_x509_pem(pem.as_bytes()).map_err(|_| neither())?;
    match pem.label.as_str() {
        "CERTIFICATE" => Ok(Section::Certificate(pem.contents)),
        "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST" => Ok(Section::Request(pem.contents)),
        _ => Err(neither()),
    }
}

/// A key pair, whose bytes are zeroed when it is dropped.
struct Pair(KeyPair);

impl Pair {
    fn read(pkcs8: &[u8]) -> Option<Self> {
        KeyPair::try_from(pkcs8).ok().map(Self)
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

fn kind_of(pair: &KeyPair) -> Option<KeyKind> {
    let algorithm = pair.algorithm();
    if *algorithm == rcgen::PKCS_ECDSA_P256_SHA256 {
        return Some(KeyKind::EcP256);
    }
    if *algorithm == rcgen::PKCS_ECDSA_P384_SHA384 {
        return Some(KeyKind::EcP384);
    }
    let spki = pair.subject_public_key_info();
    let (_, spki) = SubjectPublicKeyInfo::from_der(&spki).ok()?;
    match spki.parsed() {
        Ok(x509_parser::public_key::PublicKey::RSA(key)) => match key.key_size() {
            2048 => Some(KeyKind::Rsa2048),
            4096 => Some(KeyKind::Rsa4096),
            _ => None,
        },
        _ => None,
    }
}

fn pkcs8_of_rsa(der: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let key = rsa::PrivateKey::from_pkcs1_der(der).ok()?;
    Some(Zeroizing::new(key.to_pkcs8_der().ok()?.as_bytes().to_vec()))
}

/// An EC key names its curve inside. Only the right one of the two makes a key pair of it.
fn pkcs8_of_ec(der: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    CURVES.iter().find_map(|curve| {
        let algorithm: AlgorithmIdentifierRef<'_> =
            AlgorithmIdentifier { oid: EC, parameters: Some(AnyRef::from(curve)) };
        let octets = rsa::pkcs8::der::asn1::OctetStringRef::new(der).ok()?;
        let pkcs8 = Zeroizing::new(PrivateKeyInfoRef::new(algorithm, octets).to_der().ok()?);
        Pair::read(&pkcs8).is_some().then_some(pkcs8)
    })
}

fn unreadable() -> Failure {
    let remedy = "Restore the file from a backup. A key of a certificate that was issued is needed; one of an order that was never sent is not.";
    Failure::new(Kind::Failed, "the file has no RSA, P-256, P-384 or Ed25519 key in PEM that can be read")
        .remedy(remedy)
}

fn neither() -> Failure {
    let remedy = "Give a text that begins with `-----BEGIN CERTIFICATE`.";
    Failure::new(Kind::Failed, "the text is neither a certificate nor a certificate signing request in PEM")
        .remedy(remedy)
}

fn not_made(error: &dyn fmt::Display) -> Failure {
    let remedy = "Check names, company and place of the certificate in the configuration.";
    Failure::new(Kind::Invalid, format!("the certificate signing request could not be made: {error}")).remedy(remedy)
}
