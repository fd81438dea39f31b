//! Tries one source after the other.
//!
//! Sources that do not work are skipped, as in the vendors' chains. But once a source has worked, the chain stays with it: a program that
//! places orders must not change its identity because a service was down for a moment.

use super::{
    AliyunCli, AliyunFile, CredentialsUri, EcsMetadata, EnvironmentVariables, KsyunFile, OidcRole, Surroundings,
};
use crate::base::api::Provider;
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials, Tried};
use crate::base::trace;
use std::borrow::Cow;
use std::sync::OnceLock;

/// Asks one source after the other; the first that gives credentials serves.
///
/// From then on it is the only one that is asked: a program does not change who it is because its source is out of order for a
/// moment. If no source serves, the error lists all of them, and why.
#[derive(Debug, Default)]
pub struct Chain {
    sources: Vec<Box<dyn ProvideCredentials>>,
    served: OnceLock<usize>,
}

impl Chain {
    /// An empty chain.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a source at the end.
    #[must_use]
    pub fn then(mut self, source: impl ProvideCredentials) -> Self {
        self.sources.push(Box::new(source));
        self
    }

    /// The order of Alibaba Cloud's own SDKs: environment variables, OIDC role, the command line's file, the credentials file, ECS
    /// metadata, credentials URI.
    #[must_use]
    pub fn aliyun(surroundings: &Surroundings) -> Self {
        Self::new()
            .then(EnvironmentVariables::aliyun(surroundings))
            .then(OidcRole::from_variables(surroundings))
            .then(AliyunCli::new(surroundings))
            .then(AliyunFile::new(surroundings))
            .then(EcsMetadata::new(surroundings))
            .then(CredentialsUri::from_variables(surroundings))
    }

    /// What tools for Kingsoft Cloud have in common: environment variables, then `~/.ks/credentials`. Nothing is read from the
    /// working folder, and nothing comes by plain http.
    #[must_use]
    pub fn ksyun(surroundings: &Surroundings) -> Self {
        Self::new().then(EnvironmentVariables::ksyun(surroundings)).then(KsyunFile::new(surroundings))
    }

    /// The default chain of a cloud.
    #[allow(dead_code, reason = "not every API version has a provider whose credentials are known")]
    pub(crate) fn of(provider: Provider, surroundings: &Surroundings) -> Self {
        match provider {
            Provider::Aliyun => Self::aliyun(surroundings),
            Provider::Ksyun => Self::ksyun(surroundings),
        }
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        if let Some(source) = self.served.get().and_then(|index| self.sources.get(*index)) {
            return source.provide().await.map_err(|error| {
                CredentialsError::failed(format!("{} gave credentials before, but no more: {error}", source.name()))
                    .caused_by(error)
            });
        }
        let mut tried: Vec<Tried> = Vec::new();
        for (index, source) in self.sources.iter().enumerate() {
            match source.provide().await {
                Ok(credentials) => {
                    // Somebody may mean a source that is set up and does not work, and not notice that another one serves.
                    for one in tried.iter().filter(|one| !one.error.is_absent()) {
                        trace::passed_over(&one.name, &one.error);
                    }
                    // Of two first calls at once, the first to end decides; the sources are the same.
                    let _ = self.served.set(index);
                    return Ok(credentials);
                }
                Err(error) => tried.push(Tried { name: source.name().into_owned(), error }),
            }
        }
        Err(CredentialsError::none(tried))
    }
}

impl ProvideCredentials for Chain {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(self.ask())
    }

    fn reject(&self, credentials: &Credentials) {
        self.sources.iter().for_each(|source| source.reject(credentials));
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("chain")
    }
}
