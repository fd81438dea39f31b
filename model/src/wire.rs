//! How requests and answers travel.

use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// How requests and answers travel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Protocol {
    /// The protocol module that knows the rest.
    pub family: Family,
    /// Signature schemes, the default first.
    pub signatures: Vec<SignatureScheme>,
    /// The service's name in the signature's scope.
    pub signing_name: Option<String>,
    /// The region in the signature's scope when the caller names none.
    pub signing_region: Option<String>,
    /// How far the clock may be off, in seconds.
    pub clock_window_seconds: Option<u32>,
    /// How lists travel in a request.
    pub lists: ListStyle,
    /// How lists stand in XML.
    pub xml_lists: XmlLists,
    /// Whether the answer may be wrapped in one more object.
    pub envelope: Envelope,
    /// How an error looks.
    pub error_style: ErrorStyle,
    /// Values of `Code` in an HTTP 200 answer that mean success.
    #[serde(default)]
    pub success_codes: Vec<String>,
    /// The header that says how long to wait after a throttle.
    pub retry_after: Option<RetryAfter>,
    /// How time stamps of the signature are written.
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

/// How a list parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum ListStyle {
    /// `Name.1`, `Name.2`; members as `Name.1.Member`.
    DottedFromOne,
}

/// How a list stands in an XML answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum XmlLists {
    /// The element is repeated.
    Repeated,
    /// One element with `<item>` children.
    Item,
}

/// Whether a JSON answer may be wrapped in `{"<Action>Response": ...}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Envelope {
    /// Never.
    Never,
    /// Sometimes: both are read.
    Optional,
}

/// How an error looks on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum ErrorStyle {
    /// `Code` and `Message` at the top.
    Flat,
    /// `Error: {Code, InnerCode, Message}`.
    Nested,
}

/// How time stamps of the signature are written.
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
    /// What it counts.
    pub unit: RetryAfterUnit,
}

/// What a retry-after header counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum RetryAfterUnit {
    /// Thousandths of a second.
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
    /// Refuse: the caller names an endpoint instead.
    Refuse,
    /// Use the host of the default region; the region only scopes the signature.
    UseDefault,
}
