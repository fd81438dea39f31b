//! Roles of Alibaba Cloud, and the two ways to assume one.

use super::Surroundings;
use super::file::{SourceFile, TOKEN_LIMIT};
use super::sts::{Authentication, assume};
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::base::secret::Secret;
use crate::protocol::Pair;
use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// The default name of a session.
pub(super) const SESSION: &str = "cloudcert";
/// The shortest session that STS allows.
const SHORTEST: Duration = Duration::from_secs(900);

const ROLE: &str = "ALIBABA_CLOUD_ROLE_ARN";
const PROVIDER: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
const TOKEN_FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";

/// A role of Alibaba Cloud, and how to assume it.
#[derive(Clone)]
pub struct Role {
    arn: String,
    session_name: Option<String>,
    duration: Duration,
    policy: Option<String>,
    external_id: Option<Secret>,
    region: Option<String>,
    vpc: Option<bool>,
}

impl Role {
    /// Names the role by its ARN, `acs:ram::<account>:role/<name>`.
    #[must_use]
    pub fn new(arn: impl Into<String>) -> Self {
        Self {
            arn: arn.into(),
            session_name: None,
            duration: Duration::from_secs(3600),
            policy: None,
            external_id: None,
            region: None,
            vpc: None,
        }
    }

    /// Sets the session name, which appears in audit logs. Default: `ALIBABA_CLOUD_ROLE_SESSION_NAME`, or else `cloudcert`.
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = Some(name.into());
        self
    }

    /// Sets how long the keys are valid. Default: an hour. At least 15 minutes; the role defines the maximum.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// Sets a policy that restricts the keys further than the role does.
    #[must_use]
    pub fn policy(mut self, policy: impl Into<String>) -> Self {
        self.policy = Some(policy.into());
        self
    }

    /// Sets the external id that the owner of the role requires.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<Secret>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// Sets the region of STS. Default: `ALIBABA_CLOUD_STS_REGION`, or else the central endpoint.
    #[must_use]
    pub fn sts_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets whether STS is reached by its VPC endpoint, which requires a region. Default: `ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED`.
    #[must_use]
    pub fn vpc(mut self, vpc: bool) -> Self {
        self.vpc = Some(vpc);
        self
    }

    pub(super) fn region(&self, surroundings: &Surroundings) -> Option<String> {
        self.region.clone().or_else(|| surroundings.variable("ALIBABA_CLOUD_STS_REGION"))
    }

    pub(super) fn by_vpc(&self, surroundings: &Surroundings) -> bool {
        self.vpc.unwrap_or_else(|| surroundings.is_on("ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED"))
    }

    /// Returns the parameters for STS.
    pub(super) fn parameters(&self, surroundings: &Surroundings) -> Result<Vec<Pair>, CredentialsError> {
        if self.duration < SHORTEST {
            return Err(CredentialsError::failed("the session of a role must last at least 900 seconds (15 minutes)"));
        }
        let name = self.session_name.clone().or_else(|| surroundings.variable("ALIBABA_CLOUD_ROLE_SESSION_NAME"));
        let mut pairs: Vec<Pair> = vec![
            ("RoleArn".into(), self.arn.clone()),
            ("RoleSessionName".into(), name.unwrap_or_else(|| SESSION.to_owned())),
            ("DurationSeconds".into(), self.duration.as_secs().to_string()),
        ];
        let more = [("Policy", self.policy.as_deref()), ("ExternalId", self.external_id.as_ref().map(Secret::expose))];
        pairs.extend(more.into_iter().filter_map(|(name, value)| Some((name.into(), value?.to_owned()))));
        Ok(pairs)
    }
}

impl fmt::Debug for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Role").field("arn", &self.arn).field("duration", &self.duration).finish_non_exhaustive()
    }
}

/// Exchanges the keys of another provider for temporary keys of a role: Alibaba Cloud's `AssumeRole`.
#[derive(Debug, Clone)]
pub struct AssumedRole {
    base: Arc<dyn ProvideCredentials>,
    role: Role,
    surroundings: Surroundings,
}

