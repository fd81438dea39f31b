//! Unofficial SDK for the certificate services of Alibaba Cloud (CAS) and Kingsoft Cloud (KCM).
//!
//! This release holds no client yet. What it holds is the description of the three APIs that the clients are made from, in
//! the folder `spec/` of the package, and a build script that refuses to build when that description is not sound. The
//! language of the description is explained in `spec/README.md`.
//!
//! cloudcert is not made, endorsed or supported by either cloud.

#![cfg_attr(
    not(any(feature = "aliyun-cas-2020-04-07", feature = "aliyun-cas-2018-07-13", feature = "ksyun-kcm-2016-03-04")),
    allow(dead_code, reason = "without an API version there is nobody to use the runtime")
)]

mod answer;
pub mod api;
#[doc(hidden)]
pub mod builder;
mod check;
mod client;
mod config;
mod error;
pub mod http;
mod operation;
mod pages;
mod pending;
mod problem;
mod protocol;
mod secret;
pub mod sign;
#[doc(hidden)]
pub mod wait;
#[doc(hidden)]
pub mod wire;

pub use answer::Metadata;
pub use client::Answer;
pub use config::{Config, Credentials, Environment, Sleep};
pub use error::{Error, ErrorKind};
pub use operation::{Operation, Response};
pub use pages::{Pages, Paginated};
pub use pending::Pending;
pub use problem::{Problem, Severity};
pub use secret::{REDACTED, Secret};
pub use wait::Wait;
pub use wire::Unknown;

include!(concat!(env!("OUT_DIR"), "/generated/mod.rs"));
