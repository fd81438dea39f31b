//! Sorts certificates and private keys out of PEM texts, in whatever order they stand.
//!
//! The names inside the certificates tell their place in the chain, because vendors put the files of several servers into one archive. A key is
//! taken only if it was proved to belong to the certificate.

mod key;
mod kind;

use crate::base::error::Error;
use crate::base::pem::der::{Fields, OID, Reader};
use crate::base::pem::sections::{PemSection, encrypted, sections};
use crate::base::pem::{TRUSTED, is_certificate};
use crate::base::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use key::{KeyMatch, PrivateKey};
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
    /// twice counts once. Of two certificates with one key the one that ends later is taken, in the chain too. The PEM is written anew, without
    /// comments.
    ///
    /// Sections are read as they are met: with a byte order mark, any line ends or none, blanks, text around them. Everything between two
    /// markers is read or refused by its name: there are certificates (`CERTIFICATE`, `X509 CERTIFICATE`, `TRUSTED CERTIFICATE` without its
    /// settings), private keys (`PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`), and `EC PARAMETERS` before a key. Decrypt a key first.
    ///
    /// A key is taken if it was proved to belong to the certificate: RSA with 2048, 3072 or 4096 bits, EC on P-256, P-384 and (with the feature
    /// `p521`) P-521, and Ed25519.
    ///
    /// # Errors
    ///
    /// If a text holds no PEM or something else than certificates and keys, if PEM, a certificate or a key is damaged, if a key is encrypted or of
    /// another kind, if there is no certificate, if several ones could be meant and no key tells which, or if the key belongs to another
    /// certificate.
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
    Error::response("Bundle::read", message)
}

/// The content of the first section of a text, and its label. For the local endpoint, so that there is one reader of PEM.
#[doc(hidden)]
pub fn first_section(text: &[u8]) -> Result<(String, Vec<u8>), Error> {
    let first = sections(text).map_err(wrong)?.into_iter().next();
    let first = first.ok_or_else(|| wrong("a text holds no PEM"))?;
    Ok((first.label, first.content.to_vec()))
}

/// What was found.
#[derive(Default)]
struct Parts {
    certificates: Vec<Certificate>,
    keys: Vec<PrivateKey>,
}

struct Certificate {
    der: Vec<u8>,
    fields: Fields,
}

impl Certificate {
    fn read(label: &str, mut der: Vec<u8>) -> Result<Self, Error> {
        let (fields, rest) = Fields::read(&der).ok_or_else(|| wrong("a certificate is damaged"))?;
        let rest = rest.len();
        if rest > 0 && label != TRUSTED {
            return Err(wrong("a certificate is damaged: something follows it"));
        }
        der.truncate(der.len() - rest);
        Ok(Self { der, fields })
    }

    /// Whether it may be the issuer of another one. A certificate that names itself as its issuer has no other.
    fn vouches_for(&self, other: &Self) -> bool {
        self.fields.subject == other.fields.issuer && !other.is_own_issuer()
    }

    fn has_key_of(&self, other: &Self) -> bool {
        self.fields.key == other.fields.key
    }

    fn is_own_issuer(&self) -> bool {
        self.fields.issuer == self.fields.subject
    }

    /// By which of two certificates of one key the one to take is told.
    fn age(&self) -> (&str, &str) {
        (&self.fields.to, &self.fields.from)
    }
}

