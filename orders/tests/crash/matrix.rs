//! Every way of ordering, under every fault, killed at its points, over both journals.

use super::child::{End, Flow, Outcome, Task};
use super::endpoint::{self, Counted};
use super::place::Place;
use super::postgres::Cluster;
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

/// What is tried: the tasks, and every how many points.
pub(crate) struct Extent {
    pub(crate) tasks: &'static [Task],
    pub(crate) faults: usize,
    /// How many points of a row; `None` for all.
    pub(crate) points: Option<u64>,
}

impl Extent {
    /// Every fault at every point.
    pub(crate) fn all(tasks: &'static [Task]) -> Self {
        Self { tasks, faults: FAULTS.len(), points: None }
    }
}

/// Runs the matrix and prints it. Returns what was wrong.
pub(crate) fn run(extent: &Extent, server: Option<&Cluster>) -> Vec<String> {
    println!("| way | task | fault | points | crashes | runs | orders at most | paid at most | last exit codes |");
    println!("|---|---|---|---|---|---|---|---|---|");
    let mut wrong = Vec::new();
    for flow in Flow::ALL {
        for task in extent.tasks.iter().copied().filter(|task| flow != Flow::Old || *task == Task::Issue) {
            for fault in FAULTS.iter().take(extent.faults) {
                row(flow, task, fault, extent.points, server, &mut wrong);
            }
        }
    }
    wrong
}

fn row(flow: Flow, task: Task, fault: &str, most: Option<u64>, server: Option<&Cluster>, wrong: &mut Vec<String>) {
    let mut row = Row::default();
    let points = attempt((flow, task, fault), None, server, &mut Row::default(), wrong);
    let step = most.map_or(1, |most| points.div_ceil(most).max(1));
    for point in (1..=points).step_by(usize::try_from(step).unwrap()) {
        attempt((flow, task, fault), Some(point), server, &mut row, wrong);
    }
    let exits: Vec<String> = row.exits.iter().map(|(code, times)| format!("{code}: {times}")).collect();
    let (crashes, runs, most) = (row.crashes, row.runs, row.most);
    let numbers = format!("{points} | {crashes} | {runs} | {} | {}", most.orders, most.paid);
    println!("| {flow:?} | {task:?} | {fault} | {numbers} | {} |", exits.join(", "));
}

/// One crash, and the runs after it. Returns how many points the longest run passed.
fn attempt(
    (flow, task, name): (Flow, Task, &str),
    crash_at: Option<u64>,
    server: Option<&Cluster>,
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
    let bound = if task == Task::Replace { 2 } else { 1 };
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
        (Flow::Old, _) | (Flow::Package | Flow::Instance, Task::Revoke) => last.exit == 0 || unknown,
        // What was cancelled in mid-flight may have failed or been issued meanwhile.
        (_, Task::Cancel) => [0, 5].contains(&last.exit) || unknown,
        _ => last.exit == 0,
    }
}
