//! What servers said about a record.

use crate::proof::check::Wanted;
use crate::proof::name::shown;
use serde::Serialize;
use std::fmt;
use std::net::SocketAddr;

/// Why a server was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// It serves the zone.
    Authoritative,
    /// It asks others.
    Resolver,
}

/// What a server shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "seen", content = "detail")]
pub enum Seen {
    /// The record with its value.
    Found,
    /// The record with other values only.
    Others(Vec<String>),
    /// The name, but no record of this type.
    NoRecord,
    /// No such name.
    NoName,
    /// The server refused.
    Refused,
    /// The server named as one of the zone does not serve it.
    Lame,
    /// The server answered with a failure.
    Failed(String),
    /// The server gave no answer.
    NoAnswer(String),
}

impl Seen {
    /// Whether the server said something about the record.
    #[must_use]
    pub fn is_statement(&self) -> bool {
        matches!(self, Self::Found | Self::Others(_) | Self::NoRecord | Self::NoName)
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Found => f.write_str("found"),
            Self::Others(values) => write!(f, "other values: {}", values.join(", ")),
            Self::NoRecord => f.write_str("no record of this type"),
            Self::NoName => f.write_str("no such name"),
            Self::Refused => f.write_str("refused"),
            Self::Lame => f.write_str("does not serve the zone"),
            Self::Failed(why) | Self::NoAnswer(why) => f.write_str(why),
        }
    }
}

/// A server and what it shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Its name, if it has one.
    pub server: Option<String>,
    /// Its address.
    pub address: SocketAddr,
    /// Why it was asked.
    pub role: Role,
    /// What it shows.
    #[serde(flatten)]
    pub seen: Seen,
}

/// What all of them say together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Nobody was asked.
    Skipped,
    /// All servers that say something show the record.
    Everywhere,
    /// Some show it, others do not: changes travel, or the servers of the zone differ.
    Somewhere,
    /// No server shows it.
    Nowhere,
    /// No server says anything about it.
    Unknown,
}

/// What servers said about a record. It is advice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The record.
    pub wanted: Wanted,
    /// The zone that it is in, or that its last alias is in, if that is known.
    pub zone: Option<String>,
    /// The names that it is an alias of, the nearest first.
    pub aliases: Vec<String>,
    /// The servers that were asked.
    pub rows: Vec<Row>,
    /// What could not be found out, and what is odd.
    pub warnings: Vec<String>,
}

impl Report {
    /// A report that nobody was asked for yet.
    #[must_use]
    pub fn new(wanted: Wanted) -> Self {
        Self { wanted, zone: None, aliases: Vec::new(), rows: Vec::new(), warnings: Vec::new() }
    }

    pub(super) fn warn(&mut self, warning: impl Into<String>) {
        let warning = warning.into();
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// What the servers say together. Servers that say nothing about the record do not count.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let statements = || self.rows.iter().filter(|row| row.seen.is_statement());
        let found = statements().filter(|row| row.seen == Seen::Found).count();
        match (statements().count(), found) {
            _ if self.rows.is_empty() && self.warnings.is_empty() => Verdict::Skipped,
            (0, _) => Verdict::Unknown,
            (all, found) if all == found => Verdict::Everywhere,
            (_, 0) => Verdict::Nowhere,
            _ => Verdict::Somewhere,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Wanted { name, kind, value } = &self.wanted;
        let says = match self.verdict() {
            Verdict::Skipped => "nobody was asked",
            Verdict::Everywhere => "found",
            Verdict::Somewhere => "found at some servers only",
            Verdict::Nowhere => "not found",
            Verdict::Unknown => "unknown",
        };
        write!(f, "{kind} {} = {}: {says}", shown(name), shown(value))?;
        for alias in &self.aliases {
            write!(f, "\n  alias of {}", shown(alias))?;
        }
        if let Some(zone) = &self.zone {
            write!(f, "\n  zone {}", shown(zone))?;
        }
        for row in &self.rows {
            let name = row.server.as_deref().map(|name| shown(name) + " ").unwrap_or_default();
            write!(f, "\n  {name}{}: {}", row.address, row.seen)?;
        }
        self.warnings.iter().try_for_each(|warning| write!(f, "\n  warning: {warning}"))
    }
}
