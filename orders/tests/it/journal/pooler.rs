//! A pooler before the server. Locks belong to sessions, so each client needs a session of its own.

use crate::journal::engine::order;
use crate::journal::postgres::refused;
use crate::journal::server::Cluster;
use cloudcert_orders::Kind;
use cloudcert_orders::journal::event::Event;
use cloudcert_orders::journal::{Journal, LockName, PostgresJournal};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_hands_sessions_around_is_refused() {
    let Some(cluster) = Cluster::shared() else { return };
    // With one session, with some, and with more than one that are open already, as behind a busy pooler.
    for (mode, sessions, open) in
        [("transaction", 1, 0), ("transaction", 5, 0), ("transaction", 5, 3), ("statement", 5, 0)]
    {
        let database = cluster.database();
        let Some(pooler) = cluster.pooler(mode, sessions) else { return };
        let others: Vec<_> = (0..open).map(|_| slow(&pooler.config(&database))).collect();
        let began = Instant::now();
        let failure = refused(&pooler.config(&database)).await;
        assert!(failure.message().contains("pooler"), "{mode}, {sessions}: {failure}");
        assert!(failure.next().unwrap().contains("session mode"), "{failure}");
        assert!(began.elapsed() < Duration::from_secs(20), "{:?}", began.elapsed());
        let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
        assert_eq!(cluster.sql(&database, locks).unwrap(), "0", "no lock is left in a session of somebody else");
        assert_eq!(cluster.sql(&database, "SELECT to_regclass('cloudcert.event')").unwrap(), "", "nothing was made");
        // Who gets these sessions next finds them as they were.
        let left = psql(&pooler.config(&database), "SHOW statement_timeout; SHOW search_path");
        assert!(!left.contains("10s") && !left.contains("pg_catalog"), "{left}");
        for mut other in others {
            other.wait().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_in_session_mode_is_as_good_as_none() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database();
    let Some(pooler) = cluster.pooler("session", 20) else { return };
    let (config, name) = (pooler.config(&database), LockName::Certificate("www".parse().unwrap()));
    let journal = PostgresJournal::connect(&config).await.unwrap();
    journal.append(&order("www", 1), 0, &Event::Drafted).await.unwrap();
    let lock = journal.lock(&name).await.unwrap();
    assert!(lock.held());
    // Another machine, which is connected directly.
    let other = PostgresJournal::connect(&cluster.config(&database)).await.unwrap();
    assert_eq!(other.events(&order("www", 1)).await.unwrap().len(), 1);
    assert_eq!(other.lock(&name).await.unwrap_err().kind(), Kind::Busy);
    drop(lock);
    let began = Instant::now();
    while other.lock(&name).await.is_err() {
        assert!(began.elapsed() < Duration::from_secs(30), "the lock ends with its holder");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Another client of the pooler, which holds a session of the server for a moment.
fn slow(config: &str) -> std::process::Child {
    let mut psql = std::process::Command::new("psql");
    psql.args(["-XAtq", "-d", config, "-c", "SELECT pg_sleep(0.5)"]).stdout(std::process::Stdio::null());
    psql.spawn().unwrap()
}

fn psql(config: &str, sql: &str) -> String {
    let output = std::process::Command::new("psql").args(["-XAtq", "-d", config, "-c", sql]).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
