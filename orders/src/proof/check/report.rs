//! What servers said about a record.

use crate::base::text::Text;
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

/// What could not be found out about a record, and what is odd. In JSON it is its text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// Nobody was asked, and why.
    NobodyAsked(Text),
    /// No server answered.
    NobodyAnswered,
    /// Not all servers were asked in time.
    TimeUp,
    /// No zone has this name.
    NoZone(String),
    /// The zone of this name is unknown, and why.
    ZoneUnknown(String, Text),
    /// The servers of this zone are unknown, and why.
    ServersUnknown(String, Text),
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

impl Warning {
    /// What it means, for people.
    #[must_use]
    pub fn said(&self) -> Text {
        match self {
            Self::NobodyAsked(why) => text!("Nobody was asked: {why}", "未查询：{why}"; why),
            Self::NobodyAnswered => text!(
                "Nobody answered: port 53 may be blocked here. The authority may see the record all the same.",
                "无人响应：53 端口可能被封锁。证书颁发机构仍可能看到该记录。"
            ),
            Self::TimeUp => text!("Not all servers were asked: time was up.", "时间已到，未查询全部服务器。"),
            Self::NoZone(name) => text!(
                "No zone was found for {}: is the domain registered?",
                "找不到 {} 的区域：域名是否已注册？",
                shown(name)
            ),
            Self::ZoneUnknown(name, why) => {
                let name = shown(name);
                text!("The zone of {name} is unknown: {why}.", "无法确定 {name} 的区域：{why}。"; why)
            }
            Self::ServersUnknown(zone, why) => {
                let zone = shown(zone);
                text!("The servers of the zone {zone} are unknown: {why}.", "无法确定区域 {zone} 的服务器：{why}。"; why)
            }
            Self::NoServers(zone) => {
                text!("The resolver names no servers of the zone {}.", "解析器未给出区域 {} 的服务器。", shown(zone))
            }
            Self::NoAddress { server, zone } => {
                let (server, zone) = (shown(server), shown(zone));
                text!(
                    "The server {server} of the zone {zone} has no address.",
                    "区域 {zone} 的服务器 {server} 没有地址。"
                )
            }
            Self::Circle => text!("The aliases lead in a circle.", "别名形成循环。"),
            Self::ManyAliases(most) => {
                text!("More than {most} aliases were not followed.", "别名超过 {most} 个，未继续跟踪。")
            }
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}

impl Serialize for Warning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.said().serialize(serializer)
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
        lines.extend(self.warnings.iter().map(|warning| {
            let warning = warning.said();
            text!("  warning: {warning}", "  警告：{warning}"; warning)
        }));
        Text::join(&lines, &Text::quote("\n"))
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.said().fmt(f)
    }
}
