//! Measures committed events per second of both journals beside a bare write and sync of as many bytes:
//! `cargo bench -p cloudcert-orders --features postgres --bench journal`.
//!
//! Fails if an event costs more than twice what its engine and disk cost without the journal: one write and sync, or one bare commit.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a benchmark fails by panicking, and prints"
)]

use cloudcert_orders::OrderKey;
use cloudcert_orders::journal::event::Event;
use cloudcert_orders::journal::{Journal, SqliteJournal};
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

#[cfg(feature = "postgres")]
#[allow(dead_code, reason = "tests use all of it")]
#[path = "../tests/support/postgres.rs"]
mod server;

const EVENTS: u32 = 300;
/// Each is measured as often, in turns; the fastest counts, since others use the disk too.
const ROUNDS: u32 = 5;
const MOST: f64 = 2.0;

fn event() -> Event {
    Event::Unknown { why: "the response was lost: ".repeat(20) }
}

/// What the row of an event has, with its key, time and digests.
fn bytes() -> Vec<u8> {
    vec![b'x'; serde_json::to_string(&event()).unwrap().len() + 150]
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let mut measured: Vec<(&str, Vec<Duration>)> = Vec::new();
    let mut add = |name: &'static str, time: Duration| match measured.iter_mut().find(|(known, _)| *known == name) {
        Some((_, times)) => times.push(time),
        None => measured.push((name, vec![time])),
    };
    let folder = tempfile::TempDir::new().unwrap();
    #[cfg(feature = "postgres")]
    let cluster = server::Cluster::start(&[]);
    for round in 1..=ROUNDS {
        let place = folder.path().join(round.to_string());
        let journal = runtime.block_on(SqliteJournal::open(&place)).unwrap();
        add("write and sync", synced(&place.join("bare")));
        add("SQLite, bare commit", bare_sqlite(&place.join("bare.sqlite3")));
        add("SQLite, journal", runtime.block_on(journaled(&journal, round)));
        #[cfg(feature = "postgres")]
        if let Some(cluster) = &cluster {
            let config = cluster.config("postgres");
            let journal = runtime.block_on(cloudcert_orders::journal::PostgresJournal::connect(&config)).unwrap();
            add("PostgreSQL, bare commit", runtime.block_on(bare_postgres(&config)));
            add("PostgreSQL, journal", runtime.block_on(journaled(&journal, round)));
        }
    }
    let fastest = |name: &str| {
        measured
            .iter()
            .filter(|(known, _)| *known == name)
            .flat_map(|(_, times)| times)
            .min()
            .copied()
            .unwrap_or_default()
    };
    println!("{EVENTS} events of {} bytes, the fastest of {ROUNDS} rounds", bytes().len());
    println!("{:<26}{:>12}{:>14}{:>18}", "what", "per second", "ms an event", "write and sync =");
    for (name, _) in &measured {
        let time = fastest(name).as_secs_f64() / f64::from(EVENTS);
        println!(
            "{name:<26}{:>12.0}{:>14.3}{:>18.2}",
            1.0 / time,
            time * 1e3,
            fastest(name).as_secs_f64() / fastest("write and sync").as_secs_f64()
        );
    }
    for (journal, bare) in
        [("SQLite, journal", "SQLite, bare commit"), ("PostgreSQL, journal", "PostgreSQL, bare commit")]
    {
        let most = fastest("write and sync").max(fastest(bare)).as_secs_f64() * MOST;
        assert!(
            fastest(journal).as_secs_f64() <= most,
            "{journal} costs more than {MOST} times as much as {bare} and a write and sync"
        );
    }
}

fn synced(path: &Path) -> Duration {
    let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
    let bytes = bytes();
    timed(|_| {
        file.write_all(&bytes).unwrap();
        file.sync_data().unwrap();
    })
}

fn bare_sqlite(path: &Path) -> Duration {
    let connection = rusqlite::Connection::open(path).unwrap();
    let sql = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE bare (number INTEGER PRIMARY KEY, bytes BLOB)";
    connection.execute_batch(sql).unwrap();
    let (bytes, mut insert) = (bytes(), connection.prepare("INSERT INTO bare (bytes) VALUES (?1)").unwrap());
    timed(|_| {
        insert.execute([&bytes]).unwrap();
    })
}

#[cfg(feature = "postgres")]
async fn bare_postgres(config: &str) -> Duration {
    let (client, connection) = tokio_postgres::connect(config, tokio_postgres::NoTls).await.unwrap();
    let driver = tokio::spawn(connection);
    client
        .batch_execute("DROP TABLE IF EXISTS bare; CREATE TABLE bare (number serial PRIMARY KEY, bytes bytea)")
        .await
        .unwrap();
    let (bytes, insert) = (bytes(), client.prepare("INSERT INTO bare (bytes) VALUES ($1)").await.unwrap());
    let began = Instant::now();
    for _ in 0..EVENTS {
        client.execute(&insert, &[&bytes]).await.unwrap();
    }
    let time = began.elapsed();
    driver.abort();
    time
}

async fn journaled(journal: &dyn Journal, round: u32) -> Duration {
    let (order, event) = (OrderKey::new("www".parse().unwrap(), round), event());
    let began = Instant::now();
    for after in 0..EVENTS {
        journal.append(&order, u64::from(after), &event).await.unwrap();
    }
    began.elapsed()
}

fn timed(mut act: impl FnMut(u32)) -> Duration {
    let began = Instant::now();
    (0..EVENTS).for_each(&mut act);
    began.elapsed()
}
