//! Access keys, and where they come from.
//!
//! [`Credentials`] are a plain value. Whatever can give them is a [`ProvideCredentials`]; a [`Config`](crate::Config) takes either:
//!
//! ```
//! use cloudcert::credentials::{Chain, Surroundings, from_fn};
//! use cloudcert::{Config, Credentials};
//!
//! let fixed = Config::new(Credentials::new("id", "secret"));
//! let official = Config::new(Chain::aliyun(&Surroundings::system()));
//! let own = Config::new(from_fn("vault", || async { Ok(Credentials::new("id", "secret").with_expiry(4_102_444_800)) }));
//! # let _ = (fixed, official, own);
//! ```
//!
//! | provider | what it reads |
//! |---|---|
//! | [`Credentials`] | nothing: they are given |
//! | [`EnvironmentVariables`] | the variables of a cloud |
//! | [`from_fn`] | what your closure gives |
//! | [`OidcRole`] | a token file; asks Alibaba Cloud's STS for keys of a role |
//! | [`AssumedRole`] | another provider; asks Alibaba Cloud's STS for keys of a role |
//! | [`AliyunCli`] | `~/.aliyun/config.json` |
//! | [`AliyunFile`] | `~/.alibabacloud/credentials` and `credentials.ini` |
//! | [`EcsMetadata`] | the metadata service of an ECS instance |
//! | [`CredentialsUri`] | a URL that answers with temporary keys |
//! | [`KsyunFile`] | `~/.ks/credentials` |
//! | [`Chain`] | one source after the other |
//! | [`Cached`] | another provider, when its credentials are about to end |
//!
//! Nothing is read before credentials are needed. A client keeps what it got, and asks again ahead of its end.

mod aliyun_cli;
mod aliyun_file;
mod cache;
mod chain;
mod closure;
mod error;
mod file;
mod ini;
mod joint;
mod ksyun_file;
mod metadata;
mod role;
mod sts;
mod surroundings;
mod temporary;
mod uri;
mod variables;

pub use aliyun_cli::AliyunCli;
pub use aliyun_file::AliyunFile;
pub(crate) use cache::Cache;
pub use cache::Cached;
pub use chain::Chain;
pub use closure::{FromFn, from_fn};
pub use error::{CredentialsError, Tried};
pub use ksyun_file::KsyunFile;
pub use metadata::EcsMetadata;
pub use role::{AssumedRole, OidcRole, Role};
pub use surroundings::Surroundings;
pub use uri::CredentialsUri;
pub use variables::EnvironmentVariables;

use crate::Secret;
use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;

/// What stands for a source if nobody says more.
const GIVEN: &str = "given by the program";

/// An access key, perhaps a temporary one with a token and an end.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub(crate) id: String,
    pub(crate) secret: Secret,
    pub(crate) token: Option<Secret>,
    expiry: Option<i64>,
    source: Cow<'static, str>,
}

impl Credentials {
    /// A lasting access key.
    #[must_use]
    pub fn new(access_key_id: impl Into<String>, access_key_secret: impl Into<Secret>) -> Self {
        Self {
            id: access_key_id.into(),
            secret: access_key_secret.into(),
            token: None,
            expiry: None,
            source: Cow::Borrowed(GIVEN),
        }
    }

    /// The token of a temporary access key.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// When they end, in seconds since 1970 in UTC.
    #[must_use]
    pub fn with_expiry(mut self, seconds: i64) -> Self {
        self.expiry = Some(seconds);
        self
    }

    /// Where they come from, for people.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Cow<'static, str>>) -> Self {
        self.source = source.into();
        self
    }

    /// The access key's id.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.id
    }

    /// The access key's secret.
    #[must_use]
    pub fn access_key_secret(&self) -> &Secret {
        &self.secret
    }

    /// The token of a temporary access key.
    #[must_use]
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    /// When they end, in seconds since 1970 in UTC; `None` if they last.
    #[must_use]
    pub fn expiry(&self) -> Option<i64> {
        self.expiry
    }

    /// Where they come from, for people: the names of variables, files and fields, never what these hold. What
    /// [`with_source`](Self::with_source) was given stands there as it is.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether they have not ended yet.
    fn hold(&self, now: i64) -> bool {
        self.expiry.is_none_or(|end| now < end)
    }

    /// Whether a request would be signed alike with these.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.id == other.id
            && self.secret.expose() == other.secret.expose()
            && self.token.as_ref().map(Secret::expose) == other.token.as_ref().map(Secret::expose)
    }

    /// What must not stand in a message.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        std::iter::once(&self.secret).chain(&self.token).cloned().collect()
    }
}

/// A future on the heap, so that a provider can be chosen at run time.
pub type CredentialsFuture<'a> = Pin<Box<dyn Future<Output = Result<Credentials, CredentialsError>> + Send + 'a>>;

/// Gives credentials. A client asks when it needs some and when those it has are about to end; it has to come to an end by itself.
pub trait ProvideCredentials: std::fmt::Debug + Send + Sync + 'static {
    /// Gets credentials, new ones each time.
    fn provide(&self) -> CredentialsFuture<'_>;

    /// A service takes these no more: their token has expired, or the key was deleted or disabled. A client then asks for others once before the
    /// error is final. Providers that keep what they give must not give these again; the others need not do anything.
    fn reject(&self, _credentials: &Credentials) {}

    /// What errors and lists of sources call it.
    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(std::any::type_name::<Self>())
    }
}

impl ProvideCredentials for Credentials {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(std::future::ready(Ok(self.clone())))
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.source)
    }
}

impl<T: ProvideCredentials + ?Sized> ProvideCredentials for Arc<T> {
    fn provide(&self) -> CredentialsFuture<'_> {
        (**self).provide()
    }

    fn reject(&self, credentials: &Credentials) {
        (**self).reject(credentials);
    }

    fn name(&self) -> Cow<'_, str> {
        (**self).name()
    }
}
