//! Others at work beside an order: processes, machines, people, an older copy of the journal.

use super::child::{End, Flow, Job, Task};
use super::endpoint::config;
use super::place::{Place, Server, finish, start};
use super::postgres::Cluster;
use super::side::{self, Case, Shown};
use cloudcert::aliyun_cas::v2020_04_07::Client;
use rustix::process::{Pid, Signal, kill_process};
use std::path::Path;
use std::time::{Duration, Instant};

/// A line of the table.
fn line(what: &str, flow: Flow, shown: &str, wrong: bool) -> Shown {
    let wrong = if wrong { vec![format!("{what}, {flow:?}: {shown}")] } else { Vec::new() };
    Shown { line: format!("| {what} | {flow:?} | {shown} |"), wrong }
}

/// All of them, over a file or a database.
pub(crate) fn cases(server: Server) -> Vec<Case> {
    let mut cases = vec![side::head("\n| what | way | result |\n|---|---|---|")];
    for flow in [Flow::Kcm, Flow::Package] {
        cases.push(Box::new(move || eight_certificates(flow, server)));
    }
    for flow in Flow::ALL {
        let scenarios: [fn(Flow, Server) -> Shown; 3] = [eight_processes, wrong_account, empty_state];
        for scenario in scenarios {
            cases.push(Box::new(move || scenario(flow, server)));
        }
    }
    cases.push(Box::new(move || a_long_pause(server)));
    cases
}

/// Eight processes and one certificate: one order, and who is late is told so. At Kingsoft Cloud the one that ordered may have to come again: the
/// time of these processes runs ahead of the service's.
fn eight_processes(flow: Flow, server: Server) -> Shown {
    let place = Place::new(flow, server);
    // The journal is there already, as on every day but the first.
    let _ = place.run(Task::Resume, End::Itself);
    let children: Vec<_> = (0..8).map(|_| start(&place.job(Task::Issue, End::Itself))).collect();
    let mut exits: Vec<u8> = children.into_iter().filter_map(finish).map(|outcome| outcome.exit).collect();
    exits.sort_unstable();
    let counted = place.counted();
    let bad = counted.orders != 1
        || counted.paid != 1
        || exits.len() != 8
        || exits.iter().any(|exit| ![0, 6, 9].contains(exit));
    line("eight processes, one certificate", flow, &format!("{} order, exit codes {exits:?}", counted.orders), bad)
}

/// Eight certificates of one account at once: eight orders, and none is taken for another.
fn eight_certificates(flow: Flow, server: Server) -> Shown {
    let place = Place::new(flow, server);
    let job = |number: usize| Job { name: format!("www{number}"), ..place.job(Task::Issue, End::Itself) };
    let mut exits = [255_u8; 8];
    // Who does not get the account's lock at once comes again, as a timer does.
    for _ in 0..20 {
        let due: Vec<usize> = (0..8).filter(|number| exits.get(*number) != Some(&0)).collect();
        let children: Vec<_> = due.iter().map(|number| (*number, start(&job(*number)))).collect();
        for (number, child) in children {
            exits[number] = finish(child).map_or(255, |outcome| outcome.exit);
        }
        if exits == [0; 8] {
            break;
        }
    }
    let orders = place.counted().orders;
    line(
        "eight certificates at once",
        flow,
        &format!("{orders} orders, exit codes {exits:?}"),
        orders != 8 || exits != [0; 8],
    )
}

/// The run after a crash uses another account: its probe would say that nothing was ordered.
fn wrong_account(flow: Flow, server: Server) -> Shown {
    let place = Place::new(flow, server);
    let killed = place.run(Task::Issue, End::KilledOn(format!("after call {}", ordering(flow))));
    let job = Job { account: "200".to_owned(), ..place.job(Task::Issue, End::Itself) };
    let other = finish(start(&job)).map_or(255, |outcome| outcome.exit);
    let (orders, (last, _)) = (place.counted().orders, place.settle(Task::Issue, 4));
    let bad = killed.is_some() || orders != 1 || other != 4 || last.exit != 0 || place.counted().orders != 1;
    line("another account after a crash", flow, &format!("{orders} order, exit {other}, then {}", last.exit), bad)
}

/// A state that is gone: what goes on by itself opens nothing.
fn empty_state(flow: Flow, server: Server) -> Shown {
    let place = Place::new(flow, server);
    let exit = place.run(Task::Resume, End::Itself).map_or(255, |outcome| outcome.exit);
    let orders = place.counted().orders;
    line("an empty state", flow, &format!("{orders} orders, exit {exit}"), orders != 0 || exit != 10)
}

