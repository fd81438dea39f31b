//! What providers find around them.

use crate::base::environment::{Environment, System};
use crate::http::connection::Connection;
use crate::http::{Fetch, Fetcher, HttpResponse, TransportError};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What the providers of this module find around them: variables, a home folder, a clock, the network. Cheap to clone.
///
/// Tests put others in the place of the real ones, so that they need not change the process that they run in:
///
/// ```
/// use cloudcert::credentials::{Chain, Surroundings};
/// use std::collections::HashMap;
///
/// let variables = HashMap::from([("KSYUN_ACCESS_KEY", "id"), ("KSYUN_SECRET_KEY", "secret")]);
/// let surroundings = Surroundings::system()
///     .variables(move |name| variables.get(name).map(ToString::to_string))
///     .home("/nonexistent");
/// let chain = Chain::ksyun(&surroundings);
/// # let _ = chain;
/// ```
#[derive(Clone)]
pub struct Surroundings {
    variables: Variables,
    home: Option<PathBuf>,
    environment: Arc<dyn Environment>,
    sts: Option<String>,
    metadata: String,
    connection: Connection,
    http: Arc<OnceLock<Result<Fetcher, String>>>,
}

/// Looks up a variable.
type Variables = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

impl Surroundings {
    /// Those of this process.
    #[must_use]
    pub fn system() -> Self {
        Self {
            variables: Arc::new(|name| std::env::var(name).ok()),
            home: std::env::home_dir(),
            environment: Arc::new(System),
            sts: None,
            metadata: "http://100.100.100.200".to_owned(),
            connection: Connection::new(),
            http: Arc::default(),
        }
    }

    /// What stands for the environment variables.
    #[must_use]
    pub fn variables(mut self, look_up: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.variables = Arc::new(look_up);
        self
    }

    /// The folder that `~` means.
    #[must_use]
    pub fn home(mut self, folder: impl Into<PathBuf>) -> Self {
        self.home = Some(folder.into());
        self
    }

    /// Where time and nonces come from.
    #[must_use]
    pub fn environment(mut self, environment: impl Environment) -> Self {
        self.environment = Arc::new(environment);
        self
    }

    /// The address of Alibaba Cloud's STS, `https://host`; what variables and files say about it is then not looked at. Plain `http`
    /// is refused, except to this machine.
    #[must_use]
    pub fn sts_endpoint(mut self, url: impl Into<String>) -> Self {
        self.sts = Some(url.into());
        self
    }

    /// The address of the metadata service, `http://100.100.100.200` if not set. Others must be on this machine, or use `https`.
    #[must_use]
    pub fn metadata_endpoint(mut self, url: impl Into<String>) -> Self {
        self.metadata = url.into();
        self
    }

    /// How STS and credentials URIs on other machines are reached: proxies, own root certificates. Give it what the client gets; a source is
    /// made before the client is. The metadata service is never asked through a proxy.
    #[must_use]
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connection = connection;
        // Copies made so far go on with theirs.
        self.http = Arc::default();
        self
    }

    /// A variable; empty ones count as unset.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        (self.variables)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Whether a variable is a switch that is on.
    pub(super) fn is_on(&self, name: &str) -> bool {
        self.variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    pub(super) fn home_folder(&self) -> Option<&PathBuf> {
        self.home.as_ref()
    }

    pub(super) fn clock(&self) -> &dyn Environment {
        &*self.environment
    }

    pub(super) fn sts_url(&self) -> Option<&str> {
        self.sts.as_deref()
    }

    pub(super) fn metadata_url(&self) -> &str {
        self.metadata.trim_end_matches('/')
    }

    /// Asks a URL.
    pub(super) async fn fetch(&self, fetch: Fetch) -> Result<HttpResponse, TransportError> {
        let made = self.http.get_or_init(|| Fetcher::new(&self.connection).map_err(|error| error.to_string()));
        match made {
            Ok(fetcher) => fetcher.fetch(fetch).await,
            Err(error) => Err(TransportError::not_sent(error.clone())),
        }
    }
}

impl fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A URL of the user's own may hold a secret, and variables do.
        f.debug_struct("Surroundings").field("home", &self.home).finish_non_exhaustive()
    }
}
