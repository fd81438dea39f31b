//! No crash buys twice: processes are killed at their points, under every fault, and the next runs have to make the best of it.
//!
//! `cargo test -p cloudcert-orders --test crash` tries a part in a minute, `-- all` everything, `-- all every=5` every fifth point and a fifth of the
//! seeds, `-- all every=5 from=2` other ones: all five from 0 to 4 are everything. Tables are printed. What needs a `PostgreSQL` server is left out, and said so, where none is installed.

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
mod side;

use child::{Flow, Task};
use matrix::{Extent, Points};
use std::time::Instant;

/// How many cases run at once.
const WIDTH: usize = 12;

fn main() {
    if let Ok(job) = std::env::var(child::JOB) {
        return child::main(&job);
    }
    // As every test binary, it is asked for its list by some runners.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let all = std::env::args().any(|argument| argument == "all");
    let number = |name: &str| std::env::args().find_map(|argument| argument.strip_prefix(name)?.parse::<u64>().ok());
    let (every, from) = (number("every=").unwrap_or(1).max(1), number("from=").unwrap_or(0));
    let start = Instant::now();
    let part = |tasks, faults, points| {
        if all { Extent::all(tasks, every, from) } else { Extent { tasks, faults, points: Points::Some(points) } }
    };
    let changes = &[Task::Replace, Task::Revoke, Task::Cancel];
    let server = postgres::Cluster::shared();
    let mut cases = Vec::new();
    // What takes longest begins first.
    cases.extend(others::cases(None));
    if let Some(server) = server {
        cases.push(side::head("\nThe same over PostgreSQL:"));
        cases.extend(others::cases(Some(server)));
        cases.extend(others::takeovers(server, if all { &Flow::ALL } else { &[Flow::Package] }));
        let tasks: &[Task] = if all { &[Task::Issue, Task::Extend] } else { &[Task::Issue] };
        cases.extend(matrix::cases(&part(tasks, 1, 2), Some(server)));
        cases.push(side::head("\nOver files again:"));
    }
    cases.extend(matrix::cases(&part(changes, 1, 2), None));
    cases.extend(matrix::cases(&part(&[Task::Issue], 3, 3), None));
    cases.extend(matrix::cases(&part(&[Task::Extend], 3, 3), None));
    cases.extend(random::cases(if all { from * (1_000 / every)..(from + 1) * (1_000 / every) } else { 0..8 }));
    let wrong = side::run(WIDTH, cases);
    println!("\n{:.0} s", start.elapsed().as_secs_f64());
    for wrong in &wrong {
        println!("WRONG: {wrong}");
    }
    if !wrong.is_empty() {
        std::process::exit(1);
    }
}
