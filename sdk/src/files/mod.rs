//! Downloads, zip archives, PEM files and pictures.
//!
//! A download is a request of the client's transport. Redirects are followed here and not in the HTTP library, so that each URL on the way is
//! checked. A link gives access to a private key: requests show its host only, and errors not even that.

#[cfg(feature = "archive")]
pub mod archive;
pub(crate) mod download;
pub(crate) mod image;
pub mod pem;
