//! Finds the certificate, its chain and its private key in PEM texts, whatever their order.
//!
//! The names inside the certificates tell their place in the chain, because vendors put the files of several servers into one archive. A key is
//! accepted only if it was proved to belong to the certificate.

mod certificates;
mod csr;
mod key;
mod kind;
mod save;

pub use save::Save;

pub use certificates::Certificates;
pub use csr::Csr;

use crate::base::error::Error;
use crate::base::pem::der::{Fields, OID, Reader};
use crate::base::pem::sections::{PemSection, encrypted, sections};
use crate::base::pem::{TRUSTED, is_certificate};
use crate::base::secret::Secret;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use key::{KeyMatch, PrivateKey};
use secrecy::zeroize::Zeroizing;
use std::path::PathBuf;
use std::time::SystemTime;
use std::{fmt, io};

/// The maximum number of certificates, and of keys.
const MOST: usize = 50;

/// A certificate with its chain and, if there was one, its private key, each in PEM.
///
/// ```
/// # fn example(text: &[u8]) -> Result<(), cloudcert::Error> {
/// let bundle = cloudcert::pem::Bundle::read([text])?;
/// bundle.save("/etc/tls/www.example.com").expect("the folder can be written");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct Bundle {
    /// The certificate itself.
    pub certificate: String,
    /// The issuers, each of the certificate before it. Empty if there were none.
    pub chain: Vec<String>,
    /// The private key of the certificate, if there was one.
    pub key: Option<Secret>,
}

impl Bundle {
    /// Builds a bundle from the PEM sections of these texts.
    ///
    /// The subject and issuer names determine the chain, not the order of the sections. Duplicates count once. Of two certificates with the same
    /// key, the one that expires later is used, also in the chain. The PEM is written anew, without comments.
    ///
    /// A text may have a byte order mark, any line ends or none, blanks, and text around its sections. These sections are read:
    ///
    /// - certificates: `CERTIFICATE`, `X509 CERTIFICATE`, and `TRUSTED CERTIFICATE`, whose trust settings are dropped
    /// - private keys: `PRIVATE KEY`, `RSA PRIVATE KEY`, `EC PRIVATE KEY`, and `EC PARAMETERS` before a key
    ///
    /// A key is accepted if it was proved to belong to the certificate. Supported are RSA with 2048, 3072 or 4096 bits, P-256, P-384, Ed25519 and,
    /// with the feature `p521`, P-521. Encrypted keys must be decrypted first.
    ///
    /// # Errors
    ///
    /// - A text contains no PEM, or another section.
    /// - The PEM, a certificate or a key is damaged.
    /// - A key is encrypted, of another kind, or belongs to another certificate.
    /// - There is no certificate, or there are several and no key tells which one is meant.
    pub fn read<T: AsRef<[u8]>>(texts: impl IntoIterator<Item = T>) -> Result<Self, Error> {
        let mut parts = Parts::default();
        for text in texts {
            parts.add(text.as_ref())?;
        }
        parts.sort()
    }

    /// The certificate and its chain in one text, as servers need it.
    #[must_use]
    pub fn fullchain(&self) -> String {
        std::iter::once(&self.certificate).chain(&self.chain).map(String::as_str).collect()
    }

    /// Returns the first instant at which the certificate is valid, or `None` if it names no readable time.
    #[must_use]
    pub fn not_before(&self) -> Option<SystemTime> {
        instant(&self.fields()?.from)
    }

    /// Returns the last instant at which the certificate is valid, or `None` if it names no readable time.
    ///
    /// ```
    /// # fn example(bundle: &cloudcert::pem::Bundle) {
    /// use std::time::SystemTime;
    ///
    /// let left = bundle.not_after().and_then(|end| end.duration_since(SystemTime::now()).ok()).unwrap_or_default();
    /// println!("{} days left", left.as_secs() / 86_400);
    /// # }
    /// ```
    #[must_use]
    pub fn not_after(&self) -> Option<SystemTime> {
        instant(&self.fields()?.to)
    }

