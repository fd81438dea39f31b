//! Signatures of CSRs, with any hash and salt length that openssl supports, except MD5. ring supports only the usual ones.

use p256::ecdsa::signature::hazmat::PrehashVerifier;
use rsa::pkcs1::DecodeRsaPublicKey;
use rsa::{Pkcs1v15Sign, Pss, PublicKey};
use sha1::{Digest, Sha1};
use sha2::{Sha224, Sha256, Sha384, Sha512};
use x509_parser::certification_request::X509CertificationRequest;
use x509_parser::error::X509Error;
use x509_parser::signature_algorithm::RsaSsaPssParams;

/// The result of checking a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Right,
    Wrong,
    /// The algorithm is not supported.
    Unknown,
}

/// Checks that a CSR was signed with its own key.
pub(super) fn check(request: &X509CertificationRequest<'_>) -> Verdict {
    let key = &request.certification_request_info.subject_pki;
    let curve = key.algorithm.parameters.as_ref().and_then(|curve| curve.as_oid().ok());
    let (point, signature) = (&*key.subject_public_key.data, &*request.signature_value.data);
    let id = request.signature_algorithm.algorithm.to_id_string();
    let hash = || hash(&id, request.certification_request_info.raw);
    match curve.map(|curve| curve.to_id_string()).as_deref() {
        Some("1.2.840.10045.3.1.7") => {
            let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point);
            verdict(key.ok().zip(p256::ecdsa::Signature::from_der(signature).ok()), hash())
        }
        Some("1.3.132.0.34") => {
            let key = p384::ecdsa::VerifyingKey::from_sec1_bytes(point);
            verdict(key.ok().zip(p384::ecdsa::Signature::from_der(signature).ok()), hash())
        }
        _ => match request.verify_signature() {
            Ok(()) => Verdict::Right,
            Err(why) => match rsa(&id, request) {
                Some(true) => Verdict::Right,
                None if why == X509Error::SignatureUnsupportedAlgorithm => Verdict::Unknown,
                Some(false) | None => Verdict::Wrong,
            },
        },
    }
}

/// Checks an RSA signature of a kind that ring does not support.
fn rsa(id: &str, request: &X509CertificationRequest<'_>) -> Option<bool> {
    let info = &request.certification_request_info;
    let key = PublicKey::from_pkcs1_der(&info.subject_pki.subject_public_key.data).ok()?;
    let (signed, signature) = (info.raw, &*request.signature_value.data);
    if id == "1.2.840.113549.1.1.14" {
        let right = key.verify(Pkcs1v15Sign::new::<Sha224>(), &Sha224::digest(signed), signature);
        return Some(right.is_ok());
    }
    let parameters = request.signature_algorithm.parameters.as_ref().filter(|_| id == "1.2.840.113549.1.1.10")?;
    let parameters = RsaSsaPssParams::try_from(parameters).ok()?;
    // Verification finds out the length of the salt.
    macro_rules! pss {
        ($hash:ty) => {{
            let scheme = Pss::<$hash> { salt_len: None, ..Pss::new() };
            key.verify(scheme, &<$hash>::digest(signed), signature)
        }};
    }
    let right = match parameters.hash_algorithm_oid().to_id_string().as_str() {
        "1.3.14.3.2.26" => pss!(Sha1),
        "2.16.840.1.101.3.4.2.4" => pss!(Sha224),
        "2.16.840.1.101.3.4.2.1" => pss!(Sha256),
        "2.16.840.1.101.3.4.2.2" => pss!(Sha384),
        "2.16.840.1.101.3.4.2.3" => pss!(Sha512),
        _ => return None,
    };
    Some(right.is_ok())
}

fn verdict<S, K: PrehashVerifier<S>>(parts: Option<(K, S)>, hash: Option<Vec<u8>>) -> Verdict {
    match (parts, hash) {
        (_, None) => Verdict::Unknown,
        (Some((key, signature)), Some(hash)) if key.verify_prehash(&hash, &signature).is_ok() => Verdict::Right,
        _ => Verdict::Wrong,
    }
}

/// Returns the hash that an ECDSA signature signs.
fn hash(id: &str, signed: &[u8]) -> Option<Vec<u8>> {
    Some(match id {
        "1.2.840.10045.4.1" => Sha1::digest(signed).to_vec(),
        "1.2.840.10045.4.3.1" => Sha224::digest(signed).to_vec(),
        "1.2.840.10045.4.3.2" => Sha256::digest(signed).to_vec(),
        "1.2.840.10045.4.3.3" => Sha384::digest(signed).to_vec(),
        "1.2.840.10045.4.3.4" => Sha512::digest(signed).to_vec(),
        _ => return None,
    })
}
