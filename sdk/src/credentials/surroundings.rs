//! What the sources of credentials read from their environment.

use crate::base::environment::{Environment, System};
use crate::http::connection::Connection;
use crate::http::{Fetch, Fetcher, HttpResponse, TransportError};
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// What the sources of credentials use of their environment: variables, the home folder, the clock and the network. Cheap to clone.
///
/// Tests replace these, so that they do not have to change the environment of their own process:
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
    /// Uses the environment of this process.
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

    /// Replaces the lookup of environment variables.
    #[must_use]
    pub fn variables(mut self, look_up: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.variables = Arc::new(look_up);
        self
    }

    /// Sets the home folder, `~`.
    #[must_use]
    pub fn home(mut self, folder: impl Into<PathBuf>) -> Self {
        self.home = Some(folder.into());
        self
    }

    /// Sets the source of time and nonces.
    #[must_use]
    pub fn environment(mut self, environment: impl Environment) -> Self {
        self.environment = Arc::new(environment);
        self
    }

    /// Sets the address of Alibaba Cloud's STS, `https://host`. It overrides variables and files. Plain `http` is refused, except to this machine.
    #[must_use]
    pub fn sts_endpoint(mut self, url: impl Into<String>) -> Self {
        self.sts = Some(url.into());
        self
    }

    /// Sets the address of the metadata service. Default: `http://100.100.100.200`. Any other address must use `https` or be on this machine.
    #[must_use]
    pub fn metadata_endpoint(mut self, url: impl Into<String>) -> Self {
        self.metadata = url.into();
        self
    }

    /// Sets proxies and root certificates for requests to STS and credentials URIs. A source exists before the client does, so pass it the same
    /// connection as the client. Requests to the metadata service never use a proxy.
    #[must_use]
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connection = connection;
        // Existing clones keep their own client.
        self.http = Arc::default();
        self
    }

    /// Looks up a variable. An empty one counts as unset.
    pub(super) fn variable(&self, name: &str) -> Option<String> {
        (self.variables)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Whether a variable is set to `true`.
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

    /// Sends a request.
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
        // Variables hold secrets, and a URL of the user's own may.
        f.debug_struct("Surroundings").field("home", &self.home).finish_non_exhaustive()
    }
}