/// The process died right after the announcement. For three days somebody else orders the same and gives one back.
fn a_long_pause(server: Server) -> Shown {
    let place = Place::new(Flow::Package, server);
    let killed = place.run(Task::Issue, End::KilledOn("after call CreateCertificateWithCsrRequest".to_owned()));
    place.cloud.clock().advance(Duration::from_secs(3 * 86_400));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client = Client::new(config(&place.cloud)).unwrap();
        let order =
            client.create_certificate_request().product_code("geotrust-dv-1-starter").domain("other.example.com");
        let order = order.username("Li Lei").email("ops@example.com").phone("13800000000").validate_type("DNS");
        let other = order.send().await.unwrap().order_id;
        client.cancel_order_request().order_id(other).send().await.unwrap();
    });
    let (last, runs) = place.settle(Task::Issue, 4);
    let ours = place.counted().orders;
    let bad = killed.is_some() || ours > 2 || ![0, 7].contains(&last.exit);
    line(
        "three days in which somebody else orders",
        Flow::Package,
        &format!("{ours} orders of both, exit {} after {runs} runs", last.exit),
        bad,
    )
}

fn ordering(flow: Flow) -> &'static str {
    match flow {
        Flow::Package => "CreateCertificateWithCsrRequest",
        Flow::Instance | Flow::Kcm => "ApplyCertificate",
        Flow::Old => "CreateDVOrderAudit",
    }
}

/// The holder of the locks is stopped, its connections are cut, another machine takes over, and the holder goes on.
pub(crate) fn takeovers(server: &'static Cluster, flows: &[Flow]) -> Vec<Case> {
    let mut cases = vec![side::head("\n| stopped | way | result |\n|---|---|---|")];
    for flow in flows.iter().copied() {
        let call = ordering(flow);
        // Where instances are submitted and nothing is ordered, the probe and the announcement are one event.
        let events = match flow {
            Flow::Package | Flow::Kcm => &["looked", "sending"][..],
            Flow::Instance | Flow::Old => &["submitting"],
        };
        let points = events.iter().map(|event| format!("append {event}")).chain([format!("call {call}")]);
        let points = points.flat_map(|point| [format!("before {point}"), format!("after {point}")]);
        for point in points {
            cases.push(Box::new(move || takeover(server, flow, &point)));
        }
    }
    cases
}

fn takeover(server: &'static Cluster, flow: Flow, point: &str) -> Shown {
    const PACE: u32 = 20;
    let place = Place::new(flow, Some(server));
    let job = |end| Job { pace: Some(PACE), ..place.job(Task::Issue, end) };
    let holder = start(&job(End::StoppedOn(point.to_owned())));
    let pid = Pid::from_child(&holder);
    let is_stopped = wait_until(|| stopped(pid));
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity where pid <> pg_backend_pid() and datname = current_database()";
    let _ = server.sql(place.database.as_deref().unwrap(), cut);
    // Another machine, with a folder of its own. It may find that the key is elsewhere, and orders nothing then.
    let elsewhere = tempfile::tempdir().unwrap();
    let taking = Job { folder: elsewhere.path().into(), ..job(End::Itself) };
    let taken = finish(start(&taking)).map_or(255, |outcome| outcome.exit);
    let _ = kill_process(pid, Signal::CONT);
    let held = finish(holder).map_or(255, |outcome| outcome.exit);
    let (last, _) = place.settle(Task::Issue, 4);
    let counted = place.counted();
    let bad = !is_stopped || counted.orders > 1 || counted.paid > 1 || (last.exit != 0 && flow != Flow::Old);
    let exits = format!("who took over {taken}, the holder {held}, at last {}", last.exit);
    let never = if is_stopped { "" } else { "the holder never came there, " };
    let shown = format!("{never}{} order, exits: {exits}", counted.orders);
    line(point, flow, &shown, bad)
}

/// Whether a process is stopped, by its state in `/proc`.
fn stopped(pid: Pid) -> bool {
    let stat = std::fs::read_to_string(Path::new("/proc").join(pid.as_raw_nonzero().to_string()).join("stat"));
    stat.is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('T')))
}

fn wait_until(mut is_so: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(30) {
        if is_so() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    false
}
