//! A connection to the server: what is set, and read back, before anything is written over it.

use crate::base::failure::{Failure, Kind};
use crate::journal::postgres::schema;
use crate::journal::postgres::settings::PostgresSettings;
use crate::journal::postgres::write::Prepared;
use crate::journal::row;
use std::fmt;
use std::time::Duration;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;
use tokio_postgres::error::SqlState;
use tokio_postgres::{Client, Error};

const CONNECT: Duration = Duration::from_secs(15);

/// A session of the server, which ends when this is dropped.
pub(super) struct Session {
    pub(super) client: Client,
    /// A setting of the session that nobody else has: whoever reads another one talks to another session.
    pub(super) token: String,
    /// Statements of appends, once they are prepared.
    pub(super) prepared: OnceCell<Prepared>,
    process: String,
    driver: JoinHandle<()>,
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("process", &self.process).finish_non_exhaustive()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl Session {
    /// Connects, sets what makes commits durable, and reads it back.
    pub(super) async fn open(settings: &PostgresSettings) -> Result<Self, Failure> {
        let unreachable = |why: &str| {
            Failure::new(Kind::NotNow, format!("PostgreSQL cannot be reached: {why}"))
                .remedy("Run it again when the server answers.")
        };
        let connected = tokio::time::timeout(CONNECT, settings.connect()).await;
        let (client, driver) = connected.map_err(|_| unreachable("it does not answer"))??;
        let mut session =
            Self { client, token: row::token(), prepared: OnceCell::new(), process: String::new(), driver };
        // The token has hexadecimal digits only.
        let set = format!(
            "SELECT set_config('cloudcert.session', '{}', false),
                set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
                set_config('search_path', 'pg_catalog', false), set_config('default_transaction_isolation', 'read committed', false),
                set_config('statement_timeout', '10s', false), set_config('lock_timeout', '5s', false),
                set_config('idle_in_transaction_session_timeout', '30s', false), set_config('tcp_keepalives_idle', '30', false),
                set_config('tcp_keepalives_interval', '10', false), set_config('tcp_keepalives_count', '3', false)",
            session.token
        );
        session.client.simple_query(&set).await.map_err(|error| explained(&error))?;
        session.process = session.checked().await?;
        Ok(session)
    }

    /// Reads back all settings, and returns the number of the server's process.
    async fn checked(&self) -> Result<String, Failure> {
        let read = schema::rows(
            &self.client,
            "SELECT current_setting('cloudcert.session', true), current_setting('synchronous_commit'), current_setting('fsync'),
                current_setting('full_page_writes'), pg_is_in_recovery(), current_setting('transaction_read_only'), pg_backend_pid()",
        )
        .await?;
        let column = |index| read.first().and_then(|row| row.get(index)).unwrap_or_default();
        if column(0) != self.token {
            return Err(pooled());
        }
        let needed = [
            (1, "synchronous_commit", ["on", "remote_apply"]),
            (2, "fsync", ["on", "on"]),
            (3, "full_page_writes", ["on", "on"]),
            (4, "pg_is_in_recovery()", ["f", "f"]),
            (5, "transaction_read_only", ["off", "off"]),
        ];
        for (index, name, accepted) in needed {
            if !accepted.contains(&column(index)) {
                let message = format!(
                    "PostgreSQL would lose or refuse events: `{name}` is `{}`, `{}` is needed",
                    column(index),
                    accepted[0]
                );
                return Err(Failure::new(Kind::Unconfigured, message)
                    .remedy("Change the settings of the server, or connect to the primary one."));
            }
        }
        Ok(column(6).to_owned())
    }

    /// Whether it still talks to the process of the server that it was opened with.
    async fn same(&self) -> Result<bool, Failure> {
        let read =
            schema::rows(&self.client, "SELECT current_setting('cloudcert.session', true), pg_backend_pid()").await?;
        Ok(read.first().is_some_and(|row| row.get(0) == Some(&self.token) && row.get(1) == Some(&self.process)))
    }

    /// Refuses a pooler that hands sessions around: locks would be lost, or left behind in a session of somebody else.
    pub(super) async fn direct(&self, other: &Self) -> Result<(), Failure> {
        for _ in 0..2 {
            for (busy, idle) in [(self, other), (other, self)] {
                // While one holds a session of the server, a pooler gives the other one what is left.
                busy.client.batch_execute("BEGIN").await.map_err(|error| explained(&error))?;
                let same = [busy.same().await?, idle.same().await?, idle.same().await?, busy.same().await?];
                busy.client.batch_execute("ROLLBACK").await.map_err(|error| explained(&error))?;
                if same.contains(&false) || self.process == other.process {
                    return Err(pooled());
                }
            }
        }
        Ok(())
    }
}

/// The failure of a session that is not the one of before.
pub(super) fn pooled() -> Failure {
    let message =
        "a pooler between this program and PostgreSQL hands sessions around, so locks and settings do not hold";
    Failure::new(Kind::Unconfigured, message).remedy("Connect to the server directly, or in the pooler's session mode.")
}

/// Whether the connection is gone, so that nobody knows what became of a statement.
pub(super) fn lost(error: &Error) -> bool {
    let Some(error) = error.as_db_error() else { return true };
    let code = error.code();
    code.code().starts_with("08")
        || [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW].contains(code)
}

/// What an error of the server or the connection means. It contains no password and no values.
pub(super) fn explained(error: &Error) -> Failure {
    let Some(known) = error.as_db_error() else {
        let failure = Failure::new(Kind::NotNow, format!("PostgreSQL cannot be reached: {error}"));
        return failure.remedy("Run it again when the server answers.");
    };
    let message: String = known.message().chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let code = known.code();
    let class = code.code().get(..2).unwrap_or_default();
    let (kind, remedy) = match class {
        _ if [SqlState::DISK_FULL, SqlState::OUT_OF_MEMORY].contains(code) => {
            (Kind::Failed, "Make room on the server, then run it again.")
        }
        "08" | "40" | "53" | "55" | "57" => (Kind::NotNow, "Run it again."),
        "28" | "3D" | "3F" | "25" => (Kind::Unconfigured, "Check the connection to PostgreSQL in the configuration."),
        _ if *code == SqlState::INSUFFICIENT_PRIVILEGE => {
            (Kind::Unconfigured, "Grant the user the schema `cloudcert` and its tables.")
        }
        "XX" => (Kind::Failed, "Order nothing. Restore a backup, then run `cloudcert order verify`."),
        _ => (Kind::Failed, "Order nothing before `cloudcert order verify` finds no fault."),
    };
    Failure::new(kind, format!("PostgreSQL says: {message} ({})", code.code())).remedy(remedy)
}
