//! Private keys: reads them, and proves whether they belong to a certificate.
//!
//! A key belongs to a certificate if the public key of the certificate can be derived from it. ring derives it for P-256, P-384 and Ed25519, the
//! crate `p521` for P-521. An RSA key signs a text, and the public key must verify it. A public key stored beside the private one proves nothing.

use super::kind::{Curve, EC, ED25519, RSA, name};
use crate::base::pem::der::{Algorithm, FIELD_0, FIELD_1, INTEGER, OCTET_STRING, OID, PublicKey, Reader, SEQUENCE};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    Ed25519KeyPair, KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, UnparsedPublicKey,
};
use secrecy::zeroize::Zeroizing;

/// A private key of a supported kind.
pub(super) struct PrivateKey {
    pub(super) label: &'static str,
    pub(super) der: Zeroizing<Vec<u8>>,
    kind: Kind,
}

enum Kind {
    Rsa(Box<RsaKeyPair>),
    Ec { curve: Curve, number: Zeroizing<Vec<u8>>, public: Option<Vec<u8>> },
    Ed25519 { seed: Zeroizing<Vec<u8>>, public: Option<Vec<u8>> },
}

/// Whether a private key belongs to a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum KeyMatch {
    Matches,
    Differs,
    /// The public key has a form that allows no proof.
    Unprovable(&'static str),
}

impl PrivateKey {
    /// Reads a key by the label of its section. `curve` comes from `EC PARAMETERS` before it. An error names the kind of a key that is not
    /// supported.
    pub(super) fn read(label: &str, der: Zeroizing<Vec<u8>>, curve: Option<&[u8]>) -> Result<Self, String> {
        let (label, kind) = match label {
            "RSA PRIVATE KEY" => ("RSA PRIVATE KEY", rsa(&der)?),
            "EC PRIVATE KEY" => ("EC PRIVATE KEY", ec(&der, curve)?),
            _ => ("PRIVATE KEY", pkcs8(&der)?),
        };
        Ok(Self { label, der, kind })
    }

    /// Whether the key belongs to the certificate with this public key.
    pub(super) fn belongs(&self, to: &PublicKey) -> KeyMatch {
        match &self.kind {
            Kind::Rsa(pair) => {
                proof(to.algorithm.id == RSA && pair.public_key().as_ref() == to.bits && signs(pair, &to.bits))
            }
            Kind::Ec { curve, number, public } => {
                if to.algorithm.id != EC || to.algorithm.curve.as_deref() != Some(curve.id()) {
                    return KeyMatch::Differs;
                }
                let own = public.as_deref();
                let Some(whole) = own.and_then(uncompressed).or_else(|| uncompressed(&to.bits)) else {
                    return KeyMatch::Unprovable(
                        "the certificate has the key's point in compressed form only, and the key contains no point",
                    );
                };
                let same = |point: &[u8]| is_point(&whole, point);
                proof(same(&to.bits) && own.is_none_or(same) && point_follows(*curve, number, &whole))
            }
            Kind::Ed25519 { seed, public } => {
                let same = public.as_ref().is_none_or(|public| *public == to.bits);
                let follows = || Ed25519KeyPair::from_seed_and_public_key(seed, &to.bits).is_ok();
                proof(to.algorithm.id == ED25519 && same && follows())
            }
        }
    }
}

fn proof(belongs: bool) -> KeyMatch {
    if belongs { KeyMatch::Matches } else { KeyMatch::Differs }
}

fn damaged(what: &str) -> String {
    format!("a private key is damaged ({what})")
}

/// The message for a key of an unsupported kind.
fn refused(kind: &str) -> String {
    format!("a private key is of an unsupported kind, {kind}: use RSA, P-256, P-384, P-521 or Ed25519")
}

fn pkcs8(der: &[u8]) -> Result<Kind, String> {
    let fields = || {
        let mut reader = Reader(Reader(der).whole(SEQUENCE)?);
        reader.take(INTEGER)?;
        let algorithm = Algorithm::read(reader.take(SEQUENCE)?)?;
        let key = reader.take(OCTET_STRING)?;
        reader.take_if(FIELD_0)?;
        // In version 2 this is a bit string with the tag of the field.
        let public = reader.take_if(FIELD_1 & !0x20)?.strip_prefix(&[0]);
        Some((algorithm, key, public))
    };
    let (algorithm, key, public) = fields().ok_or_else(|| damaged("PRIVATE KEY"))?;
    match algorithm.id.as_slice() {
        RSA => rsa(key),
        EC => ec(key, algorithm.curve.as_deref()),
        ED25519 => {
            let seed = Reader(key).whole(OCTET_STRING).filter(|seed| seed.len() == 32);
            let seed = seed.ok_or_else(|| damaged("Ed25519"))?.to_vec().into();
            Ok(Kind::Ed25519 { seed, public: public.map(<[u8]>::to_vec) })
        }
        other => Err(refused(&name(other))),
    }
}

