//! A connection to the server: what is set, and read back, before anything is written over it.

use crate::base::failure::{Failure, Kind};
use crate::base::text::Text;
use crate::journal::postgres::schema;
use crate::journal::postgres::settings::PostgresSettings;
use crate::journal::postgres::tls;
use crate::journal::postgres::write::{Last, Prepared};
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
    /// The event that it has committed last.
    pub(super) last: Option<Last>,
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
    /// Connects. Nothing is set yet but the session's token, which harms nobody if it is in a session of somebody else.
    pub(super) async fn open(settings: &PostgresSettings) -> Result<Self, Failure> {
        let connected = tokio::time::timeout(CONNECT, settings.connect()).await;
        let (client, driver) = connected.map_err(|_| silent())??;
        let token = row::token();
        // The token has hexadecimal digits only.
        let set = format!("SELECT set_config('cloudcert.session', '{token}', false), pg_backend_pid()");
        let read = schema::rows(&client, &set).await?;
        let process = read.first().and_then(|row| row.get(1)).unwrap_or_default().to_owned();
        Ok(Self { client, token, prepared: OnceCell::new(), last: None, process, driver })
    }

    /// Sets what makes commits durable, whatever server, database and role have, and reads it back with what no session can set.
    pub(super) async fn settle(&self) -> Result<(), Failure> {
        let set =
            "SELECT set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'remote_apply' THEN 'remote_apply' ELSE 'on' END, false),
                set_config('search_path', 'pg_catalog', false), set_config('default_transaction_isolation', 'read committed', false),
                set_config('statement_timeout', '10s', false), set_config('lock_timeout', '5s', false),
                set_config('idle_in_transaction_session_timeout', '30s', false), set_config('tcp_keepalives_idle', '30', false),
                set_config('tcp_keepalives_interval', '10', false), set_config('tcp_keepalives_count', '3', false)";
        self.client.simple_query(set).await.map_err(|error| explained(&error))?;
        self.checked().await
    }

    /// Reads back all settings.
    pub(super) async fn checked(&self) -> Result<(), Failure> {
        let read = schema::rows(
            &self.client,
            "SELECT current_setting('cloudcert.session', true), current_setting('synchronous_commit'), current_setting('fsync'),
                current_setting('full_page_writes'), pg_is_in_recovery(), current_setting('transaction_read_only')",
        )
        .await?;
        let column = |index| read.first().and_then(|row| row.get(index)).unwrap_or_default();
        if column(0) != self.token {
            return Err(pooled());
        }
        let primary = || text!("Connect to the server that takes writes.", "请连接接受写入的服务器。");
        let needed = [
            (1, "synchronous_commit", ["on", "remote_apply"], text!("Let this user set it.", "请允许此用户设置它。")),
            (2, "fsync", ["on", "on"], loses()),
            (3, "full_page_writes", ["on", "on"], loses()),
            (4, "pg_is_in_recovery()", ["f", "f"], primary()),
            (5, "transaction_read_only", ["off", "off"], primary()),
        ];
        for (index, name, accepted, remedy) in needed {
            let (found, wanted) = (column(index), accepted[0]);
            if !accepted.contains(&found) {
                let message = text!(
                    "PostgreSQL would lose or refuse events: `{name}` is `{found}`, `{wanted}` is needed",
                    "PostgreSQL 会丢失或拒绝事件：`{name}` 为 `{found}`，需要 `{wanted}`"
                );
                return Err(Failure::new(Kind::Unconfigured, message).remedy(remedy));
            }
        }
        Ok(())
    }

    /// Whether it still talks to the process of the server that it was opened with.
    async fn same(&self) -> Result<bool, Failure> {
        let read =
            schema::rows(&self.client, "SELECT current_setting('cloudcert.session', true), pg_backend_pid()").await?;
        Ok(read.first().is_some_and(|row| row.get(0) == Some(&self.token) && row.get(1) == Some(&self.process)))
    }

    /// Refuses a pooler that hands sessions around: locks would be lost, or left behind in a session of somebody else.
    pub(super) async fn direct(&self, other: &Self) -> Result<(), Failure> {
        if self.process == other.process {
            return Err(pooled());
        }
        // A pooler without a session to spare lets one of them wait.
        tokio::time::timeout(CONNECT, self.apart(other)).await.map_err(|_| silent())?
    }

    async fn apart(&self, other: &Self) -> Result<(), Failure> {
        for _ in 0..2 {
            for (busy, idle) in [(self, other), (other, self)] {
                // While one holds a session of the server, a pooler gives the other one what is left.
                busy.client.batch_execute("BEGIN").await.map_err(|error| unpooled(&error))?;
                let same = busy.same().await? && idle.same().await? && idle.same().await? && busy.same().await?;
                busy.client.batch_execute("ROLLBACK").await.map_err(|error| explained(&error))?;
                if !same {
                    return Err(pooled());
                }
            }
        }
        Ok(())
    }
}

