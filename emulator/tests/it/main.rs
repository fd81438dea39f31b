//! The endpoint through its public doors: the library, the socket, the program.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod bounds;
mod call;
mod corpus;
mod faults;
mod gateway;
mod limits;
mod manage;
mod program;
mod properties;
mod rooms;
mod services;
mod shape;
mod shapes;
mod signatures;
mod spec;
mod through_sdk;
mod wire;
