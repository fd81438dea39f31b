//! Cases side by side. Most of their time is waiting: for a disk to sync, for a service that wants a pause.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a case prints, and what was wrong.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) line: String,
    pub(crate) wrong: Vec<String>,
}

/// A case, which shares nothing with others but the machine.
pub(crate) type Case = Box<dyn FnOnce() -> Shown + Send>;

/// A case that only prints: the head of a table.
pub(crate) fn head(line: &str) -> Case {
    let line = line.to_owned();
    Box::new(move || Shown { line, wrong: Vec::new() })
}

/// Runs so many cases at once. Prints their lines in order, each as soon as those before it are done. Returns what was wrong.
pub(crate) fn run(width: usize, cases: Vec<Case>) -> Vec<String> {
    let (next, count) = (AtomicUsize::new(0), cases.len());
    let cases: Vec<Mutex<Option<Case>>> = cases.into_iter().map(|case| Mutex::new(Some(case))).collect();
    let done = Mutex::new(Done::default());
    std::thread::scope(|scope| {
        for _ in 0..width {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    let Some(case) = cases.get(number).and_then(|case| case.lock().unwrap().take()) else { return };
                    let shown = catch_unwind(AssertUnwindSafe(case)).unwrap_or_else(|_| Shown {
                        line: "this case panicked".to_owned(),
                        wrong: vec![format!("case {} of {count} panicked", number + 1)],
                    });
                    done.lock().unwrap().add(number, shown);
                }
            });
        }
    });
    done.into_inner().unwrap().wrong
}

/// What is printed, and what waits for cases before it.
#[derive(Default)]
struct Done {
    printed: usize,
    waiting: BTreeMap<usize, String>,
    wrong: Vec<String>,
}

impl Done {
    fn add(&mut self, number: usize, shown: Shown) {
        // At once: who runs all of it looks on for an hour.
        for wrong in &shown.wrong {
            println!("WRONG: {wrong}");
        }
        self.wrong.extend(shown.wrong);
        self.waiting.insert(number, shown.line);
        while let Some(line) = self.waiting.remove(&self.printed) {
            println!("{line}");
            self.printed += 1;
        }
    }
}
