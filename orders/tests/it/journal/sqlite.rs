//! What only the journal of one machine can get wrong: its file, folder, settings and disk.

use crate::journal::child::Process;
use crate::journal::engine::{Engine, order};
use crate::journal::sample::opened;
use cloudcert_orders::Kind;
use cloudcert_orders::base::task::Task;
use cloudcert_orders::journal::event::Event;
use cloudcert_orders::journal::{Journal, LockName, SqliteJournal};
use rusqlite::Connection;
use std::fs;
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;

struct Sqlite(TempDir);

impl Sqlite {
    fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("state")
    }

    fn file(&self) -> PathBuf {
        self.folder().join("journal.sqlite3")
    }

    fn database(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }
}

impl Engine for Sqlite {
    fn open(&self) -> Task<'_, Box<dyn Journal>> {
        Box::pin(async { Ok(Box::new(SqliteJournal::open(self.folder()).await?) as Box<dyn Journal>) })
    }

    fn place(&self) -> String {
        format!("sqlite|{}", self.folder().display())
    }

    fn by_hand(&self, sql: &str) -> Result<(), String> {
        self.database().execute_batch(sql).map_err(|error| error.to_string())
    }

    fn table(&self) -> &'static str {
        "event"
    }

    fn unlock(&self) -> &'static str {
        "DROP TRIGGER event_stays; DROP TRIGGER event_is_final; DROP TRIGGER event_follows"
    }

    fn become_a_copy(&self) {
        let backup = self.0.path().join("backup");
        fs::copy(self.file(), &backup).unwrap();
        fs::remove_file(self.file()).unwrap();
        // What a file system gives the next file is often what the last one had.
        fs::copy(&backup, self.file()).unwrap();
    }

    fn takeover(&self) -> Duration {
        Duration::ZERO
    }
}

