//! Unofficial SDK for the certificate services of Alibaba Cloud (CAS) and Kingsoft Cloud (KCM). It orders, validates, downloads, uploads, deploys,
//! renews and revokes TLS certificates. cloudcert is not made, endorsed or supported by either cloud.
//!
//! 阿里云 SSL 证书服务（CAS）与金山云证书管理（KCM）的非官方 SDK。常见任务及其方法见[任务表](#tasks)，各接口、参数和错误码均有中文说明。
//!
//! Certificates are ordered in several calls that cost money, take minutes, and may lose their response. This crate has a typed method for
//! each action of the documents and of the official clients, checks requests before they are sent, waits for results, and never sends an order
//! twice by itself. It is generated from a description of the APIs, so methods, parameters, fields and error codes carry the vendors' facts as
//! documentation.
//!
//! # Where to begin
//!
//! Each API version is a module with a `Client`: `aliyun_cas::v2020_04_07`, `ksyun_kcm::v2016_03_04`, and `aliyun_cas::v2018_07_13`, which the
//! vendor withdrew in 2022. A method of the client begins a request, setters fill it, `send` sends it:
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
//! A builder can be awaited itself, too. Without async, enable the feature `blocking` and write `.send().block()`: see
//! [`guide::waits`](guide::waits#work-without-async).
//!
//! # Tasks
//!
//! | I want to | 任务 | Alibaba Cloud (CAS) | Kingsoft Cloud (KCM) | example |
//! |---|---|---|---|---|
//! | issue a certificate | 申请证书 | from a package: [`create_certificate_request`], or [`create_certificate_with_csr_request`] with a key of your own; then [`describe_certificate_state`]. With an instance: [`update_instance`], [`apply_certificate`][cas apply] | [`apply_certificate`], then [`update_certificate`] | [issue](guide::tasks#issue-a-certificate) |
//! | renew | 续期 | a new order, or [`renew_certificate_order_for_package_request`] | [`extend_certificate`], then [`update_certificate`] | [renew](guide::tasks#renew-a-certificate) |
//! | upload | 上传证书 | [`upload_user_certificate`] | [`upload_certificate`] | [upload](guide::tasks#upload-a-certificate) |
//! | list what expires | 列出即将到期的证书 | [`list_certificates`][cas list] | [`list_certificates`] | [list](guide::tasks#list-what-expires) |
//! | download | 下载证书 | [`get_user_certificate_detail`] | [`get_download_link`] | [download](guide::tasks#download-a-certificate) |
//! | deploy | 部署证书 | [`create_deployment_job`], [`update_deployment_job_status`] | [`create_certificate`] | [deploy](guide::tasks#deploy-a-certificate) |
//! | revoke | 吊销证书 | [`cancel_certificate_for_package_request`], [`revoke_certificate`][cas revoke] | [`get_token`], then [`revoke_certificate`] | [revoke](guide::tasks#revoke-a-certificate) |
//! | cancel or delete | 取消或删除 | [`cancel_order_request`], [`delete_certificate_request`], [`delete_user_certificate`] | [`cancel_transaction`] | [cancel](guide::tasks#cancel-or-delete) |
//! | see what is left of a package | 查询余量 | [`describe_package_state`] | - | [quota](guide::tasks#see-what-is-left-of-a-package) |
//! | order only once | 避免重复下单 | `guard()` in place of `send()` | the same | [guard](guide::orders#order-only-once) |
//! | test without an account | 无账号测试 | the local endpoint | the same | [test](guide::tasks#test-without-an-account) |
//!
//! # Read on
//!
//! | page | about |
//! |---|---|
//! | [`guide::tasks`] | an example of each task above |
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
//! | `aliyun-cas-2020-04-07` | in part | all of `aliyun_cas::v2020_04_07` |
//! | `aliyun-cas-2020-04-07-GROUP` | `certificates`, `contacts`, `deployment`, `instances`, `orders` | a group of its actions; the module lists them |
//! | `aliyun-cas-2018-07-13` | yes | `aliyun_cas::v2018_07_13` |
//! | `ksyun-kcm-2016-03-04` | yes | all of `ksyun_kcm::v2016_03_04` |
//! | `ksyun-kcm-2016-03-04-GROUP` | yes | a group of its actions; the module lists them |
//! | `archive` | no | `archive`: reads the zip archives that certificates are downloaded in |
//! | `blocking` | no | `block()` in place of `.await`: [how](guide::waits#work-without-async) |
//! | `dynamic` | no | `dynamic`: operations by name, with requests and responses as JSON; brings `model` |
//! | `jiff` | no | `Time::civil` and `Time::timestamp`: times as types of the crate `jiff` |
//! | `model` | no | `model`: the spec that the SDK is generated from, as data |
//! | `p521` | no | private keys on P-521 in `pem::Bundle` |
//! | `system-roots` | no | `Connection::system_roots`: the root certificates of the operating system |
//! | `testing` | no | `testing`: transports for tests of your own code |
//! | `tracing` | no | spans of calls and their attempts; events with advice about requests |
//!
//! What no feature turns on is not compiled. To compile only what you call, switch the default features off, and name API versions or groups.
//! `Client::call` calls an action of a group that is not turned on.
//!
//! # Versions
//!
//! This crate needs Rust 1.88 or newer; only a minor version asks for a newer one. Versions follow semantic versioning; before 1.0 a
//! minor version may break. The types of `model` follow the description, and may change in any release.

