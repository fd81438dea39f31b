//! How a client, or a single call, is set up.

pub(crate) mod config;
pub(crate) mod interceptor;
pub(crate) mod options;
pub(crate) mod retries;