/// Reads an EC key. Its curve is named in it, around it, or before it.
fn ec(der: &[u8], outside: Option<&[u8]>) -> Result<Kind, String> {
    let fields = || {
        let mut reader = Reader(Reader(der).whole(SEQUENCE)?);
        reader.take(INTEGER)?;
        let number = reader.take(OCTET_STRING)?;
        let curve = Some(reader.take_if(FIELD_0)?).filter(|content| !content.is_empty());
        let public = match reader.take_if(FIELD_1)? {
            [] => None,
            content => Some(Reader(content).bits()?),
        };
        Some((number, curve, public))
    };
    let (number, inside, public) = fields().ok_or_else(|| damaged("EC"))?;
    let inside = match inside.map(|content| Reader(content).whole(OID)) {
        Some(None) => return Err(refused("EC with explicit curve parameters")),
        other => other.flatten(),
    };
    let id = inside.or(outside).ok_or_else(|| refused("EC without the name of its curve"))?;
    if inside.zip(outside).is_some_and(|(inside, outside)| inside != outside) {
        return Err(damaged("EC with two curves"));
    }
    let curve = Curve::of(id).ok_or_else(|| refused(&name(id)))?;
    curve.check_supported()?;
    let number = padded(number, curve.bytes()).ok_or_else(|| damaged("EC"))?;
    Ok(Kind::Ec { curve, number, public: public.map(<[u8]>::to_vec) })
}

/// Pads a number with zeros to this many bytes.
fn padded(number: &[u8], bytes: usize) -> Option<Zeroizing<Vec<u8>>> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let digits = number.get(zeros..)?;
    let mut out = vec![0; bytes.checked_sub(digits.len())?];
    out.extend_from_slice(digits);
    Some(out.into())
}

fn rsa(der: &[u8]) -> Result<Kind, String> {
    let pair = RsaKeyPair::from_der(der);
    pair.map(|pair| Kind::Rsa(Box::new(pair))).map_err(|why| match rsa_bits(der) {
        None => damaged("RSA"),
        Some(bits) => format!(
            "an RSA private key of {bits} bits is not accepted ({why}): use 2048, 3072 or 4096 bits, two primes and an exponent of 65537"
        ),
    })
}

/// The size of an RSA key; `None` if it cannot be read.
fn rsa_bits(der: &[u8]) -> Option<usize> {
    let mut reader = Reader(Reader(der).whole(SEQUENCE)?);
    reader.take(INTEGER)?;
    let modulus = reader.take(INTEGER)?;
    let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
    let first = modulus.get(zeros)?;
    Some((modulus.len() - zeros) * 8 - usize::try_from(first.leading_zeros()).ok()?)
}

fn signs(pair: &RsaKeyPair, public: &[u8]) -> bool {
    let message = b"cloudcert";
    let mut signature = vec![0; pair.public().modulus_len()];
    let signed = pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature);
    signed.is_ok() && UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, public).verify(message, &signature).is_ok()
}

/// A point in uncompressed form, `04 x y`.
fn uncompressed(point: &[u8]) -> Option<Vec<u8>> {
    let (first, rest) = point.split_first()?;
    // 6 and 7 are hybrid forms.
    matches!(first, 4 | 6 | 7).then(|| [&[4], rest].concat())
}

/// Whether a point in any form equals this one.
fn is_point(whole: &[u8], point: &[u8]) -> bool {
    let Some((first, rest)) = point.split_first() else { return false };
    let Some((x, y)) = whole.get(1..).and_then(|both| both.split_at_checked(both.len() / 2)) else { return false };
    let odd = y.last().is_some_and(|last| last & 1 == 1);
    match first {
        2 | 3 => rest == x && odd == (*first == 3),
        4 => rest.len() == x.len() + y.len() && rest.starts_with(x) && rest.ends_with(y),
        6 | 7 => rest.len() == x.len() + y.len() && rest.starts_with(x) && rest.ends_with(y) && odd == (*first == 7),
        _ => false,
    }
}

/// Whether the public point belongs to the private number.
fn point_follows(curve: Curve, number: &[u8], point: &[u8]) -> bool {
    let ring = |algorithm: &'static EcdsaSigningAlgorithm| {
        EcdsaKeyPair::from_private_key_and_public_key(algorithm, number, point, &SystemRandom::new()).is_ok()
    };
    match curve {
        Curve::P256 => ring(&ECDSA_P256_SHA256_ASN1_SIGNING),
        Curve::P384 => ring(&ECDSA_P384_SHA384_ASN1_SIGNING),
        Curve::P521 => p521_follows(number, point),
    }
}

#[cfg(feature = "p521")]
fn p521_follows(number: &[u8], point: &[u8]) -> bool {
    use p521::elliptic_curve::sec1::ToSec1Point;
    let key = p521::SecretKey::from_slice(number);
    key.is_ok_and(|key| key.public_key().to_sec1_point(false).as_bytes() == point)
}

/// Such keys are refused when they are read.
#[cfg(not(feature = "p521"))]
fn p521_follows(_: &[u8], _: &[u8]) -> bool {
    false
}
