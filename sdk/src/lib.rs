//! Unofficial SDK for the certificate services of Alibaba Cloud (CAS) and Kingsoft Cloud (KCM).
//!
//! This release holds no client yet. What it holds is the description of the three APIs that the clients are made from, in
//! the folder `spec/` of the package, and a build script that refuses to build when that description is not sound. The
//! language of the description is explained in `spec/README.md`.
//!
//! cloudcert is not made, endorsed or supported by either cloud.

mod secret;
pub mod sign;

pub use secret::{REDACTED, Secret};
