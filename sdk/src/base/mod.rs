//! Plain data and text functions that every room needs: constants of an API, the error, secrets, credentials as a value, the clock.
//!
//! Nothing in here knows the wire, HTTP or a cloud.

pub mod api;
pub(crate) mod credentials;
pub(crate) mod difference;
pub(crate) mod domain;
pub(crate) mod environment;
pub(crate) mod error;
pub(crate) mod hash;
pub(crate) mod legible;
pub(crate) mod metadata;
pub(crate) mod pem;
pub(crate) mod pending;
pub(crate) mod problem;
pub(crate) mod random;
pub(crate) mod scrub;
pub(crate) mod secret;
pub(crate) mod sensitivity;
pub(crate) mod string_to_sign;
pub mod time;
pub(crate) mod timer;
pub(crate) mod trace;
pub(crate) mod wait_end;
