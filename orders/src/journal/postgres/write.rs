//! Commits an event, and finds out what became of a commit whose answer was lost.

use crate::base::failure::{Failure, Kind};
use crate::base::name::OrderKey;
use crate::base::text::Text;
use crate::journal::event::{Event, Recorded};
use crate::journal::postgres::session::{Session, explained, lost, pooled};
use crate::journal::postgres::{PostgresJournal, ended};
use crate::journal::row::{self, Row};
use std::time::{Duration, Instant};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Error, Statement};

/// How long a commit is looked for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the server may take for one statement. Longer than its own limit.
const ANSWER: Duration = Duration::from_secs(15);
const PAUSE: Duration = Duration::from_millis(200);

/// How the server or its timeline differs from those that were accepted last, as [`copied`] reads it. Null if they are the same.
pub(super) const COPIED: &str = "SELECT CASE
        WHEN system <> (pg_control_system()).system_identifier::text THEN 'server ' || (pg_control_system()).system_identifier::text || ' ' || system
        WHEN timeline <> substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)
            THEN 'timeline ' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) || ' ' || timeline
    END FROM cloudcert.copy ORDER BY number DESC LIMIT 1";

/// Tells what [`COPIED`] found: the word `server` or `timeline`, its value now, and the accepted one.
pub(super) fn copied(found: &str) -> Text {
    let mut words = found.split(' ');
    let is_server = words.next() == Some("server");
    let (now, was) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    if is_server {
        return text!("it is on server {now}, and was on server {was}", "当前服务器为 {now}，此前为 {was}");
    }
    text!(
        "the server took over or was restored: its timeline is {now}, and was {was}",
        "服务器发生过切换或恢复：当前时间线为 {now}，此前为 {was}"
    )
}

const INSERT: &str = "INSERT INTO cloudcert.event (certificate, cycle, sequence, version, at, kind, event, token, digest)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
    WHERE current_setting('cloudcert.session', true) = $10 AND current_setting('synchronous_commit') IN ('on', 'remote_apply')
        AND current_setting('fsync') = 'on' AND current_setting('full_page_writes') = 'on'";
/// The digest of the last event of an order.
const PREVIOUS: &str = "COALESCE((SELECT digest FROM cloudcert.event WHERE certificate = $1 AND cycle = $2 ORDER BY sequence DESC LIMIT 1), '') = $11";

/// The event that a session has committed last.
pub(super) struct Last {
    order: OrderKey,
    sequence: u64,
    digest: String,
}

impl Last {
    /// The digest of the event that a new one follows, as far as the session knows it without a look.
    fn before(last: Option<&Self>, order: &OrderKey, after: u64) -> Option<String> {
        if after == 0 {
            return Some(String::new());
        }
        last.filter(|last| last.order == *order && last.sequence == after).map(|last| last.digest.clone())
    }
}

/// What each append asks the server, which reads it once a session.
pub(super) struct Prepared {
    look: Statement,
    /// As `look`. Only what announces a call asks whether this is an older copy.
    look_whether_copied: Statement,
    insert: Statement,
    /// As `insert`, and writes nothing if the last event is another one than the session knows.
    follow: Statement,
    /// As `follow`, and writes nothing into an older copy of the journal.
    follow_unless_copied: Statement,
}

impl Prepared {
    async fn new(client: &Client) -> Result<Self, Error> {
        let look = |copied: &str| {
            format!(
                "SELECT current_setting('cloudcert.session', true), ({copied}), mine.token, last.sequence, last.digest FROM (SELECT) one
                    LEFT JOIN cloudcert.event mine ON mine.certificate = $1 AND mine.cycle = $2 AND mine.sequence = $3
                    LEFT JOIN LATERAL (SELECT sequence, digest FROM cloudcert.event WHERE certificate = $1 AND cycle = $2
                        ORDER BY sequence DESC LIMIT 1) last ON true"
            )
        };
        Ok(Self {
            look: client.prepare(&look("SELECT NULL::text")).await?,
            look_whether_copied: client.prepare(&look(COPIED)).await?,
            insert: client.prepare(INSERT).await?,
            follow: client.prepare(&format!("{INSERT} AND {PREVIOUS}")).await?,
            follow_unless_copied: client.prepare(&format!("{INSERT} AND {PREVIOUS} AND ({COPIED}) IS NULL")).await?,
        })
    }
}

/// What one attempt has come to.
enum Step {
    /// The row is in the table.
    Committed,
    /// Somebody else wrote, or this program did in an attempt before: a look at the table tells.
    Look,
    /// The connection is gone.
    Lost(Failure),
}

/// Commits an event. A commit whose answer was lost is tried again with the same row: the key of the table lets only one of them in, and makes
/// the second wait for the first.
pub(super) async fn append(
    journal: &PostgresJournal,
    order: &OrderKey,
    after: u64,
    event: &Event,
) -> Result<Recorded, Failure> {
    let mut session = journal.session.lock().await;
    let (mut row, mut doubtful, began) = (None, false, Instant::now());
    loop {
        let mut sent = false;
        let attempt = async {
            if let Err(failure) = journal.reopen(&mut session).await {
                return if failure.kind() == Kind::NotNow { Ok(Step::Lost(failure)) } else { Err(failure) };
            }
            let session = session.as_mut().ok_or_else(ended)?;
            let step = attempt(session, order, after, event, &mut row, &mut sent).await?;
            if let (Step::Committed, Some(row)) = (&step, &row) {
                session.last = Some(Last { order: order.clone(), sequence: row.sequence, digest: row.digest.clone() });
            }
            Ok(step)
        };
        let step = tokio::time::timeout(ANSWER, attempt).await.unwrap_or_else(|_| Ok(Step::Lost(ended())));
        match step {
            Ok(Step::Committed) => return recorded(order, row.as_ref(), event),
            Ok(Step::Look) => {}
            Ok(Step::Lost(failure)) => {
                *session = None;
                doubtful |= sent;
                if began.elapsed() > PATIENCE {
                    return Err(if doubtful { uncertain(order, &failure) } else { failure });
                }
                tokio::time::sleep(PAUSE).await;
            }
            // Somebody else has the number of this event, so it can never be committed.
            Err(failure) if failure.kind() == Kind::Busy => return Err(failure),
            Err(failure) => return Err(if doubtful { uncertain(order, &failure) } else { failure }),
        }
    }
}

