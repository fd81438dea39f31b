//! How requests and responses are encoded.

use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// How requests and responses are encoded.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// The protocol family, a module of the runtime.
    pub family: Family,
    /// Signature schemes, the default first.
    pub signatures: Vec<SignatureScheme>,
    /// The service's name in the signature's scope.
    pub signing_name: Option<String>,
    /// The region in the signature's scope when the caller names none.
    pub signing_region: Option<String>,
    /// How far the clock may be off, in seconds.
    pub clock_window_seconds: Option<u32>,
    /// The form of lists in XML.
    pub xml_lists: XmlLists,
    /// Whether the response may be wrapped in one more object.
    pub envelope: Envelope,
    /// The form of an error.
    pub error_style: ErrorStyle,
    /// Values of `Code` in an HTTP 200 response that mean success.
    #[serde(default)]
    pub success_codes: Vec<String>,
    /// The header that says how long to wait after a throttle.
    pub retry_after: Option<RetryAfter>,
    /// The format of time stamps in the signature.
    pub time_stamps: TimeStampStyle,
}

/// A family of protocols: one module of the runtime each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Alibaba Cloud RPC.
    AliyunRpc,
    /// Kingsoft Cloud `OpenAPI`.
    KsyunQuery,
}

/// A signature scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum SignatureScheme {
    /// Alibaba Cloud signature version 1.0, HMAC-SHA1.
    AliyunV1,
    /// Alibaba Cloud ACS3-HMAC-SHA256.
    Acs3,
    /// AWS4-HMAC-SHA256 as Kingsoft Cloud takes it.
    Aws4,
    /// Kingsoft Cloud's simplified HMAC-SHA256.
    KsyunSimple,
}

/// The form of a list in an XML response.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum XmlLists {
    /// The element is repeated.
    Repeated,
    /// One element with `<item>` children.
    Item,
}

/// Whether a JSON response may be wrapped in `{"<Action>Response": ...}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Envelope {
    /// Never.
    Never,
    /// Sometimes: both are read.
    Optional,
}

/// The form of an error on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum ErrorStyle {
    /// `Code` and `Message` at the top.
    Flat,
    /// `Error: {Code, InnerCode, Message}`.
    Nested,
}

/// The format of time stamps in the signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum TimeStampStyle {
    /// `2026-01-02T03:04:05Z`.
    Extended,
    /// `20260102T030405Z`.
    Compact,
}

/// The header that says how long to wait after a throttle.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct RetryAfter {
    /// Its name, in lower case.
    pub header: String,
    /// Its unit.
    pub unit: RetryAfterUnit,
}

/// The unit of a retry-after header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum RetryAfterUnit {
    /// Milliseconds.
    Milliseconds,
    /// Seconds.
    Seconds,
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "UPPERCASE")]
pub enum Method {
    /// GET.
    Get,
    /// POST.
    Post,
}

/// What to do about a region that is not in the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum UnknownRegion {
    /// Refuse it: the caller must name an endpoint instead.
    Refuse,
    /// Use the host of the default region; the region only scopes the signature.
    UseDefault,
}
