//! Certificates and keys in PEM: sorted out of texts in which they stand in any order.

mod der;

use crate::Secret;
use crate::error::{Error, ErrorKind};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::crypto::ring::sign::any_supported_type;
use rustls::pki_types::pem::{PemObject, SectionKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use rustls::{Error as TlsError, InconsistentKeys};
use secrecy::zeroize::Zeroizing;
use std::fmt;

/// More certificates than any chain has.
const MOST: usize = 50;

/// A certificate with its chain, and perhaps its key, each in PEM.
///
/// ```
/// # fn example(text: &[u8]) -> Result<(), cloudcert::Error> {
/// let bundle = cloudcert::pem::Bundle::read([text])?;
/// std::fs::write("fullchain.pem", bundle.fullchain()).ok();
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Bundle {
    /// The certificate itself.
    pub certificate: String,
    /// Those that vouch for it, each for the one before it; empty if none was there.
    pub chain: Vec<String>,
    /// The private key of the certificate, if it was there.
    pub key: Option<Secret>,
}

impl Bundle {
    /// Sorts the PEM sections of these texts: which certificate vouches for which is told by their names, not by their order. What stands
    /// twice counts once; what is no certificate and no private key is passed over. The PEM is written anew, without comments.
    ///
    /// A key must belong to the certificate; that is checked for RSA (from 2048 bits on), ECDSA and Ed25519.
    ///
    /// # Errors
    ///
    /// If PEM or a certificate is damaged, if there is no certificate, if several ones could be meant and no key tells which, or if the key
    /// belongs to another certificate.
    pub fn read<T: AsRef<[u8]>>(texts: impl IntoIterator<Item = T>) -> Result<Self, Error> {
        let mut parts = Parts::default();
        for text in texts {
            parts.add(text.as_ref())?;
        }
        parts.sort()
    }

    /// The certificate and its chain in one text, as servers want it.
    #[must_use]
    pub fn fullchain(&self) -> String {
        std::iter::once(&self.certificate).chain(&self.chain).map(String::as_str).collect()
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle").field("chain", &self.chain.len()).field("key", &self.key).finish_non_exhaustive()
    }
}

fn wrong(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Answer, "Bundle::read", message)
}

/// What was found.
#[derive(Default)]
struct Parts {
    certificates: Vec<Certificate>,
    keys: Vec<PrivateKeyDer<'static>>,
}

struct Certificate {
    der: CertificateDer<'static>,
    issuer: Vec<u8>,
    subject: Vec<u8>,
}

impl Certificate {
    fn vouches_for(&self, other: &Self) -> bool {
        self.der != other.der && self.subject == other.issuer
    }
}

impl Parts {
    fn add(&mut self, text: &[u8]) -> Result<(), Error> {
        // What stands in a text is not quoted: it may be a key.
        for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(text) {
            let (kind, der) = section.map_err(|_| wrong("a text is damaged PEM"))?;
            if kind == SectionKind::Certificate {
                let der = CertificateDer::from(der);
                if self.certificates.iter().any(|known| known.der == der) {
                    continue;
                }
                let (issuer, subject) = der::names(&der).ok_or_else(|| wrong("a certificate is damaged"))?;
                let (issuer, subject) = (issuer.to_vec(), subject.to_vec());
                self.certificates.push(Certificate { der, issuer, subject });
            } else if let Some(key) = PrivateKeyDer::from_pem(kind, der)
                && !self.keys.contains(&key)
            {
                self.keys.push(key);
            }
            if self.certificates.len() + self.keys.len() > MOST {
                return Err(wrong(format!("there are more than {MOST} certificates and keys")));
            }
        }
        Ok(())
    }