    /// Saves the certificate, its chain and its key to a folder: `cert.pem`, `chain.pem`, `fullchain.pem`, and `privkey.pem`, which only its owner
    /// can read. Another key is not overwritten. [`Save`] describes the files and has more settings.
    ///
    /// # Errors
    ///
    /// Those of [`Save::write`].
    pub fn save(&self, folder: impl Into<PathBuf>) -> io::Result<()> {
        Save::to(folder).write(self)
    }

    /// What the certificate says.
    fn fields(&self) -> Option<Fields> {
        let (_, der) = first_section(self.certificate.as_bytes()).ok()?;
        Fields::read(&der).map(|(fields, _)| fields)
    }
}

impl fmt::Debug for Bundle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bundle").field("chain", &self.chain.len()).field("key", &self.key).finish_non_exhaustive()
    }
}

/// The instant of a text like `20260102030405Z`.
fn instant(text: &str) -> Option<SystemTime> {
    let civil = jiff::civil::DateTime::strptime("%Y%m%d%H%M%SZ", text).ok()?;
    jiff::tz::Offset::UTC.to_timestamp(civil).ok().map(SystemTime::from)
}

fn wrong(message: impl Into<String>) -> Error {
    Error::response("Bundle::read", message)
}

/// The label and content of the first section of a text. For the local endpoint, so that there is one reader of PEM.
#[doc(hidden)]
pub fn first_section(text: &[u8]) -> Result<(String, Vec<u8>), Error> {
    let first = sections(text).map_err(wrong)?.into_iter().next();
    let first = first.ok_or_else(|| wrong("a text contains no PEM"))?;
    Ok((first.label, first.content.to_vec()))
}

/// The certificates and keys that were found.
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

    /// Whether it may be the issuer of another one. A self-signed certificate has no other issuer.
    fn vouches_for(&self, other: &Self) -> bool {
        self.fields.subject == other.fields.issuer && !other.is_own_issuer()
    }

    fn has_key_of(&self, other: &Self) -> bool {
        self.fields.key == other.fields.key
    }

    fn is_own_issuer(&self) -> bool {
        self.fields.issuer == self.fields.subject
    }

    /// Orders certificates with the same key: the greatest is used.
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
                        wrong(
                            "EC PARAMETERS do not name a curve: keys with explicit curve parameters are not supported",
                        )
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
                        "a private key is in an unsupported form, {label}: convert it to PKCS#8"
                    )));
                }
                label => {
                    return Err(wrong(format!(
                        "a text contains {label}, which is neither a certificate nor a private key: remove it"
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

    /// The first issuer of a certificate; of those with the same key, the one that expires last.
    fn issuer_of(&self, current: &Certificate) -> Option<usize> {
        let first = self.certificates.iter().find(|other| other.vouches_for(current))?;
        let alike = |one: &Certificate| one.vouches_for(current) && one.has_key_of(first);
        let all = self.certificates.iter().enumerate().filter(|(_, one)| alike(one)).rev();
        all.max_by_key(|(_, one)| one.age()).map(|(index, _)| index)
    }

    /// The certificates that issued no other one; of those with the same key, the one that expires last.
    fn ends(&self) -> Vec<usize> {
        let all = &self.certificates;
        let mut ends: Vec<(usize, &Certificate)> =
            all.iter().enumerate().filter(|(_, one)| !all.iter().any(|other| one.vouches_for(other))).collect();
        // A self-signed certificate without descendants is an unrelated root, unless it is the only certificate.
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

    /// The certificate of the server, and its key.
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
                "there are several certificates with private keys of their own: read only the texts that belong together",
            )),
            (None, []) => Err(wrong("there is no certificate")),
            (None, [leaf]) if self.keys.is_empty() => Ok((*leaf, None)),
            (None, [_]) => Err(wrong(match impossible {
                Some(why) => format!("it cannot be proved that the private key belongs to the certificate: {why}"),
                None => "the private key belongs to another certificate".to_owned(),
            })),
            (None, several) => Err(wrong(format!(
                "there are {} certificates that could be meant, and no private key tells which: read only the texts that belong together",
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
