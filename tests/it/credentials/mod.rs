//! Where credentials come from: every provider, with servers of this process, files in folders of their own, and variables from a map.

mod aliyun_cli;
mod cache;
mod chain;
mod client;
mod files;
mod metadata;
mod renewals;
mod roles;
mod secrets;
mod uri;
mod variables;

use crate::setup::futures::run;
use cloudcert::Credentials;
use cloudcert::credentials::{CredentialsError, ProvideCredentials};

/// What a provider gives.
fn ask(provider: &impl ProvideCredentials) -> Result<Credentials, CredentialsError> {
    run(provider.provide())
}

/// Id, secret and token.
fn parts(credentials: &Credentials) -> (&str, &str, Option<&str>) {
    let token = credentials.token().map(cloudcert::Secret::expose);
    (credentials.access_key_id(), credentials.access_key_secret().expose(), token)
}
