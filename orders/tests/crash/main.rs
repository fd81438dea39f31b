//! No crash buys twice: the process is killed at every point, under every fault, and the next runs have to make the best of it.
//!
//! `cargo test -p cloudcert-orders --test crash` tries some points of each row; with `-- all` every one. The table is printed.

mod child;
mod endpoint;
mod matrix;

fn main() {
    if let Ok(job) = std::env::var(child::JOB) {
        return child::main(&job);
    }
    // As every test binary, it is asked for its list by some runners.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let all = std::env::args().any(|argument| argument == "all");
    if !matrix::run(all) {
        std::process::exit(1);
    }
}