impl Parts {
    fn add(&mut self, text: &[u8]) -> Result<(), Error> {
        let mut curve = None;
        for PemSection { label, content } in sections(text).map_err(wrong)? {
            match label.as_str() {
                label if is_certificate(label) => {
                    let certificate = Certificate::read(label, content.to_vec())?;
                    if !self.certificates.iter().any(|known| known.der == certificate.der) {
                        self.certificates.push(certificate);
                    }
                }
                "EC PARAMETERS" => {
                    let id = Reader(&content).whole(OID);
                    let id = id.ok_or_else(|| {
                        wrong("EC PARAMETERS do not name a curve: keys with a curve written out are not taken")
                    })?;
                    curve = Some(id.to_vec());
                }
                "PRIVATE KEY" | "RSA PRIVATE KEY" | "EC PRIVATE KEY" => {
                    let key = PrivateKey::read(&label, content, curve.as_deref()).map_err(wrong)?;
                    if !self.keys.iter().any(|known| known.der == key.der) {
                        self.keys.push(key);
                    }
                }
                "ENCRYPTED PRIVATE KEY" => return Err(wrong(encrypted(&label))),
                label if label.ends_with("PRIVATE KEY") => {
                    return Err(wrong(format!(
                        "a private key is in a form that is not taken here, {label}: write it as PKCS#8"
                    )));
                }
                label => {
                    return Err(wrong(format!(
                        "a text holds {label}, which is neither a certificate nor a private key: take it out"
                    )));
                }
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
        let (certificate, mut chain) = (write("CERTIFICATE", &current.der), Vec::new());
        while let Some(next) = self.issuer_of(&current) {
            current = self.certificates.remove(next);
            chain.push(write("CERTIFICATE", &current.der));
        }
        let key = key.and_then(|index| self.keys.get(index)).map(|key| Secret::from(write(key.label, &key.der)));
        Ok(Bundle { certificate, chain, key })
    }

    /// The first certificate that vouches for another; of those with its key the one that ends last.
    fn issuer_of(&self, current: &Certificate) -> Option<usize> {
        let first = self.certificates.iter().find(|other| other.vouches_for(current))?;
        let alike = |one: &Certificate| one.vouches_for(current) && one.has_key_of(first);
        let all = self.certificates.iter().enumerate().filter(|(_, one)| alike(one)).rev();
        all.max_by_key(|(_, one)| one.age()).map(|(index, _)| index)
    }

    /// The certificates that vouch for no other one, the last of each key.
    fn ends(&self) -> Vec<usize> {
        let all = &self.certificates;
        let mut ends: Vec<(usize, &Certificate)> =
            all.iter().enumerate().filter(|(_, one)| !all.iter().any(|other| one.vouches_for(other))).collect();
        // A root that vouches for nothing here is no certificate of a server, unless it is all that there is.
        if ends.iter().any(|(_, one)| !one.is_own_issuer()) {
            ends.retain(|(_, one)| !one.is_own_issuer());
        }
        let latest = |(index, one): &(usize, &Certificate)| {
            let order = |index: usize, one: &Certificate| {
                (one.fields.to.clone(), one.fields.from.clone(), std::cmp::Reverse(index))
            };
            let mine = order(*index, one);
            !ends.iter().any(|(other, two)| one.has_key_of(two) && order(*other, two) > mine)
        };
        ends.iter().filter(|end| latest(end)).map(|(index, _)| *index).collect()
    }

    /// The certificate that is meant, and its key.
    fn leaf(&self) -> Result<(usize, Option<usize>), Error> {
        let ends = self.ends();
        let pairs = ends.iter().flat_map(|leaf| self.keys.iter().enumerate().map(|(key, own)| (*leaf, key, own)));
        let proofs: Vec<(usize, usize, KeyMatch)> = pairs
            .filter_map(|(leaf, key, own)| Some((leaf, key, own.belongs(&self.certificates.get(leaf)?.fields.key))))
            .collect();
        let mut proved = proofs.iter().filter(|(_, _, proof)| *proof == KeyMatch::Matches);
        let impossible = proofs.iter().find_map(|(_, _, proof)| match proof {
            KeyMatch::Unprovable(why) => Some(*why),
            KeyMatch::Matches | KeyMatch::Differs => None,
        });
        match (proved.next(), ends.as_slice()) {
            (Some((leaf, key, _)), _) if proved.all(|(other, _, _)| other == leaf) => Ok((*leaf, Some(*key))),
            (Some(_), _) => Err(wrong(
                "several certificates could be meant, and there is a private key for more than one: read the texts that belong together",
            )),
            (None, []) => Err(wrong("there is no certificate")),
            (None, [leaf]) if self.keys.is_empty() => Ok((*leaf, None)),
            (None, [_]) => Err(wrong(match impossible {
                Some(why) => format!("it cannot be proved that the private key belongs to the certificate: {why}"),
                None => "the private key belongs to another certificate".to_owned(),
            })),
            (None, several) => Err(wrong(format!(
                "{} certificates could be meant, and no private key tells which: read the texts that belong together",
                several.len()
            ))),
        }
    }
}

/// Writes PEM.
fn write(label: &str, der: &[u8]) -> String {
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
