//! Credentials as a value, and the trait of whatever provides them.

mod error;

pub use error::{CredentialsError, Tried};

use crate::base::secret::Secret;
use std::borrow::Cow;
use std::pin::Pin;
use std::sync::Arc;

/// The source of credentials that name no other.
pub(crate) const GIVEN: &str = "given by the program";

/// An access key. A temporary one has a token and an expiry.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub(crate) id: String,
    pub(crate) secret: Secret,
    pub(crate) token: Option<Secret>,
    expiry: Option<i64>,
    source: Cow<'static, str>,
}

impl Credentials {
    /// Creates a long-lived access key.
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

    /// Adds the token of a temporary access key.
    #[must_use]
    pub fn with_token(mut self, token: impl Into<Secret>) -> Self {
        self.token = Some(token.into());
        self
    }

    /// Sets when they expire, as a Unix time in seconds.
    #[must_use]
    pub fn with_expiry(mut self, seconds: i64) -> Self {
        self.expiry = Some(seconds);
        self
    }

    /// Sets where they come from, for messages.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Cow<'static, str>>) -> Self {
        self.source = source.into();
        self
    }

    /// The id of the access key.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.id
    }

    /// The secret of the access key.
    #[must_use]
    pub fn access_key_secret(&self) -> &Secret {
        &self.secret
    }

    /// The token of a temporary access key.
    #[must_use]
    pub fn token(&self) -> Option<&Secret> {
        self.token.as_ref()
    }

    /// When they expire, as a Unix time in seconds; `None` if they do not.
    #[must_use]
    pub fn expiry(&self) -> Option<i64> {
        self.expiry
    }

    /// Where they come from, for messages: names of variables, files and fields, never their contents; or the text given to
    /// [`with_source`](Self::with_source).
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Whether they have not expired yet.
    pub(crate) fn hold(&self, now: i64) -> bool {
        self.expiry.is_none_or(|end| now < end)
    }

    /// Whether a request signed with the others would be the same.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.id == other.id
            && self.secret.expose() == other.secret.expose()
            && self.token.as_ref().map(Secret::expose) == other.token.as_ref().map(Secret::expose)
    }

    /// What messages must not contain.
    pub(crate) fn secrets(&self) -> Vec<Secret> {
        std::iter::once(&self.secret).chain(&self.token).cloned().collect()
    }
}

/// A boxed future, so that the provider can be chosen at run time.
pub type CredentialsFuture<'a> = Pin<Box<dyn Future<Output = Result<Credentials, CredentialsError>> + Send + 'a>>;

/// Provides credentials. A client asks when it needs some, and before those that it has expire. Implementations must have a timeout of their own.
pub trait ProvideCredentials: std::fmt::Debug + Send + Sync + 'static {
    /// Gets credentials from the source. The client caches them, so a provider need not.
    fn provide(&self) -> CredentialsFuture<'_>;

    /// Tells the provider that a service rejected these credentials: the token has expired, or the key was deleted or disabled. The client then
    /// asks for credentials once more before the error is final. A provider with a cache must not return them again; others need not do anything.
    fn reject(&self, _credentials: &Credentials) {}

    /// Its name in errors.
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
