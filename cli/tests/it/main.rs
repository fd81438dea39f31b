//! Integration tests of the program: it runs as a child, against the local endpoint or a server that records requests.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod checks;
mod chinese;
mod commands;
mod described;
#[path = "../../../orders/tests/support/dns.rs"]
mod dns;
mod entry;
mod exits;
mod help;
mod inputs;
mod inventory;
mod kingsoft;
mod languages;
mod lost;
mod material;
mod notices;
mod output;
mod pages;
mod profiles;
mod raw;
mod requests;
mod rooms;
mod secrets;
mod settled;
mod setup;
mod shells;
mod terminal;
mod tree;
mod values;
mod workflow;
mod written;
