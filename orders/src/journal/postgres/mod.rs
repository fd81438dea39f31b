//! The journal of several machines, in `PostgreSQL`.

mod lock;
mod schema;
mod session;
mod settings;
mod tls;
mod write;

use crate::base::failure::{Failure, Kind};
use crate::base::name::OrderKey;
use crate::base::task::Task;
use crate::base::text::Text;
use crate::journal::event::{Event, Recorded};
use crate::journal::row::{self, Chain, Row};
use crate::journal::{Journal, Lock, LockName};
use lock::SessionLock;
use session::{Session, explained};
pub use settings::PostgresSettings;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard};

/// A journal in the schema `cloudcert` of a database, for several machines that renew the same certificates.
///
/// A commit has reached the disk of the server before [`append`](Journal::append) returns. `synchronous_commit = off`, of the server, the database or
/// the role, is overridden in each session; a server with `fsync` or `full_page_writes` off is refused, before anything is made there and at each
/// append. Each lock is an advisory lock in a session of its
/// own, which ends with its connection and not with its holder: so ask [`Lock::held`] before every attempt, and wait
/// [`takeover`](Journal::takeover) before you believe that the last holder has sent nothing.
///
/// A server that took over, or was restored from an archive, has another timeline and counts as [an older copy](Journal::older_copy). A disk that
/// was set back as a whole cannot be told from the one before.
#[derive(Debug)]
pub struct PostgresJournal {
    settings: PostgresSettings,
    session: Mutex<Option<Session>>,
}

impl PostgresJournal {
    /// Connects to the server that a connection string names, as [`connect_with`](Self::connect_with) does.
    ///
    /// # Errors
    ///
    /// Those of [`PostgresSettings::new`] and [`connect_with`](Self::connect_with).
    pub async fn connect(config: &str) -> Result<Self, Failure> {
        Self::connect_with(PostgresSettings::new(config)?).await
    }

    /// Connects to a server, and makes the tables if they are missing.
    ///
    /// # Errors
    ///
    /// Of the kind [`NotNow`](crate::Kind::NotNow) if the server cannot be reached; of the kind [`Unconfigured`](crate::Kind::Unconfigured) if it refuses
    /// the user, is a replica, has settings that lose commits, or stands behind a pooler that hands sessions around, or if the
    /// connection to another machine would not be encrypted; of the kind [`Failed`](crate::Kind::Failed) if the tables have a newer version.
    pub async fn connect_with(settings: PostgresSettings) -> Result<Self, Failure> {
        settings.safe()?;
        let (session, other) = (Session::open(&settings).await?, Session::open(&settings).await?);
        session.direct(&other).await?;
        session.settle().await?;
        schema::prepare(&session.client).await?;
        Ok(Self { settings, session: Mutex::new(Some(session)) })
    }

    /// The session, which is opened again if it has ended.
    async fn session(&self) -> Result<MutexGuard<'_, Option<Session>>, Failure> {
        let mut session = self.session.lock().await;
        self.reopen(&mut session).await?;
        Ok(session)
    }

    async fn reopen(&self, session: &mut Option<Session>) -> Result<(), Failure> {
        if session.as_ref().is_none_or(|session| session.client.is_closed()) {
            *session = None;
            let opened = Session::open(&self.settings).await?;
            opened.settle().await?;
            schema::prepare(&opened.client).await?;
            *session = Some(opened);
        }
        Ok(())
    }
}

/// The failure of a session that ended just now.
fn ended() -> Failure {
    Failure::new(Kind::NotNow, text!("the connection to PostgreSQL has ended", "与 PostgreSQL 的连接已断开"))
        .remedy(text!("Run it again.", "请再次运行。"))
}

