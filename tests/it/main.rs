//! Integration tests of the SDK, through its public API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod actions;
mod archives;
mod blocking;
mod bundles;
mod calls;
mod compile;
mod connections;
mod credentials;
mod downloads;
mod flows;
mod forgotten;
mod fuzz;
mod lenient;
mod model;
mod options;
mod over_http;
mod retries;
mod rules;
mod script;
mod server;
mod signing;
mod testing;
mod xml;
