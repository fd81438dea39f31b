//! The configuration of Alibaba Cloud's command line.

use super::file::SourceFile;
use super::{AssumedRole, EcsMetadata, OidcRole, Role, Surroundings};
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use serde_json::Value;
use std::borrow::Cow;
use std::time::Duration;

const DISABLED: &str = "ALIBABA_CLOUD_CLI_PROFILE_DISABLED";
const FILE: &str = "ALIBABA_CLOUD_CONFIG_FILE";
const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";
const AT_HOME: &str = ".aliyun/config.json";

/// Reads the configuration of Alibaba Cloud's command line: `~/.aliyun/config.json`, or the file that `ALIBABA_CLOUD_CONFIG_FILE` names.
///
/// The profile is the one set here, or else the one that `ALIBABA_CLOUD_PROFILE` names, or else the file's `current`. Its mode may be `AK`,
/// `StsToken`, `RamRoleArn`, `EcsRamRole` or `OIDC`. No program is run, and the file is never written. If `ALIBABA_CLOUD_CLI_PROFILE_DISABLED` is
/// `true`, the file is not read.
#[derive(Debug, Clone)]
pub struct AliyunCli {
    profile: Option<String>,
    surroundings: Surroundings,
}

impl AliyunCli {
    /// Reads the file at its usual place.
    #[must_use]
    pub fn new(surroundings: &Surroundings) -> Self {
        Self { profile: None, surroundings: surroundings.clone() }
    }

    /// Sets the profile.
    #[must_use]
    pub fn profile(mut self, name: impl Into<String>) -> Self {
        self.profile = Some(name.into());
        self
    }

    /// The region that the profile names (`region_id`). `None` if it names none, or if the file or the profile is not there.
    #[must_use]
    pub fn region(&self) -> Option<String> {
        text_of(&self.find().ok()?.profile, "region_id").map(str::to_owned)
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let Found { profile, called, place } = self.find()?;
        let mode = text_of(&profile, "mode").unwrap_or_default();
        let given = Profile(&profile).provide(mode, &self.surroundings).await;
        let given = given.map_err(|error| CredentialsError::failed(format!("{place}: {called}: {error}")))?;
        // The name of a profile is the value of a variable or field, and those are never shown.
        Ok(given.with_source(format!("{called} ({mode}) of {place}")))
    }

    /// Reads the profile that counts.
    fn find(&self) -> Result<Found, CredentialsError> {
        if self.surroundings.is_on(DISABLED) {
            return Err(CredentialsError::absent(format!("{DISABLED} is true")));
        }
        let (place, text) = SourceFile::find(&self.surroundings, FILE, AT_HOME)?;
        let failed = |why: &str| CredentialsError::failed(format!("{}: {why}", place.name));
        let mut file: Value = serde_json::from_str(&text)
            .map_err(|e| failed(&format!("it is not valid JSON, line {} column {}", e.line(), e.column())))?;
        let variable =
            || self.surroundings.variable(PROFILE).map(|name| (name, format!("the profile that {PROFILE} names")));
        let given = self.profile.clone().map(|name| (name, "the profile that the program names".to_owned()));
        let current = || text_of(&file, "current").map(|name| (name.to_owned(), "the current profile".to_owned()));
        let (name, called) =
            given.or_else(variable).or_else(current).ok_or_else(|| failed("it has no `current` profile: name one"))?;
        let profiles = file.get_mut("profiles").and_then(Value::as_array_mut);
        let profile = profiles.into_iter().flatten().find(|profile| text_of(profile, "name") == Some(&name));
        let profile = profile.ok_or_else(|| failed(&format!("{called} is not in it")))?.take();
        Ok(Found { profile, called, place: place.name })
    }
}

/// A profile, what it is called, and the name of its file.
struct Found {
    profile: Value,
    called: String,
    place: String,
}

impl ProvideCredentials for AliyunCli {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(self.ask())
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("command line's file")
    }
}

fn text_of<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    value.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// A profile of the file.
struct Profile<'a>(&'a Value);

