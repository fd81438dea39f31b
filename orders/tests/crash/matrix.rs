//! Every way of ordering, under every fault, killed at its points.

use super::child::{Flow, JOB, Job, Outcome};
use super::endpoint::{self, Counted};
use cloudcert_emulator::Fault;
use std::collections::BTreeMap;
use std::process::Command;
use std::time::Instant;

/// What happens to the calls that must not be made twice.
const FAULTS: [&str; 6] =
    ["none", "close-before-reading", "close-after-commit", "truncated", "internal, committed", "throttled"];

/// How many points of a row are tried in CI, spread over all.
const SOME: u64 = 9;

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
fn calls(flow: Flow) -> &'static [&'static str] {
    match flow {
        Flow::Package => &["CreateCertificateWithCsrRequest"],
        Flow::Instance => &["ApplyCertificate"],
        Flow::Old => &["CreateDVOrderAudit"],
        Flow::Kcm => &["ApplyCertificate", "UpdateCertificate"],
    }
}

/// What became of a row.
#[derive(Debug, Default)]
struct Row {
    crashes: u64,
    runs: u64,
    most: Counted,
    exits: BTreeMap<u8, u64>,
    wrong: Vec<String>,
}

/// Runs the matrix and prints it. `false` if something was bought twice.
pub(crate) fn run(all: bool) -> bool {
    let start = Instant::now();
    println!("| way | fault | points | crashes | runs | orders at most | paid at most | last exit codes |");
    println!("|---|---|---|---|---|---|---|---|");
    let mut wrong = Vec::new();
    for flow in Flow::ALL {
        for fault in FAULTS {
            let points = attempt(flow, fault, None, &mut Row::default());
            let mut row = Row::default();
            let step = if all { 1 } else { points.div_ceil(SOME).max(1) };
            for point in (1..=points).step_by(usize::try_from(step).unwrap()) {
                attempt(flow, fault, Some(point), &mut row);
            }
            let exits: Vec<String> = row.exits.iter().map(|(code, times)| format!("{code}: {times}")).collect();
            let (crashes, runs, most) = (row.crashes, row.runs, row.most);
            println!(
                "| {flow:?} | {fault} | {points} | {crashes} | {runs} | {} | {} | {} |",
                most.orders,
                most.paid,
                exits.join(", ")
            );
            wrong.extend(row.wrong);
        }
    }
    println!("\n{:.0} s", start.elapsed().as_secs_f64());
    wrong.iter().for_each(|wrong| println!("{wrong}"));
    wrong.is_empty()
}

/// One crash, and the runs after it. Returns how many points the last run passed.
fn attempt(flow: Flow, name: &str, crash_at: Option<u64>, row: &mut Row) -> u64 {
    let handle = endpoint::start(flow);
    if let Some(fault) = fault(name) {
        for action in calls(flow) {
            endpoint::inject(&handle, fault.clone(), action);
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let endpoint = handle.url().to_owned();
    let mut job = Job { flow, endpoint, folder: folder.path().into(), crash_at, revoke: false };
    let mut points = 0;
    if crash_at.is_some() {
        let crashed = child(&job);
        row.crashes += u64::from(crashed.is_none());
        job.crash_at = None;
    }
    let mut last = None;
    for _ in 0..RUNS {
        row.runs += 1;
        let Some(outcome) = child(&job) else {
            row.wrong.push(format!(
                "{flow:?}, {name}, point {crash_at:?}: a run that was not killed ended without a result"
            ));
            return points;
        };
        points = points.max(outcome.points);
        let exit = outcome.exit;
        last = Some(outcome);
        if [0, 5].contains(&exit) {
            break;
        }
    }
    let counted = endpoint::counted(&handle, flow);
    row.most.orders = row.most.orders.max(counted.orders);
    row.most.paid = row.most.paid.max(counted.paid);
    let Some(last) = last else { return points };
    *row.exits.entry(last.exit).or_default() += 1;
    let place = || format!("{flow:?}, {name}, point {crash_at:?}");
    if counted.orders > 1 || counted.paid > 1 {
        row.wrong.push(format!("{}: {counted:?}", place()));
    }
    // No document says what the withdrawn version shows of an instance that was never submitted: a person has to settle that.
    let settled_by_a_person = flow == Flow::Old && last.exit == 7;
    if last.exit != 0 && !settled_by_a_person {
        row.wrong.push(format!("{}: ended with {}: {}", place(), last.exit, last.message));
    }
    points
}

/// Runs a process. `None` if it was killed.
fn child(job: &Job) -> Option<Outcome> {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let out = command.env(JOB, serde_json::to_string(job).unwrap()).output().unwrap();
    let outcome = serde_json::from_slice(&out.stdout).ok();
    if outcome.is_none() && job.crash_at.is_none() {
        eprintln!("{}", String::from_utf8_lossy(&out.stderr));
    }
    outcome
}
