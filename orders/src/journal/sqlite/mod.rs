//! The journal of one machine, in a file of `SQLite`.

mod database;
mod lock;
mod place;

use crate::base::failure::{Failure, Kind};
use crate::base::name::OrderKey;
use crate::base::task::Task;
use crate::base::text::Text;
use crate::journal::event::{Event, Recorded};
use crate::journal::row::{self, Chain, Row};
use crate::journal::{Journal, Lock, LockName};
use database::explained;
use lock::FileLock;
use place::Place;
use rusqlite::{Connection, OptionalExtension, TransactionBehavior};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// A journal in the file `journal.sqlite3` of a folder, with its locks beside it in `locks`.
///
/// Each commit is synced to the disk before [`append`](Journal::append) returns. Several processes of one machine may use the same folder;
/// several machines may not, and file systems that they share are refused.
///
/// A copy of the file, or a backup of it that was restored as a new file, counts as [an older copy](Journal::older_copy). A disk that was set
/// back as a whole cannot be told from the one before: compare such a journal with the clouds by hand.
#[derive(Clone)]
pub struct SqliteJournal {
    shared: Arc<Shared>,
}

struct Shared {
    place: Place,
    connection: Mutex<Connection>,
}

impl fmt::Debug for SqliteJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteJournal").field("file", &self.shared.place.file).finish_non_exhaustive()
    }
}

impl SqliteJournal {
    /// Whether a folder has a journal. Makes and changes nothing, as a look before the first order wants it.
    ///
    /// # Errors
    ///
    /// If the folder is there and cannot be that of a journal: as [`open`](Self::open).
    pub fn is_there(folder: &Path) -> Result<bool, Failure> {
        Place::is_there(folder)
    }

    /// Opens the journal of a folder. Makes folder, file and tables if they are missing.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unconfigured`](Kind::Unconfigured) if others can write into the folder or open the file, if several machines share the
    /// file system, or if the database does not take a setting that makes commits durable. Of the kind [`Failed`](Kind::Failed) if the
    /// file is damaged, of another program, or of a newer version of this one.
    pub async fn open(folder: impl Into<PathBuf>) -> Result<Self, Failure> {
        let folder = folder.into();
        blocking(move || {
            let place = Place::prepare(&folder)?;
            let connection = Mutex::new(database::open(&place)?);
            Ok(Self { shared: Arc::new(Shared { place, connection }) })
        })
        .await
    }

    fn run<'a, T: Send + 'static>(
        &self,
        work: impl FnOnce(&Place, &mut Connection) -> Result<T, Failure> + Send + 'static,
    ) -> Task<'a, T> {
        let shared = Arc::clone(&self.shared);
        Box::pin(blocking(move || {
            // A thread that panicked has rolled its transaction back.
            let mut connection = shared.connection.lock().unwrap_or_else(PoisonError::into_inner);
            work(&shared.place, &mut connection)
        }))
    }
}

impl Journal for SqliteJournal {
    fn append<'a>(&'a self, order: &'a OrderKey, after: u64, event: &'a Event) -> Task<'a, Recorded> {
        let (order, event) = (order.clone(), event.clone());
        self.run(move |place, connection| append(place, connection, order, after, event))
    }

    fn events<'a>(&'a self, order: &'a OrderKey) -> Task<'a, Vec<Recorded>> {
        let order = order.clone();
        self.run(move |place, connection| {
            let read = read(connection, &order).map_err(|error| explained(&error, &place.file))?;
            let mut chain = Chain::new(order);
            read?.iter().map(|row| chain.take(row)).collect()
        })
    }

    fn orders(&self) -> Task<'_, Vec<OrderKey>> {
        self.run(|place, connection| {
            let read = orders(connection).map_err(|error| explained(&error, &place.file))?;
            row::few(read.len())?;
            read.iter().map(|(certificate, cycle)| row::key(certificate, *cycle)).collect()
        })
    }

    fn lock<'a>(&'a self, name: &'a LockName) -> Task<'a, Box<dyn Lock>> {
        let (name, locks) = (name.clone(), self.shared.place.locks.clone());
        Box::pin(blocking(move || Ok(Box::new(FileLock::take(&locks, &name)?) as Box<dyn Lock>)))
    }

    fn verify(&self) -> Task<'_, ()> {
        self.run(|place, connection| {
            place.there()?;
            database::settings(connection, &place.file)?;
            database::sound(connection, &place.file)?;
            for (certificate, cycle) in orders(connection).map_err(|error| explained(&error, &place.file))? {
                let order = row::key(&certificate, cycle)?;
                let rows = read(connection, &order).map_err(|error| explained(&error, &place.file))??;
                let mut chain = Chain::new(order);
                rows.iter().try_for_each(|row| chain.take(row).map(|_| ()))?;
            }
            Ok(())
        })
    }

    fn older_copy(&self) -> Task<'_, Option<Text>> {
        self.run(|place, connection| copied(place, connection).map_err(|error| explained(&error, &place.file)))
    }

    fn accept(&self) -> Task<'_, ()> {
        self.run(|place, connection| {
            let identity = place.identity().unwrap_or_default();
            let sql = "INSERT INTO copy (number, at, identity) SELECT 1 + COALESCE(MAX(number), 0), ?1, ?2 FROM copy";
            let added = connection.execute(sql, (jiff::Timestamp::now().to_string(), identity));
            added.map(|_| ()).map_err(|error| explained(&error, &place.file))
        })
    }

    fn takeover(&self) -> Duration {
        Duration::ZERO
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| {
        Err(Failure::new(Kind::Failed, text!("the work on the journal was broken off", "日志操作被中断"))
            .remedy(text!("Run it again.", "请再次运行。")))
    })
}

