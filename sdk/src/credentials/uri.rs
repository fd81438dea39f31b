//! A URL that returns temporary keys.

use super::Surroundings;
use super::temporary::{coded, no_response};
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::base::secret::Secret;
use crate::http::{Fetch, Verb};
use std::borrow::Cow;
use std::time::Duration;

const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";

/// Gets temporary keys from a URL that returns JSON with `Code`, `AccessKeyId`, `AccessKeySecret`, `SecurityToken` and `Expiration`.
///
/// The URL must use `https`, unless its host is this machine or link-local. It is treated as a secret, because it may contain one.
#[derive(Debug, Clone)]
pub struct CredentialsUri {
    /// `None` if it is read from a variable.
    uri: Option<Secret>,
    surroundings: Surroundings,
}

impl CredentialsUri {
    /// Uses this URL.
    #[must_use]
    pub fn new(uri: impl Into<Secret>, surroundings: &Surroundings) -> Self {
        Self { uri: Some(uri.into()), surroundings: surroundings.clone() }
    }

    /// Uses the URL that `ALIBABA_CLOUD_CREDENTIALS_URI` names.
    #[must_use]
    pub fn from_variables(surroundings: &Surroundings) -> Self {
        Self { uri: None, surroundings: surroundings.clone() }
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let variable = || self.surroundings.variable(URI).map(Secret::from);
        let uri =
            self.uri.clone().or_else(variable).ok_or_else(|| CredentialsError::absent(format!("{URI} is not set")))?;
        let fetch = Fetch::new(Verb::Get, uri.expose(), Duration::from_secs(15));
        let response = self.surroundings.fetch(fetch).await.map_err(no_response)?;
        Ok(coded(&response, self.surroundings.clock().now())?.with_source("the credentials URI"))
    }
}

impl ProvideCredentials for CredentialsUri {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(self.ask())
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("credentials URI")
    }
}
