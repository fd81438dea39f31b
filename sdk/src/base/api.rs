//! What the generated code knows about an API version, as constants.

use std::fmt;
use std::time::Duration;

/// An API version.
#[derive(Debug)]
#[non_exhaustive]
pub struct ApiInfo {
    /// `aliyun-cas-2020-04-07`.
    pub id: &'static str,
    /// The version that requests carry.
    pub version: &'static str,
    /// The protocol.
    pub family: Family,
    /// Whether an error stands inside `Error`, and not at the top of the response.
    pub nested_errors: bool,
    /// Signature schemes, the default first.
    pub signatures: &'static [Signature],
    /// The service's name in the signature's scope.
    pub signing_name: &'static str,
    /// The region when the caller names none.
    pub default_region: &'static str,
    /// Region (perhaps `cn-*`) to host; the first that fits wins.
    pub hosts: &'static [(&'static str, &'static str)],
    /// Whether a region that no row fits uses the host of the default region.
    pub any_region: bool,
    /// Values of `Code` in an HTTP 200 answer that mean success.
    pub success_codes: &'static [&'static str],
    /// The service's own header that says how long to wait, and what it counts.
    pub retry_after: Option<(&'static str, Duration)>,
    /// The actions with the most that a call of each can do.
    pub effects: &'static [(&'static str, Effect)],
    /// The actions with the HTTP methods that each may be called by, the one to use first.
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

/// A family of protocols: how requests, signatures and errors look. Clouds may share one.
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
    /// AWS4-HMAC-SHA256, as Kingsoft Cloud takes it.
    Aws4,
    /// Kingsoft Cloud's simplified HMAC-SHA256; without a nonce.
    KsyunSimple,
}

/// What a call does, as far as sending it again is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Twice is as good as once.
    Idempotent,
    /// A second call is refused by the name or id in it, but its answer then looks like a failure.
    NameGuarded,
    /// Hands something to a third party; a second call is refused at best.
    SubmitOnce,
    /// Every call spends quota or money.
    Order,
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
            Self::Order => "order",
        })
    }
}

/// May a request that met an error be sent again? The effect is asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Retry {
    /// The same request will fail again.
    Never,
    /// Rejected before execution for speed: wait, then send again.
    Throttle,
    /// A passing fault; whether the request was executed is not known.
    Transient,
    /// The clock is off: correct it once, then send again.
    Skew,
    /// Rejected before execution because the key or its token holds no more: get new ones from their source once, then send again.
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
    /// A fragment of the message that tells this row from others of the same code.
    pub message_contains: Option<&'static str>,
    /// What usually brings it about, in English.
    pub cause: &'static str,
    /// What to do next, in English.
    pub remedy: &'static str,
    /// What usually brings it about, in Chinese.
    pub cause_zh: &'static str,
    /// What to do next, in Chinese.
    pub remedy_zh: &'static str,
    /// May the same request be sent again?
    pub retry: Retry,
    /// What the call asked for was so before: after an attempt without a response, this is the success of that attempt.
    pub already_done: bool,
}

impl ErrorInfo {
    /// Whether the code comes with this HTTP status. Where no status is known, any from 400 to 499 will do.
    pub(crate) fn comes_with(&self, status: u16) -> bool {
        if self.status.is_empty() { (400..500).contains(&status) } else { self.status.contains(&status) }
    }
}

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Method {
    /// Parameters in the query of the URL.
    Get,
    /// Parameters in the body, out of the URL.
    #[default]
    Post,
}

impl Method {
    /// As it is written in a request.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// How an answer is asked for. Both are read, whatever was asked for: gateways answer as they like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Format {
    /// JSON.
    #[default]
    Json,
    /// XML.
    Xml,
}

impl Format {
    /// As the parameter `Format` has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON",
            Self::Xml => "XML",
        }
    }

    /// As the header `Accept` has it.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Xml => "application/xml",
        }
    }
}