// docs.rs shows the feature that an item needs.
#![cfg_attr(docsrs, feature(doc_cfg))]
// The names in the table of tasks lead to the methods, or to the feature that adds them.
#![cfg_attr(
    feature = "aliyun-cas-2020-04-07-orders",
    doc = "

[`create_certificate_request`]: aliyun_cas::v2020_04_07::Client::create_certificate_request
[`create_certificate_with_csr_request`]: aliyun_cas::v2020_04_07::Client::create_certificate_with_csr_request
[`describe_certificate_state`]: aliyun_cas::v2020_04_07::Client::describe_certificate_state
[`describe_package_state`]: aliyun_cas::v2020_04_07::Client::describe_package_state
[`renew_certificate_order_for_package_request`]: aliyun_cas::v2020_04_07::Client::renew_certificate_order_for_package_request
[`cancel_certificate_for_package_request`]: aliyun_cas::v2020_04_07::Client::cancel_certificate_for_package_request
[`cancel_order_request`]: aliyun_cas::v2020_04_07::Client::cancel_order_request
[`delete_certificate_request`]: aliyun_cas::v2020_04_07::Client::delete_certificate_request
"
)]
#![cfg_attr(
    not(feature = "aliyun-cas-2020-04-07-orders"),
    doc = "

[`create_certificate_request`]: crate#features
[`create_certificate_with_csr_request`]: crate#features
[`describe_certificate_state`]: crate#features
[`describe_package_state`]: crate#features
[`renew_certificate_order_for_package_request`]: crate#features
[`cancel_certificate_for_package_request`]: crate#features
[`cancel_order_request`]: crate#features
[`delete_certificate_request`]: crate#features
"
)]
#![cfg_attr(
    feature = "aliyun-cas-2020-04-07-instances",
    doc = "

[`update_instance`]: aliyun_cas::v2020_04_07::Client::update_instance
[cas apply]: aliyun_cas::v2020_04_07::Client::apply_certificate
[cas revoke]: aliyun_cas::v2020_04_07::Client::revoke_certificate
"
)]
#![cfg_attr(
    not(feature = "aliyun-cas-2020-04-07-instances"),
    doc = "

[`update_instance`]: crate#features
[cas apply]: crate#features
[cas revoke]: crate#features
"
)]
#![cfg_attr(
    feature = "aliyun-cas-2020-04-07-certificates",
    doc = "

