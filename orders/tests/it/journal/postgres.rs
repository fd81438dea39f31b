//! What only the journal of several machines can get wrong: its server, and the connections to it.

use crate::journal::child::Process;
use crate::journal::engine::{Engine, order};
use crate::journal::sample::opened;
use crate::journal::server::Cluster;
use cloudcert_orders::base::task::Task;
use cloudcert_orders::journal::event::Event;
use cloudcert_orders::journal::{Journal, LockName, PostgresJournal, PostgresSettings};
use cloudcert_orders::{Kind, Text};
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};

struct Postgres {
    database: String,
    /// The copy that took the place of the shared cluster.
    copy: Mutex<Option<Cluster>>,
}

impl Postgres {
    fn new() -> Option<Self> {
        let database = Cluster::shared()?.database();
        Some(Self { database, copy: Mutex::new(None) })
    }

    fn config(&self) -> String {
        self.copy.lock().unwrap().as_ref().or(Cluster::shared()).unwrap().config(&self.database)
    }

    /// Ends all sessions of the journal, as a server does that is ended.
    fn cut(&self) -> String {
        let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'cloudcert' AND datname = current_database()";
        Cluster::shared().unwrap().sql(&self.database, sql).unwrap()
    }
}

impl Engine for Postgres {
    fn open(&self) -> Task<'_, Box<dyn Journal>> {
        Box::pin(async { Ok(Box::new(PostgresJournal::connect(&self.config()).await?) as Box<dyn Journal>) })
    }

    fn place(&self) -> String {
        format!("postgres|{}", self.config())
    }

    fn by_hand(&self, sql: &str) -> Result<(), String> {
        self.copy.lock().unwrap().as_ref().or(Cluster::shared()).unwrap().sql(&self.database, sql).map(|_| ())
    }

    fn table(&self) -> &'static str {
        "cloudcert.event"
    }

    fn unlock(&self) -> &'static str {
        "ALTER TABLE cloudcert.event DISABLE TRIGGER event_stays; DROP TRIGGER event_follows ON cloudcert.event"
    }

    fn become_a_copy(&self) {
        let copy = Cluster::shared().unwrap().backup();
        copy.promote();
        *self.copy.lock().unwrap() = Some(copy);
    }

    fn takeover(&self) -> Duration {
        Duration::from_secs(80)
    }
}

each_test_of_the_suite!(Postgres::new());

fn www() -> LockName {
    LockName::Certificate("www".parse().unwrap())
}

/// The failure of a connection that is refused.
pub(crate) async fn refused(config: &str) -> cloudcert_orders::Failure {
    let failure = PostgresJournal::connect(config).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::Unconfigured, "{failure}");
    failure
}

#[tokio::test]
async fn a_replica_is_refused() {
    let Some(place) = Postgres::new() else { return };
    drop(place.open().await.unwrap());
    let replica = Cluster::shared().unwrap().backup();
    replica.follow();
    let failure = refused(&replica.config(&place.database)).await;
    assert!(failure.message().contains("pg_is_in_recovery"), "{failure}");
}

#[tokio::test]
async fn tables_that_a_crash_empties_and_newer_ones_are_refused() {
    let Some(place) = Postgres::new() else { return };
    drop(place.open().await.unwrap());
    place.by_hand("ALTER TABLE cloudcert.event SET UNLOGGED").unwrap();
    let failure = refused(&place.config()).await;
    assert!(failure.message().contains("cloudcert.event"), "{failure}");
    place.by_hand("ALTER TABLE cloudcert.event SET LOGGED").unwrap();
    drop(place.open().await.unwrap());
    place.by_hand("INSERT INTO cloudcert.format VALUES (2)").unwrap();
    let failure = place.open().await.unwrap_err();
    assert!(failure.kind() == Kind::Failed && failure.message().contains("version 2"), "{failure}");
}

