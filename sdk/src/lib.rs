//! Unofficial SDK for the certificate services of Alibaba Cloud (CAS) and Kingsoft Cloud (KCM): order, prove, fetch, upload, renew
//! and revoke certificates. cloudcert is not made, endorsed or supported by either cloud.
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
//! # Credentials
//!
//! `Client::from_env` takes the environment variables of the cloud, and says at once if they are not set. `from_default_chain` looks
//! for credentials at the first call, in the order of the cloud's own tools; [`Config::new`] takes fixed [`Credentials`], any provider of the module
//! [`credentials`], or one of yours. `client.credentials()` tells which ones a call would use and where they come from.
//!
//! # Connections
//!
//! A client reaches its service by https, TLS 1.2 or 1.3, and follows no redirect. Proxies are those of the environment (`HTTPS_PROXY`,
//! `ALL_PROXY`, `NO_PROXY`), root certificates those of Mozilla; [`Connection`] has others: a proxy with a login, certificates of your own, those
//! of the system, which a source of credentials takes too. Plain http leads to this machine only, unless
//! [`Config::dangerous_allow_http`] allows it. Clones of a client share its connections.
//!
//! An answer has at most 4 MiB ([`Config::response_limit`], which also says how much memory its values may take), 100 headers with 400 KiB,
//! and 64 levels. [`Config::app_name`] puts the name of your
//! program into the user agent. A [`Transport`](http::Transport) of your own takes the place of all that but the headers.
//!
//! # Requests
//!
//! A builder's type tells which required parameters are set, so that a forgotten one does not compile. That makes
//! `if wanted { builder.email(..) } else { builder }` impossible; build such requests as data instead: `into_request` hands out the
//! plain structure, whose fields are public, and `client.send(request)` takes it. It can also be read from JSON.
//!
//! A single call may differ from its client: [`CallOptions`] has an address of its own, a method, a format, timeouts, parameters
//! that this version does not know. Builders take it by `with_options`, plain requests by `send_with`. An action that this version does
//! not know at all is called by `client.call`.
//!
//! [`Operation::validate`] says all that is wrong with a request without sending it. What the service surely refuses is an error and
//! is not sent; what it may know better is advice.
//!
//! # Answers
//!
//! Fields are `Option` unless the call is pointless without them. `metadata()` has request id, status and headers, `unknown()` what
//! this version does not know. Numbers may come as texts, one element for a list, JSON or XML: all of it is read. An answer with
//! states has a view of them, `state()` and `into_state()`, in which each state has just its fields.
//!
//! # Errors
//!
//! Everything is an [`Error`]. Its `Display` says it all in one line: what happened, where, and what to do next.
//! [`Error::outcome_unknown`] tells that a call that must not be repeated may have been executed all the same. Each API version has
//! an `ErrorCode` (and Kingsoft Cloud an `InnerCode`) with cause and remedy in both languages: `ErrorCode::of(&error)`.
//!
//! ```
//! # #[cfg(feature = "aliyun-cas-2020-04-07")]
//! # fn what_now(error: &cloudcert::Error) -> &'static str {
//! use cloudcert::aliyun_cas::v2020_04_07::ErrorCode;
//!
//! match ErrorCode::of(error) {
//!     Some(ErrorCode::NotRemainCount) => "buy a package",
//!     _ if error.outcome_unknown() => "look before ordering again",
//!     _ if error.is_throttled() => "wait, then call again",
//!     _ => "read the error",
//! }
//! # }
//! ```
//!
//! # Sending again
//!
//! A call is sent up to three times, with growing pauses, if that can do no harm: a read after a fault, an order only if no connection came
//! about or the service rejected it for speed or for its time stamp, by a code that the description knows and with a status of its own. [`Retries`] says how often; nothing makes an order go out twice.
//!
//! # Outcome unknown
//!
//! An order whose answer is lost may have been placed. [`Error::how_to_find_out`] says in words how to find out; `guard()` does it. It looks
//! before the call, and [`Guarded::find_out`] looks again and compares, as the description of the API says what proves what:
//!
//! ```no_run
//! # #[cfg(feature = "aliyun-cas-2020-04-07")]
//! # async fn example(client: cloudcert::aliyun_cas::v2020_04_07::Client) -> Result<(), cloudcert::Error> {
//! use cloudcert::{Evidence, Outcome};
//!
//! let order = client
//!     .create_certificate_request()
//!     .product_code("geotrust-dv-1-starter")
//!     .domain("www.example.com")
//!     .email("ops@example.com")
//!     .phone("13800000000")
//!     .username("Li Lei")
//!     .validate_type("DNS")
//!     .guard() // looks: how many certificates of the package are used
//!     .await?;
//! match order.send().await {
//!     Ok(answer) => println!("order {}", answer.order_id),
//!     Err(error) if error.outcome_unknown() => match order.find_out().await? {
//!         Outcome::Executed { .. } => println!("ordered; find its id in the console"),
//!         Outcome::NotExecuted { evidence: Evidence::Counter } => println!("probably not ordered: look in the console"),
//!         Outcome::NotExecuted { .. } => println!("not ordered: `send` may be called again"),
//!         other => println!("{other}"), // for a person to look at
//!     },
//!     Err(error) => return Err(error),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Until it is known that the call was not executed, `send` refuses to send it again. What was seen is compared strictly: what is neither
//! unchanged on several looks nor just what the call would bring about is [`Outcome::Ambiguous`]. A verdict carries its [`Evidence`]: a counter
//! alone may have gone up and down. A guard protects one order of one program; [`Guarded`] says what that leaves open.
//!
//! # Secrets
//!
//! Private keys, tokens and download links are [`Secret`]s. They stand in no URL, no debug output, no error and no serialised answer.
//!
//! # Looking on
//!
//! `dry_run` of a builder or a client gives the signed request as a [`DryRun`] and sends nothing: it shows the request, the canonical request
//! and the string to sign without secrets, as text or as a command for curl. When a service rejects a signature, the error says
//! where the two strings to sign first differ: [`Error::signature_difference`].
//!
//! An [`Interceptor`] is asked before each attempt is signed, and told how it ended; it may add headers, or refuse. With the feature
//! `tracing` a call is a span `operation` (service, action, effect, attempts, status, code, request id, latency) with a span `attempt` in it for
//! each attempt, all under the target `cloudcert`.
//!
//! # Downloads
//!
//! `client.download(link)` fetches what a link of Kingsoft Cloud leads to: by https (plain http has to be allowed by name), with a limit on size
//! and redirects. With the feature `archive`, [`Downloaded`]`::archive` reads the zip archive safely, and `bundle` sorts certificate, chain and
//! key out of it; [`pem::Bundle`] does so with any PEM.
//!
//! # Waits and pages
//!
//! `wait_until_...` of a client returns a [`Wait`]: `.await` it, or take its [`progress`](Wait::progress) as a stream. It ends with the answer,
//! or with an error that tells failure, a state that is not known, and the deadline apart, and keeps [how it stood](Error::wait).
//!
//! A list's builder has `pages()` and `items()`, both streams with a `next` of their own, and `items().collect_all()`. They can be taken up
//! where they were left ([`Pages::position`], [`Items::position`]), and come to an end also if the service does not.
//!
//! ```no_run
//! # #[cfg(feature = "aliyun-cas-2018-07-13")]
//! # async fn example(client: cloudcert::aliyun_cas::v2018_07_13::Client) -> Result<(), cloudcert::Error> {
//! let mut certificates = client.describe_user_certificate_list().show_size(100).items();
//! while let Some(certificate) = certificates.next().await {
//!     println!("{:?}", certificate?.name);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A call that would come too early after another one is held back: `UpdateCertificate` until two seconds after `ApplyCertificate` was
//! answered for the same certificate. The clones of a client remember that together; the pause counts as time of the operation. Calls by
//! `client.call` are not held back.
//!
//! Pauses are made with tokio's timer unless [`Environment::sleep`] says otherwise.
//!
//! # Dropping
//!
//! Every future may be dropped at any time: nothing stays locked, no call is made any more, and the next one works. What was on its way may
//! have been executed, which matters for orders only: see [`Pending`] and [`Guarded`]. [`Pages`], [`Items`] and the progress of a wait
//! keep what is on their way when only the future of `next` is dropped, and go on with it.
//!
//! # Blocking
//!
//! With the feature `blocking` programs without `async` use the same client: `block()` stands where others write `.await`.
//!
//! ```no_run
//! # #[cfg(all(feature = "blocking", feature = "aliyun-cas-2020-04-07"))]
//! # fn example() -> Result<(), cloudcert::Error> {
//! use cloudcert::aliyun_cas::v2020_04_07::Client;
//!
//! let client = Client::from_env()?;
//! let order = client.create_certificate_request().domain("www.example.com").email("ops@example.com");
//! let order = order.phone("13800000000").username("Li Lei").validate_type("DNS").send().block()?;
//! let issued = client.wait_until_certificate_issued(order.order_id).block()?;
//! println!("{}", issued.certificate.unwrap_or_default());
//! # Ok(())
//! # }
//! ```
//!
//! Pages, items and the progress of a wait become iterators: `items().block()`. Calls may come from many threads. All of them share one background thread for their
//! connections, which the first call starts. Inside an async runtime `block()` is an error and sends nothing.
//!
//! # Features
//!
//! | feature | default | what it brings |
//! |---|---|---|
//! | `aliyun-cas-2020-04-07` | yes | `aliyun_cas::v2020_04_07` |
//! | `aliyun-cas-2018-07-13` | yes | `aliyun_cas::v2018_07_13` |
//! | `ksyun-kcm-2016-03-04` | yes | `ksyun_kcm::v2016_03_04` |
//! | `model` | no | `model`: the description that all this was made from, as data |
//! | `tracing` | no | spans of calls and their attempts; events: advice about requests |
//! | `archive` | no | `archive`: reads the zip archives that certificates are downloaded in |
//! | `p521` | no | Private keys on P-521 in `pem::Bundle` |
//! | `system-roots` | no | `Connection::system_roots`: the root certificates of the operating system |
//! | `blocking` | no | `block()` in place of `.await` |
//! | `testing` | no | `testing`: transports for tests of your own code |

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
pub use base::wait_end::{UnknownStates, WaitEnd};
#[cfg(feature = "blocking")]
pub use blocking::Blocking;
pub use call::core::RawResponse;
pub use call::dry_run::DryRun;
#[cfg(feature = "archive")]
pub use files::archive;
pub use files::download::{Download, Downloaded};
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

// What generated code stands on, by the paths that it uses.
#[doc(hidden)]
pub use action::{cooldown, operation};
#[doc(hidden)]
pub use call::builder;
#[doc(hidden)]
pub use flow::{reconcile, wait};
#[allow(unused_imports, reason = "without an API version there is no generated code")]
pub(crate) use {action::check, call::core as client};

include!(concat!(env!("OUT_DIR"), "/generated/mod.rs"));

/// The program in the README compiles.
#[cfg(all(doctest, feature = "aliyun-cas-2020-04-07"))]
#[doc = include_str!("../../README.md")]
pub struct Readme;
