//! The constants of an API version, filled in by generated code.

use std::fmt;
use std::time::Duration;

/// An API version.
#[derive(Debug)]
#[non_exhaustive]
pub struct ApiInfo {
    /// `aliyun-cas-2020-04-07`.
    pub id: &'static str,
    /// The name of the service, `cas`. The variable of its endpoint is named after it.
    pub service: &'static str,
    /// The version that requests carry.
    pub version: &'static str,
    /// The protocol.
    pub family: Family,
    /// Whether errors are inside a member `Error` and not at the top of the response.
    pub nested_errors: bool,
    /// Signature schemes, the default first.
    pub signatures: &'static [Signature],
    /// The service's name in the signature's scope.
    pub signing_name: &'static str,
    /// The region when the caller names none.
    pub default_region: &'static str,
    /// Regions, which may be patterns such as `cn-*`, with their hosts. The first match counts.
    pub hosts: &'static [(&'static str, &'static str)],
    /// Whether a region without a match uses the host of the default region.
    pub any_region: bool,
    /// Values of `Code` in a response with status 200 that mean success.
    pub success_codes: &'static [&'static str],
    /// The service's own header that says how long to wait, with its unit.
    pub retry_after: Option<(&'static str, Duration)>,
    /// The actions with the strongest effect that a call of each can have.
    pub effects: &'static [(&'static str, Effect)],
    /// The actions with their HTTP methods, the preferred one first.
    pub methods: &'static [(&'static str, &'static [Method])],
    /// The error rows.
    pub errors: &'static [ErrorInfo],
}

/// A cloud: whose credentials, environment variables and regions these are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Provider {
    /// Alibaba Cloud.
    Aliyun,
    /// Kingsoft Cloud.
    Ksyun,
}

/// A family of protocols: the form of requests, signatures and errors. Clouds may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Family {
    /// Alibaba Cloud RPC.
    AliyunRpc,
    /// Kingsoft Cloud `OpenAPI`.
    KsyunQuery,
}

/// A signature scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Signature {
    /// Alibaba Cloud signature 1.0, HMAC-SHA1.
    AliyunV1,
    /// Alibaba Cloud ACS3-HMAC-SHA256.
    Acs3,
    /// AWS4-HMAC-SHA256, in Kingsoft Cloud's variant.
    Aws4,
    /// Kingsoft Cloud's simplified HMAC-SHA256, which has no nonce.
    KsyunSimple,
}

/// The effect of a call. It decides whether the call may be retried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// A second call does no harm.
    Idempotent,
    /// A second call is refused because of the name or id in it, so its response looks like a failure.
    NameGuarded,
    /// Submits something to a third party. A second call is refused at best.
    SubmitOnce,
    /// Every call creates another object, free of charge. Nothing refuses a second one.
    Create,
    /// Every call spends quota or money.
    Order,
    /// Not known. Treated like an order.
    Unknown,
}

impl Effect {
    /// Whether a call may happen twice without harm.
    pub(crate) fn is_repeatable(self) -> bool {
        matches!(self, Self::Read | Self::Idempotent)
    }
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Read => "read",
            Self::Idempotent => "idempotent",
            Self::NameGuarded => "name-guarded",
            Self::SubmitOnce => "submit-once",
            Self::Create => "create",
            Self::Order => "order",
            Self::Unknown => "unknown",
        })
    }
}

/// Whether a request may be sent again after an error. The effect of the call has priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// The same request will fail again.
    Never,
    /// Refused before execution because there were too many calls: wait, then retry.
    Throttle,
    /// A transient fault: the request may have been executed.
    Transient,
    /// The clock is wrong: correct it once, then retry.
    Skew,
    /// Refused before execution because the key or its token is no longer valid: get new ones from the source once, then retry.
    Renew,
    /// It may have been executed: find out first.
    Reconcile,
}

/// A row of an error table.
#[derive(Debug)]
#[non_exhaustive]
pub struct ErrorInfo {
    /// `Code` on the wire; a trailing `*` covers a family.
    pub code: &'static str,
    /// `InnerCode` on the wire.
    pub inner_code: Option<&'static str>,
    /// The HTTP statuses that it comes with; empty if they are not known.
    pub status: &'static [u16],
    /// A part of the message that distinguishes this row from others with the same code.
    pub message_contains: Option<&'static str>,
    /// The usual cause, in English.
    pub cause: &'static str,
    /// What to do next, in English.
    pub remedy: &'static str,
    /// The usual cause, in Chinese.
    pub cause_zh: &'static str,
    /// What to do next, in Chinese.
    pub remedy_zh: &'static str,
    /// Whether the same request may be sent again.
    pub retry: Retry,
    /// Whether the code means that the call was already done. After an attempt whose response was lost, it shows that the attempt succeeded.
    pub already_done: bool,
}

impl ErrorInfo {
    /// Whether the code belongs to this HTTP status. If no status is documented, any from 400 to 499 does.
    pub(crate) fn comes_with(&self, status: u16) -> bool {
        if self.status.is_empty() { (400..500).contains(&status) } else { self.status.contains(&status) }
    }
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// Parameters in the query of the URL.
    Get,
    /// Parameters in the body.
    #[default]
    Post,
}

impl Method {
    /// Its name in a request.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// The format to request responses in. Both formats are read whatever was requested, because gateways may respond in another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// XML.
    Xml,
}

impl Format {
    /// Its name in the parameter `Format`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Xml => "XML",
        }
    }

    /// Its media type, for the header `Accept`.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }
}
