//! What servers said about a record.

use crate::base::text::Text;
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
    Failed(Text),
    /// The server gave no answer.
    NoAnswer(Text),
}

impl Seen {
    /// Whether the server said something about the record.
    #[must_use]
    pub fn is_statement(&self) -> bool {
        matches!(self, Self::Found | Self::Others(_) | Self::NoRecord | Self::NoName)
    }
}

impl Seen {
    /// What it means, for people.
    #[must_use]
    pub fn said(&self) -> Text {
        match self {
            Self::Found => text!("found", "已找到"),
            Self::Others(values) => text!("other values: {}", "其他值：{}", values.join(", ")),
            Self::NoRecord => text!("no record of this type", "没有此类型的记录"),
            Self::NoName => text!("no such name", "名称不存在"),
            Self::Refused => text!("refused", "被拒绝"),
            Self::Lame => text!("does not serve the zone", "不提供该区域"),
            Self::Failed(why) | Self::NoAnswer(why) => why.clone(),
        }
    }
}

impl fmt::Display for Seen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
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
    pub warnings: Vec<Text>,
}

impl Report {
    /// A report that nobody was asked for yet.
    #[must_use]
    pub fn new(wanted: Wanted) -> Self {
        Self { wanted, zone: None, aliases: Vec::new(), rows: Vec::new(), warnings: Vec::new() }
    }

    pub(super) fn warn(&mut self, warning: Text) {
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

impl Report {
    /// All of it, for people: the record with the verdict, then a line for each alias, zone, server and warning.
    #[must_use]
    pub fn said(&self) -> Text {
        let Wanted { name, kind, value } = &self.wanted;
        let says = match self.verdict() {
            Verdict::Skipped => text!("nobody was asked", "未查询"),
            Verdict::Everywhere => text!("found", "已找到"),
            Verdict::Somewhere => text!("found at some servers only", "仅部分服务器上找到"),
            Verdict::Nowhere => text!("not found", "未找到"),
            Verdict::Unknown => text!("unknown", "未知"),
        };
        let mut lines = vec![says.map(|says| format!("{kind} {} = {}: {says}", shown(name), shown(value)))];
        lines.extend(self.aliases.iter().map(|alias| text!("  alias of {}", "  别名指向 {}", shown(alias))));
        lines.extend(self.zone.iter().map(|zone| text!("  zone {}", "  区域 {}", shown(zone))));
        lines.extend(self.rows.iter().map(|row| {
            let name = row.server.as_deref().map(|name| shown(name) + " ").unwrap_or_default();
            row.seen.said().map(|seen| format!("  {name}{}: {seen}", row.address))
        }));
        lines.extend(self.warnings.iter().map(|warning| text!("  warning: {warning}", "  注意：{warning}"; warning)));
        Text::join(&lines, &Text::quote("\n"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}
