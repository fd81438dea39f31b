//! Advisory locks, each in a session of its own: the server frees one when its session ends, and the holder is asked whether it noticed.

use crate::base::failure::{Failure, Kind};
use crate::base::machine::Since;
use crate::base::task::Task;
use crate::journal::postgres::schema;
use crate::journal::postgres::session::Session;
use crate::journal::{Lock, LockName};
use sha2::{Digest, Sha256};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often the server is asked.
const BEAT: Duration = Duration::from_secs(1);
/// How long it may take to answer.
const ANSWER: Duration = Duration::from_secs(3);
/// How old its last answer may be. It must be shorter than what a takeover waits beyond the time of an operation.
const FRESH: Duration = Duration::from_secs(5);

/// A lock, and the task that asks for it.
pub(super) struct SessionLock {
    shared: Arc<Shared>,
    beat: JoinHandle<()>,
}

struct Shared {
    session: Session,
    name: String,
    key: i64,
    lost: AtomicBool,
    confirmed: Mutex<Since>,
}

impl fmt::Debug for SessionLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SessionLock")
            .field("name", &self.shared.name)
            .field("held", &self.held())
            .finish_non_exhaustive()
    }
}

impl Drop for SessionLock {
    fn drop(&mut self) {
        self.beat.abort();
    }
}

impl SessionLock {
    /// Takes the lock of this name in a session of its own, at once or not at all.
    pub(super) async fn take(session: Session, name: &LockName) -> Result<Self, Failure> {
        let (told, parts) = match name {
            LockName::Certificate(name) => {
                (format!("works on the certificate `{name}`"), ["certificate", name.as_str(), ""])
            }
            LockName::Account { cloud, account } => {
                (format!("orders at this account of {cloud}"), ["account", cloud, account])
            }
        };
        let (key, since) = (key(parts), Since::now());
        let taken = schema::rows(&session.client, &format!("SELECT pg_try_advisory_lock({key})")).await?;
        if taken.first().and_then(|row| row.get(0)) != Some("t") {
            let failure = Failure::new(Kind::Busy, format!("another process, perhaps on another machine, {told}"));
            return Err(failure.remedy("Run it again when that one has ended."));
        }
        let shared = Arc::new(Shared {
            session,
            name: parts.join(" "),
            key,
            lost: AtomicBool::new(false),
            confirmed: Mutex::new(since),
        });
        shared.ask().await?;
        let beating = Arc::clone(&shared);
        let beat = tokio::spawn(async move {
            while !beating.lost.load(Ordering::SeqCst) {
                tokio::time::sleep(BEAT).await;
                // If the answer is late, the lock may still be held: `held` decides by the time.
                let _ = beating.ask().await;
            }
        });
        Ok(Self { shared, beat })
    }
}

impl Shared {
    /// Asks the server whether this session still has the lock.
    async fn ask(&self) -> Result<(), Failure> {
        // An answer is as old as its question.
        let since = Since::now();
        let sql = format!(
            "SELECT current_setting('cloudcert.session', true), EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
                AND pid = pg_backend_pid() AND ((classid::bigint << 32) | objid::bigint) = {})",
            self.key
        );
        let asked = tokio::time::timeout(ANSWER, schema::rows(&self.session.client, &sql)).await;
        let rows = asked.map_err(|_| self.failure(Kind::NotNow, "the server does not answer"))?;
        match rows {
            Ok(rows)
                if rows
                    .first()
                    .is_some_and(|row| row.get(0) == Some(&self.session.token) && row.get(1) == Some("t")) =>
            {
                *self.confirmed.lock().unwrap_or_else(PoisonError::into_inner) = since;
                Ok(())
            }
            Ok(_) => {
                self.lost.store(true, Ordering::SeqCst);
                Err(self.failure(Kind::Busy, "the session does not have it any more"))
            }
            Err(failure) => {
                if self.session.client.is_closed() {
                    self.lost.store(true, Ordering::SeqCst);
                }
                Err(self.failure(Kind::NotNow, failure.message()))
            }
        }
    }

    fn failure(&self, kind: Kind, why: &str) -> Failure {
        Failure::new(kind, format!("the lock `{}` may be lost: {why}", self.name.trim_end())).remedy("Run it again.")
    }
}

impl Lock for SessionLock {
    fn held(&self) -> bool {
        let confirmed = self.shared.confirmed.lock().unwrap_or_else(PoisonError::into_inner).elapsed();
        confirmed < FRESH && !self.shared.lost.load(Ordering::SeqCst) && !self.shared.session.client.is_closed()
    }

    fn confirm(&self) -> Task<'_, ()> {
        Box::pin(self.shared.ask())
    }
}

/// The number of a lock. Two names with the same one, of 2^64, would only wait for each other.
fn key(parts: [&str; 3]) -> i64 {
    let mut hash = Sha256::new();
    hash.update("cloudcert lock");
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(8).fold(0, |key, byte| (key << 8) | i64::from(*byte))
}
