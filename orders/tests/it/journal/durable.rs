//! What a server may be set to, and what a commit is worth there.

use crate::journal::engine::order;
use crate::journal::postgres::refused;
use crate::journal::server::Cluster;
use cloudcert_orders::journal::event::Event;
use cloudcert_orders::journal::{Journal, PostgresJournal};
use cloudcert_orders::{Kind, Text};
use std::time::{Duration, Instant};

fn event(number: u64) -> Event {
    Event::Unknown { why: Text::quote(number.to_string()) }
}

#[tokio::test]
async fn settings_that_lose_commits_are_refused() {
    for setting in ["fsync", "full_page_writes"] {
        let Some(cluster) = Cluster::start(&[&format!("{setting}=off")]) else { return };
        let failure = refused(&cluster.config("postgres")).await;
        assert!(failure.message().contains(&format!("`{setting}` is `off`")), "{failure}");
        assert!(failure.next().unwrap().contains("`postgresql.conf`"), "{failure}");
        let made = cluster.sql("postgres", "SELECT to_regclass('cloudcert.event')").unwrap();
        assert_eq!(made, "", "nothing was made there");
    }
}

/// `synchronous_commit` belongs to the session: whoever turned it off, the journal turns it on for itself.
#[tokio::test]
async fn a_server_that_commits_later_is_told_to_commit_at_once() {
    // What is only committed later waits ten seconds here, and is lost in a crash before.
    let settings =
        ["synchronous_commit=off", "wal_writer_delay=10s", "wal_writer_flush_after=0", "checkpoint_timeout=1h"];
    let Some(cluster) = Cluster::start(&settings) else { return };
    cluster.keep();
    let off = "SET synchronous_commit = off";
    let places = [
        ("of_server", String::new(), ""),
        ("of_database", format!("ALTER DATABASE of_database {off}"), ""),
        ("of_role", format!("ALTER ROLE postgres IN DATABASE of_role {off}"), ""),
        ("of_connection", String::new(), " options='-c synchronous_commit=off'"),
        ("of_replicas", "ALTER DATABASE of_replicas SET synchronous_commit = local".to_owned(), ""),
    ];
    let mut journals = Vec::new();
    for (database, sql, more) in &places {
        cluster.sql("postgres", &format!("CREATE DATABASE {database}")).unwrap();
        cluster.sql("postgres", sql).unwrap();
        let config = cluster.config(database) + more;
        journals.push((PostgresJournal::connect(&config).await.unwrap(), config, *database));
    }
    for (journal, _, database) in &journals {
        for after in 0..3 {
            journal.append(&order("www", 1), after, &event(after)).await.unwrap();
        }
        // Each in turn, so that no commit of another journal brings the events of this one to the disk.
        cluster.sql(database, "CREATE TABLE later (x int); INSERT INTO later VALUES (1)").unwrap();
        cluster.crash();
        cluster.serve(&settings);
        let lost = cluster.sql(database, "SELECT to_regclass('later')").unwrap();
        assert!(*database == "of_replicas" || lost.is_empty(), "{database}: a crash loses what is committed later");
    }
    for (_, config, database) in &journals {
        let journal = PostgresJournal::connect(config).await.unwrap();
        assert_eq!(journal.events(&order("www", 1)).await.unwrap().len(), 3, "{database}");
        assert_eq!(journal.older_copy().await.unwrap(), None, "a server that crashed has lost nothing");
    }
}

#[tokio::test]
async fn a_session_that_may_only_read_is_refused() {
    let Some(cluster) = Cluster::shared() else { return };
    let database = cluster.database();
    cluster.sql("postgres", &format!("ALTER DATABASE {database} SET default_transaction_read_only = on")).unwrap();
    let failure = refused(&cluster.config(&database)).await;
    assert!(failure.message().contains("`transaction_read_only` is `on`"), "{failure}");
}

#[tokio::test]
async fn a_server_that_is_changed_later_gets_no_more_events() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    let journal = PostgresJournal::connect(&cluster.config("postgres")).await.unwrap();
    journal.append(&order("www", 1), 0, &event(0)).await.unwrap();
    for (count, setting) in [(1, "fsync"), (2, "full_page_writes")] {
        change(&cluster, setting, "off");
        let failure = journal.append(&order("www", 1), count, &event(count)).await.unwrap_err();
        assert_eq!(failure.kind(), Kind::Unconfigured, "{failure}");
        assert!(failure.message().contains(&format!("`{setting}` is `off`")), "{failure}");
        assert_eq!(journal.verify().await.unwrap_err().kind(), Kind::Unconfigured);
        assert_eq!(journal.events(&order("www", 1)).await.unwrap().len() as u64, count, "nothing was written");
        change(&cluster, setting, "on");
        journal.append(&order("www", 1), count, &event(count)).await.unwrap();
    }
}

/// Changes a setting of a running server, and waits until its sessions have it.
fn change(cluster: &Cluster, setting: &str, value: &str) {
    cluster.sql("postgres", &format!("ALTER SYSTEM SET {setting} = {value}")).unwrap();
    cluster.sql("postgres", "SELECT pg_reload_conf()").unwrap();
    let began = Instant::now();
    while cluster.sql("postgres", &format!("SHOW {setting}")).unwrap() != value {
        assert!(began.elapsed() < Duration::from_secs(30), "`{setting}` does not change");
        std::thread::sleep(Duration::from_millis(20));
    }
    // The other sessions read it between two statements.
    std::thread::sleep(Duration::from_millis(500));
}
