//! A URL that answers with temporary keys.

use super::Surroundings;
use super::temporary::{coded, unanswered};
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::base::secret::Secret;
use crate::http::{Fetch, Verb};
use std::borrow::Cow;
use std::time::Duration;

const URI: &str = "ALIBABA_CLOUD_CREDENTIALS_URI";

/// A URL that answers with temporary keys: JSON with `Code`, `AccessKeyId`, `AccessKeySecret`, `SecurityToken` and `Expiration`.
///
/// It must be `https`, or lead no further than to this machine or its link. It is treated as a secret: it may hold one.
#[derive(Debug, Clone)]
pub struct CredentialsUri {
    /// `None` if a variable tells.
    uri: Option<Secret>,
    surroundings: Surroundings,
}

impl CredentialsUri {
    /// This URL.
    #[must_use]
    pub fn new(uri: impl Into<Secret>, surroundings: &Surroundings) -> Self {
        Self { uri: Some(uri.into()), surroundings: surroundings.clone() }
    }

    /// The URL that `ALIBABA_CLOUD_CREDENTIALS_URI` names.
    #[must_use]
    pub fn from_variables(surroundings: &Surroundings) -> Self {
        Self { uri: None, surroundings: surroundings.clone() }
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let variable = || self.surroundings.variable(URI).map(Secret::from);
        let uri =
            self.uri.clone().or_else(variable).ok_or_else(|| CredentialsError::absent(format!("{URI} is not set")))?;
        let fetch = Fetch::new(Verb::Get, uri.expose(), Duration::from_secs(15));
        let response = self.surroundings.fetch(fetch).await.map_err(unanswered)?;
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