async fn attempt(
    session: &Session,
    order: &OrderKey,
    after: u64,
    event: &Event,
    kept: &mut Option<Row>,
    sent: &mut bool,
) -> Result<Step, Failure> {
    let (certificate, cycle) = (order.certificate.as_str(), i64::from(order.cycle));
    let next = i64::try_from(after).ok().and_then(|after| after.checked_add(1)).unwrap_or(i64::MAX);
    let prepared = match session.prepared.get_or_try_init(|| Prepared::new(&session.client)).await {
        Ok(prepared) => prepared,
        Err(error) if lost(&error) => return Ok(Step::Lost(explained(&error))),
        Err(error) => return Err(explained(&error)),
    };
    if kept.is_none()
        && let Some(previous) = Last::before(session.last.as_ref(), order, after)
    {
        let row = kept.insert(Row::after(order, after, &previous, event)?);
        *sent = true;
        let follow = if row::announces(event) { &prepared.follow_unless_copied } else { &prepared.follow };
        match insert(session, follow, order, row, Some(&previous)).await {
            Ok(1) => return Ok(Step::Committed),
            Err(error) if lost(&error) => return Ok(Step::Lost(explained(&error))),
            Err(error) if !is_taken(&error) => return Err(explained(&error)),
            // It is not in the table, and never will be. A look tells why.
            Ok(_) | Err(_) => (*kept, *sent) = (None, false),
        }
    }
    let look = if row::announces(event) { &prepared.look_whether_copied } else { &prepared.look };
    let read = match session.client.query_one(look, &[&certificate, &cycle, &next]).await {
        Ok(read) => read,
        Err(error) if lost(&error) => return Ok(Step::Lost(explained(&error))),
        Err(error) => return Err(explained(&error)),
    };
    let column = |index: usize| read.try_get::<_, Option<String>>(index).map_err(|error| explained(&error));
    if column(0)?.as_deref() != Some(&session.token) {
        return Err(pooled());
    }
    if let (Some(row), Some(token)) = (kept.as_ref(), column(2)?)
        && row.token == token
    {
        return Ok(Step::Committed);
    }
    let found: Option<i64> = read.try_get(3).map_err(|error| explained(&error))?;
    let found = u64::try_from(found.unwrap_or_default()).unwrap_or_default();
    if found != after {
        return Err(row::moved(order, after, found));
    }
    if let Some(reason) = column(1)? {
        return Err(row::older(&copied(&reason)).at(order));
    }
    let row = match kept.take() {
        Some(row) => row,
        None => Row::after(order, after, &column(4)?.unwrap_or_default(), event)?,
    };
    let row = kept.insert(row);
    *sent = true;
    match insert(session, &prepared.insert, order, row, None).await {
        Ok(1) => Ok(Step::Committed),
        // The statement says that it wrote nothing: the session is another one, or the server was given other settings.
        Ok(_) => Err(session.checked().await.err().unwrap_or_else(pooled)),
        Err(error) if lost(&error) => Ok(Step::Lost(explained(&error))),
        Err(error) if is_taken(&error) => Ok(Step::Look),
        Err(error) => Err(explained(&error)),
    }
}

/// Whether an event of this number is in the table.
fn is_taken(error: &Error) -> bool {
    [Some(&SqlState::UNIQUE_VIOLATION), Some(&SqlState::RAISE_EXCEPTION)].contains(&error.code())
}

/// Writes a row, and commits it. Returns how many rows were written: one, or none where the conditions of the statement do not hold.
async fn insert(
    session: &Session,
    statement: &Statement,
    order: &OrderKey,
    row: &Row,
    previous: Option<&String>,
) -> Result<u64, Error> {
    let (certificate, cycle) = (order.certificate.as_str(), i64::from(order.cycle));
    let (sequence, version) = (i64::try_from(row.sequence).unwrap_or(i64::MAX), i64::from(row.version));
    let mut values: Vec<&(dyn ToSql + Sync)> = vec![
        &certificate,
        &cycle,
        &sequence,
        &version,
        &row.at,
        &row.kind,
        &row.event,
        &row.token,
        &row.digest,
        &session.token,
    ];
    if let Some(previous) = &previous {
        values.push(previous);
    }
    session.client.execute(statement, &values).await
}

fn recorded(order: &OrderKey, row: Option<&Row>, event: &Event) -> Result<Recorded, Failure> {
    let row = row.ok_or_else(ended)?;
    let at = row.at.parse().map_err(|_| {
        Failure::new(Kind::Failed, text!("the clock of this machine shows no time", "本机时钟未显示时间")).at(order)
    })?;
    Ok(Recorded { order: order.clone(), sequence: row.sequence, at, event: event.clone() })
}

/// The event may be committed later, by a process of the server that lives on without its connection.
fn uncertain(order: &OrderKey, failure: &Failure) -> Failure {
    let why = failure.what();
    let message = text!("it is not certain whether the event was committed: {why}", "不确定事件是否已提交：{why}"; why);
    Failure::new(failure.kind(), message)
        .at(order)
        .remedy(text!("Do not act on it. Run it again: the events tell.", "请勿据此操作。请再次运行：以事件为准。"))
}
