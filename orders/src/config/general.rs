//! What holds for all certificates: limits, checks of DNS, the journal.

use super::problems::Problems;
use super::section::{Entry, Section};
use crate::proof::check::{Ask, Settings};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

/// Limits on orders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How many orders an account may make in 24 hours: 10 unless the configuration says otherwise. 0 forbids every order.
    pub orders_per_day: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { orders_per_day: 10 }
    }
}

/// Which name servers are asked whether they show a record. What they say is told, and stops nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DnsCheck {
    /// The authoritative ones and the resolvers.
    #[default]
    All,
    /// The authoritative ones.
    Authoritative,
    /// The resolvers.
    Resolvers,
    /// None: nothing is asked.
    Off,
}

/// How DNS is asked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dns {
    /// Which servers are asked.
    pub check: DnsCheck,
    /// The resolvers; those of the system if there are none.
    pub servers: Vec<SocketAddr>,
}

impl Dns {
    /// How names and proofs are looked for.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let ask = match self.check {
            DnsCheck::All => Ask::All,
            DnsCheck::Authoritative => Ask::Authoritative,
            DnsCheck::Resolvers => Ask::Resolvers,
            DnsCheck::Off => Ask::Off,
        };
        Settings { ask, servers: self.servers.iter().map(SocketAddr::to_string).collect(), ..Settings::default() }
    }
}

/// Where the journal is. Without any key it is a file in the state folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JournalPlace {
    /// How a database of `PostgreSQL` is reached, without a password: `host=db.example.com dbname=cloudcert`.
    pub postgres: Option<String>,
    /// The file with the password, which only this user may read.
    pub password_file: Option<PathBuf>,
    /// The file with the root certificates of the server, as PEM. Connections are encrypted then.
    pub roots: Option<PathBuf>,
    /// Whether a server on another machine may be used without encryption, over a network that is trusted.
    pub allow_plain: bool,
}

pub(super) fn limits(mut section: Section<'_>, problems: &mut Problems<'_>) -> Limits {
    let orders = section.take("orders_per_day").and_then(|entry| entry.number(10_000, problems));
    section.finish(problems);
    orders.map_or_else(Limits::default, |orders_per_day| Limits { orders_per_day })
}

pub(super) fn dns(mut section: Section<'_>, problems: &mut Problems<'_>) -> Dns {
    let choices = [
        ("all", DnsCheck::All),
        ("authoritative", DnsCheck::Authoritative),
        ("resolvers", DnsCheck::Resolvers),
        ("off", DnsCheck::Off),
    ];
    let check = section.take("check").and_then(|entry| entry.choice(&choices, problems)).unwrap_or_default();
    let path = section.name("servers");
    let mut servers = Vec::new();
    for (at, text) in section.texts("servers", problems) {
        let alone = || text.parse::<IpAddr>().ok().map(|ip| SocketAddr::new(ip, 53));
        if let Some(server) = text.parse::<SocketAddr>().ok().or_else(alone) {
            servers.push(server);
        } else {
            let remedy = text!(
                "Write an address, with a port or without: \"192.0.2.53\", \"[2001:db8::53]:5353\".",
                "请写地址，可带端口：\"192.0.2.53\"、\"[2001:db8::53]:5353\"。"
            );
            problems.add(
                at,
                text!("`{path}` has a text that is not the address of a server", "`{path}` 中有不是服务器地址的文本"),
                remedy,
            );
        }
    }
    section.finish(problems);
    Dns { check, servers }
}

pub(super) fn journal(mut section: Section<'_>, problems: &mut Problems<'_>) -> JournalPlace {
    let postgres = section.take("postgres");
    let place = JournalPlace {
        postgres: postgres.as_ref().and_then(|entry| connection(entry, problems)),
        password_file: section.take("password_file").and_then(|entry| entry.path(problems)),
        roots: section.take("roots").and_then(|entry| entry.path(problems)),
        allow_plain: section.flag("allow_plain", problems),
    };
    let others = [
        ("password_file", place.password_file.is_some()),
        ("roots", place.roots.is_some()),
        ("allow_plain", place.allow_plain),
    ];
    for (key, _) in others.iter().filter(|(_, is_there)| *is_there && postgres.is_none()) {
        let at = section.take(key).map_or(section.at, |entry| entry.at);
        let message =
            text!("`{}` has no effect without `postgres`", "没有 `postgres` 时 `{}` 不起作用", section.name(key));
        problems.add(
            at,
            message,
            text!("Remove it, or say how the database is reached.", "请删除，或写明如何连接数据库。"),
        );
    }
    if place.roots.is_some() && place.allow_plain {
        let message = text!("`{}` allows what `roots` forbids", "`{}` 与 `roots` 矛盾", section.name("allow_plain"));
        let at = section.take("allow_plain").map_or(section.at, |entry| entry.at);
        problems.add(at, message, text!("Leave one of them.", "请只保留一个。"));
    }
    section.finish(problems);
    place
}

/// How a database is reached.
fn connection(entry: &Entry<'_>, problems: &mut Problems<'_>) -> Option<String> {
    let text = entry.text(problems)?;
    if has_password(text) {
        let remedy = text!(
            "Move it to a file that only this user can read, and name that as `password_file`. Replace it at the database if others could \
                      read this file.",
            "请移到只有当前用户可读的文件，并以 `password_file` 指定。若他人可读本配置，请更换数据库密码。"
        );
        let message = text!(
            "`{}` has a password, which must not stand in the configuration",
            "`{}` 中有密码，密码不得写入配置",
            entry.path
        );
        problems.add(entry.at, message, remedy);
        return None;
    }
    if !text.contains('=') && !text.contains("://") {
        let remedy = text!(
            "Write it as in \"host=db.example.com dbname=cloudcert user=cloudcert\".",
            "请写成 \"host=db.example.com dbname=cloudcert user=cloudcert\" 的形式。"
        );
        problems.add(
            entry.at,
            text!("`{}` does not say how the database is reached", "`{}` 未写明如何连接数据库", entry.path),
            remedy,
        );
    }
    Some(text.to_owned())
}

/// Whether the settings of a connection have a password, as a pair or in an address.
fn has_password(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let pair = lower
        .match_indices("password")
        .any(|(place, word)| lower.get(place + word.len()..).is_some_and(|rest| rest.trim_start().starts_with('=')));
    let user = lower
        .split_once("://")
        .and_then(|(_, rest)| rest.split(['/', '?']).next())
        .and_then(|host| host.rsplit_once('@'));
    pair || user.is_some_and(|(user, _)| user.contains(':'))
}
