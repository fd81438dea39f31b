//! Credentials as a value, and the trait of whatever provides them.

mod error;

pub use error::{CredentialsError, Tried};

use crate::base::secret::Secret;
use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;

/// What stands for a source if nobody says more.
pub(crate) const GIVEN: &str = "given by the program";

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
    pub(crate) fn hold(&self, now: i64) -> bool {
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