/// What to do about a server that can lose a commit although it has said that it is on the disk.
fn loses() -> Text {
    text!(
        "Turn it on in `postgresql.conf` and reload the server. If it has crashed without it, restore a backup.",
        "请在 `postgresql.conf` 中开启并重新加载服务器。若它曾在未开启时崩溃，请恢复备份。"
    )
}

fn silent() -> Failure {
    let message = text!("PostgreSQL cannot be reached: it does not answer", "无法连接 PostgreSQL：未响应");
    Failure::new(Kind::NotNow, message)
        .remedy(text!("Run it again when the server answers.", "请在服务器响应后再次运行。"))
}

/// A pooler that hands sessions around for each statement refuses transactions as a breach of the protocol.
fn unpooled(error: &Error) -> Failure {
    if error.code() == Some(&SqlState::PROTOCOL_VIOLATION) { pooled() } else { explained(error) }
}

/// The failure of a session that is not the one of before.
pub(super) fn pooled() -> Failure {
    let message = text!(
        "a pooler between this program and PostgreSQL hands sessions around, so locks and settings do not hold",
        "本程序与 PostgreSQL 之间的连接池会切换会话，锁和设置无法保持"
    );
    Failure::new(Kind::Unconfigured, message).remedy(text!(
        "Connect to the server itself, or to the pooler in its session mode.",
        "请直接连接服务器，或使用连接池的 session 模式。"
    ))
}

/// Whether the connection is gone, so that nobody knows what became of a statement.
pub(super) fn lost(error: &Error) -> bool {
    let Some(error) = error.as_db_error() else { return true };
    let code = error.code();
    code.code().starts_with("08")
        || [SqlState::ADMIN_SHUTDOWN, SqlState::CRASH_SHUTDOWN, SqlState::CANNOT_CONNECT_NOW].contains(code)
}

/// What an error of the server or the connection means. It contains no password and no values.
pub(super) fn explained(words: &Error) -> Failure {
    if let Some(failure) = tls::explained(words) {
        return failure;
    }
    let Some(known) = words.as_db_error() else {
        let failure = Failure::new(Kind::NotNow, text!("PostgreSQL cannot be reached: {words}", "无法连接 PostgreSQL"));
        return failure.remedy(text!("Run it again when the server answers.", "请在服务器响应后再次运行。"));
    };
    let message: String = known.message().chars().take(200).map(|c| if c.is_control() { ' ' } else { c }).collect();
    let code = known.code();
    let class = code.code().get(..2).unwrap_or_default();
    let (kind, remedy) = match class {
        _ if [SqlState::DISK_FULL, SqlState::OUT_OF_MEMORY].contains(code) => {
            (Kind::Failed, text!("Make room on the server, then run it again.", "请在服务器上腾出空间，再次运行。"))
        }
        "08" | "40" | "53" | "55" | "57" => (Kind::NotNow, text!("Run it again.", "请再次运行。")),
        "28" | "3D" | "3F" | "25" => (
            Kind::Unconfigured,
            text!("Check the connection to PostgreSQL in the configuration.", "请检查配置中的 PostgreSQL 连接。"),
        ),
        _ if *code == SqlState::INSUFFICIENT_PRIVILEGE => (
            Kind::Unconfigured,
            text!(
                "Grant the user the schema `cloudcert` and its tables.",
                "请授予该用户 `cloudcert` 模式及其表的权限。"
            ),
        ),
        "XX" => (
            Kind::Failed,
            text!(
                "Order nothing. Restore a backup, then run `cloudcert order verify`.",
                "请勿订购。请恢复备份，再运行 `cloudcert order verify`。"
            ),
        ),
        _ => (
            Kind::Failed,
            text!(
                "Order nothing before `cloudcert order verify` finds no fault.",
                "在 `cloudcert order verify` 未发现问题之前请勿订购。"
            ),
        ),
    };
    Failure::new(kind, text!("PostgreSQL says: {message} ({})", "PostgreSQL 报错：“{message}”（{}）", code.code()))
        .remedy(remedy)
}
