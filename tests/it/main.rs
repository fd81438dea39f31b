//! Integration tests of the SDK, through its public API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod actions;
mod calls;
mod connections;
mod credentials;
mod files;
mod house;
mod inputs;
mod lists;
mod orders;
mod secrets;
mod setup;
mod testing;
mod waits;
