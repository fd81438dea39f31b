//! Every way of ordering, under every fault, killed at its points, over both journals.

use super::child::{End, Flow, Outcome, Task};
use super::endpoint::{self, Counted};
use super::place::{Place, Server};
use super::side::{self, Case, Shown};
use cloudcert_emulator::Fault;
use std::collections::BTreeMap;

/// What happens to the calls that must not be made twice.
const FAULTS: [&str; 6] =
    ["none", "close-before-reading", "close-after-commit", "truncated", "internal, committed", "throttled"];

/// How many runs follow a crash at most. A timer gives more.
const RUNS: u32 = 4;

fn fault(name: &str) -> Option<Fault> {
    Some(match name {
        "close-before-reading" => Fault::CloseBeforeReading,
        "close-after-commit" => Fault::CloseAfterCommit,
        "truncated" => Fault::Truncated,
        "internal, committed" => Fault::Internal { committed: true },
        "throttled" => Fault::Throttle { retry_after_ms: Some(1) },
        _ => return None,
    })
}

/// The calls of a way that must not be made twice.
fn calls(flow: Flow, task: Task) -> &'static [&'static str] {
    match (flow, task) {
        (Flow::Package, Task::Revoke) => &["CancelCertificateForPackageRequest"],
        (Flow::Instance | Flow::Kcm, Task::Revoke) => &["RevokeCertificate"],
        (Flow::Package, _) => &["CreateCertificateWithCsrRequest"],
        (Flow::Instance, _) => &["ApplyCertificate"],
        (Flow::Old, _) => &["CreateDVOrderAudit"],
        (Flow::Kcm, Task::Extend) => &["ExtendCertificate"],
        (Flow::Kcm, _) => &["ApplyCertificate", "UpdateCertificate"],
    }
}

/// What became of a row.
#[derive(Debug, Default)]
struct Row {
    crashes: u64,
    runs: u64,
    most: Counted,
    exits: BTreeMap<u8, u64>,
}

/// What is tried.
pub(crate) struct Extent {
    pub(crate) tasks: &'static [Task],
    pub(crate) faults: usize,
    pub(crate) points: Points,
}

/// Which points of a row.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Points {
    /// About so many, spread over it.
    Some(u64),
    /// One of so many, from this one on.
    Every(u64, u64),
}

impl Extent {
    /// Every fault.
    pub(crate) fn all(tasks: &'static [Task], every: u64, from: u64) -> Self {
        Self { tasks, faults: FAULTS.len(), points: Points::Every(every, from) }
    }
}

/// The rows of the matrix, below their head.
pub(crate) fn cases(extent: &Extent, server: Server) -> Vec<Case> {
    let mut cases = vec![side::head(
        "\n| way | task | fault | points | crashes | runs | orders at most | paid at most | last exit codes |\n|---|---|---|---|---|---|---|---|---|",
    )];
    let points = extent.points;
    for flow in Flow::ALL {
        for task in extent.tasks.iter().copied().filter(|task| has(flow, *task)) {
            for fault in FAULTS.iter().copied().take(extent.faults) {
                cases.push(Box::new(move || row(flow, task, fault, points, server)));
            }
        }
    }
    cases
}

/// Whether a way can do a task.
fn has(flow: Flow, task: Task) -> bool {
    match task {
        Task::Issue => true,
        Task::Extend => flow == Flow::Kcm,
        _ => flow != Flow::Old,
    }
}

fn row(flow: Flow, task: Task, fault: &str, which: Points, server: Server) -> Shown {
    let (mut row, mut wrong) = (Row::default(), Vec::new());
    let points = attempt((flow, task, fault), None, server, &mut Row::default(), &mut wrong);
    let (step, from) = match which {
        Points::Some(most) => (points.div_ceil(most), 0),
        Points::Every(step, from) => (step, from),
    };
    for point in (1 + from..=points).step_by(usize::try_from(step.max(1)).unwrap()) {
        attempt((flow, task, fault), Some(point), server, &mut row, &mut wrong);
    }
    let exits: Vec<String> = row.exits.iter().map(|(code, times)| format!("{code}: {times}")).collect();
    let (crashes, runs, most) = (row.crashes, row.runs, row.most);
    let numbers = format!("{points} | {crashes} | {runs} | {} | {}", most.orders, most.paid);
    Shown { line: format!("| {flow:?} | {task:?} | {fault} | {numbers} | {} |", exits.join(", ")), wrong }
}

/// One crash, and the runs after it. Returns how many points the longest run passed.
fn attempt(
    (flow, task, name): (Flow, Task, &str),
    crash_at: Option<u64>,
    server: Server,
    row: &mut Row,
    wrong: &mut Vec<String>,
) -> u64 {
    let place = Place::new(flow, server);
    for action in calls(flow, task) {
        if let Some(fault) = fault(name) {
            endpoint::inject(&place.cloud, fault, action);
        }
    }
    if let Some(point) = crash_at {
        row.crashes += u64::from(place.run(task, End::KilledAt(point)).is_none());
    }
    let (last, runs) = place.settle(task, RUNS);
    row.runs += u64::from(runs);
    let counted = place.counted();
    row.most.orders = row.most.orders.max(counted.orders);
    row.most.paid = row.most.paid.max(counted.paid);
    *row.exits.entry(last.exit).or_default() += 1;
    let at = || format!("{flow:?}, {task:?}, {name}, point {crash_at:?}");
    let bound = if [Task::Replace, Task::Extend].contains(&task) { 2 } else { 1 };
    if counted.orders > bound || counted.paid > bound {
        wrong.push(format!("{}: {counted:?}", at()));
    }
    if !is_expected(flow, task, &last) {
        wrong.push(format!("{}: ended with {}: {}", at(), last.exit, last.message));
    }
    last.points
}

/// What can be known is known after some runs. The rest is left to a person.
fn is_expected(flow: Flow, task: Task, last: &Outcome) -> bool {
    let unknown = last.exit == 7;
    match (flow, task) {
        // No document says what the withdrawn version shows of an instance that was never submitted.
        // An authority may take longer to revoke than probes wait, so an unchanged state proves nothing.
        // An unchanged status never proves that nothing was extended.
        (Flow::Old, _) | (Flow::Package | Flow::Instance, Task::Revoke) | (_, Task::Extend) => {
            last.exit == 0 || unknown
        }
        // What was cancelled in mid-flight may have failed or been issued meanwhile.
        (_, Task::Cancel) => [0, 5].contains(&last.exit) || unknown,
        _ => last.exit == 0,
    }
}
