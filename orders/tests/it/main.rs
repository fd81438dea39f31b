//! The library, through its public interface.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod config;
mod direct;
mod due;
#[path = "../support/fast.rs"]
mod fast;
mod flow;
mod hook;
mod inventory;
mod journal;
mod keys;
mod proof;
mod renew;
mod rooms;
mod store;
mod target;
mod texts;
mod units;