#[tokio::test]
async fn rows_say_which_server_wrote_them() {
    let Some(place) = Postgres::new() else { return };
    let journal = place.open().await.unwrap();
    journal.append(&order("www", 1), 0, &opened(&["example.com"])).await.unwrap();
    let known = "SELECT (SELECT system_identifier FROM pg_control_system()) || ' 0000000' || (SELECT timeline_id FROM pg_control_checkpoint())";
    let sql = |sql: &str| Cluster::shared().unwrap().sql(&place.database, sql).unwrap();
    assert_eq!(sql("SELECT system || ' ' || timeline FROM cloudcert.event"), sql(known));
    assert!(place.by_hand("TRUNCATE cloudcert.event").unwrap_err().contains("events are never"));
    assert!(
        place
            .by_hand("SET session_replication_role = replica; DELETE FROM cloudcert.event")
            .unwrap_err()
            .contains("events are never")
    );
    assert!(place.by_hand("DELETE FROM cloudcert.copy").unwrap_err().contains("copies are never"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_event_is_there_once_although_connections_are_cut() {
    let Some(place) = Postgres::new() else { return };
    let (journal, mut cuts, began) = (place.open().await.unwrap(), 0, Instant::now());
    let cutting = async {
        while began.elapsed() < Duration::from_secs(4) {
            tokio::time::sleep(Duration::from_millis(60)).await;
            cuts += tokio::task::block_in_place(|| place.cut()).parse::<u32>().unwrap();
        }
    };
    let appending = async {
        let mut written = Vec::new();
        while began.elapsed() < Duration::from_secs(4) {
            let event = Event::Unknown { why: Text::quote("the same") };
            written.push(journal.append(&order("www", 1), written.len() as u64, &event).await.unwrap());
        }
        written
    };
    let (written, ()) = tokio::join!(appending, cutting);
    assert!(cuts > 3 && written.len() > 5, "{cuts} cuts, {} events", written.len());
    assert_eq!(place.open().await.unwrap().events(&order("www", 1)).await.unwrap(), written);
}

#[tokio::test]
async fn a_server_that_is_away_is_an_error_for_now() {
    let Some(cluster) = Cluster::start(&[]) else { return };
    cluster.keep();
    let journal = PostgresJournal::connect(&cluster.config("postgres")).await.unwrap();
    journal.append(&order("www", 1), 0, &opened(&["example.com"])).await.unwrap();
    cluster.crash();
    let failure = journal.events(&order("www", 1)).await.unwrap_err();
    assert_eq!(failure.kind(), Kind::NotNow, "{failure}");
    assert_eq!(PostgresJournal::connect(&cluster.config("postgres")).await.unwrap_err().kind(), Kind::NotNow);
    assert_eq!(journal.append(&order("www", 1), 1, &Event::Drafted).await.unwrap_err().kind(), Kind::NotNow);
    cluster.serve(&[]);
    assert_eq!(journal.append(&order("www", 1), 1, &Event::Drafted).await.unwrap().sequence, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_whose_session_was_cut_is_lost() {
    let Some(place) = Postgres::new() else { return };
    let journal = place.open().await.unwrap();
    let lock = journal.lock(&www()).await.unwrap();
    assert!(lock.held());
    place.cut();
    let began = Instant::now();
    while lock.held() {
        assert!(began.elapsed() < Duration::from_secs(5), "a lost lock is noticed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    lock.confirm().await.unwrap_err();
    let other = place.open().await.unwrap();
    let taken = other.lock(&www()).await.unwrap();
    assert!(taken.held() && !lock.held());
}

/// The holder sleeps, its session is cut, another takes over and writes; the holder wakes up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_holder_that_slept_knows_that_its_lock_is_lost() {
    let Some(place) = Postgres::new() else { return };
    let mut holder = Process::start(&place.place());
    assert_eq!(holder.call("append www 2"), "committed");
    assert_eq!(holder.call("lock www"), "held");
    let signal =
        |name: &str| assert!(Command::new("kill").args([name, &holder.id().to_string()]).status().unwrap().success());
    signal("-STOP");
    let journal = place.open().await.unwrap();
    assert_eq!(journal.lock(&www()).await.unwrap_err().kind(), Kind::Busy, "who sleeps holds it");
    place.cut();
    let journal = place.open().await.unwrap();
    let taken = journal.lock(&www()).await.unwrap();
    journal.append(&order("www", 1), 2, &Event::Drafted).await.unwrap();
    signal("-CONT");
    // It knows when its connection or its clock tells, long before who took over believes that nothing was sent.
    let began = Instant::now();
    while holder.call("held") == "true" {
        assert!(began.elapsed() < Duration::from_secs(5), "a lost lock is noticed");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_ne!(holder.call("confirm"), "held");
    assert!(taken.held());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lock_that_nobody_confirms_is_not_held() {
    let Some(place) = Postgres::new() else { return };
    let mut holder = Process::start(&place.place());
    assert_eq!(holder.call("lock www"), "held");
    let sessions = "SELECT string_agg(pid::text, ' ') FROM pg_stat_activity WHERE application_name = 'cloudcert' AND datname = current_database()";
    let pids = Cluster::shared().unwrap().sql(&place.database, sessions).unwrap();
    // The server's processes stand still: nothing is closed, and nobody answers.
    let signal = |name: &str| assert!(Command::new("kill").arg(name).args(pids.split(' ')).status().unwrap().success());
    signal("-STOP");
    tokio::time::sleep(Duration::from_secs(6)).await;
    assert_eq!(holder.call("held"), "false");
    signal("-CONT");
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(holder.call("held"), "true", "the session had it all the time");
}

#[tokio::test]
async fn who_takes_over_waits_for_the_time_of_an_operation() {
    let Some(place) = Postgres::new() else { return };
    let settings = PostgresSettings::new(&place.config()).unwrap().operation(Duration::from_secs(10));
    assert_eq!(PostgresJournal::connect_with(settings).await.unwrap().takeover(), Duration::from_secs(30));
}
