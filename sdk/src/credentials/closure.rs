//! A closure as a provider.

use crate::base::credentials::GIVEN;
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use std::borrow::Cow;
use std::fmt;

/// Makes a provider of a closure. Its name appears in errors, and as the source of credentials that name no other.
///
/// ```
/// use cloudcert::Credentials;
/// use cloudcert::credentials::{CredentialsError, from_fn};
///
/// let vault = from_fn("vault", || async {
///     let text = std::fs::read_to_string("/run/secrets/key")
///         .map_err(|e| CredentialsError::failed("/run/secrets/key cannot be read").caused_by(e))?;
///     Ok(Credentials::new("id", text))
/// });
/// # let _ = vault;
/// ```
pub fn from_fn<F, R>(name: impl Into<String>, closure: F) -> FromFn<F>
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<Credentials, CredentialsError>> + Send + 'static,
{
    FromFn { name: name.into(), closure }
}

/// A provider that calls a closure, made by [`from_fn`].
#[derive(Clone)]
pub struct FromFn<F> {
    name: String,
    closure: F,
}

impl<F, R> ProvideCredentials for FromFn<F>
where
    F: Fn() -> R + Send + Sync + 'static,
    R: Future<Output = Result<Credentials, CredentialsError>> + Send + 'static,
{
    fn provide(&self) -> CredentialsFuture<'_> {
        let given = (self.closure)();
        Box::pin(async move {
            let credentials = given.await?;
            Ok(if credentials.source() == GIVEN { credentials.with_source(self.name.clone()) } else { credentials })
        })
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.name)
    }
}

impl<F> fmt::Debug for FromFn<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FromFn").field("name", &self.name).finish_non_exhaustive()
    }
}
