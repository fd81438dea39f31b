//! The tables, and what must be true of them.

use crate::base::failure::{Failure, Kind};
use crate::journal::postgres::session::explained;
use crate::journal::row;
use tokio_postgres::{Client, SimpleQueryMessage, SimpleQueryRow};

/// The version of the tables.
const VERSION: &str = "1";
/// Under which two programs do not make the tables at once: "Clct" and 0.
const SETUP: i64 = 0x436c_6374_0000_0000;

/// Refuses what an event must never suffer.
const STAYS: &str = " BEGIN RAISE EXCEPTION '% are never changed or deleted', TG_ARGV[0]; END; ";
const EVENT_FOLLOWS: &str = " BEGIN
    IF NEW.sequence <> 1 + (SELECT COALESCE(MAX(sequence), 0) FROM cloudcert.event WHERE certificate = NEW.certificate AND cycle = NEW.cycle) THEN
        RAISE EXCEPTION 'events follow one another';
    END IF;
    RETURN NEW;
END; ";

/// Each row says which server wrote it, in which life of it: its identifier, and the timeline, which changes with each failover and restore.
const WRITER: &str = "
    system text NOT NULL DEFAULT ((pg_control_system()).system_identifier::text),
    timeline text NOT NULL DEFAULT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)";

/// Triggers, their tables and functions.
const TRIGGERS: [(&str, &str, &str, &str); 5] = [
    ("event_follows", "event", "BEFORE INSERT ON cloudcert.event FOR EACH ROW", "event_follows()"),
    ("event_stays", "event", "BEFORE UPDATE OR DELETE ON cloudcert.event FOR EACH ROW", "stays('events')"),
    ("event_is_not_emptied", "event", "BEFORE TRUNCATE ON cloudcert.event FOR EACH STATEMENT", "stays('events')"),
    ("copy_stays", "copy", "BEFORE UPDATE OR DELETE ON cloudcert.copy FOR EACH ROW", "stays('copies')"),
    ("copy_is_not_emptied", "copy", "BEFORE TRUNCATE ON cloudcert.copy FOR EACH STATEMENT", "stays('copies')"),
];

fn sql() -> String {
    use std::fmt::Write as _;
    let mut sql = format!(
        "CREATE SCHEMA IF NOT EXISTS cloudcert;
CREATE TABLE cloudcert.format (version integer PRIMARY KEY);
CREATE TABLE cloudcert.event (
    certificate text COLLATE \"C\" NOT NULL,
    cycle bigint NOT NULL,
    sequence bigint NOT NULL,
    version bigint NOT NULL,
    at text NOT NULL,
    kind text NOT NULL,
    event text NOT NULL,
    token text NOT NULL,
    digest text NOT NULL,{WRITER},
    PRIMARY KEY (certificate, cycle, sequence)
);
CREATE TABLE cloudcert.copy (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),{WRITER}
);
CREATE FUNCTION cloudcert.stays() RETURNS trigger LANGUAGE plpgsql AS $${STAYS}$$;
CREATE FUNCTION cloudcert.event_follows() RETURNS trigger LANGUAGE plpgsql AS $${EVENT_FOLLOWS}$$;
"
    );
    for (name, table, when, function) in TRIGGERS {
        // Always: also in a session that calls itself a replica.
        let _ = writeln!(sql, "CREATE TRIGGER {name} {when} EXECUTE FUNCTION cloudcert.{function};");
        let _ = writeln!(sql, "ALTER TABLE cloudcert.{table} ENABLE ALWAYS TRIGGER {name};");
    }
    let _ =
        writeln!(sql, "INSERT INTO cloudcert.copy DEFAULT VALUES; INSERT INTO cloudcert.format VALUES ({VERSION});");
    sql
}

/// Makes the tables if they are missing, and checks those that are there.
pub(super) async fn prepare(client: &Client) -> Result<(), Failure> {
    // Not `to_regclass`, which may remember that there was none.
    let there = "SELECT relname FROM pg_class WHERE relname = 'format' AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = 'cloudcert')";
    if first(client, there).await?.is_none() {
        let begin = format!("BEGIN; SELECT pg_advisory_xact_lock({SETUP})");
        client.batch_execute(&begin).await.map_err(|error| explained(&error))?;
        let made = match first(client, there).await? {
            Some(_) => Ok(()),
            None => client.batch_execute(&sql()).await.map_err(|error| explained(&error)),
        };
        // Without an effect after an error: it rolls back then.
        client.batch_execute("COMMIT").await.map_err(|error| explained(&error))?;
        made?;
    }
    let version = first(client, "SELECT max(version)::text FROM cloudcert.format").await?.unwrap_or_default();
    if version != VERSION {
        let failure = Failure::new(
            Kind::Failed,
            format!("the journal has version {version}, this program knows version {VERSION}"),
        );
        return Err(failure.remedy("Run the newest version of the program on this journal."));
    }
    let permanent = "SELECT string_agg(oid::regclass::text, ', ') FROM pg_class WHERE relpersistence <> 'p' AND relkind IN ('r', 'p', 'i')
        AND relnamespace = 'cloudcert'::regnamespace";
    if let Some(tables) = first(client, permanent).await? {
        let failure =
            Failure::new(Kind::Unconfigured, format!("a crash of PostgreSQL would empty {tables}, which are unlogged"));
        return Err(failure.remedy("Set them LOGGED, then run `cloudcert order verify`."));
    }
    Ok(())
}

/// Checks the triggers and the key that keep events as they are.
pub(super) async fn sound(client: &Client) -> Result<(), Failure> {
    let found = rows(
        client,
        "SELECT t.tgname, t.tgenabled, p.proname || '(' || CASE WHEN t.tgnargs = 0 THEN '' ELSE '''' || encode(substr(t.tgargs, 1, octet_length(t.tgargs) - 1), 'escape') || '''' END || ')', p.prosrc
         FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
         WHERE t.tgrelid IN ('cloudcert.event'::regclass, 'cloudcert.copy'::regclass) AND NOT t.tgisinternal ORDER BY t.tgname COLLATE \"C\"",
    )
    .await?;
    let found: Vec<[&str; 4]> =
        found.iter().map(|row| [0, 1, 2, 3].map(|column| row.get(column).unwrap_or_default())).collect();
    let mut expected = TRIGGERS.map(|(name, _, _, function)| {
        [name, "A", function, if function.starts_with("stays") { STAYS } else { EVENT_FOLLOWS }]
    });
    expected.sort_unstable();
    let keys = "SELECT count(*)::text FROM pg_index WHERE indrelid IN ('cloudcert.event'::regclass, 'cloudcert.copy'::regclass)
        AND indisprimary AND indisvalid AND indisready AND indimmediate";
    if found != expected || first(client, keys).await?.as_deref() != Some("2") {
        return Err(row::damaged("its tables or triggers were changed"));
    }
    Ok(())
}

/// The first column of the first row.
async fn first(client: &Client, sql: &str) -> Result<Option<String>, Failure> {
    Ok(rows(client, sql).await?.first().and_then(|row| row.get(0)).map(ToOwned::to_owned))
}

/// The rows of a query without parameters.
pub(super) async fn rows(client: &Client, sql: &str) -> Result<Vec<SimpleQueryRow>, Failure> {
    let messages = client.simple_query(sql).await.map_err(|error| explained(&error))?;
    let row = |message| if let SimpleQueryMessage::Row(row) = message { Some(row) } else { None };
    Ok(messages.into_iter().filter_map(row).collect())
}
