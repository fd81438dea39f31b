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
mod bounds;
mod broken;
mod bundles;
mod calls;
mod cancel;
mod compile;
mod connections;
mod credentials;
mod downloads;
mod errors;
mod flows;
mod forgotten;
mod fuzz;
mod hooks;
mod lenient;
mod listing;
mod model;
mod odd_values;
mod options;
mod over_http;
mod pace;
mod pages;
mod pem_forms;
mod quotes;
mod readings;
mod reconcile;
mod retries;
mod rooms;
mod rules;
mod script;
mod server;
mod shell;
mod signatures;
mod signing;
mod spans;
mod testing;
mod waits;
mod xml;
