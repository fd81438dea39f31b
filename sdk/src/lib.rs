//! Unofficial SDK for the certificate services of Alibaba Cloud (CAS) and Kingsoft Cloud (KCM). It orders, validates, downloads, uploads, renews
//! and revokes TLS certificates. cloudcert is not made, endorsed or supported by either cloud.
//!
//! Certificates are ordered in several calls that cost money, take minutes, and may lose their response. This crate has a typed method for
//! each documented action, checks requests before they are sent, waits for results, and never sends an order twice by itself. It is generated from
//! a description of the APIs, so methods, parameters, fields and error codes carry the vendors' facts as documentation.
//!
//! # Where to begin
//!
//! Each API version is a module with a `Client`: `aliyun_cas::v2020_04_07`, `aliyun_cas::v2018_07_13` and
//! `ksyun_kcm::v2016_03_04`. A method of the client begins a request, setters fill it, `send` sends it:
//!
//! ```no_run
//! # #[cfg(feature = "ksyun-kcm-2016-03-04")]
//! # async fn example() -> Result<(), cloudcert::Error> {
//! use cloudcert::ksyun_kcm::v2016_03_04::Client;
//!
//! let client = Client::from_env()?; // KSYUN_ACCESS_KEY and KSYUN_SECRET_KEY
//! for certificate in client.list_certificates().send().await?.certificate_set {
//!     println!("{} {:?}", certificate.certificate_id, certificate.certificate_status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Read on
//!
//! | page | about |
//! |---|---|
//! | [`guide::orders`] | requests and responses; orders that must not be placed twice; secrets; downloads |
//! | [`guide::errors`] | errors and their codes, retries, dry runs, interceptors, `tracing` |
//! | [`guide::waits`] | waits, lists, dropped futures, `block()` |
//! | [`guide::testing`] | scripts, recordings, the local endpoint |
//! | [`guide::credentials`] | access keys, proxies, root certificates, timeouts, limits |
//! | [`sign`] | the signature schemes of both clouds, for programs of your own |
//!
//! # Features
//!
//! | feature | default | what it adds |
//! |---|---|---|
//! | `aliyun-cas-2020-04-07` | yes | `aliyun_cas::v2020_04_07` |
//! | `aliyun-cas-2018-07-13` | yes | `aliyun_cas::v2018_07_13` |
//! | `ksyun-kcm-2016-03-04` | yes | `ksyun_kcm::v2016_03_04` |
//! | `archive` | no | `archive`: reads the zip archives that certificates are downloaded in |
//! | `blocking` | no | `block()` in place of `.await` |
//! | `model` | no | `model`: the spec that the SDK is generated from, as data |
//! | `p521` | no | private keys on P-521 in `pem::Bundle` |
//! | `system-roots` | no | `Connection::system_roots`: the root certificates of the operating system |
//! | `testing` | no | `testing`: transports for tests of your own code |
//! | `tracing` | no | spans of calls and their attempts; events with advice about requests |

#![cfg_attr(
    not(any(feature = "aliyun-cas-2020-04-07", feature = "aliyun-cas-2018-07-13", feature = "ksyun-kcm-2016-03-04")),
    allow(dead_code, reason = "without an API version there is nobody to use the runtime")
)]

mod action;
mod base;
#[cfg(feature = "blocking")]
mod blocking;
mod call;
pub mod credentials;
mod files;
mod flow;
pub mod guide;
pub mod http;
#[cfg(feature = "model")]
pub mod model;
mod protocol;
mod setup;
pub mod sign;
#[cfg(feature = "testing")]
pub mod testing;
#[doc(hidden)]
pub mod wire;

pub use action::operation::{Operation, Response};
pub use base::api;
pub use base::credentials::Credentials;
pub use base::difference::SignatureDifference;
pub use base::environment::{Environment, Sleep};
pub use base::error::{Error, ErrorKind};
pub use base::metadata::Metadata;
pub use base::pending::Pending;
pub use base::problem::{Problem, Severity};
pub use base::secret::{REDACTED, Secret};
pub use base::time::{self, Time};
pub use base::wait_end::{UnknownStates, WaitEnd};
#[cfg(feature = "blocking")]
pub use blocking::Blocking;
pub use call::core::RawResponse;
pub use call::dry_run::DryRun;
#[cfg(feature = "archive")]
pub use files::archive;
pub use files::download::{Download, Downloaded};
pub use files::image::Image;
pub use files::pem;
pub use flow::items::{Items, Position};
pub use flow::pages::{Pages, Paginated};
pub use flow::reconcile::{Evidence, Guarded, Outcome, Reconcile};
pub use flow::wait::{Progress, Wait, WaitProgress};
pub use http::connection::{Connection, Proxy};
pub use setup::config::Config;
pub use setup::interceptor::{Incoming, Interceptor, Outgoing, Refusal};
pub use setup::options::CallOptions;
pub use setup::retries::Retries;
pub use wire::Unknown;

// The runtime of generated code, by the paths that it uses.
#[doc(hidden)]
pub use action::{cooldown, operation};
#[doc(hidden)]
pub use call::builder;
#[doc(hidden)]
pub use flow::{reconcile, wait};
#[allow(unused_imports, reason = "without an API version there is no generated code")]
pub(crate) use {action::check, base::domain, call::core as client};

include!(concat!(env!("OUT_DIR"), "/generated/mod.rs"));

/// The program in the README compiles.
#[cfg(all(doctest, feature = "aliyun-cas-2020-04-07"))]
#[doc = include_str!("../../README.md")]
pub struct Readme;
