//! What both clouds, the journal and the store have, in one table, with where each private key is.
//!
//! A source that fails is a problem of the table and never a shorter table: whoever looks for what expires must know that something is missing.

mod clouds;
mod html;
mod join;
mod local;
mod metrics;

pub use clouds::{Cas, Kcm};
pub use html::html;
pub use local::Local;
pub use metrics::{Packages, Run, metrics};

use crate::base::failure::Failure;
use crate::base::task::Task;
use crate::base::text::Text;
use jiff::Timestamp;
use serde::Serialize;
use std::collections::BTreeSet;
use std::time::Duration;

/// Where a private key is, as far as anybody knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeyPlace {
    /// Nobody says.
    Unknown,
    /// At the service.
    Cloud,
    /// On this machine: in its store, or where its orders keep their keys.
    Here,
    /// Both.
    Both,
}

/// A certificate, or an order that has none yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// The account, as the profile is named.
    pub account: String,
    /// Where it was seen: `cas-order`, `cas-certificate`, `cas-upload`, `cas-instance`, `kcm`, `kcm-upload`, `journal`, `live`.
    pub sources: BTreeSet<String>,
    /// Its ids at the services, such as `cas certificate 10203041` or `kcm order 2601020900001`.
    pub ids: BTreeSet<String>,
    /// Its domain names, as far as the source shows them.
    pub names: Vec<String>,
    /// The product, as the service writes it.
    pub product: Option<String>,
    /// The state, as the source writes it.
    pub status: Option<String>,
    /// Since when it is valid.
    pub from: Option<Timestamp>,
    /// Until when it is valid.
    pub to: Option<Timestamp>,
    /// SHA-256, in lower-case hexadecimal digits.
    pub fingerprint: Option<String>,
    /// SHA-1, in lower-case hexadecimal digits. KCM names uploads by it.
    pub sha1: Option<String>,
    /// Serial number, in lower-case hexadecimal digits without leading zeros.
    pub serial: Option<String>,
    /// Where its private key is.
    pub key: KeyPlace,
    /// The order of the journal.
    pub order: Option<String>,
    /// Whether servers that name the store's link get it.
    pub live: bool,
    /// Whether the order of the journal is open.
    pub open: bool,
    /// Whether a deployment is outstanding.
    pub outstanding: bool,
    /// Whether it is revoked.
    pub revoked: bool,
    /// When it is due, or since when.
    pub due: Option<Timestamp>,
    /// What a person has to look at.
    pub attention: Option<Text>,
}

impl Row {
    /// A row of an account, from a source, of which nothing else is known.
    #[must_use]
    pub fn of(account: &str, source: &str) -> Self {
        Self {
            account: account.to_owned(),
            sources: BTreeSet::from([source.to_owned()]),
            ids: BTreeSet::new(),
            names: Vec::new(),
            product: None,
            status: None,
            from: None,
            to: None,
            fingerprint: None,
            sha1: None,
            serial: None,
            key: KeyPlace::Unknown,
            order: None,
            live: false,
            open: false,
            outstanding: false,
            revoked: false,
            due: None,
            attention: None,
        }
    }

    /// Days until its end, rounded down: 0 on its last day, negative after it.
    #[must_use]
    pub fn days(&self, now: Timestamp) -> Option<i64> {
        Some((self.to?.as_second() - now.as_second()).div_euclid(86_400))
    }

    /// Whether it ends within this time, to the second, or has ended.
    #[must_use]
    pub fn ends_within(&self, within: Duration, now: Timestamp) -> bool {
        let until = now.checked_add(within).unwrap_or(Timestamp::MAX);
        self.to.is_some_and(|to| to <= until)
    }
}

/// Something that has certificates.
pub trait Source: Send + Sync {
    /// Its name, for problems: `prod: cas`.
    fn name(&self) -> Text;

    /// Everything it has, read to the end of its lists.
    ///
    /// # Errors
    ///
    /// If it cannot be read to its end.
    fn rows(&self) -> Task<'_, Vec<Row>>;
}

/// A source that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Which one.
    pub source: Text,
    /// Why.
    pub message: Text,
}

/// The table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Inventory {
    /// The certificates: what ends first comes first, what has no end last.
    pub rows: Vec<Row>,
    /// The sources that could not be read. Their certificates are missing.
    pub problems: Vec<Problem>,
}

/// Reads all sources, and joins what is the same certificate: by SHA-256, else by SHA-1, serial number or an id of a service.
pub async fn read(sources: &[&dyn Source]) -> Inventory {
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    for source in sources {
        match source.rows().await {
            Ok(some) => rows.extend(some),
            Err(failure) => problems.push(problem(source.name(), &failure)),
        }
    }
    let mut rows = join::join(rows);
    rows.sort_by_key(|row| (row.to.is_none(), row.to, row.names.clone()));
    Inventory { rows, problems }
}

fn problem(source: Text, failure: &Failure) -> Problem {
    Problem { source, message: failure.whole() }
}

impl Inventory {
    /// Those that end within this time, or have ended already. Rows without an end are not among them.
    #[must_use]
    pub fn expiring(&self, within: Duration, now: Timestamp) -> Vec<&Row> {
        self.rows.iter().filter(|row| row.ends_within(within, now)).collect()
    }
}

/// When an end is near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// From here on it is a warning.
    pub warning: Duration,
    /// From here on it is critical.
    pub critical: Duration,
}

impl Default for Limits {
    /// 30 and 7 days.
    fn default() -> Self {
        let days = |days: u64| Duration::from_secs(days * 86_400);
        Self { warning: days(30), critical: days(7) }
    }
}

/// How urgent a table is, as monitoring systems count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Urgency {
    /// Nothing.
    Fine,
    /// Something ends within the warning, or wants a person.
    Warning,
    /// Something ends within the critical limit, or has ended.
    Critical,
    /// A source could not be read, so nobody knows.
    Unknown,
}

impl Inventory {
    /// How urgent it is. What is critical counts more than what nobody knows, and that more than a warning. What is [over](Self::is_over) does not count.
    #[must_use]
    pub fn urgency(&self, limits: Limits, now: Timestamp) -> Urgency {
        let ends = |within| self.expiring(within, now).iter().any(|row| !self.is_over(row));
        if ends(limits.critical) {
            return Urgency::Critical;
        }
        if !self.problems.is_empty() {
            return Urgency::Unknown;
        }
        let attention = self.rows.iter().any(|row| row.attention.is_some());
        if attention || ends(limits.warning) { Urgency::Warning } else { Urgency::Fine }
    }

    /// Whether nobody needs it any more: it is revoked, or another one has all of its names and ends later.
    ///
    /// One that is revoked or wants a person replaces nothing: its deployment may have failed, and servers still show the old one.
    #[must_use]
    pub fn is_over(&self, row: &Row) -> bool {
        let has = |other: &Row, name: &String| other.names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let replaces = |other: &Row| {
            let is_sound = !other.revoked && !other.outstanding && other.attention.is_none();
            is_sound && other.to > row.to && !row.names.is_empty() && row.names.iter().all(|name| has(other, name))
        };
        row.revoked || (row.to.is_some() && self.rows.iter().any(replaces))
    }
}
