//! Small vocabularies: the same words before and after resolving.

use super::Text;
use serde::Deserialize;
#[cfg(feature = "data")]
use serde::Serialize;

/// What a call does, as far as sending it again is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
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

/// What a call costs.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// In what it is paid.
    pub unit: CostUnit,
    /// How much, and whether it comes back.
    pub doc: Text,
}

/// In what a call is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum CostUnit {
    /// A certificate of a package that was bought before.
    Quota,
    /// Money.
    Money,
}

/// Who answers with an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum ErrorScope {
    /// The gateway in front of every service: signature, throttling, routing. Any action can meet it.
    Common,
    /// The service behind it.
    Business,
}

/// May a request that met an error be sent again? The action's effect is asked first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
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
    /// It may have been executed: find out first, with the action's `reconcile` recipe.
    Reconcile,
}

/// Named shapes of strings; each is one checked function in the runtime.
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
    /// A mail address.
    Email,
    /// A telephone number, mobile or fixed.
    Phone,
    /// An IPv4 or IPv6 address.
    Ip,
    /// A certificate signing request in PEM. What is in it is not looked at.
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

/// Why a value must not be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum Sensitivity {
    /// Names a person: redacted in debug output.
    Pii,
    /// Gives power: a type of its own, never printed, never in a URL.
    Secret,
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
}

/// The zone of a printed time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum TimeZone {
    /// UTC.
    Utc,
    /// No document says; China Standard Time is a guess.
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

/// How often and how long a waiter asks.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct Poll {
    /// First pause, in seconds.
    pub first_seconds: u32,
    /// Longest pause, in seconds.
    pub most_seconds: u32,
    /// The wait is given up after this many seconds.
    pub deadline_seconds: u32,
}

/// Which API version a folder describes. The folder is named `<provider>-<service>-<version>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(deny_unknown_fields)]
pub struct ApiInfo {
    /// Who runs it. For `aliyun` and `ksyun` the client has `from_env` and `from_default_chain`.
    pub provider: String,
    /// The service's short name.
    pub service: String,
    /// The version that requests carry.
    pub version: String,
    /// One line.
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
    /// When.
    pub since: String,
    /// What is known, and what to use instead.
    pub doc: Text,
}

/// Who gives a common parameter its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[cfg_attr(feature = "data", derive(Serialize))]
#[serde(rename_all = "kebab-case")]
pub enum SetBy {
    /// The signer.
    Signer,
    /// The client, from its configuration and the action.
    Client,
    /// The caller, if at all.
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
    /// A document of the vendor: what stands there is documented.
    Document,
    /// A sample in a document that no table of it explains.
    Sample,
    /// A client that the vendor publishes.
    OfficialClient,
    /// The vendor's machine-readable metadata.
    Metadata,
    /// A public page of the vendor outside the documents.
    Page,
    /// Somebody else's program that uses the service.
    ThirdParty,
}