each_test_of_the_suite!(Some(Sqlite::new()));

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[tokio::test]
async fn only_its_user_can_open_it() {
    let place = Sqlite::new();
    let journal = place.open().await.unwrap();
    journal.append(&order("www", 1), 0, &opened(&["example.com"])).await.unwrap();
    let _lock = journal.lock(&LockName::Certificate("www".parse().unwrap())).await.unwrap();
    assert_eq!((mode(&place.folder()), mode(&place.folder().join("locks"))), (0o700, 0o700));
    let files: Vec<PathBuf> = [place.folder(), place.folder().join("locks")]
        .iter()
        .flat_map(|folder| fs::read_dir(folder).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(files.iter().any(|file| file.ends_with("journal.sqlite3-wal")), "{files:?}");
    for file in files.iter().filter(|file| file.is_file()) {
        assert_eq!(mode(file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn what_others_can_write_is_refused() {
    for (path, wrong) in
        [("", 0o770), ("", 0o707), ("locks", 0o777), ("journal.sqlite3", 0o640), ("journal.sqlite3", 0o606)]
    {
        let place = Sqlite::new();
        drop(place.open().await.unwrap());
        let path = place.folder().join(path);
        fs::set_permissions(&path, fs::Permissions::from_mode(wrong)).unwrap();
        let failure = SqliteJournal::open(place.folder()).await.unwrap_err();
        assert_eq!(failure.kind(), Kind::Unconfigured, "{failure}");
        assert!(failure.to_string().contains("chmod"), "{failure}");
    }
    let place = Sqlite::new();
    fs::write(place.0.path().join("state"), "").unwrap();
    assert_eq!(SqliteJournal::open(place.folder()).await.unwrap_err().kind(), Kind::Unconfigured);
    let place = Sqlite::new();
    fs::create_dir_all(place.file()).unwrap();
    assert_eq!(SqliteJournal::open(place.folder()).await.unwrap_err().kind(), Kind::Unconfigured);
}

#[tokio::test]
async fn settings_that_lose_commits_are_set_right_or_refused() {
    let place = Sqlite::new();
    drop(place.open().await.unwrap());
    let foreign = place.database();
    foreign.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA synchronous = NORMAL").unwrap();
    drop(foreign);
    let journal = place.open().await.unwrap();
    let mode: String = place.database().pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    journal.append(&order("www", 1), 0, &opened(&["example.com"])).await.unwrap();
    // Nobody changes the mode while it is open.
    let mode: String =
        place.database().query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0)).unwrap_or_default();
    assert_ne!(mode, "delete");
    drop(journal);

    // One who keeps the file in another mode keeps the program out.
    let foreign = place.database();
    foreign.execute_batch("PRAGMA journal_mode = DELETE; BEGIN; SELECT COUNT(*) FROM event").unwrap();
    let failure = SqliteJournal::open(place.folder()).await.unwrap_err();
    assert!([Kind::Unconfigured, Kind::Busy].contains(&failure.kind()), "{failure}");
}

#[tokio::test]
async fn other_databases_and_newer_versions_are_left_alone() {
    let cases = [
        ("CREATE TABLE other (x)", "another program"),
        ("PRAGMA user_version = 3", "another program"),
        ("PRAGMA application_id = 1668047221", "another program"),
        ("PRAGMA application_id = 1131176820; PRAGMA user_version = 2", "version 2"),
    ];
    for (sql, expected) in cases {
        let place = Sqlite::new();
        fs::create_dir_all(place.folder()).unwrap();
        fs::set_permissions(place.folder(), fs::Permissions::from_mode(0o700)).unwrap();
        place.database().execute_batch(sql).unwrap();
        fs::set_permissions(place.file(), fs::Permissions::from_mode(0o600)).unwrap();
        let before = fs::read(place.file()).unwrap();
        let failure = SqliteJournal::open(place.folder()).await.unwrap_err();
        assert!(failure.kind() == Kind::Failed && failure.message().contains(expected), "{failure}");
        assert_eq!(fs::read(place.file()).unwrap(), before);
    }
}

#[tokio::test]
async fn damage_is_found() {
    let place = Sqlite::new();
    let journal = place.open().await.unwrap();
    for after in 0..200 {
        journal
            .append(&order("www", 1), after, &Event::Unknown { why: "the response was lost".repeat(10) })
            .await
            .unwrap();
    }
    drop(journal);
    let whole = fs::read(place.file()).unwrap();
    // Each page once, in the middle and at its end.
    let (mut found, pages) = (0, whole.len() / 4096);
    for position in (0..pages).flat_map(|page| [page * 4096 + 2000, page * 4096 + 4090]) {
        let file = fs::OpenOptions::new().write(true).open(place.file()).unwrap();
        file.write_all_at(b"\xff\x00\xff\x13", position as u64).unwrap();
        drop(file);
        let wrong = match place.open().await {
            Ok(journal) => journal.verify().await.err(),
            Err(failure) => Some(failure),
        };
        if let Some(failure) = wrong {
            assert_eq!(failure.kind(), Kind::Failed, "{failure}");
            found += 1;
        } else {
            // Only free space within a page may be anything.
            let events = place.open().await.unwrap().events(&order("www", 1)).await.unwrap();
            assert_eq!(events.len(), 200);
        }
        fs::write(place.file(), &whole).unwrap();
    }
    assert!(found * 10 >= pages * 2 * 7, "{found} of {}", pages * 2);
}

#[tokio::test]
async fn a_file_that_was_replaced_while_it_was_open_gets_nothing() {
    let place = Sqlite::new();
    let journal = place.open().await.unwrap();
    journal.append(&order("www", 1), 0, &opened(&["example.com"])).await.unwrap();
    fs::rename(place.file(), place.folder().join("moved")).unwrap();
    for replaced in [false, true] {
        if replaced {
            fs::write(place.file(), "").unwrap();
        }
        let failure = journal.append(&order("www", 1), 1, &Event::Drafted).await.unwrap_err();
        assert!(failure.kind() == Kind::Failed && failure.message().contains("deleted or replaced"), "{failure}");
        assert_eq!(journal.verify().await.unwrap_err().kind(), Kind::Failed);
    }
}

#[tokio::test]
async fn a_lock_whose_file_was_deleted_is_lost() {
    let place = Sqlite::new();
    let journal = place.open().await.unwrap();
    let lock = journal.lock(&LockName::Certificate("www".parse().unwrap())).await.unwrap();
    fs::remove_dir_all(place.folder().join("locks")).unwrap();
    assert!(!lock.held());
    assert_eq!(lock.confirm().await.unwrap_err().kind(), Kind::Busy);
}

#[tokio::test]
async fn a_full_disk_commits_nothing() {
    let place = Sqlite::new();
    drop(place.open().await.unwrap());
    let mut process = Process::with_short_files(&place.place(), 64 * 1024);
    let answer = process.call("append www 1000");
    assert!(answer.contains("journal.sqlite3"), "{answer}");
    process.kill();
    still_sound(&place).await;
}

/// Mounts need root and more, so this is only tried where they work.
#[tokio::test]
async fn a_full_or_read_only_file_system_commits_nothing() {
    let place = Sqlite::new();
    fs::create_dir(place.folder()).unwrap();
    let mount = |arguments: &[&str]| {
        let done = std::process::Command::new("mount").args(arguments).arg(place.folder()).output();
        done.is_ok_and(|output| output.status.success())
    };
    if !mount(&["-t", "tmpfs", "-o", "size=256k,mode=0700", "tmpfs"]) {
        return;
    }
    let _mounted = Mounted(place.folder());
    let journal = place.open().await.unwrap();
    let failure = loop {
        let after = journal.events(&order("www", 1)).await.unwrap().len() as u64;
        if let Err(failure) = journal.append(&order("www", 1), after, &Event::Unknown { why: "x".repeat(2000) }).await {
            break failure;
        }
    };
    assert_eq!((failure.kind(), failure.message()), (Kind::Failed, "the disk is full"));
    let events = journal.events(&order("www", 1)).await.unwrap();
    journal.verify().await.unwrap();
    drop(journal);
    assert!(mount(&["-o", "remount,size=1m"]));
    assert_eq!(place.open().await.unwrap().events(&order("www", 1)).await.unwrap(), events);
    if mount(&["-o", "remount,ro"]) {
        let failure = SqliteJournal::open(place.folder()).await.unwrap_err();
        assert_eq!(failure.kind(), Kind::Unconfigured, "{failure}");
    }
}

struct Mounted(PathBuf);

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg("--lazy").arg(&self.0).output();
    }
}

async fn still_sound(place: &Sqlite) {
    let journal = place.open().await.unwrap();
    journal.verify().await.unwrap();
    let events = journal.events(&order("www", 1)).await.unwrap();
    assert!(!events.is_empty() && events.len() < 1000);
    journal.append(&order("www", 1), events.len() as u64, &Event::Drafted).await.unwrap();
}
