//! The metadata service of ECS instances.

use super::Surroundings;
use super::temporary::{coded, no_response};
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::base::secret::Secret;
use crate::http::{Fetch, HttpResponse, Verb};
use crate::sign;
use std::borrow::Cow;
use std::time::Duration;

const DISABLED: &str = "ALIBABA_CLOUD_ECS_METADATA_DISABLED";
const ROLE: &str = "ALIBABA_CLOUD_ECS_METADATA";
const V1_DISABLED: &str = "ALIBABA_CLOUD_IMDSV1_DISABLED";
const KEYS: &str = "/latest/meta-data/ram/security-credentials/";

/// One second to connect, a limit of the HTTP client, and one to respond.
const TIMEOUT: Duration = Duration::from_secs(2);

/// Gets keys of the RAM role of an Alibaba Cloud ECS instance from the metadata service.
///
/// It first requests a token (version 2 of the service). If it gets none, it goes on without a token (version 1), unless that is disabled by
/// [`allow_v1`](Self::allow_v1) or `ALIBABA_CLOUD_IMDSV1_DISABLED`. The role is the one set here, or else the one in
/// `ALIBABA_CLOUD_ECS_METADATA`, or else the one that the service names. If `ALIBABA_CLOUD_ECS_METADATA_DISABLED` is `true`, nothing is requested.
#[derive(Debug, Clone)]
pub struct EcsMetadata {
    role: Option<String>,
    allow_v1: bool,
    surroundings: Surroundings,
}

impl EcsMetadata {
    /// Uses the metadata service of this machine.
    #[must_use]
    pub fn new(surroundings: &Surroundings) -> Self {
        Self { role: None, allow_v1: true, surroundings: surroundings.clone() }
    }

    /// Sets the name of the role, which saves a request.
    #[must_use]
    pub fn role(mut self, name: impl Into<String>) -> Self {
        self.role = Some(name.into());
        self
    }

    /// Sets whether version 1 may be used. Default: yes. Version 1 needs no token, so an attacker who makes a program fetch a URL (SSRF) can get
    /// the keys.
    #[must_use]
    pub fn allow_v1(mut self, allow: bool) -> Self {
        self.allow_v1 = allow;
        self
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        if self.surroundings.is_on(DISABLED) {
            return Err(CredentialsError::absent(format!("{DISABLED} is true")));
        }
        let token = self.token().await?;
        let role = match self.role.clone().or_else(|| self.surroundings.variable(ROLE)) {
            Some(role) => role,
            None => self.role_of_instance(token.as_ref()).await?,
        };
        let response = self.get(&format!("{KEYS}{}", sign::encode(&role)), token.as_ref()).await?;
        let credentials = coded(&response, self.surroundings.clock().now())?;
        Ok(credentials.with_source(if token.is_some() { "ECS metadata" } else { "ECS metadata (version 1)" }))
    }

    /// Requests the token of version 2. `None` if version 1 must be used.
    async fn token(&self) -> Result<Option<Secret>, CredentialsError> {
        let url = format!("{}/latest/api/token", self.surroundings.metadata_url());
        let mut fetch = Fetch::new(Verb::Put, url, TIMEOUT);
        fetch.headers.push(("x-aliyun-ecs-metadata-token-ttl-seconds", "21600".to_owned()));
        let refused = match self.surroundings.fetch(fetch).await {
            Ok(response) if response.status == 200 => match String::from_utf8(response.body) {
                Ok(token) if is_header(token.trim()) => return Ok(Some(Secret::from(token.trim()))),
                _ => CredentialsError::failed("the response to the token request is not a valid token"),
            },
            Ok(response) => {
                CredentialsError::failed(format!("the token request was refused with HTTP {}", response.status))
            }
            // There is no service, so version 1 would fail too.
            Err(error) if !error.may_have_arrived => {
                let text = format!("this does not seem to be an ECS instance: {}", no_response(error));
                return Err(CredentialsError::absent(text));
            }
            Err(error) => no_response(error),
        };
        if self.allow_v1 && !self.surroundings.is_on(V1_DISABLED) {
            return Ok(None);
        }
        Err(CredentialsError::failed(format!("{refused}; version 1 is disabled")))
    }

    async fn role_of_instance(&self, token: Option<&Secret>) -> Result<String, CredentialsError> {
        let response = self.get(KEYS, token).await?;
        match response.status {
            200 => {}
            404 => return Err(CredentialsError::absent("the instance has no RAM role")),
            status => {
                return Err(CredentialsError::failed(format!("the request for the role name returned HTTP {status}")));
            }
        }
        let text = String::from_utf8(response.body).unwrap_or_default();
        match text.lines().map(str::trim).find(|line| !line.is_empty()) {
            Some(role) => Ok(role.to_owned()),
            None => Err(CredentialsError::absent("the instance has no RAM role")),
        }
    }

    async fn get(&self, path: &str, token: Option<&Secret>) -> Result<HttpResponse, CredentialsError> {
        let mut fetch = Fetch::new(Verb::Get, format!("{}{path}", self.surroundings.metadata_url()), TIMEOUT);
        if let Some(token) = token {
            fetch.headers.push(("x-aliyun-ecs-metadata-token", token.expose().to_owned()));
        }
        self.surroundings.fetch(fetch).await.map_err(no_response)
    }
}

/// Whether a text is valid in a header.
fn is_header(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_graphic())
}

impl ProvideCredentials for EcsMetadata {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(self.ask())
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("ECS metadata")
    }
}
