//! Environment variables.

use super::Surroundings;
use crate::base::api::Provider;
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use std::borrow::Cow;

/// The names of the variables that hold an access key. The first token variable that is set counts.
#[derive(Debug, Clone, Copy)]
struct KeyVariables {
    id: &'static str,
    secret: &'static str,
    tokens: &'static [&'static str],
}

const ALIYUN: &[KeyVariables] = &[KeyVariables {
    id: "ALIBABA_CLOUD_ACCESS_KEY_ID",
    secret: "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    tokens: &["ALIBABA_CLOUD_SECURITY_TOKEN"],
}];

const KSYUN: &[KeyVariables] = &[
    KeyVariables { id: "KSYUN_ACCESS_KEY", secret: "KSYUN_SECRET_KEY", tokens: &["KSYUN_SECURITY_TOKEN"] },
    KeyVariables {
        id: "KS_ACCESS_KEY_ID",
        secret: "KS_SECRET_ACCESS_KEY",
        tokens: &["KS_SECURITY_TOKEN", "KS_SESSION_TOKEN"],
    },
];

/// Reads an access key from the environment variables of a cloud. Empty variables count as unset.
#[derive(Debug, Clone)]
pub struct EnvironmentVariables {
    sets: &'static [KeyVariables],
    surroundings: Surroundings,
}

impl EnvironmentVariables {
    /// Reads `ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`, and `ALIBABA_CLOUD_SECURITY_TOKEN` for temporary keys.
    #[must_use]
    pub fn aliyun(surroundings: &Surroundings) -> Self {
        Self { sets: ALIYUN, surroundings: surroundings.clone() }
    }

    /// Reads `KSYUN_ACCESS_KEY`, `KSYUN_SECRET_KEY`, and `KSYUN_SECURITY_TOKEN` for temporary keys; then `KS_ACCESS_KEY_ID`,
    /// `KS_SECRET_ACCESS_KEY`, and `KS_SECURITY_TOKEN` or `KS_SESSION_TOKEN`.
    #[must_use]
    pub fn ksyun(surroundings: &Surroundings) -> Self {
        Self { sets: KSYUN, surroundings: surroundings.clone() }
    }

    /// The variables of a cloud.
    #[allow(dead_code, reason = "not every API version has a provider whose credentials are known")]
    pub(crate) fn of(provider: Provider, surroundings: &Surroundings) -> Self {
        match provider {
            Provider::Aliyun => Self::aliyun(surroundings),
            Provider::Ksyun => Self::ksyun(surroundings),
        }
    }

    /// Reads the variables now.
    ///
    /// # Errors
    ///
    /// If they are not set. The error names them.
    pub fn read(&self) -> Result<Credentials, CredentialsError> {
        let read = |name: &str| self.surroundings.variable(name);
        let mut half = None;
        for set in self.sets {
            match (read(set.id), read(set.secret)) {
                (Some(id), Some(secret)) => {
                    let credentials =
                        Credentials::new(id, secret).with_source(format!("the environment variable {}", set.id));
                    return Ok(match set.tokens.iter().find_map(|name| read(name)) {
                        Some(token) => credentials.with_token(token),
                        None => credentials,
                    });
                }
                (Some(_), None) => half = half.or(Some((set.id, set.secret))),
                (None, Some(_)) => half = half.or(Some((set.secret, set.id))),
                (None, None) => {}
            }
        }
        if let Some((set, missing)) = half {
            return Err(CredentialsError::failed(format!("{set} is set, but {missing} is not")));
        }
        let names: Vec<String> = self.sets.iter().map(|set| format!("{} and {}", set.id, set.secret)).collect();
        Err(CredentialsError::absent(format!("{} are not set", names.join(", or "))))
    }
}

impl ProvideCredentials for EnvironmentVariables {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(std::future::ready(self.read()))
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("environment variables")
    }
}
