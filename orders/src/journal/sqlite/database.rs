//! A connection to the database: what is set, and read back, before anything is written.

use crate::base::failure::{Failure, Kind};
use crate::base::text::Text;
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
            text!(
                "the journal has version {version}, this program knows version {VERSION}",
                "日志的版本为 {version}，本程序支持版本 {VERSION}"
            ),
        );
        failure
            .remedy(text!("Run the newest version of the program on this journal.", "请用最新版本的程序处理此日志。"))
    } else {
        Failure::new(Kind::Failed, text!("the file is a database of another program", "文件是其他程序的数据库"))
            .remedy(text!("Name another folder for the state.", "请指定其他状态文件夹。"))
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
            let message = text!(
                "the database does not take the setting `{name}`: it says `{read}`, `{expected}` is needed",
                "数据库不接受设置 `{name}`：现为 `{read}`，需要 `{expected}`"
            );
            let failure = Failure::new(Kind::Unconfigured, message).at(file.display());
            return Err(failure.remedy(text!(
                "End other programs that have the file open, and put it on a disk of this machine.",
                "请结束打开该文件的其他程序，并将其放在本机磁盘上。"
            )));
        }
    }
    Ok(())
}

/// Checks pages, indexes and tables.
pub(super) fn sound(connection: &Connection, file: &Path) -> Result<(), Failure> {
    let damaged = |what: Text| row::damaged(&what).at(file.display());
    let explained = |error: rusqlite::Error| explained(&error, file);
    let first: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0)).map_err(explained)?;
    if first != "ok" {
        return Err(damaged(Text::quote(first.replace(char::is_control, " "))));
    }
    let expected =
        Connection::open_in_memory().and_then(|empty| empty.execute_batch(SCHEMA).and_then(|()| objects(&empty)));
    if objects(connection).map_err(explained)? != expected.map_err(explained)? {
        return Err(damaged(text!("its tables or triggers were changed", "其表或触发器已被修改")));
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
pub(super) fn explained(words: &rusqlite::Error, file: &Path) -> Failure {
    let (kind, message, remedy) = match words.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            Kind::Busy,
            text!("another process is writing to the journal", "另一进程正在写入日志"),
            text!("Run it again.", "请再次运行。"),
        ),
        Some(ErrorCode::DiskFull) => (
            Kind::Failed,
            text!("the disk is full", "磁盘已满"),
            text!("Make room, then run it again.", "请腾出空间，再次运行。"),
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => (
            Kind::Unconfigured,
            text!("the journal cannot be written", "无法写入日志"),
            text!("Make its folder and file writable for this user.", "请使当前用户可以写入其文件夹和文件。"),
        ),
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            let remedy = text!(
                "Order nothing. Restore a backup, then run `cloudcert order verify`.",
                "请勿订购。请恢复备份，再运行 `cloudcert order verify`。"
            );
            (Kind::Failed, text!("the journal is damaged", "日志已损坏"), remedy)
        }
        _ => (
            Kind::Failed,
            text!("the database failed: {words}", "数据库出错"),
            text!(
                "Order nothing before `cloudcert order verify` finds no fault.",
                "在 `cloudcert order verify` 未发现问题之前请勿订购。"
            ),
        ),
    };
    Failure::new(kind, message).at(file.display()).remedy(remedy)
}
