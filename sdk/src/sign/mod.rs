//! The four signature schemes of the two clouds, as pure functions.
//!
//! The clients use them for every request. They are public for servers that verify signatures, proxies that sign for others, and tests. Nothing
//! here reads a clock, draws a random number or uses the network.
//!
//! | scheme | module | what is signed |
//! |---|---|---|
//! | Alibaba Cloud signature 1.0, HMAC-SHA1 | [`aliyun_v1`] | method and all parameters of query and form |
//! | Alibaba Cloud ACS3-HMAC-SHA256 | [`acs3`] | method, path, query, headers, hash of the body |
//! | AWS4-HMAC-SHA256, in Kingsoft Cloud's variant | [`aws4`] | the same, with a key derived for day, region and service |
//! | Kingsoft Cloud HMAC-SHA256, simplified | [`ksyun_simple`] | all parameters |
//!
//! The two schemes that sign parameters take them decoded, as pairs. The two that sign headers take the query in canonical form; see
//! [`canonical_query`].

pub mod acs3;
pub mod aliyun_v1;
pub mod aws4;
mod canonical;
pub mod ksyun_simple;
mod percent;

pub use canonical::{Request, canonical_query, sha256_hex};
pub use percent::encode;
pub(crate) use percent::encode_into;

use crate::base::hash::hmac_sha256;
pub(crate) use crate::base::secret::hex;

/// A signature and the text that was signed.
///
/// Servers quote this text when a signature does not match. It contains parameters and headers, so protect it like the request.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Signed {
    /// The text whose HMAC is the signature.
    pub string_to_sign: String,
    /// The text whose hash is part of the string to sign, if the scheme has one: [`acs3`] and [`aws4`].
    pub canonical_request: Option<String>,
    /// The signature, as it is sent.
    pub signature: String,
}

impl std::fmt::Debug for Signed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The text contains parameters, and a signature allows a replay of the request.
        f.debug_struct("Signed").finish_non_exhaustive()
    }
}
