//! What must be right before a certificate is stored.

use crate::base::failure::{Failure, Kind};
use crate::base::hex::hex;
use cloudcert::pem::Bundle;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::pem::parse_x509_pem;

/// How far the clock of the issuer may be ahead of ours.
const AHEAD: SignedDuration = SignedDuration::from_hours(24);

/// What a certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Facts {
    /// SHA-256, in lower-case hexadecimal digits.
    pub(crate) fingerprint: String,
    /// Its names, the subject's common name only if there are no others.
    pub(crate) names: Vec<String>,
    pub(crate) serial: String,
    pub(crate) not_before: Timestamp,
    pub(crate) not_after: Timestamp,
}

impl Facts {
    /// Reads the first certificate of a text.
    pub(crate) fn read(pem: &str) -> Result<Self, Failure> {
        let damaged = || Failure::new(Kind::Failed, "the certificate is damaged").remedy("Fetch it again.");
        let (_, section) = parse_x509_pem(pem.as_bytes()).map_err(|_| damaged())?;
        let certificate = section.parse_x509().map_err(|_| damaged())?;
        let time = |seconds: i64| Timestamp::from_second(seconds).map_err(|_| damaged());
        Ok(Self {
            fingerprint: hex(&Sha256::digest(&section.contents)),
            names: names(&certificate),
            serial: hex(certificate.raw_serial()).trim_start_matches('0').to_owned(),
            not_before: time(certificate.validity().not_before.timestamp())?,
            not_after: time(certificate.validity().not_after.timestamp())?,
        })
    }

    /// The same as JSON, for people and other programs.
    pub(crate) fn json(&self) -> Value {
        json!({
            "fingerprint": self.fingerprint,
            "serial": self.serial,
            "names": self.names,
            "not_before": self.not_before,
            "not_after": self.not_after,
        })
    }

    /// Checks that the certificate is for all of these names, and valid.
    fn fits(&self, wanted: &[String], now: Timestamp) -> Result<(), Failure> {
        let missing: Vec<_> = wanted.iter().filter(|name| !self.covers(name)).map(String::as_str).collect();
        if !missing.is_empty() {
            let (missing, has) = (missing.join(", "), self.names.join(", "));
            let failure = Failure::new(Kind::Failed, format!("the certificate is not for {missing}, but for {has}"));
            return Err(failure.remedy("Compare the names of the configuration with those of the order."));
        }
        let (from, to) = (self.not_before, self.not_after);
        if to <= now {
            let failure = Failure::new(Kind::Failed, format!("the certificate has expired: it was valid until {to}"));
            return Err(failure.remedy("Check the clock of this machine. If it is right, order a new certificate."));
        }
        let early = now.checked_add(AHEAD).is_ok_and(|latest| from > latest);
        if early {
            let failure = Failure::new(Kind::Failed, format!("the certificate is not valid before {from}"));
            return Err(failure.remedy("Check the clock of this machine."));
        }
        Ok(())
    }

    fn covers(&self, wanted: &str) -> bool {
        let wanted = wanted.to_ascii_lowercase();
        let above = wanted.split_once('.').map(|(_, above)| format!("*.{above}"));
        self.names.iter().any(|name| *name == wanted || above.as_ref() == Some(name))
    }
}

/// Puts certificate, chain and key in order, and checks that they belong together, are for these names and valid.
pub(crate) fn check(texts: [&str; 3], wanted: &[String], now: Timestamp) -> Result<(Bundle, Facts), Failure> {
    let [certificate, chain, _] = texts;
    let wrong = |message: &str| {
        let failure = Failure::new(Kind::Failed, format!("the certificate cannot be stored: {message}"));
        failure.remedy("Fetch it again; if this repeats, compare it with what the cloud's console shows.")
    };
    let bundle =
        Bundle::read(texts.iter().filter(|text| !text.trim().is_empty())).map_err(|error| wrong(&error.to_string()))?;
    if bundle.key.is_none() {
        return Err(wrong("its private key is missing"));
    }
    let facts = Facts::read(&bundle.certificate)?;
    if Facts::read(certificate).is_ok_and(|given| given.fingerprint != facts.fingerprint) {
        return Err(wrong("its text begins with a certificate of an issuer"));
    }
    if bundle.chain.is_empty() && !chain.trim().is_empty() {
        return Err(wrong("the certificates of its chain did not issue it"));
    }
    facts.fits(wanted, now)?;
    Ok((bundle, facts))
}

fn names(certificate: &X509Certificate<'_>) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(Some(extension)) = certificate.subject_alternative_name() {
        for name in &extension.value.general_names {
            match name {
                GeneralName::DNSName(name) => names.push(name.to_ascii_lowercase()),
                GeneralName::IPAddress(bytes) => names.extend(address(bytes)),
                _ => {}
            }
        }
    }
    if names.is_empty() {
        let common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok());
        names.extend(common.map(str::to_ascii_lowercase));
    }
    names
}

fn address(bytes: &[u8]) -> Option<String> {
    if let Ok(four) = <[u8; 4]>::try_from(bytes) {
        return Some(std::net::Ipv4Addr::from(four).to_string());
    }
    <[u8; 16]>::try_from(bytes).ok().map(|sixteen| std::net::Ipv6Addr::from(sixteen).to_string())
}
