//! A connection to the database: what is set, and read back, before anything is written.

use crate::base::failure::{Failure, Kind};
use crate::journal::row;
use crate::journal::sqlite::lock::FileLock;
use crate::journal::sqlite::place::Place;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::path::Path;
use std::time::Duration;

/// "Clct": what tells a journal from other databases.
const APPLICATION: i64 = 0x436c_6374;
/// The version of the tables.
const VERSION: i64 = 1;
/// Another process may be writing its event.
const WAIT: Duration = Duration::from_secs(5);

/// A commit that a power loss takes away would be a second order. With a journal in WAL mode, `synchronous = FULL` syncs each commit; the
/// other two make a sync reach the disk on macOS.
const SETTINGS: [(&str, &str, &str); 7] = [
    ("journal_mode", "WAL", "wal"),
    ("synchronous", "FULL", "2"),
    ("fullfsync", "ON", "1"),
    ("checkpoint_fullfsync", "ON", "1"),
    ("cell_size_check", "ON", "1"),
    ("trusted_schema", "OFF", "0"),
    ("locking_mode", "NORMAL", "normal"),
];

const SCHEMA: &str = "
CREATE TABLE event (
    certificate TEXT NOT NULL,
    cycle INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    event TEXT NOT NULL,
    token TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (certificate, cycle, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE copy (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    identity TEXT NOT NULL
) STRICT;
CREATE TRIGGER event_follows BEFORE INSERT ON event
    WHEN NEW.sequence <> 1 + (SELECT COALESCE(MAX(sequence), 0) FROM event WHERE certificate = NEW.certificate AND cycle = NEW.cycle)
    BEGIN SELECT RAISE(ABORT, 'events follow one another'); END;
CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER event_is_final BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER copy_follows BEFORE INSERT ON copy
    WHEN NEW.number <> 1 + (SELECT COALESCE(MAX(number), 0) FROM copy)
    BEGIN SELECT RAISE(ABORT, 'copies follow one another'); END;
CREATE TRIGGER copy_stays BEFORE DELETE ON copy BEGIN SELECT RAISE(ABORT, 'copies are never deleted'); END;
CREATE TRIGGER copy_is_final BEFORE UPDATE ON copy BEGIN SELECT RAISE(ABORT, 'copies are never changed'); END;
";

/// Opens the database of a place, makes its tables if it is new, and reads all settings back.
pub(super) fn open(place: &Place) -> Result<Connection, Failure> {
    // Two processes that both make a database, or change its mode, would disturb each other.
    let _setup = FileLock::setup(&place.locks)?;
    // Without the flag that makes a file: a journal that has just gone must not come back empty.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection =
        Connection::open_with_flags(&place.file, flags).map_err(|error| explained(&error, &place.file))?;
    prepare(&mut connection, place).map_err(|error| explained(&error, &place.file))??;
    settings(&connection, &place.file)?;
    Ok(connection)
}

fn prepare(connection: &mut Connection, place: &Place) -> rusqlite::Result<Result<(), Failure>> {
    connection.busy_timeout(WAIT)?;
    // Of another program, or of a newer one: left as it is.
    if let Err(failure) = known(connection, &place.file)? {
        return Ok(Err(failure));
    }
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    for (name, value, _) in SETTINGS {
        connection.pragma_update_and_check(None, name, value, |_| Ok(())).or_else(|error| match error {
            rusqlite::Error::QueryReturnedNoRows => Ok(()),
            other => Err(other),
        })?;
    }
    if number(connection, "user_version")? == 0 {
        let identity = place.identity().unwrap_or_default();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(SCHEMA)?;
        transaction.execute(
            "INSERT INTO copy (number, at, identity) VALUES (1, ?1, ?2)",
            (jiff::Timestamp::now().to_string(), identity),
        )?;
        transaction.pragma_update(None, "application_id", APPLICATION)?;
        transaction.pragma_update(None, "user_version", VERSION)?;
        transaction.commit()?;
    }
    Ok(Ok(()))
}

/// Whether the database is a journal of this version, or empty.
fn known(connection: &Connection, file: &Path) -> rusqlite::Result<Result<(), Failure>> {
    let (application, version) = (number(connection, "application_id")?, number(connection, "user_version")?);
    let objects: i64 = connection.query_row("SELECT COUNT(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let empty = application == 0 && version == 0 && objects == 0;
    if empty || (application == APPLICATION && version == VERSION) {
        return Ok(Ok(()));
    }
    let failure = if application == APPLICATION {
        let failure = Failure::new(
            Kind::Failed,
            format!("the journal has version {version}, this program knows version {VERSION}"),
        );
        failure.remedy("Run the newest version of the program on this journal.")
    } else {
        Failure::new(Kind::Failed, "the file is a database of another program")
            .remedy("Name another folder for the state.")
    };
    Ok(Err(failure.at(file.display())))
}

/// Reads back what makes a commit durable.
pub(super) fn settings(connection: &Connection, file: &Path) -> Result<(), Failure> {
    for (name, _, expected) in SETTINGS {
        let read = connection.pragma_query_value(None, name, |row| {
            let value: rusqlite::types::Value = row.get(0)?;
            Ok(match value {
                rusqlite::types::Value::Text(text) => text,
                rusqlite::types::Value::Integer(number) => number.to_string(),
                _ => String::new(),
            })
        });
        let read = read.map_err(|error| explained(&error, file))?;
        if read != expected {
            let message =
                format!("the database does not take the setting `{name}`: it says `{read}`, `{expected}` is needed");
            let failure = Failure::new(Kind::Unconfigured, message).at(file.display());
            return Err(
                failure.remedy("End other programs that have the file open, and put it on a disk of this machine.")
            );
        }
    }
    Ok(())
}

/// Checks pages, indexes and tables.
pub(super) fn sound(connection: &Connection, file: &Path) -> Result<(), Failure> {
    let damaged = |what: &str| row::damaged(what).at(file.display());
    let explained = |error: rusqlite::Error| explained(&error, file);
    let first: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(explained)?;
    if first != "ok" {
        return Err(damaged(&first.replace(char::is_control, " ")));
    }
    let expected =
        Connection::open_in_memory().and_then(|empty| empty.execute_batch(SCHEMA).and_then(|()| objects(&empty)));
    if objects(connection).map_err(explained)? != expected.map_err(explained)? {
        return Err(damaged("its tables or triggers were changed"));
    }
    Ok(())
}

fn objects(connection: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    // What other tools add for their statistics harms nobody.
    let mut statement = connection
        .prepare("SELECT name, COALESCE(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn number(connection: &Connection, pragma: &str) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

/// What an error of the database means.
pub(super) fn explained(error: &rusqlite::Error, file: &Path) -> Failure {
    let (kind, message, remedy) = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            (Kind::Busy, "another process is writing to the journal".to_owned(), "Run it again.")
        }
        Some(ErrorCode::DiskFull) => (Kind::Failed, "the disk is full".to_owned(), "Make room, then run it again."),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
            Kind::Unconfigured,
            "the journal cannot be written".to_owned(),
            "Make its folder and file writable for this user.",
        ),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            let remedy = "Order nothing. Restore a backup, then run `cloudcert order verify`.";
            (Kind::Failed, "the journal is damaged".to_owned(), remedy)
        }
        _ => (
            Kind::Failed,
            format!("the database failed: {error}"),
            "Order nothing before `cloudcert order verify` finds no fault.",
        ),
    };
    Failure::new(kind, message).at(file.display()).remedy(remedy)
}
