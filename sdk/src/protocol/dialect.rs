//! The definition of a dialect: everything that differs between the protocols of two clouds, in both directions.
//!
//! Each dialect is one file, with a [`Dialect`] for its responses and a [`Scheme`] for each way to sign. They are chosen in here and
//! nowhere else.

use super::quote::Part;
use super::{Draft, Payload, aliyun, ksyun};
use crate::base::api::{ApiInfo, Family, Signature};
use serde_json::Value;

/// The dialect of a protocol family, without its signatures.
#[derive(Debug)]
pub(crate) struct Dialect {
    /// The header with the id that the service gave the request.
    pub(crate) request_id_header: &'static str,
    /// Prefixes of the headers that belong to the signature or to the gateway.
    pub(crate) header_prefixes: &'static [&'static str],
    /// The members that errors have besides request id, code and message. Any other member may be the result of an executed call.
    pub(crate) error_members: &'static [&'static str],
    /// Writes an error with code, inner code and message like the service does. For tests.
    #[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only tests write errors"))]
    pub(crate) error_body: fn(&str, Option<&str>, &str) -> Value,
}

/// The request id of an error body for tests.
pub(super) const TEST_REQUEST_ID: &str = "00000000-0000-0000-0000-000000000000";

impl Dialect {
    const ALL: [&'static Self; 2] = [&aliyun::DIALECT, &ksyun::DIALECT];

    /// The dialect of an API version.
    pub(crate) fn of(api: &ApiInfo) -> &'static Self {
        match api.family {
            Family::AliyunRpc => &aliyun::DIALECT,
            Family::KsyunQuery => &ksyun::DIALECT,
        }
    }

    /// Whether a header belongs to the signature or the gateway of any cloud, and is therefore reserved.
    pub(crate) fn owns_header(name: &str) -> bool {
        Self::ALL.iter().flat_map(|dialect| dialect.header_prefixes).any(|prefix| name.starts_with(prefix))
    }
}

/// A way to sign.
pub(crate) struct Scheme {
    /// Signs a draft.
    pub(super) sign: fn(&Draft<'_>) -> Payload,
    /// Whether the signature is a parameter, and the token of temporary credentials with it.
    pub(crate) signature_is_parameter: bool,
    /// Parameters that the scheme sets itself, or that another scheme of the same cloud or an older way would: what is signed by headers
    /// would be contradicted by such a parameter.
    pub(crate) reserved: &'static [&'static str],
    /// Finds the string to sign that a service quotes in a message, by its shape: services differ in the words around it.
    pub(crate) quoted: for<'a> fn(&'a str) -> Option<&'a str>,
    /// Takes a string to sign apart.
    pub(crate) parts: for<'a> fn(&'a str) -> Vec<Part<'a>>,
}

impl Scheme {
    pub(crate) fn of(signature: Signature) -> &'static Self {
        match signature {
            Signature::AliyunV1 => &aliyun::V1,
            Signature::Acs3 => &aliyun::ACS3,
            Signature::Aws4 => &ksyun::AWS4,
            Signature::KsyunSimple => &ksyun::SIMPLE,
        }
    }
}
