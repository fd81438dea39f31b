//! Tries several sources of credentials in turn.
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

/// Asks several sources in turn and uses the first that provides credentials.
///
/// From then on the chain asks only that source, so a program does not change its identity while the source is down for a moment. If no source
/// provides credentials, the error lists all of them with the reasons.
#[derive(Debug, Default)]
pub struct Chain {
    sources: Vec<Box<dyn ProvideCredentials>>,
    served: OnceLock<usize>,
}

impl Chain {
    /// Creates an empty chain.
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

    /// Creates the chain that Alibaba Cloud's own SDKs use: environment variables, OIDC role, the command line's file, the credentials file, ECS
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

    /// Creates the chain that tools for Kingsoft Cloud have in common: environment variables, then `~/.ks/credentials`. It reads nothing from the
    /// working directory, and uses no network.
    #[must_use]
    pub fn ksyun(surroundings: &Surroundings) -> Self {
        Self::new().then(EnvironmentVariables::ksyun(surroundings)).then(KsyunFile::new(surroundings))
    }

    /// Creates the default chain of a cloud.
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
                CredentialsError::failed(format!(
                    "{} provided credentials before, but fails now: {error}",
                    source.name()
                ))
                .caused_by(error)
            });
        }
        let mut tried: Vec<Tried> = Vec::new();
        for (index, source) in self.sources.iter().enumerate() {
            match source.provide().await {
                Ok(credentials) => {
                    // The user may have meant a source that is set up but fails, so log which ones were skipped.
                    for one in tried.iter().filter(|one| !one.error.is_absent()) {
                        trace::skipped(&one.name, &one.error);
                    }
                    // If two first calls run at once, the one that ends first decides. Both found working sources.
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