fn append(
    place: &Place,
    connection: &mut Connection,
    order: OrderKey,
    after: u64,
    event: Event,
) -> Result<Recorded, Failure> {
    let explained = |error: rusqlite::Error| explained(&error, &place.file);
    // From its first statement on, nobody else can write.
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(explained)?;
    place.there()?;
    let last = transaction
        .prepare(
            "SELECT sequence, digest FROM event WHERE certificate = ?1 AND cycle = ?2 ORDER BY sequence DESC LIMIT 1",
        )
        .and_then(|mut last| {
            last.query_row((order.certificate.as_str(), order.cycle), |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            })
            .optional()
        })
        .map_err(explained)?;
    let (found, digest) = last.unwrap_or_default();
    let found = u64::try_from(found).unwrap_or_default();
    if found != after {
        return Err(row::moved(&order, after, found));
    }
    if row::announces(&event)
        && let Some(reason) = copied(place, &transaction).map_err(explained)?
    {
        return Err(row::older(&reason).at(place.file.display()));
    }
    let row = Row::after(&order, after, &digest, &event)?;
    transaction
        .prepare("INSERT INTO event (certificate, cycle, sequence, version, at, kind, event, token, digest) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")
        .and_then(|mut insert| {
            let number = (order.certificate.as_str(), order.cycle, i64::try_from(row.sequence).unwrap_or(i64::MAX), row.version);
            let (certificate, cycle, sequence, version) = number;
            insert.execute((certificate, cycle, sequence, version, &row.at, &row.kind, &row.event, &row.token, &row.digest))
        })
        .map_err(explained)?;
    transaction.commit().map_err(explained)?;
    let at = row.at.parse().map_err(|_| {
        Failure::new(Kind::Failed, text!("the clock of this machine shows no time", "本机时钟未显示时间")).at(&order)
    })?;
    Ok(Recorded { order, sequence: row.sequence, at, event })
}

fn copied(place: &Place, connection: &Connection) -> rusqlite::Result<Option<Text>> {
    let mut newest = connection.prepare("SELECT identity FROM copy ORDER BY number DESC LIMIT 1")?;
    let accepted: Option<String> = newest.query_row([], |row| row.get(0)).optional()?;
    let same = accepted.is_some() && accepted == place.identity();
    Ok((!same).then(|| {
        text!(
            "its file is not the one that was written last, but a copy or a restored backup",
            "其文件不是最后写入的文件，而是副本或恢复的备份"
        )
    }))
}

fn orders(connection: &Connection) -> rusqlite::Result<Vec<(String, i64)>> {
    let mut all =
        connection.prepare("SELECT DISTINCT certificate, cycle FROM event ORDER BY certificate, cycle LIMIT ?1")?;
    all.query_map([row::MOST_ORDERS + 1], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

/// The rows of an order, unless they are too large.
fn read(connection: &mut Connection, order: &OrderKey) -> rusqlite::Result<Result<Vec<Row>, Failure>> {
    let transaction = connection.transaction()?;
    let key = (order.certificate.as_str(), order.cycle);
    let (events, bytes, longest): (i64, i64, i64) = transaction.query_row(
        "SELECT COUNT(*), COALESCE(SUM(octet_length(event)), 0), COALESCE(MAX(octet_length(event)), 0) FROM event WHERE certificate = ?1 AND cycle = ?2",
        key,
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let bounded = [events, bytes, longest].map(|number| u64::try_from(number).unwrap_or(u64::MAX));
    let [events, bytes, longest] = bounded;
    if let Err(failure) = row::bounded(order, events, bytes, longest) {
        return Ok(Err(failure));
    }
    let mut all = transaction.prepare(
        "SELECT sequence, version, at, kind, event, token, digest FROM event WHERE certificate = ?1 AND cycle = ?2 ORDER BY sequence",
    )?;
    let rows = all.query_map(key, |row| {
        let sequence: i64 = row.get(0)?;
        let version: i64 = row.get(1)?;
        Ok(Row {
            sequence: u64::try_from(sequence).unwrap_or_default(),
            version: u32::try_from(version).unwrap_or(u32::MAX),
            at: row.get(2)?,
            kind: row.get(3)?,
            event: row.get(4)?,
            token: row.get(5)?,
            digest: row.get(6)?,
        })
    })?;
    Ok(Ok(rows.collect::<rusqlite::Result<_>>()?))
}