[`upload_user_certificate`]: aliyun_cas::v2020_04_07::Client::upload_user_certificate
[cas list]: aliyun_cas::v2020_04_07::Client::list_certificates
[`get_user_certificate_detail`]: aliyun_cas::v2020_04_07::Client::get_user_certificate_detail
[`delete_user_certificate`]: aliyun_cas::v2020_04_07::Client::delete_user_certificate
"
)]
#![cfg_attr(
    not(feature = "aliyun-cas-2020-04-07-certificates"),
    doc = "

[`upload_user_certificate`]: crate#features
[cas list]: crate#features
[`get_user_certificate_detail`]: crate#features
[`delete_user_certificate`]: crate#features
"
)]
#![cfg_attr(
    feature = "aliyun-cas-2020-04-07-deployment",
    doc = "

[`create_deployment_job`]: aliyun_cas::v2020_04_07::Client::create_deployment_job
[`update_deployment_job_status`]: aliyun_cas::v2020_04_07::Client::update_deployment_job_status
"
)]
#![cfg_attr(
    not(feature = "aliyun-cas-2020-04-07-deployment"),
    doc = "

[`create_deployment_job`]: crate#features
[`update_deployment_job_status`]: crate#features
"
)]
#![cfg_attr(
    feature = "ksyun-kcm-2016-03-04-orders",
    doc = "

[`apply_certificate`]: ksyun_kcm::v2016_03_04::Client::apply_certificate
[`update_certificate`]: ksyun_kcm::v2016_03_04::Client::update_certificate
[`extend_certificate`]: ksyun_kcm::v2016_03_04::Client::extend_certificate
[`list_certificates`]: ksyun_kcm::v2016_03_04::Client::list_certificates
[`get_token`]: ksyun_kcm::v2016_03_04::Client::get_token
[`revoke_certificate`]: ksyun_kcm::v2016_03_04::Client::revoke_certificate
[`cancel_transaction`]: ksyun_kcm::v2016_03_04::Client::cancel_transaction
[`get_download_link`]: ksyun_kcm::v2016_03_04::Client::get_download_link
"
)]
#![cfg_attr(
    not(feature = "ksyun-kcm-2016-03-04-orders"),
    doc = "

[`apply_certificate`]: crate#features
[`update_certificate`]: crate#features
[`extend_certificate`]: crate#features
[`list_certificates`]: crate#features
[`get_token`]: crate#features
[`revoke_certificate`]: crate#features
[`cancel_transaction`]: crate#features
[`get_download_link`]: crate#features
"
)]
#![cfg_attr(
    feature = "ksyun-kcm-2016-03-04-uploads",
    doc = "

[`upload_certificate`]: ksyun_kcm::v2016_03_04::Client::upload_certificate
"
)]
#![cfg_attr(
    not(feature = "ksyun-kcm-2016-03-04-uploads"),
    doc = "

[`upload_certificate`]: crate#features
"
)]
#![cfg_attr(
    feature = "ksyun-kcm-2016-03-04-load-balancers",
    doc = "

[`create_certificate`]: ksyun_kcm::v2016_03_04::Client::create_certificate
"
)]
#![cfg_attr(
    not(feature = "ksyun-kcm-2016-03-04-load-balancers"),
    doc = "

[`create_certificate`]: crate#features
"
)]
#![cfg_attr(
    not(has_api_version),
    allow(dead_code, reason = "without an API version there is nobody to use the runtime")
)]

mod action;
mod base;
#[cfg(feature = "blocking")]
mod blocking;
mod call;
pub mod credentials;
#[cfg(feature = "dynamic")]
pub mod dynamic;
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
pub use base::problem::{Problem, ProblemKind, Severity, TextFormat};
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
pub use flow::items::Items;
pub use flow::pages::{Pages, Paginated};
pub use flow::position::{PageToken, Position};
pub use flow::reconcile::{Evidence, Guarded, Outcome, Reconcile, SavedProbe};
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
