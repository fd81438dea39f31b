//! The journal: what happened to each order, committed before and after every act.
//!
//! 1. **Announce, commit, act, record.** Before an act its announcement is committed. If that fails, the act does not happen.
//! 2. An event that was not committed was never acted upon, or is a result that will be found again.
//! 3. Whoever holds a lock may have lost it, so [`Lock::held`] is asked before every attempt of a call.

pub mod event;
mod export;
#[cfg(feature = "postgres")]
mod postgres;
mod row;
mod sqlite;
pub mod state;

pub use export::{digest, export, export_json};
#[cfg(feature = "postgres")]
pub use postgres::{PostgresJournal, PostgresSettings};
pub use sqlite::SqliteJournal;

use crate::base::failure::Failure;
use crate::base::name::{Name, OrderKey};
use crate::base::task::Task;
use crate::base::text::Text;
use event::{Event, Recorded};
use std::fmt;
use std::time::Duration;

/// What is locked.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LockName {
    /// Everything about a certificate.
    Certificate(Name),
    /// Orders of an account, from the probe before an order to its verdict: counters cannot tell two orders apart.
    Account {
        /// The cloud.
        cloud: String,
        /// The account.
        account: String,
    },
}

/// A lock that is held until it is dropped, or lost.
pub trait Lock: Send + Sync + fmt::Debug {
    /// Whether it is still held, as far as this process can know without waiting.
    fn held(&self) -> bool;

    /// Asks whoever grants it whether it is still held.
    ///
    /// # Errors
    ///
    /// If it is lost, or nobody answers.
    fn confirm(&self) -> Task<'_, ()>;
}

/// The events of all orders, in a database that others have proved.
pub trait Journal: Send + Sync + fmt::Debug {
    /// Commits an event, durably. `after` is the number of events that the caller has seen of this order.
    ///
    /// # Errors
    ///
    /// If it was not committed, or that is not certain; of the kind [`Busy`](crate::Kind::Busy) if somebody else has written to this order;
    /// of the kind [`Unknown`](crate::Kind::Unknown) if the event announces a call and the journal may be an older copy. The caller must not act.
    fn append<'a>(&'a self, order: &'a OrderKey, after: u64, event: &'a Event) -> Task<'a, Recorded>;

    /// The events of an order, the oldest first. Empty if nobody opened it.
    ///
    /// # Errors
    ///
    /// If they cannot be read, one is missing, or one is of an unknown kind or version.
    fn events<'a>(&'a self, order: &'a OrderKey) -> Task<'a, Vec<Recorded>>;

    /// All orders, by certificate and cycle.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn orders(&self) -> Task<'_, Vec<OrderKey>>;

    /// Takes a lock, at once or not at all.
    ///
    /// # Errors
    ///
    /// Of the kind [`Busy`](crate::Kind::Busy) if another process holds it.
    fn lock<'a>(&'a self, name: &'a LockName) -> Task<'a, Box<dyn Lock>>;

    /// Checks the database, its settings, the numbers and versions of all events.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, with its place. Nothing may be ordered then.
    fn verify(&self) -> Task<'_, ()>;

    /// Whether this may be an older copy than the one that was written last, as after a failover to a replica that lagged. If so, why.
    /// Nothing may be ordered until the journal was compared with the clouds and [`accept`](Journal::accept) was called.
    ///
    /// # Errors
    ///
    /// If that cannot be read.
    fn older_copy(&self) -> Task<'_, Option<Text>>;

    /// Records that the journal was compared with the clouds, so that an older copy is used from now on.
    ///
    /// # Errors
    ///
    /// If it was not committed.
    fn accept(&self) -> Task<'_, ()>;

    /// How long the holder of a lock that was taken over may still be alive and sending: who takes over believes "not executed" only after it.
    ///
    /// Zero if a lock ends only with its process. In `PostgreSQL`, where a connection may end before its holder, it is the time that an operation
    /// may take, and 20 seconds more.
    fn takeover(&self) -> Duration;
}

/// The next number of an order whose events these are, if none is missing.
///
/// # Errors
///
/// If one is missing or doubled.
pub fn sequence(events: &[Recorded]) -> Result<u64, Failure> {
    use crate::base::failure::Kind;
    let mut next = 1;
    for recorded in events {
        if recorded.sequence != next {
            let message = text!(
                "event {next} is missing, and event {} follows",
                "缺少事件 {next}，其后为事件 {}",
                recorded.sequence
            );
            let remedy = text!(
                "The journal is damaged: restore a backup, then run `cloudcert order verify`.",
                "日志已损坏：请恢复备份，再运行 `cloudcert order verify`。"
            );
            return Err(Failure::new(Kind::Failed, message).at(&recorded.order).remedy(remedy));
        }
        next += 1;
    }
    Ok(next)
}

/// Refuses a journal that may be an older copy.
///
/// # Errors
///
/// Of the kind [`Unknown`](crate::Kind::Unknown) if it may be one; if that cannot be found out.
pub async fn newest(journal: &dyn Journal) -> Result<(), Failure> {
    journal.older_copy().await?.map_or(Ok(()), |why| Err(row::older(&why)))
}
