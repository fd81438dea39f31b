//! Tests of the endpoint from outside: through the library, the socket and the program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod endpoint;
mod protocol;
mod robustness;
mod rooms;
mod services;
mod setup;
