//! Many operations at once under chaos: 64 tasks call every action of all three API versions, in both formats, at an endpoint in a process of
//! its own that lets a fifth of all calls fail. Every operation must end in a success or in an error that says which it is; what the
//! endpoint has executed must agree with it; memory must not grow.
//!
//! `cargo test --release --test soak -- 100000` runs so many, `cargo test` 3,000.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking, and this one reports what it measured"
)]

mod endpoint;
mod operations;
mod tally;

use endpoint::Program;
use operations::{Operator, Setup};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tally::Tally;

const USUAL: usize = 3_000;
const TASKS: usize = 64;
/// How much more memory may be in use at the end than after a fifth of the operations, in kilobytes. Buffers of 64 responses that arrive at
/// once account for more than any leak that would be worth the name.
const GROWTH: i64 = 8 << 10;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|first| first == endpoint::SERVE) {
        return endpoint::serve(&arguments[1]);
    }
    // What else stands there is for test programs with a harness: options, or a part of a name.
    let words: Vec<&String> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    let count = words.iter().find_map(|word| word.parse().ok());
    if count.is_none() && !words.is_empty() && words.iter().all(|word| !"soak".contains(word.as_str())) {
        return;
    }
    soak(count.unwrap_or(USUAL));
}

fn soak(count: usize) {
    let endpoint = Program::start(count);
    let tally = Arc::new(Tally::new(count));
    let began = Instant::now();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let memory = runtime.block_on(async {
        let patience = Duration::from_secs(60) + Duration::from_millis(20) * u32::try_from(count).unwrap();
        let all = run(&endpoint, &tally, count);
        tokio::time::timeout(patience, all)
            .await
            .unwrap_or_else(|_| panic!("after {patience:?} some tasks have not ended"))
    });
    let took = began.elapsed();
    tally.count(&endpoint.state());
    tally.judge(&endpoint.state());
    let (first, last) = (memory[0], memory[memory.len() - 1]);
    println!("soak: {count} operations of {TASKS} tasks in {took:.1?}");
    println!("{}", tally.report());
    println!("  memory in KB after each fifth: {memory:?}");
    assert!(last - first <= GROWTH, "memory has grown by {} KB, more than {GROWTH}", last - first);
}

/// Runs all operations; the memory in use after each fifth of them.
async fn run(endpoint: &Program, tally: &Arc<Tally>, count: usize) -> Vec<i64> {
    let setup = Arc::new(Setup::new(endpoint.url()));
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (next, tally, mut operator) = (next.clone(), tally.clone(), Operator::new(setup.clone()));
            tokio::spawn(async move {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= count {
                        return;
                    }
                    let ended = operator.run(number, &tally).await;
                    tally.note(number, &ended);
                }
            })
        })
        .collect();
    let mut memory = Vec::new();
    loop {
        tally.count(&endpoint.state_async().await);
        while memory.len() < 5 && next.load(Ordering::Relaxed) >= count * (memory.len() + 1) / 5 {
            memory.push(endpoint::memory());
        }
        if tasks.iter().all(tokio::task::JoinHandle::is_finished) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    for task in tasks.drain(..) {
        task.await.unwrap();
    }
    memory.pop();
    memory.push(endpoint::memory());
    memory
}
