//! No crash buys twice: processes are killed at their points, under every fault, and the next runs have to make the best of it.
//!
//! `cargo test -p cloudcert-orders --test crash` tries a part in some minutes, `-- all` everything. Tables are printed. What needs a `PostgreSQL`
//! server is left out, and said so, where none is installed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a test fails by panicking, and this one prints its tables"
)]

mod child;
mod endpoint;
#[path = "../support/fast.rs"]
mod fast;
mod matrix;
mod others;
mod place;
#[path = "../support/postgres.rs"]
#[allow(dead_code, reason = "other tests use the rest")]
mod postgres;
mod random;

use child::{Flow, Task};
use matrix::Extent;
use std::time::Instant;

fn main() {
    if let Ok(job) = std::env::var(child::JOB) {
        return child::main(&job);
    }
    // As every test binary, it is asked for its list by some runners.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let all = std::env::args().any(|argument| argument == "all");
    let start = Instant::now();
    let part = |tasks, faults, points| {
        if all { Extent::all(tasks) } else { Extent { tasks, faults, points: Some(points) } }
    };
    let mut wrong = matrix::run(&part(&[Task::Issue], 3, 3), None);
    wrong.extend(matrix::run(&part(&[Task::Replace, Task::Revoke, Task::Cancel], 1, 2), None));
    wrong.extend(others::run(None));
    wrong.extend(random::run(if all { 1_000 } else { 8 }));
    if let Some(server) = postgres::Cluster::shared() {
        println!("\nThe same over PostgreSQL:\n");
        wrong.extend(matrix::run(&part(&[Task::Issue], 1, 2), Some(server)));
        wrong.extend(others::run(Some(server)));
        wrong.extend(others::takeovers(server, if all { &Flow::ALL } else { &[Flow::Package] }));
    }
    println!("\n{:.0} s", start.elapsed().as_secs_f64());
    for wrong in &wrong {
        println!("WRONG: {wrong}");
    }
    if !wrong.is_empty() {
        std::process::exit(1);
    }
}
