//! What servers said about a record.

use crate::proof::check::Wanted;
use crate::proof::name::shown;
use serde::{Serialize, Serializer};
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

/// What could not be found out about a record, and what is odd. `Display` says it in English.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Nobody was asked, and why.
    NobodyAsked(String),
    /// No server answered.
    NobodyAnswered,
    /// Not all servers were asked in time.
    TimeUp,
    /// No zone has this name.
    NoZone(String),
    /// The zone of this name is unknown, and why.
    ZoneUnknown(String, String),
    /// The servers of this zone are unknown, and why.
    ServersUnknown(String, String),
    /// The resolver names no servers of this zone.
    NoServers(String),
    /// This server of a zone has no address.
    NoAddress {
        /// The server.
        server: String,
        /// The zone.
        zone: String,
    },
    /// The aliases lead in a circle.
    Circle,
    /// More aliases than this were not followed.
    ManyAliases(usize),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NobodyAsked(why) => write!(f, "Nobody was asked: {why}"),
            Self::NobodyAnswered => f.write_str(
                "Nobody answered: port 53 may be blocked here. The authority may see the record all the same.",
            ),
            Self::TimeUp => f.write_str("Not all servers were asked: time was up."),
            Self::NoZone(name) => write!(f, "No zone was found for {}: is the domain registered?", shown(name)),
            Self::ZoneUnknown(name, why) => write!(f, "The zone of {} is unknown: {why}.", shown(name)),
            Self::ServersUnknown(zone, why) => {
                write!(f, "The servers of the zone {} are unknown: {why}.", shown(zone))
            }
            Self::NoServers(zone) => write!(f, "The resolver names no servers of the zone {}.", shown(zone)),
            Self::NoAddress { server, zone } => {
                write!(f, "The server {} of the zone {} has no address.", shown(server), shown(zone))
            }
            Self::Circle => f.write_str("The aliases lead in a circle."),
            Self::ManyAliases(most) => write!(f, "More than {most} aliases were not followed."),
        }
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
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
    pub warnings: Vec<Warning>,
}

impl Report {
    /// A report that nobody was asked for yet.
    #[must_use]
    pub fn new(wanted: Wanted) -> Self {
        Self { wanted, zone: None, aliases: Vec::new(), rows: Vec::new(), warnings: Vec::new() }
    }

    pub(super) fn warn(&mut self, warning: Warning) {
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
