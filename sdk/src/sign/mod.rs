//! The four signature schemes of the two clouds, as pure functions.
//!
//! The clients call them for every request. They are public because a server that checks signatures, a proxy that signs for
//! others, or a test needs the same: nothing in here reads a clock, draws a random number or touches the network.
//!
//! | scheme | module | what is signed |
//! |---|---|---|
//! | Alibaba Cloud signature 1.0, HMAC-SHA1 | [`aliyun_v1`] | method and all parameters of query and form |
//! | Alibaba Cloud ACS3-HMAC-SHA256 | [`acs3`] | method, path, query, headers, hash of the body |
//! | AWS4-HMAC-SHA256, as Kingsoft Cloud takes it | [`aws4`] | the same, with a key derived for day, region and service |
//! | Kingsoft Cloud HMAC-SHA256, simplified | [`ksyun_simple`] | all parameters |
//!
//! The two schemes that sign parameters take them decoded, as pairs; the two that sign headers take the canonical form of a
//! query from [`canonical_query`].

pub mod acs3;
pub mod aliyun_v1;
pub mod aws4;
mod canonical;
pub mod ksyun_simple;
mod percent;

pub use canonical::{Request, canonical_query, sha256_hex};
pub use percent::encode;
pub(crate) use percent::encode_into;

pub(crate) use crate::base::secret::hex;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// A signature, with the text that was signed.
///
/// The text is what a server prints when signatures differ; it holds parameters and headers, so treat it like the request.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Signed {
    /// The text whose HMAC the signature is.
    pub string_to_sign: String,
    /// The text whose hash is part of the string to sign, if the scheme has one: [`acs3`] and [`aws4`].
    pub canonical_request: Option<String>,
    /// The signature, as it is sent.
    pub signature: String,
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text holds parameters, and a signature lets its finder replay the request.
        f.debug_struct("Signed").finish_non_exhaustive()
    }
}

/// HMAC-SHA256. A key of any length is a key for HMAC.
fn hmac_sha256(key: &[u8], text: &[u8]) -> [u8; 32] {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return [0; 32];
    };
    mac.update(text);
    mac.finalize().into_bytes().into()
}
