//! Functions measured in turn, so that what disturbs one disturbs all: the median of the processor time that the thread has used.

use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::time::Duration;

/// How long a function runs in a round, about.
const ROUND: Duration = Duration::from_millis(20);

/// What a case does: a number of runs, and the processor time of those that are timed.
type Runs<'a> = Box<dyn FnMut(u64, Mode) -> Duration + 'a>;

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Time,
    /// The clock is not read: valgrind has none for a thread.
    Run,
    /// Only what the runs need is made.
    Prepare,
}

/// A function with a name.
pub struct Case<'a> {
    name: String,
    runs: Runs<'a>,
}

impl<'a> Case<'a> {
    /// A function that needs nothing.
    pub fn new<T>(name: impl Into<String>, mut once: impl FnMut() -> T + 'a) -> Self {
        Self::prepared(name, || (), move |()| once())
    }

    /// A function that uses up what is made for it, which is not measured.
    pub fn prepared<P, T>(
        name: impl Into<String>,
        mut prepare: impl FnMut() -> P + 'a,
        mut once: impl FnMut(P) -> T + 'a,
    ) -> Self {
        let runs = move |count, mode| {
            let needed: Vec<P> = (0..count).map(|_| prepare()).collect();
            let before = used(mode);
            if mode != Mode::Prepare {
                needed.into_iter().for_each(|one| drop(black_box(once(black_box(one)))));
            }
            used(mode).saturating_sub(before)
        };
        Self { name: name.into(), runs: Box::new(runs) }
    }
}

/// The only case that runs, if the arguments name one: others need not be made.
pub fn named() -> Option<String> {
    std::env::args().nth(2).and(std::env::args().nth(1))
}

/// Measures every case in so many rounds, and prints the nanoseconds of a run by name; or does one case so often, for callgrind.
/// Arguments: `ROUNDS`, or `NAME COUNT [prepare]`, which does not run the function.
///
/// # Panics
///
/// If the arguments make no sense: a figure of something else would be worse.
pub fn measure(mut cases: Vec<Case<'_>>) {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match &arguments[..] {
        [rounds] => rounds_of(&mut cases, rounds.parse().expect("a number of rounds")),
        [name, count, rest @ ..] => {
            let case = cases.iter_mut().find(|case| case.name == *name).expect("the name of a case");
            (case.runs)(
                count.parse().expect("a number of runs"),
                if rest.is_empty() { Mode::Run } else { Mode::Prepare },
            );
        }
        [] => panic!("arguments: ROUNDS, or NAME COUNT [prepare]"),
    }
}

fn rounds_of(cases: &mut [Case<'_>], rounds: usize) {
    let counts: Vec<u64> = cases.iter_mut().map(enough).collect();
    let mut times = vec![Vec::with_capacity(rounds); cases.len()];
    for round in 0..rounds {
        // Each round begins with another case, so that none always follows the same one.
        for turn in 0..cases.len() {
            let index = (turn + round) % cases.len();
            times[index].push((cases[index].runs)(counts[index], Mode::Time).as_nanos() as f64 / counts[index] as f64);
        }
    }
    let medians = cases.iter().zip(times).map(|(case, mut times)| {
        times.sort_by(f64::total_cmp);
        (case.name.clone(), times[times.len() / 2].into())
    });
    println!("{}", serde_json::Value::Object(medians.collect()));
}

/// How many runs a round needs.
fn enough(case: &mut Case<'_>) -> u64 {
    let mut count = 1;
    loop {
        let time = (case.runs)(count, Mode::Time);
        if time >= ROUND / 2 {
            return (count as f64 * ROUND.as_secs_f64() / time.as_secs_f64()).ceil() as u64;
        }
        count *= 2;
    }
}

/// Processor time of this thread.
fn used(mode: Mode) -> Duration {
    if mode != Mode::Time {
        return Duration::ZERO;
    }
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).expect("less than a second"))
}
