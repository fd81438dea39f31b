//! The settings of a client.

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

/// The settings of a client: credentials, endpoint, timeouts, retries, connection. Pass it to `Client::new`.
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
    /// Creates the default settings with fixed [`Credentials`](crate::Credentials) or a provider. Clients of cloned settings share one cache of
    /// credentials.
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

    /// Sets the region. It determines the host, and is part of some signatures.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.region = Some(region.into());
        self
    }

    /// Sets the endpoint: `https://host` or `https://host:port`.
    ///
    /// The URL is normalized (lower case, no default port, international names and IP addresses as they are sent). `Client::new` refuses a path, a
    /// query or a login, and plain `http`, except to this machine or if [`dangerous_allow_http`](Self::dangerous_allow_http) allows it.
    #[must_use]
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.endpoint = Some(Endpoint(url.into()));
        self
    }

    /// Allows plain `http` to other machines, for endpoints and download links.
    ///
    /// Anybody on the network path can then read private keys, tokens and personal data, and replay requests. Use it in closed test networks only.
    #[must_use]
    pub fn dangerous_allow_http(mut self) -> Self {
        self.allow_http = true;
        self
    }

    /// Sets proxies and root certificates; see [`Connection`]. Has no effect on a [`transport`](Self::transport) of your own.
    #[must_use]
    pub fn connection(mut self, connection: Connection) -> Self {
        self.connection = connection;
        self
    }

    /// Sets the name of your program, such as `my-tool/1.2`, for the service's logs and support. It is added to the user agent:
    /// `user-agent: cloudcert/<version> rust my-tool/1.2`.
    ///
    /// At most 64 letters, digits and `-._~/+`. Keep secrets and personal data out of it.
    #[must_use]
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.app_name = Some(name.into());
        self
    }

    /// Sets the signature scheme. Default: that of the API.
    #[must_use]
    pub fn signature(mut self, scheme: Signature) -> Self {
        self.signature = Some(scheme);
        self
    }

    /// Sets the preferred HTTP method. Default: the first documented method of each action, which is GET for some reads of Kingsoft Cloud and POST
    /// otherwise.
    ///
    /// If a call cannot use the preferred method, it uses another one of its action. GET requires a read that supports it, without secrets or extra
    /// parameters, and a scheme other than [`Signature::AliyunV1`] and [`Signature::KsyunSimple`], which would put the signature into the URL.
    /// Actions sent by `client.call` use POST. To require a method for one call, use [`CallOptions::method`](crate::CallOptions::method).
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Sets the format to request responses in. Default: JSON.
    #[must_use]
    pub fn format(mut self, format: Format) -> Self {
        self.format = format;
        self
    }

    /// Sets how long connecting may take. Default: 5 seconds.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long the service may send nothing. Default: 15 seconds.
    #[must_use]
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// Sets how long one attempt may take, from connecting to the last byte. Default: 15 seconds.
    #[must_use]
    pub fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.attempt_timeout = timeout;
        self
    }

    /// Sets how long a call may take, all attempts together. Default: 60 seconds. A wait consists of several calls.
    #[must_use]
    pub fn operation_timeout(mut self, timeout: Duration) -> Self {
        self.operation_timeout = timeout;
        self
    }

    /// Sets the number of attempts and the backoff; see [`Retries`].
    #[must_use]
    pub fn retries(mut self, retries: Retries) -> Self {
        self.retries = retries;
        self
    }

    /// Sets the maximum size of a response in bytes. Default: 4 MiB.
    ///
    /// The memory for the values of a response is limited too: to 32 bytes for each byte of the response, plus 8 MiB. Lists of certificates need one
    /// or two. A response that needs more, because its lists have tens of thousands of nearly empty elements, is an
    /// [`ErrorKind::Response`](crate::ErrorKind::Response), and is not retried.
    #[must_use]
    pub fn response_limit(mut self, bytes: usize) -> Self {
        self.response_limit = bytes;
        self
    }

    /// Sets the transport that sends the requests. Default: reqwest with rustls. The default needs a tokio runtime, and a call outside of one is an
    /// error; a client may be used in several runtimes.
    #[must_use]
    pub fn transport(mut self, transport: impl Transport) -> Self {
        self.transport = Some(Arc::new(transport));
        self
    }

    /// Adds an interceptor, which runs around every attempt. Interceptors run in the order in which they were added.
    #[must_use]
    pub fn interceptor(mut self, interceptor: impl Interceptor) -> Self {
        self.interceptors.push(Arc::new(interceptor));
        self
    }

    /// Sets the source of time and nonces, for tests. Default: the system.
    #[must_use]
    pub fn environment(mut self, environment: impl Environment) -> Self {
        self.environment = Arc::new(environment);
        self
    }
}
