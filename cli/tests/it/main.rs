//! Integration tests of the program: it runs as a child, against the local endpoint or a server that records requests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod inputs;
mod material;
mod requests;
mod setup;
mod tree;
mod values;
