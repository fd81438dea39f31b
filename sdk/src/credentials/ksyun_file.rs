//! The credentials file of Kingsoft Cloud's SDK for Python.

use super::Surroundings;
use super::file::SourceFile;
use super::ini::{Comments, IniSection};
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use std::borrow::Cow;

const FILE: &str = "KS_SHARED_CREDENTIALS_FILE";
const PROFILES: [&str; 2] = ["KS_PROFILE", "KS_DEFAULT_PROFILE"];
const AT_HOME: &str = ".ks/credentials";

/// Reads the credentials file of Kingsoft Cloud's SDK for Python: `~/.ks/credentials`, or the file that `KS_SHARED_CREDENTIALS_FILE` names.
///
/// A section has `ks_access_key_id`, `ks_secret_access_key` and optionally `ks_security_token`. The section is the one set here, or else the one
/// that `KS_PROFILE` or `KS_DEFAULT_PROFILE` names, or else `default`.
///
/// The file is read like Python's `configparser` does, with `=` or `:` after a key. Comments after a value (` #`, ` ;`) and quotes around a value
/// are removed.
#[derive(Debug, Clone)]
pub struct KsyunFile {
    section: Option<String>,
    surroundings: Surroundings,
}

impl KsyunFile {
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

    fn read(&self) -> Result<Credentials, CredentialsError> {
        let (place, text) = SourceFile::find(&self.surroundings, FILE, AT_HOME)?;
        let failed = |why: &str| CredentialsError::failed(format!("{}: {why}", place.name));
        let variable =
            |name: &&str| Some((self.surroundings.variable(name)?, format!("the section that {name} names")));
        let given = self.section.clone().map(|name| (name, "the section that the program names".to_owned()));
        let (name, called) = given
            .or_else(|| PROFILES.iter().find_map(variable))
            .unwrap_or_else(|| ("default".to_owned(), "the section `default`".to_owned()));
        let section =
            IniSection::find(&text, &name, Comments::Ksyun).ok_or_else(|| failed(&format!("{called} is not in it")))?;
        let need = |key: &str| section.line(key).map_err(|why| failed(&format!("{called} has {why}")));
        let key = Credentials::new(need("ks_access_key_id")?, need("ks_secret_access_key")?)
            .with_source(format!("{called} of {}", place.name));
        Ok(match section.get("ks_security_token") {
            Some(_) => key.with_token(need("ks_security_token")?),
            None => key,
        })
    }
}

impl ProvideCredentials for KsyunFile {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(std::future::ready(self.read()))
    }

    fn name(&self) -> Cow<'_, str> {
        Cow::Borrowed("credentials file")
    }
}