impl Journal for PostgresJournal {
    fn append<'a>(&'a self, order: &'a OrderKey, after: u64, event: &'a Event) -> Task<'a, Recorded> {
        Box::pin(write::append(self, order, after, event))
    }

    fn events<'a>(&'a self, order: &'a OrderKey) -> Task<'a, Vec<Recorded>> {
        Box::pin(async move {
            let session = self.session().await?;
            let mut chain = Chain::new(order.clone());
            read(session.as_ref().ok_or_else(ended)?, order).await?.iter().map(|row| chain.take(row)).collect()
        })
    }

    fn orders(&self) -> Task<'_, Vec<OrderKey>> {
        Box::pin(async move {
            let session = self.session().await?;
            orders(session.as_ref().ok_or_else(ended)?).await
        })
    }

    fn lock<'a>(&'a self, name: &'a LockName) -> Task<'a, Box<dyn Lock>> {
        Box::pin(async move {
            let session = Session::open(&self.settings).await?;
            {
                // The lock must be of the server that the events are written to.
                let events = self.session().await?;
                session.direct(events.as_ref().ok_or_else(ended)?).await?;
            }
            session.settle().await?;
            Ok(Box::new(SessionLock::take(session, name).await?) as Box<dyn Lock>)
        })
    }

    fn verify(&self) -> Task<'_, ()> {
        Box::pin(async move {
            // A new one, whose settings are read back.
            let session = Session::open(&self.settings).await?;
            session.settle().await?;
            schema::prepare(&session.client).await?;
            schema::sound(&session.client).await?;
            for order in orders(&session).await? {
                let rows = read(&session, &order).await?;
                let mut chain = Chain::new(order);
                rows.iter().try_for_each(|row| chain.take(row).map(|_| ()))?;
            }
            Ok(())
        })
    }

    fn older_copy(&self) -> Task<'_, Option<Text>> {
        Box::pin(async move {
            let session = self.session().await?;
            let sql = format!("SELECT ({}) AS copied", write::COPIED);
            let row = session
                .as_ref()
                .ok_or_else(ended)?
                .client
                .query_one(&sql, &[])
                .await
                .map_err(|error| explained(&error))?;
            let found: Option<String> = row.try_get(0).map_err(|error| explained(&error))?;
            Ok(found.as_deref().map(write::copied))
        })
    }

    fn accept(&self) -> Task<'_, ()> {
        Box::pin(async move {
            let session = self.session().await?;
            let client = &session.as_ref().ok_or_else(ended)?.client;
            client
                .execute("INSERT INTO cloudcert.copy DEFAULT VALUES", &[])
                .await
                .map_err(|error| explained(&error))?;
            Ok(())
        })
    }

    fn takeover(&self) -> Duration {
        self.settings.takeover()
    }
}

async fn orders(session: &Session) -> Result<Vec<OrderKey>, Failure> {
    let sql = "SELECT DISTINCT certificate, cycle FROM cloudcert.event ORDER BY certificate, cycle LIMIT $1";
    let rows = session.client.query(sql, &[&(row::MOST_ORDERS + 1)]).await.map_err(|error| explained(&error))?;
    row::few(rows.len())?;
    let key = |row: &tokio_postgres::Row| {
        let read = |error: tokio_postgres::Error| explained(&error);
        row::key(row.try_get(0).map_err(read)?, row.try_get(1).map_err(read)?)
    };
    rows.iter().map(key).collect()
}

/// The rows of an order, unless they are too large.
async fn read(session: &Session, order: &OrderKey) -> Result<Vec<Row>, Failure> {
    let explained = |error: tokio_postgres::Error| explained(&error);
    let (certificate, cycle) = (order.certificate.as_str(), i64::from(order.cycle));
    let sql =
        "SELECT count(*), coalesce(sum(octet_length(event)), 0)::bigint, coalesce(max(octet_length(event)), 0)::bigint
        FROM cloudcert.event WHERE certificate = $1 AND cycle = $2";
    let size = session.client.query_one(sql, &[&certificate, &cycle]).await.map_err(explained)?;
    let number = |index: usize| -> Result<u64, Failure> {
        let number: i64 = size.try_get(index).map_err(explained)?;
        Ok(u64::try_from(number).unwrap_or(u64::MAX))
    };
    row::bounded(order, number(0)?, number(1)?, number(2)?)?;
    let sql = "SELECT sequence, version, at, kind, event, token, digest FROM cloudcert.event WHERE certificate = $1 AND cycle = $2 ORDER BY sequence";
    let rows = session.client.query(sql, &[&certificate, &cycle]).await.map_err(explained)?;
    let row = |row: &tokio_postgres::Row| -> Result<Row, tokio_postgres::Error> {
        let number = |index: usize| row.try_get::<_, i64>(index);
        Ok(Row {
            sequence: u64::try_from(number(0)?).unwrap_or_default(),
            version: u32::try_from(number(1)?).unwrap_or(u32::MAX),
            at: row.try_get(2)?,
            kind: row.try_get(3)?,
            event: row.try_get(4)?,
            token: row.try_get(5)?,
            digest: row.try_get(6)?,
        })
    };
    rows.iter().map(|read| row(read).map_err(explained)).collect()
}
