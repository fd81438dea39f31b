//! Integration tests of the loader, through its public API.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

mod bad_specs;
mod cargo_features;
mod command_line;
mod compare_output;
mod compiles;
mod diff;
mod disk;
mod effects;
mod features;
mod fixture;
mod generated;
mod import;
mod json_schema;
mod language;
mod names;
mod own_decisions;
mod own_spec;
mod places;
mod prose;
mod repository;
mod review;
mod robustness;
mod rooms;
mod settled;
mod snapshots;