impl Profile<'_> {
    async fn provide(&self, mode: &str, surroundings: &Surroundings) -> Result<Credentials, CredentialsError> {
        match mode {
            "AK" => self.key(),
            "StsToken" => Ok(self.key()?.with_token(self.need("sts_token")?)),
            "RamRoleArn" => {
                AssumedRole::new(self.base()?, self.role("ram_session_name")?, surroundings).provide().await
            }
            "EcsRamRole" => {
                let metadata = EcsMetadata::new(surroundings);
                match text_of(self.0, "ram_role_name") {
                    Some(name) => metadata.role(name),
                    None => metadata,
                }
                .provide()
                .await
            }
            "OIDC" => {
                let (provider, file) = (self.need("oidc_provider_arn")?, self.need("oidc_token_file")?);
                let file = SourceFile::named(file, "its oidc_token_file");
                OidcRole::in_file(self.role("role_session_name")?, provider, file, surroundings).provide().await
            }
            other => Err(CredentialsError::failed(refusal(other))),
        }
    }

    fn need(&self, name: &'static str) -> Result<&str, CredentialsError> {
        text_of(self.0, name).ok_or_else(|| CredentialsError::failed(format!("it has no {name}")))
    }

    fn key(&self) -> Result<Credentials, CredentialsError> {
        Ok(Credentials::new(self.need("access_key_id")?, self.need("access_key_secret")?))
    }

    /// The credentials that assume the role.
    fn base(&self) -> Result<Credentials, CredentialsError> {
        let key = self.key()?;
        Ok(match text_of(self.0, "sts_token") {
            Some(token) => key.with_token(token),
            None => key,
        })
    }

    fn role(&self, session_name: &str) -> Result<Role, CredentialsError> {
        let mut role = Role::new(self.need("ram_role_arn")?);
        let text = |name: &str| text_of(self.0, name);
        if let Some(name) = text(session_name) {
            role = role.session_name(name);
        }
        if let Some(policy) = text("policy") {
            role = role.policy(policy);
        }
        if let Some(id) = text("external_id") {
            role = role.external_id(id);
        }
        if let Some(region) = text("sts_region") {
            role = role.sts_region(region);
        }
        if let Some(vpc) = self.0.get("enable_vpc").and_then(Value::as_bool) {
            role = role.vpc(vpc);
        }
        match self.0.get("expired_seconds") {
            None | Some(Value::Null) => Ok(role),
            Some(value) => match value.as_u64().or_else(|| value.as_str()?.parse().ok()) {
                // The command line writes 0 where nothing is set.
                Some(0) => Ok(role),
                Some(seconds) => Ok(role.duration(Duration::from_secs(seconds))),
                None => Err(CredentialsError::failed("its expired_seconds is not a number")),
            },
        }
    }
}

/// The message for a mode that is not supported, with what to do.
fn refusal(mode: &str) -> String {
    let advice = match mode {
        "" => return "it has no mode: run `aliyun configure`".to_owned(),
        "ChainableRamRoleArn" => "use the mode RamRoleArn, or an `AssumedRole` with the provider of the other profile",
        "RamRoleArnWithRoleName" | "RamRoleArnWithEcs" => "use an `AssumedRole` with `EcsMetadata`",
        "RsaKeyPair" => "use an access key or a role",
        "CredentialsURI" => "set ALIBABA_CLOUD_CREDENTIALS_URI, or use `CredentialsUri`",
        "External" => "it runs a program, which this provider never does: run it yourself in a closure, `from_fn`",
        "CloudSSO" | "OAuth" => {
            "it needs somebody to sign in: use an access key or a role, or hand in keys by environment variables"
        }
        _ => "use AK, StsToken, RamRoleArn, EcsRamRole or OIDC",
    };
    // Show only a short word: something else in this place may be a secret.
    let is_word = mode.len() <= 24 && mode.chars().all(|c| c.is_ascii_alphabetic());
    let mode = if is_word { format!("the mode {mode}") } else { "its mode".to_owned() };
    format!("{mode} is not supported: {advice}")
}
