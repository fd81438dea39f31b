//! Kinds of keys, and how one is made.

use crate::base::failure::{Failure, Kind};
use chacha20::ChaCha20Rng;
use cloudcert::Secret;
use rcgen::{KeyPair, PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384};
use rsa::pkcs8::{EncodePrivateKey, LineEnding, SecretDocument};
use rsa::rand_core::SeedableRng;
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

/// The kind of a private key, written as in the configuration: `ec-p256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum KeyKind {
    /// ECDSA on P-256.
    #[serde(rename = "ec-p256")]
    EcP256,
    /// ECDSA on P-384.
    #[serde(rename = "ec-p384")]
    EcP384,
    /// RSA with 2048 bits.
    #[serde(rename = "rsa-2048")]
    Rsa2048,
    /// RSA with 4096 bits. Making one takes seconds.
    #[serde(rename = "rsa-4096")]
    Rsa4096,
}

impl KeyKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::EcP256, Self::EcP384, Self::Rsa2048, Self::Rsa4096];

    /// Its name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EcP256 => "ec-p256",
            Self::EcP384 => "ec-p384",
            Self::Rsa2048 => "rsa-2048",
            Self::Rsa4096 => "rsa-4096",
        }
    }

    /// Makes a private key: PKCS#8 in PEM.
    pub(super) fn generate(self) -> Result<Secret, Failure> {
        match self {
            Self::EcP256 => ec(&PKCS_ECDSA_P256_SHA256),
            Self::EcP384 => ec(&PKCS_ECDSA_P384_SHA384),
            Self::Rsa2048 => rsa(2048),
            Self::Rsa4096 => rsa(4096),
        }
    }
}

impl fmt::Display for KeyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

fn ec(curve: &'static rcgen::SignatureAlgorithm) -> Result<Secret, Failure> {
    let mut pair = KeyPair::generate_for(curve).map_err(|error| not_made(&error))?;
    let document = SecretDocument::try_from(pair.serialized_der());
    pair.zeroize();
    let pem = document.and_then(|document| document.to_pem("PRIVATE KEY", LineEnding::LF));
    pem.map(|pem| Secret::from(pem.as_str())).map_err(|error| not_made(&error))
}

fn rsa(bits: usize) -> Result<Secret, Failure> {
    let mut seed = Zeroizing::new([0; 32]);
    getrandom::fill(seed.as_mut_slice()).map_err(|error| not_made(&error))?;
    let key = rsa::PrivateKey::new(&mut ChaCha20Rng::from_seed(*seed), bits).map_err(|error| not_made(&error))?;
    let pem = key.to_pkcs8_pem(LineEnding::LF).map_err(|error| not_made(&error))?;
    Ok(Secret::from(pem.as_str()))
}

fn not_made(error: &dyn fmt::Display) -> Failure {
    let remedy = "Nothing was written or sent. Run it again.";
    Failure::new(Kind::Failed, format!("the private key could not be made: {error}")).remedy(remedy)
}
