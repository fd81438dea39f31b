//! Where credentials come from: every provider against servers of this process, files in folders of their own, and variables that
//! are maps.

mod aliyun_cli;
mod cache;
mod canary;
mod chain;
mod client;
mod files;
mod metadata;
mod play;
mod renewals;
mod roles;
mod uri;
mod variables;

pub(crate) use canary::sweep;
pub(crate) use play::{coded, issued};

use crate::setup::script::run;
use cloudcert::credentials::{CredentialsError, ProvideCredentials, Surroundings};
use cloudcert::{Credentials, Environment};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

/// 2026-01-02T03:04:05Z.
const NOW: i64 = 1_767_323_045;

/// A clock that a test sets.
#[derive(Debug, Clone)]
struct Clock(Arc<AtomicI64>);

impl Clock {
    fn new() -> Self {
        Self(Arc::new(AtomicI64::new(NOW)))
    }

    fn pass(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Environment for Clock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok("nonce-0001".to_owned())
    }
}

/// Surroundings with these variables and nothing else: an empty home, no servers.
fn around<const N: usize>(variables: [(&str, &str); N]) -> Surroundings {
    let variables: HashMap<String, String> = variables.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    // Port 1 refuses connections: nobody listens there.
    Surroundings::system()
        .variables(move |name| variables.get(name).cloned())
        .home(Folder::new().0)
        .environment(Clock::new())
        .sts_endpoint("http://127.0.0.1:1")
        .metadata_endpoint("http://127.0.0.1:1")
}

/// A new folder.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("credentials-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    /// Writes a file; its path.
    fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// What a provider gives.
fn ask(provider: &impl ProvideCredentials) -> Result<Credentials, CredentialsError> {
    run(provider.provide())
}

/// Id, secret and token.
fn parts(credentials: &Credentials) -> (&str, &str, Option<&str>) {
    let token = credentials.token().map(cloudcert::Secret::expose);
    (credentials.access_key_id(), credentials.access_key_secret().expose(), token)
}
