//! Private keys that services make.

use super::trouble::Trouble;
use crate::base::random::Random;
use chacha20::ChaCha20Rng;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_RSA_SHA256, PublicKeyData, SubjectPublicKeyInfo};
use rsa::PrivateKey;
use rsa::pkcs1::EncodeRsaPrivateKey;
use rsa::pkcs8::{EncodePrivateKey, LineEnding};
use rsa::rand_core::SeedableRng;

/// The algorithm of a key that a service makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    /// RSA with 2048 bits.
    Rsa,
    /// RSA with 3072 bits.
    Rsa3072,
    /// RSA with 4096 bits.
    Rsa4096,
    /// ECDSA on P-256.
    Ecc,
}

/// A private key.
pub(crate) struct Key {
    /// Signs, and has the public key.
    pub(super) pair: KeyPair,
    /// The PEM text that users get: PKCS#1 for RSA, PKCS#8 for EC.
    pub(crate) pem: String,
}

impl Key {
    /// Makes a key. An RSA key depends only on seed and name. An EC key is random, because ring accepts no random numbers from outside.
    pub(crate) fn make(algorithm: Algorithm, seed: u64, name: &str) -> Result<Self, Trouble> {
        match algorithm {
            Algorithm::Rsa => Self::rsa(2048, seed, name),
            Algorithm::Rsa3072 => Self::rsa(3072, seed, name),
            Algorithm::Rsa4096 => Self::rsa(4096, seed, name),
            Algorithm::Ecc => {
                let pair = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
                    .map_err(|e| Trouble::new(format!("An EC key could not be made: {e}.")))?;
                Ok(Self { pem: pair.serialize_pem(), pair })
            }
        }
    }

    fn rsa(bits: usize, seed: u64, name: &str) -> Result<Self, Trouble> {
        let failed = |e: &dyn std::fmt::Display| Trouble::new(format!("An RSA key could not be made: {e}."));
        let numbers = Random::stream(seed, &format!("key/{name}")).bytes::<32>();
        let key = PrivateKey::new(&mut ChaCha20Rng::from_seed(numbers), bits).map_err(|e| failed(&e))?;
        let der = key.to_pkcs8_der().map_err(|e| failed(&e))?;
        let pair =
            KeyPair::from_pkcs8_der_and_sign_algo(&der.as_bytes().into(), &PKCS_RSA_SHA256).map_err(|e| failed(&e))?;
        let pem = key.to_pkcs1_pem(LineEnding::LF).map_err(|e| failed(&e))?.to_string();
        Ok(Self { pair, pem })
    }

    /// Returns the public key.
    pub(crate) fn public(&self) -> Result<SubjectPublicKeyInfo, Trouble> {
        public_key(&self.pair.subject_public_key_info())
    }
}

/// Reads a public key in DER.
pub(crate) fn public_key(der: &[u8]) -> Result<SubjectPublicKeyInfo, Trouble> {
    SubjectPublicKeyInfo::from_der(der).map_err(|_| Trouble::new("The public key is of a kind that is not supported."))
}
