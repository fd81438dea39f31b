//! Access keys and connections.
//!
//! # Credentials
//!
//! | you write | the keys come from |
//! |---|---|
//! | `Client::from_env()` | the environment variables of the cloud; an error at once if they are not set |
//! | `Client::from_default_chain()` | the sources below, in their order, at the first call |
//! | `Client::new(Config::new(credentials))` | fixed [`Credentials`](crate::Credentials), a source of the module [`credentials`](crate::credentials), or one of your own |
//!
//! The default chain looks where the cloud's own tools look. Alibaba Cloud: environment variables, OIDC role, `~/.aliyun/config.json`,
//! `~/.alibabacloud/credentials`, ECS metadata, credentials URI. Kingsoft Cloud: environment variables, `~/.ks/credentials`.
//!
//! ```
//! use cloudcert::credentials::{Chain, Surroundings, from_fn};
//! use cloudcert::{Config, Credentials};
//!
//! let official = Config::new(Chain::aliyun(&Surroundings::system()));
//! let own = Config::new(from_fn("vault", || async { Ok(Credentials::new("id", "secret").with_expiry(4_102_444_800)) }));
//! # let _ = (official, own);
//! ```
//!
//! `client.credentials()` returns the credentials that a call would use, and the source that they come from. Temporary keys are renewed before they
//! expire, and once when the service calls them expired.
//!
//! # Connections
//!
//! A client connects by https with TLS 1.2 or 1.3, and follows no redirect. Plain http is refused, except to this machine, unless
//! [`Config::dangerous_allow_http`](crate::Config::dangerous_allow_http) allows it. Clones of a client share its connections.
//!
//! Proxies come from the environment (`HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`), root certificates are those of Mozilla.
//! [`Connection`](crate::Connection) changes that, for clients and for sources of credentials: a proxy with a login, root certificates of your
//! own, or those of the operating system (feature `system-roots`).
//!
//! ```
//! use cloudcert::credentials::{Chain, Surroundings};
//! use cloudcert::{Config, Connection, Proxy};
//!
//! let connection = Connection::new().proxy(Proxy::new("http://proxy.example.com:3128").no_proxy("10.0.0.0/8"));
//! let chain = Chain::aliyun(&Surroundings::system().connection(connection.clone()));
//! let config = Config::new(chain).connection(connection).app_name("my-tool/1.2");
//! # let _ = config;
//! ```
//!
//! # Limits
//!
//! | of | default | set by |
//! |---|---|---|
//! | connecting | 5 s | [`Config::connect_timeout`](crate::Config::connect_timeout) |
//! | silence of the service | 15 s | [`Config::read_timeout`](crate::Config::read_timeout) |
//! | an attempt | 15 s | [`Config::attempt_timeout`](crate::Config::attempt_timeout) |
//! | an operation with all its attempts | 60 s | [`Config::operation_timeout`](crate::Config::operation_timeout) |
//! | a response | 4 MiB | [`Config::response_limit`](crate::Config::response_limit), which also says how much memory its values may take |
//! | headers of a response | 100; 400 KiB in all, or up to twice that if they arrive at once | |
//! | nesting of a response | 64 levels | |
//!
//! [`Config::app_name`](crate::Config::app_name) adds the name of your program to the user agent. A [`Transport`](crate::http::Transport) of your own
//! gets requests with all their headers, and replaces everything else on this page from TLS to the limits of a response.
