//! What is fetched or read as a file: downloads, archives, PEM.

#[cfg(feature = "archive")]
pub mod archive;
pub(crate) mod download;
pub mod pem;
