//! Measures what a committed event costs in both journals, beside a bare write and sync of as many bytes and beside a bare commit of each engine:
//! `cargo bench -p cloudcert-orders --bench journal`.
//!
//! All of them take turns, event by event, on one disk, and medians count: what else the machine does meets all of them alike. Fails if an event
//! costs more than twice a write and sync.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints"
)]

use cloudcert_orders::OrderKey;
use cloudcert_orders::Text;
use cloudcert_orders::journal::event::Event;
use cloudcert_orders::journal::{Journal, SqliteJournal};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

#[cfg(feature = "postgres")]
#[allow(dead_code, reason = "tests use all of it")]
#[path = "../tests/support/postgres.rs"]
mod server;

/// How often each is measured.
const TURNS: u32 = 1_000;
/// The first ones make files and caches, and are not counted.
const WARM: u32 = 50;
/// The events of one order from a package whose proof is a record: those of `orders/README.md`, from `opened` to `closed`.
const EVENTS_OF_AN_ORDER: u32 = 14;
/// How many writes and syncs an event may cost.
const MOST: f64 = 2.0;

fn event() -> Event {
    Event::Unknown { why: Text::quote("the response was lost: ".repeat(20)) }
}

/// As many bytes as the row of an event, with its key, time and digests.
fn bytes() -> Vec<u8> {
    vec![b'x'; serde_json::to_string(&event()).unwrap().len() + 150]
}

/// Something that is measured.
struct Contender<'a> {
    name: &'static str,
    commit: Box<dyn FnMut(u32) + 'a>,
    times: Vec<Duration>,
}

impl<'a> Contender<'a> {
    fn new(name: &'static str, commit: impl FnMut(u32) + 'a) -> Self {
        Self { name, commit: Box::new(commit), times: Vec::new() }
    }

    /// In seconds.
    fn median(&self) -> f64 {
        let mut times = self.times.clone();
        times.sort_unstable();
        times.get(times.len() / 2).copied().unwrap_or_default().as_secs_f64()
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let folder = tempfile::TempDir::new().unwrap();
    let sqlite = runtime.block_on(SqliteJournal::open(&folder.path().join("journal"))).unwrap();
    #[cfg(feature = "postgres")]
    let cluster = server::Cluster::start(&[]);
    #[cfg(feature = "postgres")]
    let postgres = cluster.as_ref().map(|cluster| {
        let config = cluster.config("postgres");
        let connected = cloudcert_orders::journal::PostgresJournal::connect(&config);
        (config.clone(), runtime.block_on(connected).unwrap())
    });
    let mut all = vec![
        Contender::new("write and sync", write_and_sync(&folder.path().join("bare"))),
        Contender::new("SQLite, bare commit", bare_sqlite(&folder.path().join("bare.sqlite3"))),
        Contender::new("SQLite, journal", append(&runtime, &sqlite)),
    ];
    #[cfg(feature = "postgres")]
    if let Some((config, journal)) = &postgres {
        all.push(Contender::new("PostgreSQL, bare commit", bare_postgres(&runtime, config)));
        all.push(Contender::new("PostgreSQL, journal", append(&runtime, journal)));
    }
    for turn in 0..TURNS + WARM {
        for contender in &mut all {
            let began = Instant::now();
            (contender.commit)(turn);
            if turn >= WARM {
                contender.times.push(began.elapsed());
            }
        }
    }
    let missed = print(&all);
    drop(all);
    assert!(missed.is_empty(), "an event costs more than {MOST} writes and syncs: {}", missed.join(", "));
}

/// Prints both tables, and returns who misses the target.
fn print(all: &[Contender<'_>]) -> Vec<&'static str> {
    let median = |name: &str| all.iter().find(|one| one.name == name).map_or(0.0, Contender::median);
    let bare = median("write and sync");
    println!(
        "one event of {} bytes, medians of {TURNS} turns; target: at most {MOST} writes and syncs\n",
        bytes().len()
    );
    println!("| what | ms | ratio to write and sync | target | verdict |\n|---|---|---|---|---|");
    let mut missed = Vec::new();
    for one in all {
        let ratio = one.median() / bare;
        let (target, verdict) = match (one.name.ends_with("journal"), ratio <= MOST) {
            (false, _) => (String::new(), ""),
            (true, true) => (format!("{MOST}"), "met"),
            (true, false) => (format!("{MOST}"), "missed"),
        };
        if verdict == "missed" {
            missed.push(one.name);
        }
        println!("| {} | {:.3} | {ratio:.2} | {target} | {verdict} |", one.name, one.median() * 1e3);
    }
    println!(
        "\n| engine | orders a second, of {EVENTS_OF_AN_ORDER} events | as many bare commits | ratio |\n|---|---|---|---|"
    );
    for engine in ["SQLite", "PostgreSQL"] {
        let (journal, bare) = (median(&format!("{engine}, journal")), median(&format!("{engine}, bare commit")));
        if journal > 0.0 {
            let orders = |time: f64| 1.0 / (time * f64::from(EVENTS_OF_AN_ORDER));
            println!("| {engine} | {:.1} | {:.1} | {:.2} |", orders(journal), orders(bare), journal / bare);
        }
    }
    missed
}

fn write_and_sync(path: &Path) -> impl FnMut(u32) + use<> {
    let mut file: File = OpenOptions::new().create(true).append(true).open(path).unwrap();
    let bytes = bytes();
    move |_| {
        file.write_all(&bytes).unwrap();
        file.sync_data().unwrap();
    }
}

fn bare_sqlite(path: &Path) -> impl FnMut(u32) + use<> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let sql = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (number INTEGER PRIMARY KEY, bytes BLOB)";
    connection.execute_batch(sql).unwrap();
    let bytes = bytes();
    move |_| {
        connection.prepare("INSERT INTO bare (bytes) VALUES (?1)").unwrap().execute([&bytes]).unwrap();
    }
}

#[cfg(feature = "postgres")]
fn bare_postgres<'a>(runtime: &'a Runtime, config: &str) -> impl FnMut(u32) + use<'a> {
    let (client, connection) = runtime.block_on(tokio_postgres::connect(config, tokio_postgres::NoTls)).unwrap();
    runtime.spawn(connection);
    let create = "CREATE TABLE bare (number serial PRIMARY KEY, bytes bytea)";
    runtime.block_on(client.batch_execute(create)).unwrap();
    let insert = runtime.block_on(client.prepare("INSERT INTO bare (bytes) VALUES ($1)")).unwrap();
    let bytes = bytes();
    move |_| {
        runtime.block_on(client.execute(&insert, &[&bytes])).unwrap();
    }
}

/// Events of orders, one order after the other.
fn append<'a>(runtime: &'a Runtime, journal: &'a dyn Journal) -> impl FnMut(u32) + use<'a> {
    let event = event();
    move |turn| {
        let order = OrderKey::new("www".parse().unwrap(), turn / EVENTS_OF_AN_ORDER + 1);
        let after = u64::from(turn % EVENTS_OF_AN_ORDER);
        runtime.block_on(journal.append(&order, after, &event)).unwrap();
    }
}
