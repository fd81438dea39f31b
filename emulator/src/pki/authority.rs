//! The authority: a root, an intermediate, and the certificates that it issues.

use super::key::{Algorithm, Key};
use super::trouble::Trouble;
use crate::base::random::Random;
use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CustomExtension, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, PKCS_RSA_SHA256, PublicKeyData, SanType,
    SerialNumber, SubjectPublicKeyInfo,
};
use time::OffsetDateTime;

const YEAR: i64 = 365 * 86_400;
const ORGANIZATION: &str = "Cloudcert Emulator";
/// The object identifier of the certificate policies extension.
const POLICIES: [u64; 4] = [2, 5, 29, 32];

/// How thoroughly the applicant was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    Dv,
    Ov,
    Ev,
}

impl Level {
    /// Returns the content of the policy extension for the level: `2.23.140.1.2.1`, `2.23.140.1.2.2`, `2.23.140.1.1`.
    fn policy(self) -> Vec<u8> {
        match self {
            Self::Dv => vec![0x30, 10, 0x30, 8, 6, 6, 0x67, 0x81, 0x0C, 1, 2, 1],
            Self::Ov => vec![0x30, 10, 0x30, 8, 6, 6, 0x67, 0x81, 0x0C, 1, 2, 2],
            Self::Ev => vec![0x30, 9, 0x30, 7, 6, 5, 0x67, 0x81, 0x0C, 1, 1],
        }
    }
}

/// The organization in a certificate. A DV certificate has none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Subject {
    pub(crate) organization: String,
    pub(crate) state: String,
    pub(crate) city: String,
}

/// A certificate to issue.
pub(crate) struct Template<'a> {
    /// All domains; the first is the common name.
    pub(crate) domains: &'a [String],
    /// The organization. Ignored at level DV.
    pub(crate) subject: Option<&'a Subject>,
    pub(crate) level: Level,
    /// The key to certify.
    pub(crate) public: &'a SubjectPublicKeyInfo,
    /// How many days it is valid from now on.
    pub(crate) days: i64,
    /// The serial number depends on this and on the seed.
    pub(crate) serial_of: &'a str,
}

/// A certificate that was issued.
#[derive(Debug, Clone)]
pub(crate) struct Issued {
    /// The certificate in PEM.
    pub(crate) leaf: String,
    /// The certificate of the issuer in PEM.
    pub(crate) issuer: String,
    /// First and last second of its validity.
    pub(crate) from: i64,
    pub(crate) to: i64,
}

impl Issued {
    /// Returns the certificate followed by its issuer, as servers send them.
    pub(crate) fn chain(&self) -> String {
        format!("{}{}", self.leaf, self.issuer)
    }
}

/// A certificate authority with a root and an intermediate.
pub(super) struct Authority {
    /// The root certificate in PEM.
    pub(super) root: String,
    /// The certificate that issues all others, in PEM.
    pub(super) intermediate: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    /// Makes an authority whose certificates have been valid for some years, and stay valid for many more.
    pub(super) fn new(seed: u64, now: i64) -> Result<Self, Trouble> {
        let begun = now - now.rem_euclid(YEAR);
        let key = |name: &str| Key::make(Algorithm::Rsa, seed, name).map(|key| key.pair);
        let serial = |name: &str| Random::stream(seed, name).bytes::<16>();

        let params = ca_params("Cloudcert Emulator Root CA", 1, (begun - 5 * YEAR, begun + 20 * YEAR), serial("root"))?;
        let pair = key("ca/root")?;
        let root = params.self_signed(&pair).map_err(|e| failed(&e))?;
        let top = Issuer::new(params, pair);

        let name = "Cloudcert Emulator TLS CA G1";
        let params = ca_params(name, 0, (begun - 2 * YEAR, begun + 10 * YEAR), serial("intermediate"))?;
        let pair = key("ca/intermediate")?;
        let intermediate = params.signed_by(&pair, &top).map_err(|e| failed(&e))?;
        Ok(Self { root: text(&root), intermediate: text(&intermediate), issuer: Issuer::new(params, pair) })
    }

    /// Issues a certificate for a key.
    pub(super) fn issue(&self, wanted: &Template<'_>, serial: [u8; 16], now: i64) -> Result<Issued, Trouble> {
        let (from, to) = (now, now + wanted.days * 86_400 - 1);
        let mut params = blank((from, to), serial)?;
        params.distinguished_name = subject(wanted)?;
        params.subject_alt_names = wanted.domains.iter().map(|name| dns_name(name)).collect::<Result<_, _>>()?;
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        if wanted.public.algorithm() == &PKCS_RSA_SHA256 {
            params.key_usages.push(KeyUsagePurpose::KeyEncipherment);
        }
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth, ExtendedKeyUsagePurpose::ClientAuth];
        params.custom_extensions = vec![CustomExtension::from_oid_content(&POLICIES, wanted.level.policy())];
        params.use_authority_key_identifier_extension = true;
        let leaf = params.signed_by(wanted.public, &self.issuer).map_err(|e| failed(&e))?;
        Ok(Issued { leaf: text(&leaf), issuer: self.intermediate.clone(), from, to })
    }
}

fn failed(e: &rcgen::Error) -> Trouble {
    Trouble::new(format!("A certificate could not be made: {e}."))
}

/// Writes PEM with the line ends that the services use.
fn text(certificate: &Certificate) -> String {
    certificate.pem().replace("\r\n", "\n")
}

fn blank((from, to): (i64, i64), mut serial: [u8; 16]) -> Result<CertificateParams, Trouble> {
    let moment = |seconds| {
        OffsetDateTime::from_unix_timestamp(seconds)
            .map_err(|_| Trouble::new("The clock stands at a time that certificates cannot have."))
    };
    let mut params = CertificateParams::default();
    params.not_before = moment(from)?;
    params.not_after = moment(to)?;
    // Clear the sign bit and set the next one: the number is positive and 16 bytes long.
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x7F | 0x40;
    }
    params.serial_number = Some(SerialNumber::from_slice(&serial));
    Ok(params)
}

fn ca_params(name: &str, below: u8, validity: (i64, i64), serial: [u8; 16]) -> Result<CertificateParams, Trouble> {
    let mut params = blank(validity, serial)?;
    let mut subject = DistinguishedName::new();
    subject.push(DnType::CountryName, "CN");
    subject.push(DnType::OrganizationName, ORGANIZATION);
    subject.push(DnType::CommonName, name);
    params.distinguished_name = subject;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(below));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn subject(wanted: &Template<'_>) -> Result<DistinguishedName, Trouble> {
    let mut name = DistinguishedName::new();
    let who = wanted.subject.filter(|_| wanted.level != Level::Dv);
    if let Some(who) = who {
        name.push(DnType::CountryName, "CN");
        for (kind, value) in [(DnType::StateOrProvinceName, &who.state), (DnType::LocalityName, &who.city)] {
            if !value.is_empty() {
                name.push(kind, value.as_str());
            }
        }
        name.push(DnType::OrganizationName, who.organization.as_str());
    }
    let common = wanted.domains.first().ok_or_else(|| Trouble::new("A certificate needs a domain."))?;
    name.push(DnType::CommonName, common.as_str());
    Ok(name)
}

/// Returns a domain as certificates and requests hold it.
pub(super) fn dns_name(name: &str) -> Result<SanType, Trouble> {
    let text = name.try_into().map_err(|_| Trouble::new(format!("{name} is not a domain in ASCII.")))?;
    Ok(SanType::DnsName(text))
}
