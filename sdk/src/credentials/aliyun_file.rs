//! The credentials file of Alibaba Cloud's SDKs.

use super::file::SourceFile;
use super::ini::{Comments, IniSection};
use super::{AssumedRole, EcsMetadata, OidcRole, Role, Surroundings};
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use std::borrow::Cow;

const FILE: &str = "ALIBABA_CLOUD_CREDENTIALS_FILE";
const PROFILE: &str = "ALIBABA_CLOUD_PROFILE";
/// Some SDKs use the first name, others the second.
const AT_HOME: [&str; 2] = [".alibabacloud/credentials", ".alibabacloud/credentials.ini"];

/// Reads the credentials file of Alibaba Cloud's SDKs: the file that `ALIBABA_CLOUD_CREDENTIALS_FILE` names, or else
/// `~/.alibabacloud/credentials`, and then `~/.alibabacloud/credentials.ini`.
///
/// The section is the one set here, or else the one that `ALIBABA_CLOUD_PROFILE` names, or else `default`. Its `type` may be `access_key`,
/// `ecs_ram_role`, `ram_role_arn` or `oidc_role_arn`.
///
/// The file is read like the official readers for Python and Go do:
///
/// - `=` or `:` follows a key. The case of keys does not matter.
/// - Lines that begin with `#` or `;` are comments. A comment after a value begins with `#` or ` ;`.
/// - Quotes around a value are removed.
/// - A line that is indented further than its key continues the value.
/// - Values in `[DEFAULT]` apply to sections that lack them.
#[derive(Debug, Clone)]
pub struct AliyunFile {
    section: Option<String>,
    surroundings: Surroundings,
}

impl AliyunFile {
    /// Reads the file at its usual place.
    #[must_use]
    pub fn new(surroundings: &Surroundings) -> Self {
        Self { section: None, surroundings: surroundings.clone() }
    }

    /// Sets the section.
    #[must_use]
    pub fn section(mut self, name: impl Into<String>) -> Self {
        self.section = Some(name.into());
        self
    }

    async fn ask(&self) -> Result<Credentials, CredentialsError> {
        let places = match self.surroundings.variable(FILE) {
            Some(path) => vec![SourceFile::of_variable(FILE, &path)],
            None => AT_HOME.iter().filter_map(|below| SourceFile::at_home(&self.surroundings, below)).collect(),
        };
        let variable =
            || self.surroundings.variable(PROFILE).map(|name| (name, format!("the section that {PROFILE} names")));
        let given = self.section.clone().map(|name| (name, "the section that the program names".to_owned()));
        let (name, called) =
            given.or_else(variable).unwrap_or_else(|| ("default".to_owned(), "the section `default`".to_owned()));
        let mut seen = Vec::new();
        for place in &places {
            let Some(text) = place.read_keys()? else { continue };
            let Some(section) = IniSection::find(&text, &name, Comments::Aliyun) else {
                seen.push(place.name.as_str());
                continue;
            };
            let kind = section.get("type").unwrap_or_default();
            let given = provide(&section, kind, &self.surroundings)
                .await
                .map_err(|error| CredentialsError::failed(format!("{}: {called}: {error}", place.name)))?;
            return Ok(given.with_source(format!("{called} ({kind}) of {}", place.name)));
        }
        if seen.is_empty() {
            let names: Vec<&str> = places.iter().map(|place| place.name.as_str()).collect();
            return Err(CredentialsError::absent(match names.join(" and ") {
                names if names.is_empty() => "there is no home folder".to_owned(),
                names => format!("{names}: no such file"),
            }));
        }
        Err(CredentialsError::failed(format!("{called} is not in {}", seen.join(" and not in "))))
    }
}

impl ProvideCredentials for AliyunFile {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(self.ask())
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("credentials file")
    }
}

async fn provide(
    section: &IniSection,
    kind: &str,
    surroundings: &Surroundings,
) -> Result<Credentials, CredentialsError> {
    let need = |name: &'static str| section.line(name).map_err(|why| CredentialsError::failed(format!("it has {why}")));
    let key = || Ok::<_, CredentialsError>(Credentials::new(need("access_key_id")?, need("access_key_secret")?));
    let role = || {
        let mut role = Role::new(need("role_arn")?);
        if let Some(name) = section.get("role_session_name") {
            role = role.session_name(name);
        }
        if let Some(policy) = section.json("policy") {
            role = role.policy(policy);
        }
        Ok::<_, CredentialsError>(role)
    };
    match kind {
        "access_key" => key(),
        "ecs_ram_role" => {
            let metadata = EcsMetadata::new(surroundings);
            match section.get("role_name") {
                Some(name) => metadata.role(name),
                None => metadata,
            }
            .provide()
            .await
        }
        "ram_role_arn" => AssumedRole::new(key()?, role()?, surroundings).provide().await,
        "oidc_role_arn" => {
            let (provider, file) = (need("oidc_provider_arn")?, need("oidc_token_file_path")?);
            OidcRole::in_file(role()?, provider, SourceFile::named(file, "its oidc_token_file_path"), surroundings)
                .provide()
                .await
        }
        "rsa_key_pair" => Err(CredentialsError::failed(
            "the type rsa_key_pair is not supported: use an access key (access_key) or a role (ram_role_arn)",
        )),
        "" => Err(CredentialsError::failed("it has no type")),
        _ => Err(CredentialsError::failed(
            "its type is not known: use access_key, ecs_ram_role, ram_role_arn or oidc_role_arn",
        )),
    }
}
