//! How a client is set up.

use crate::base::api::Signature;
use crate::base::api::{Format, Method};
use crate::base::credentials::ProvideCredentials;
use crate::base::environment::{Environment, System};
use crate::credentials::Cache;
use crate::http::Transport;
use crate::http::connection::Connection;
use crate::protocol::address::Endpoint;
use crate::setup::interceptor::Interceptor;
use crate::setup::retries::Retries;
use std::sync::Arc;
use std::time::Duration;

/// Where a client sends its requests, as whom, and how long it waits.
#[derive(Debug, Clone)]
pub struct Config {
    pub(crate) credentials: Arc<Cache>,
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<Endpoint>,
    pub(crate) allow_http: bool,
    pub(crate) app_name: Option<String>,
    pub(crate) connection: Connection,
    pub(crate) signature: Option<Signature>,
    pub(crate) method: Option<Method>,
    pub(crate) format: Format,
    pub(crate) connect_timeout: Duration,
    pub(crate) read_timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) operation_timeout: Duration,
    pub(crate) retries: Retries,
    pub(crate) response_limit: usize,
    pub(crate) transport: Option<Arc<dyn Transport>>,
    pub(crate) environment: Arc<dyn Environment>,
    pub(crate) interceptors: Vec<Arc<dyn Interceptor>>,
}

impl Config {
    /// The usual setup with these credentials, or with whatever gives some. Clients of copies of a setup share what it gives.
    #[must_use]
    pub fn new(credentials: impl ProvideCredentials) -> Self {
        Self {
            credentials: Arc::new(Cache::new(credentials)),
            region: None,
            endpoint: None,
            allow_http: false,
            app_name: None,
            connection: Connection::new(),
            signature: None,
            method: None,
            format: Format::Json,
            connect_timeout: Duration::from_secs(5),
            read_timeout: Duration::from_secs(15),
            attempt_timeout: Duration::from_secs(15),
            operation_timeout: Duration::from_secs(60),
            retries: Retries::new(),
            response_limit: 4 << 20,
            transport: None,
            environment: Arc::new(System),
            interceptors: Vec::new(),
        }
    }

    /// The region. It chooses the host, and it is part of some signatures.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sends all requests to this URL, `https://host` or `https://host:port`. It is brought into one form (small letters, no usual port, IP addresses
    /// and international names as they travel), and a path, a query or a login is refused by `Client::new`. Plain `http` is refused, except to this machine, and where
    /// [`dangerous_allow_http`](Self::dangerous_allow_http) allows it.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(Endpoint(url.into()));
        self
    }

    /// Allows plain `http` to other machines, for endpoints and download links, of the client and of its calls. Whoever is on the way then
    /// reads private keys, tokens and personal data, and may send on what he reads. For a closed network of tests, and nothing else.
    #[must_use]
    pub fn dangerous_allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// How connections are made: proxies, own root certificates; see [`Connection`]. A [`transport`](Self::transport) of your own does not
    /// know it.
    #[must_use]
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connection = connection;
        self
    }

    /// Who calls: a name for the service's logs and its support, as in `my-tool/1.2`. Every request then has the header
    /// `user-agent: cloudcert/<version> rust my-tool/1.2`. 64 letters, digits and `-._~/+` at most; keep secrets and names of persons out
    /// of it.
    #[must_use]
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// The signature scheme; the API's default, if not set.
    #[must_use]
    pub fn signature(mut self, scheme: Signature) -> Self {
        self.signature = Some(scheme);
        self
    }

    /// The HTTP method to prefer; if not set, each action is called by the first that its description names: POST, and GET for the
    /// reads of Kingsoft Cloud that are documented so.
    ///
    /// A call that the preference does not fit goes by another method of its action: GET is used for reads that take it, not with a
    /// secret or an extra parameter, and not with [`Signature::AliyunV1`] and [`Signature::KsyunSimple`], which would put the signature
    /// into the URL. Actions that are called by their name go by POST. To insist on a method for one call, see
    /// [`CallOptions::method`](crate::CallOptions::method).
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// How answers are asked for; JSON, if not set.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// How long connecting may take; 5 seconds, if not set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long the service may be silent; 15 seconds, if not set.
    #[must_use]
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// How long one attempt may take, from connecting to the last byte; 15 seconds, if not set.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// How long a call may take, all attempts together; 60 seconds, if not set. A wait is several calls.
    #[must_use]
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = timeout;
        self
    }

    /// How often, and after which pauses, calls are sent again; see [`Retries`].
    #[must_use]
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Most bytes of an answer that are read; 4 MiB, if not set.
    ///
    /// Reading takes time and memory in proportion: values may take 32 bytes of memory for each byte of an answer, and 8 MiB on top. Lists
    /// of certificates need one or two for each. An answer that takes more, because its lists hold tens of thousands of nearly
    /// empty elements, is an [`ErrorKind::Response`](crate::ErrorKind::Response), and is not asked for again.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Who carries the requests; reqwest with rustls, if not set. That one needs a tokio runtime, any number of them for one client, and refuses a
    /// call where there is none.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Adds hooks around every attempt. They are asked in the order in which they were added.
    #[must_use]
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Where time and nonces come from; the system, if not set. For tests.
    #[must_use]
    pub fn environment(mut self, environment: impl Environment) -> Self {
        self.environment = Arc::new(environment);
        self
    }
}
