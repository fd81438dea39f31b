//! Small vocabularies: the same words before and after resolving.

use super::Text;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// The effect of a call, which decides whether it may be sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Idempotent: sending it twice has the same result as once.
    Idempotent,
    /// The service refuses a second call because of the name or id in it, so a repeated call looks like a failure.
    NameGuarded,
    /// Submits something to a third party. A second call is refused at best.
    SubmitOnce,
    /// Every call creates another object, free of charge. Nothing refuses a second one.
    Create,
    /// Every call spends quota or money.
    Order,
    /// Nobody has judged it yet. Treated like an order.
    Unknown,
}

/// What a call costs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Quota or money.
    pub unit: CostUnit,
    /// How much, and whether it comes back.
    pub doc: Text,
}

/// What a call consumes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum CostUnit {
    /// A certificate of a package that was bought before.
    Quota,
    /// Money.
    Money,
}

/// The part of a service that returns an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum ErrorScope {
    /// The gateway in front of every service: signature, throttling, routing. Any action can meet it.
    Common,
    /// The service behind it.
    Business,
}

/// Whether a request may be sent again after an error. The action's effect decides first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Retry {
    /// The same request will fail again.
    Never,
    /// Throttled before execution: wait, then send again.
    Throttle,
    /// A transient fault. Whether the request was executed is not known.
    Transient,
    /// The clock is off: correct it once, then send again.
    Skew,
    /// Rejected before execution because the key or its token is no longer valid: renew them once, then send again.
    Renew,
    /// It may have been executed: find out with the action's `reconcile` recipe first.
    Reconcile,
}

/// Named formats of strings. The runtime has a function for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// A domain name, with or without a leading `*.`.
    Domain,
    /// A domain name without a wildcard.
    SingleDomain,
    /// A domain name that begins with `*.`.
    WildcardDomain,
    /// An email address.
    Email,
    /// A telephone number, mobile or fixed.
    Phone,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A certificate signing request in PEM. Its content is not parsed.
    Csr,
}

/// The algorithm of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum KeyAlgorithm {
    /// RSA.
    Rsa,
    /// Elliptic curves.
    Ecc,
}

/// The language of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// English.
    En,
    /// Chinese.
    Zh,
}

/// How sensitive a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Personal data: redacted in debug output.
    Pii,
    /// A secret: it has a type of its own and is never printed or put in a URL.
    Secret,
}

/// What the client fills a parameter with if the caller does not set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Fill {
    /// A random text, the same over all attempts of a call. The service executes calls with the same text once.
    RepeatKey,
    /// The region of the client.
    Region,
}

/// How a time is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum TimeLayout {
    /// `2026-01-02`.
    Date,
    /// `2026-01-02 03:04:05`.
    DateTime,
    /// `2026-01-02T03:04:05Z`.
    Rfc3339,
    /// `20260102T030405Z`.
    Compact,
    /// A number: seconds since 1970 in UTC.
    UnixSeconds,
    /// A number: milliseconds since 1970 in UTC.
    UnixMilliseconds,
    /// A number since 1970 in UTC, about whose unit the sources contradict each other: more than 11 digits are milliseconds.
    Unix,
}

impl TimeLayout {
    /// Whether it is a number.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Self::UnixSeconds | Self::UnixMilliseconds | Self::Unix)
    }
}

/// The zone of a printed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum TimeZone {
    /// UTC.
    Utc,
    /// Not documented; probably China Standard Time.
    Unstated,
}

/// What the position of a paginator counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum PageKind {
    /// Pages.
    Page,
    /// Items: the next position is the number of items seen so far.
    Index,
}

/// How often and how long a wait polls.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Poll {
    /// Delay before the second poll, in seconds. Later delays grow.
    pub first_seconds: u32,
    /// Longest delay, in seconds.
    pub most_seconds: u32,
    /// The wait fails after this many seconds.
    pub deadline_seconds: u32,
}

/// The API version that a folder describes. The folder is named `<provider>-<service>-<version>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct ApiInfo {
    /// The cloud that runs it. For `aliyun` and `ksyun` the client has `from_env` and `from_default_chain`.
    pub provider: String,
    /// The service's short name.
    pub service: String,
    /// The version that requests carry.
    pub version: String,
    /// A title of one line.
    pub title: Text,
    /// What it is for.
    pub doc: Text,
    /// Set when the vendor has withdrawn it.
    pub legacy: Option<Legacy>,
}

/// What an id or an enum is on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Base {
    /// Text.
    String,
    /// 32-bit integer.
    I32,
    /// 64-bit integer; may stand as text in JSON.
    I64,
}

/// An API version that the vendor has withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Legacy {
    /// The condition.
    pub since: String,
    /// Details, and what to use instead.
    pub doc: Text,
}

/// Who sets a common parameter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum SetBy {
    /// The signer.
    Signer,
    /// The client, from its configuration and the action.
    Client,
    /// The caller. The client never sets it.
    Caller,
}

/// Where facts come from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// What kind of place it is.
    pub kind: SourceKind,
    /// Its title, in its own language.
    pub title: String,
    /// Its version or date.
    pub version: String,
    /// Its language.
    pub language: Option<Language>,
}

/// What kind of place a fact comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A document of the vendor. Its content counts as documented.
    Document,
    /// A sample in a document that no table of it explains.
    Sample,
    /// A client that the vendor publishes.
    OfficialClient,
    /// The vendor's machine-readable metadata.
    Metadata,
    /// A public page of the vendor outside the documents.
    Page,
    /// A program by somebody else that uses the service.
    ThirdParty,
}
