//! Certificate signing requests.

use super::authority::dns_name;
use super::facts::KeyFacts;
use super::key::{Key, public_key};
use super::reading::{dns_names, first, first_section};
use super::signature::{self, Verdict};
use super::trouble::Trouble;
use cloudcert::model::ascii_domain;
use rcgen::{CertificateParams, DistinguishedName, DnType};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::extensions::ParsedExtension;
use x509_parser::prelude::FromDer;
use x509_parser::public_key::PublicKey;

/// The size of the smallest RSA key that is accepted.
const RSA_MIN_BITS: usize = 2048;

/// The names in a CSR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Names {
    /// The common name.
    pub(crate) common: String,
    /// The domains among the subject alternative names.
    pub(crate) others: Vec<String>,
}

/// Who applies, as a CSR says it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Applicant {
    pub(crate) organization: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) province: Option<String>,
    pub(crate) country: Option<String>,
}

/// A CSR whose signature is valid and whose key is supported.
#[derive(Debug, Clone)]
pub(crate) struct Csr {
    pub(crate) names: Names,
    pub(crate) applicant: Applicant,
    /// The public key in DER.
    pub(crate) key: Vec<u8>,
    pub(crate) facts: KeyFacts,
}

impl Csr {
    /// Reads a CSR in PEM, and checks its signature and key.
    pub(crate) fn read(pem: &str) -> Result<Self, Trouble> {
        let unreadable = |why: &str| Trouble::new(format!("The CSR cannot be read: {why}."));
        let (label, der) = first_section(pem).map_err(|why| unreadable(&format!("it is not in PEM, {why}")))?;
        if !matches!(label.as_str(), "CERTIFICATE REQUEST" | "NEW CERTIFICATE REQUEST") {
            return Err(unreadable(&format!("the PEM section holds something else, {label}")));
        }
        let (rest, request) =
            X509CertificationRequest::from_der(&der).map_err(|_| unreadable("it is no PKCS#10 request"))?;
        if !rest.is_empty() {
            return Err(unreadable("something follows it"));
        }
        let info = &request.certification_request_info;
        check_key(&info.subject_pki.parsed().map_err(|_| unreadable("its key is malformed"))?)?;
        let key = info.subject_pki.raw.to_vec();
        public_key(&key)?;
        match signature::check(&request) {
            Verdict::Right => {}
            Verdict::Wrong => return Err(Trouble::new("The signature of the CSR does not fit its key.")),
            Verdict::Unknown => {
                let id = &request.signature_algorithm.algorithm;
                let why = format!("The CSR is signed in a way that is not taken ({id}): sign it with SHA-256.");
                return Err(Trouble::new(why));
            }
        }
        let common = info.subject.iter_common_name().next().and_then(|name| name.as_str().ok());
        let common = common.ok_or_else(|| Trouble::new("The CSR has no common name."))?;
        let common = ascii_domain(common).unwrap_or_else(|| common.to_lowercase());
        let mut others = Vec::new();
        for extension in request.requested_extensions().into_iter().flatten() {
            if let ParsedExtension::SubjectAlternativeName(names) = extension {
                let named = dns_names(names);
                if named.len() < names.general_names.len() {
                    return Err(Trouble::new("The CSR asks for an address or another name that is not a domain."));
                }
                others.extend(named);
            }
        }
        let subject = &info.subject;
        let applicant = Applicant {
            organization: first(subject.iter_organization()),
            unit: first(subject.iter_organizational_unit()),
            city: first(subject.iter_locality()),
            province: first(subject.iter_state_or_province()),
            country: first(subject.iter_country()),
        };
        let facts = KeyFacts::of(&info.subject_pki).ok_or_else(|| unreadable("its key is malformed"))?;
        Ok(Self { names: Names { common, others }, applicant, key, facts })
    }
}

fn check_key(key: &PublicKey<'_>) -> Result<(), Trouble> {
    match key {
        PublicKey::RSA(rsa) if rsa.key_size() < RSA_MIN_BITS => Err(Trouble::new(format!(
            "The RSA key of the CSR has {} bits; at least {RSA_MIN_BITS} are needed.",
            rsa.key_size()
        ))),
        PublicKey::EC(point) if !matches!(point.key_size(), 256 | 384) => {
            Err(Trouble::new("The EC key of the CSR is neither on P-256 nor on P-384."))
        }
        PublicKey::RSA(_) | PublicKey::EC(_) => Ok(()),
        _ => Err(Trouble::new("The key of the CSR is neither RSA nor EC.")),
    }
}

/// Makes the CSR, in PEM, of a key that the service made.
pub(crate) fn system_request(key: &Key, domain: &str) -> Result<String, Trouble> {
    let names = Names { common: domain.to_owned(), others: Vec::new() };
    applicants_request(key, &names, &Applicant::default())
}

/// Makes the CSR, in PEM, of a key that the service made, with the applicant's data. All domains are in ASCII.
pub(crate) fn applicants_request(key: &Key, names: &Names, applicant: &Applicant) -> Result<String, Trouble> {
    let failed = |e: rcgen::Error| Trouble::new(format!("The CSR could not be made: {e}."));
    let mut params = CertificateParams::default();
    let mut name = DistinguishedName::new();
    let parts = [
        (DnType::CountryName, &applicant.country),
        (DnType::StateOrProvinceName, &applicant.province),
        (DnType::LocalityName, &applicant.city),
        (DnType::OrganizationName, &applicant.organization),
        (DnType::OrganizationalUnitName, &applicant.unit),
    ];
    for (kind, text) in parts {
        if let Some(text) = text {
            name.push(kind, text.as_str());
        }
    }
    name.push(DnType::CommonName, names.common.as_str());
    params.distinguished_name = name;
    params.subject_alt_names = names.others.iter().map(|name| dns_name(name)).collect::<Result<_, _>>()?;
    let request = params.serialize_request(&key.pair).map_err(failed)?;
    Ok(request.pem().map_err(failed)?.replace("\r\n", "\n"))
}
