//! Roles of Alibaba Cloud, and the two ways to become one.

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

/// The name of a session that nobody names.
pub(super) const SESSION: &str = "cloudcert";
/// The shortest session that STS gives.
const SHORTEST: Duration = Duration::from_secs(900);

const ROLE: &str = "ALIBABA_CLOUD_ROLE_ARN";
const PROVIDER: &str = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN";
const TOKEN_FILE: &str = "ALIBABA_CLOUD_OIDC_TOKEN_FILE";

/// A role of Alibaba Cloud, and how to become it.
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
    /// A role by its ARN, `acs:ram::<account>:role/<name>`.
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

    /// The session's name, which stands in audit logs; `ALIBABA_CLOUD_ROLE_SESSION_NAME` or `cloudcert`, if not set.
    #[must_use]
    pub fn session_name(mut self, name: impl Into<String>) -> Self {
        self.session_name = Some(name.into());
        self
    }

    /// How long the keys hold; an hour, if not set. 15 minutes at least; the role sets the most.
    #[must_use]
    pub fn duration(mut self, duration: Duration) -> Self {
        self.duration = duration;
        self
    }

    /// A policy that leaves less to the keys than the role may do.
    #[must_use]
    pub fn policy(mut self, policy: impl Into<String>) -> Self {
        self.policy = Some(policy.into());
        self
    }

    /// What the role's owner agreed upon with others.
    #[must_use]
    pub fn external_id(mut self, id: impl Into<Secret>) -> Self {
        self.external_id = Some(id.into());
        self
    }

    /// The region of STS; `ALIBABA_CLOUD_STS_REGION` or the central one, if not set.
    #[must_use]
    pub fn sts_region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Whether STS is asked inside a VPC, for which its region must be known; `ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED`, if not set.
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

    /// As STS takes it.
    pub(super) fn parameters(&self, surroundings: &Surroundings) -> Result<Vec<Pair>, CredentialsError> {
        if self.duration < SHORTEST {
            return Err(CredentialsError::failed("the session of a role lasts 900 seconds at least"));
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

/// Keys of a role, for the keys of somebody who may become it: Alibaba Cloud's `AssumeRole`.
#[derive(Debug, Clone)]
pub struct AssumedRole {
    base: Arc<dyn ProvideCredentials>,
    role: Role,
    surroundings: Surroundings,
}

impl AssumedRole {
    /// Becomes the role with the credentials of `base`.
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

/// Keys of a role, for a token that a cluster puts into a file (RRSA): Alibaba Cloud's `AssumeRoleWithOIDC`. The file is read anew
/// each time.
#[derive(Debug, Clone)]
pub struct OidcRole {
    /// `None` if variables tell.
    given: Option<(Role, String, SourceFile)>,
    surroundings: Surroundings,
}

impl OidcRole {
    /// Becomes the role with the token in the file, which the identity provider of this ARN has given out.
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

    /// As the variables `ALIBABA_CLOUD_ROLE_ARN`, `ALIBABA_CLOUD_OIDC_PROVIDER_ARN` and `ALIBABA_CLOUD_OIDC_TOKEN_FILE` say; all three
    /// must be set.
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
        let proof = Authentication::Token { provider_arn: &provider_arn, token };
        Ok(assume(&role, proof, &self.surroundings).await?.with_source("the OIDC role (AssumeRoleWithOIDC)"))
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