impl AssumedRole {
    /// Assumes the role with the credentials of `base`.
    #[must_use]
    pub fn new(base: impl ProvideCredentials, role: Role, surroundings: &Surroundings) -> Self {
        Self { base: Arc::new(base), role, surroundings: surroundings.clone() }
    }
}

impl ProvideCredentials for AssumedRole {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(async move {
            let base = self.base.provide().await?;
            let given = assume(&self.role, Authentication::Key(&base), &self.surroundings).await?;
            Ok(given.with_source(format!("AssumeRole (base: {})", base.source())))
        })
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("AssumeRole")
    }
}

/// Exchanges an OIDC token for temporary keys of a role: Alibaba Cloud's `AssumeRoleWithOIDC`. A cluster puts the token into a file (RRSA); the
/// file is read each time.
#[derive(Debug, Clone)]
pub struct OidcRole {
    /// `None` if it is read from variables.
    given: Option<(Role, String, SourceFile)>,
    surroundings: Surroundings,
}

impl OidcRole {
    /// Assumes the role with the token in the file, which was issued by the identity provider with this ARN.
    #[must_use]
    pub fn new(
        role: Role,
        provider_arn: impl Into<String>,
        token_file: impl Into<PathBuf>,
        surroundings: &Surroundings,
    ) -> Self {
        Self::in_file(role, provider_arn, SourceFile::given(&token_file.into()), surroundings)
    }

    pub(super) fn in_file(
        role: Role,
        provider_arn: impl Into<String>,
        token_file: SourceFile,
        surroundings: &Surroundings,
    ) -> Self {
        Self { given: Some((role, provider_arn.into(), token_file)), surroundings: surroundings.clone() }
    }

    /// Reads role, provider and file from the variables `ALIBABA_CLOUD_ROLE_ARN`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` and
    /// `ALIBABA_CLOUD_OIDC_TOKEN_FILE`. All three must be set.
    #[must_use]
    pub fn from_variables(surroundings: &Surroundings) -> Self {
        Self { given: None, surroundings: surroundings.clone() }
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let (role, provider_arn, file) = match &self.given {
            Some(given) => given.clone(),
            None => self.variables()?,
        };
        let token =
            file.read(TOKEN_LIMIT)?.ok_or_else(|| CredentialsError::failed(format!("{} does not exist", file.name)))?;
        let token = Secret::from(token.trim());
        if token.is_empty() {
            return Err(CredentialsError::failed(format!("{} is empty", file.name)));
        }
        let authentication = Authentication::Token { provider_arn: &provider_arn, token };
        Ok(assume(&role, authentication, &self.surroundings).await?.with_source("the OIDC role (AssumeRoleWithOIDC)"))
    }

    fn variables(&self) -> Result<(Role, String, SourceFile), CredentialsError> {
        let [role, provider, file] = [ROLE, PROVIDER, TOKEN_FILE].map(|name| self.surroundings.variable(name));
        if let (Some(role), Some(provider), Some(file)) = (&role, &provider, &file) {
            return Ok((Role::new(role), provider.clone(), SourceFile::of_variable(TOKEN_FILE, file)));
        }
        let (mut set, mut unset) = (Vec::new(), Vec::new());
        for (name, value) in [(ROLE, role), (PROVIDER, provider), (TOKEN_FILE, file)] {
            if value.is_some() { &mut set } else { &mut unset }.push(name);
        }
        let unset = unset.join(" and ");
        Err(if set.is_empty() {
            CredentialsError::absent(format!("{ROLE}, {PROVIDER} and {TOKEN_FILE} are not set"))
        } else {
            CredentialsError::failed(format!("{unset} must be set too, besides {}", set.join(" and ")))
        })
    }
}

impl ProvideCredentials for OidcRole {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(self.ask())
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("OIDC role")
    }
}