    fn sort(mut self) -> Result<Bundle, Error> {
        let (leaf, key) = self.leaf()?;
        let mut current = self.certificates.swap_remove(leaf);
        let (certificate, mut chain) = (write(SectionKind::Certificate, &current.der), Vec::new());
        while let Some(next) = self.certificates.iter().position(|other| other.vouches_for(&current)) {
            current = self.certificates.remove(next);
            chain.push(write(SectionKind::Certificate, &current.der));
        }
        let key = key.and_then(|index| self.keys.get(index)).map(|key| match key {
            PrivateKeyDer::Pkcs1(der) => write(SectionKind::RsaPrivateKey, der.secret_pkcs1_der()),
            PrivateKeyDer::Sec1(der) => write(SectionKind::EcPrivateKey, der.secret_sec1_der()),
            other => write(SectionKind::PrivateKey, other.secret_der()),
        });
        Ok(Bundle { certificate, chain, key: key.map(Secret::from) })
    }

    /// The certificate that vouches for no other one, and its key.
    fn leaf(&self) -> Result<(usize, Option<usize>), Error> {
        let all = &self.certificates;
        let ends = |(index, one): (usize, &Certificate)| {
            let ends = !all.iter().any(|other| one.vouches_for(other));
            ends.then_some((index, one.issuer == one.subject))
        };
        let mut ends: Vec<(usize, bool)> = all.iter().enumerate().filter_map(ends).collect();
        // A root that vouches for nothing here is no certificate of a server, unless it is all that there is.
        if ends.iter().any(|(_, own)| !own) {
            ends.retain(|(_, own)| !own);
        }
        let pairs =
            ends.iter().flat_map(|(leaf, _)| self.keys.iter().enumerate().map(move |(key, der)| (*leaf, key, der)));
        let checked: Vec<(usize, usize, Option<bool>)> =
            pairs.filter_map(|(leaf, key, der)| Some((leaf, key, belongs(&all.get(leaf)?.der, der)))).collect();
        let sure = checked.iter().find(|(_, _, belongs)| *belongs == Some(true));
        let known = |at: &&(usize, usize, Option<bool>)| at.2.is_none();
        match (sure, ends.as_slice()) {
            (Some((leaf, key, _)), _) => Ok((*leaf, Some(*key))),
            (None, []) => Err(wrong("there is no certificate")),
            (None, [(leaf, _)]) => match (self.keys.len(), checked.iter().filter(known).count()) {
                (0, _) => Ok((*leaf, None)),
                // Of a kind that cannot be checked.
                (1, 1) => Ok((*leaf, Some(0))),
                _ => Err(wrong("the private key belongs to another certificate")),
            },
            (None, several) => Err(wrong(format!(
                "{} certificates could be meant, and no private key tells which: read the texts that belong together",
                several.len()
            ))),
        }
    }
}

/// Whether a key is that of a certificate; `None` if it is of a kind that cannot be read here.
fn belongs(certificate: &CertificateDer<'static>, key: &PrivateKeyDer<'static>) -> Option<bool> {
    let key = any_supported_type(key).ok()?;
    match CertifiedKey::new(vec![certificate.clone()], key).keys_match() {
        Ok(()) => Some(true),
        Err(TlsError::InconsistentKeys(InconsistentKeys::KeyMismatch)) => Some(false),
        Err(_) => None,
    }
}

/// Writes PEM.
fn write(kind: SectionKind, der: &[u8]) -> String {
    let label = match kind {
        SectionKind::Certificate => "CERTIFICATE",
        SectionKind::RsaPrivateKey => "RSA PRIVATE KEY",
        SectionKind::EcPrivateKey => "EC PRIVATE KEY",
        _ => "PRIVATE KEY",
    };
    let text = Zeroizing::new(STANDARD.encode(der));
    let mut out = String::with_capacity(text.len() + text.len() / 64 + 2 * label.len() + 40);
    out.extend(["-----BEGIN ", label, "-----\n"]);
    let mut rest = text.as_str();
    while !rest.is_empty() {
        let (line, more) = rest.split_at(rest.len().min(64));
        out.extend([line, "\n"]);
        rest = more;
    }
    out.extend(["-----END ", label, "-----\n"]);
    out
}
