//! Private keys, made as the services make them.

use super::Trouble;
use crate::random::Random;
use chacha20::ChaCha20Rng;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, PublicKeyData, SubjectPublicKeyInfo};
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey};
use rsa::pkcs8::spki::AlgorithmIdentifierRef;
use rsa::pkcs8::spki::der::asn1::{AnyRef, ObjectIdentifier, OctetStringRef};
use rsa::pkcs8::spki::der::{Decode, Encode};
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding, PrivateKeyInfoRef};
use rsa::rand_core::SeedableRng;

/// The size of RSA keys that services make.
const RSA_BITS: usize = 2048;
const EC_PUBLIC_KEY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");
const CURVES: [ObjectIdentifier; 2] =
    [ObjectIdentifier::new_unwrap("1.2.840.10045.3.1.7"), ObjectIdentifier::new_unwrap("1.3.132.0.34")];

/// The algorithm of a key that a service makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// RSA with 2048 bits.
    Rsa,
    /// ECDSA on P-256.
    Ecc,
}

/// A private key.
pub(crate) struct Key {
    /// It signs, and knows its public half.
    pub(super) pair: KeyPair,
    /// The text that users get: PKCS#1 for RSA, PKCS#8 for EC.
    pub(crate) pem: String,
}

impl Key {
    /// Makes a key. An RSA key follows from seed and name; ring takes no numbers for EC keys, so they follow from nothing.
    pub(crate) fn make(algorithm: Algorithm, seed: u64, name: &str) -> Result<Self, Trouble> {
        match algorithm {
            Algorithm::Rsa => Self::rsa(seed, name),
            Algorithm::Ecc => {
                let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
                    .map_err(|e| Trouble::new(format!("An EC key could not be made: {e}.")))?;
                Ok(Self { pem: pair.serialize_pem(), pair })
            }
        }
    }

    fn rsa(seed: u64, name: &str) -> Result<Self, Trouble> {
        let failed = |e: &dyn std::fmt::Display| Trouble::new(format!("An RSA key could not be made: {e}."));
        let numbers = Random::stream(seed, &format!("key/{name}")).bytes::<32>();
        let key = RsaPrivateKey::new(&mut ChaCha20Rng::from_seed(numbers), RSA_BITS).map_err(|e| failed(&e))?;
        let der = key.to_pkcs8_der().map_err(|e| failed(&e))?;
        let pair =
            KeyPair::from_pkcs8_der_and_sign_algo(&der.as_bytes().into(), &PKCS_RSA_SHA256).map_err(|e| failed(&e))?;
        let pem = key.to_pkcs1_pem(LineEnding::LF).map_err(|e| failed(&e))?.to_string();
        Ok(Self { pair, pem })
    }

    /// The public half.
    pub(crate) fn public(&self) -> Result<SubjectPublicKeyInfo, Trouble> {
        public_key(&self.pair.subject_public_key_info())
    }
}

/// A public key out of its DER form.
pub(crate) fn public_key(der: &[u8]) -> Result<SubjectPublicKeyInfo, Trouble> {
    SubjectPublicKeyInfo::from_der(der).map_err(|_| Trouble::new("The public key is of a kind that is not supported."))
}

/// The public half, in DER, of a private key in PEM: RSA in PKCS#1 or PKCS#8, EC (P-256, P-384) in SEC 1 or PKCS#8.
pub(super) fn public_of(pem: &str) -> Result<Vec<u8>, Trouble> {
    let unreadable =
        || Trouble::new("The private key is not one in PEM that is supported: RSA, or EC on P-256 or P-384.");
    let (label, der) = super::reading::first_block(pem).ok_or_else(unreadable)?;
    let pair = match label.as_str() {
        "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_der(&der).ok().and_then(|key| rsa_pair(&key)),
        "PRIVATE KEY" => match RsaPrivateKey::from_pkcs8_der(&der) {
            Ok(key) => rsa_pair(&key),
            Err(_) => KeyPair::try_from(der.as_slice()).ok(),
        },
        "EC PRIVATE KEY" => CURVES.iter().find_map(|curve| ec_pair(&der, curve)),
        _ => None,
    };
    Ok(pair.ok_or_else(unreadable)?.subject_public_key_info())
}

fn rsa_pair(key: &RsaPrivateKey) -> Option<KeyPair> {
    let der = key.to_pkcs8_der().ok()?;
    KeyPair::from_pkcs8_der_and_sign_algo(&der.as_bytes().into(), &PKCS_RSA_SHA256).ok()
}

/// Puts the SEC 1 form into the PKCS#8 form, which ring reads.
fn ec_pair(der: &[u8], curve: &ObjectIdentifier) -> Option<KeyPair> {
    let curve = curve.to_der().ok()?;
    let algorithm = AlgorithmIdentifierRef { oid: EC_PUBLIC_KEY, parameters: Some(AnyRef::from_der(&curve).ok()?) };
    let wrapped = PrivateKeyInfoRef::new(algorithm, OctetStringRef::new(der).ok()?).to_der().ok()?;
    KeyPair::try_from(wrapped.as_slice()).ok()
}
