//! Whether servers show a record. Tells what each server says, and forbids nothing.
//!
//! The services have no call that says "ready", so the check orders nothing: it spares time and finds mistakes. A network may block port 53, or
//! show another world than the authority sees. So an answer is advice, and silence is a warning.

mod asking;
pub mod decide;
pub mod report;

use crate::base::failure::{Failure, Kind as FailureKind};
use crate::base::text::Text;
use crate::journal::event::Challenge;
use crate::proof::dns::Kind;
use crate::proof::dns::client::Client;
use crate::proof::dns::lookup::Lookup;
use crate::proof::name::{is_name, plain, shown};
use report::{Report, Seen, Warning};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, timeout, timeout_at};

/// Which servers are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// The servers of the zone, and the resolvers.
    #[default]
    All,
    /// The servers of the zone. The resolvers are asked which ones those are.
    Authoritative,
    /// The resolvers.
    Resolvers,
    /// Nobody.
    Off,
}

/// How records are looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Which servers are asked.
    pub ask: Ask,
    /// The resolvers, as `host:port`; for IPv6 as `[::1]:53`. If empty, those of the system.
    pub servers: Vec<String>,
    /// At which port the servers of a zone are asked. The Internet has them at 53.
    pub port: u16,
    /// How servers are asked.
    pub client: Client,
    /// How long a check may take.
    pub limit: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self { ask: Ask::All, servers: Vec::new(), port: 53, client: Client::new(), limit: Duration::from_secs(30) }
    }
}

impl Settings {
    /// Settings with which nobody is asked.
    #[must_use]
    pub fn off() -> Self {
        Self { ask: Ask::Off, ..Self::default() }
    }

    /// How long finding the addresses of resolvers by name may take.
    const NAMES: Duration = Duration::from_secs(5);

    /// Asks these resolvers, or those of the system. One whose host has no address is left out.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unconfigured`](FailureKind::Unconfigured) if one of them is not `host:port`, of the kind
    /// [`NotNow`](FailureKind::NotNow) if none is left.
    pub async fn lookup(&self) -> Result<Lookup, Failure> {
        if self.servers.is_empty() {
            let lookup = Lookup::of_system(self.client);
            return if lookup.resolvers().is_empty() {
                Err(unknown(text!("the system names no resolver", "系统未指定解析器")))
            } else {
                Ok(lookup)
            };
        }
        let mut resolvers = Vec::new();
        for server in &self.servers {
            resolvers.extend(Self::address(server).await?);
        }
        if resolvers.is_empty() {
            return Err(unknown(text!(
                "no resolver in `dns.servers` has an address",
                "`dns.servers` 中的解析器都没有地址"
            )));
        }
        Ok(Lookup::new(self.client, resolvers))
    }

    async fn address(server: &str) -> Result<Option<SocketAddr>, Failure> {
        if let Ok(address) = server.parse() {
            return Ok(Some(address));
        }
        let (host, port) = server.rsplit_once(':').unwrap_or_default();
        if !is_name(host) || host.contains(':') || port.parse::<u16>().is_err() {
            let message = text!("`{}` is not a resolver", "`{}` 不是解析器", shown(server));
            let remedy = text!(
                "Write an address with its port in `dns.servers`, such as `192.0.2.1:53` or `[2001:db8::1]:53`.",
                "请在 `dns.servers` 中写带端口的地址，例如 `192.0.2.1:53` 或 `[2001:db8::1]:53`。"
            );
            return Err(Failure::new(FailureKind::Unconfigured, message).remedy(remedy));
        }
        let found = timeout(Self::NAMES, tokio::net::lookup_host(server)).await;
        Ok(found.ok().and_then(Result::ok).and_then(|mut addresses| addresses.next()))
    }
}

fn unknown(message: Text) -> Failure {
    Failure::new(FailureKind::NotNow, message).remedy(text!(
        "Set `dns.servers` to resolvers that this machine reaches.",
        "请将 `dns.servers` 设为本机可达的解析器。"
    ))
}

/// A record that shall be seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// Its full name, plain.
    pub name: String,
    /// Its type.
    pub kind: Kind,
    /// Its value.
    pub value: String,
}

impl Wanted {
    /// The record of a challenge. `None` if it is a file.
    ///
    /// # Errors
    ///
    /// If the type is none that proofs use, or no server can be asked for the name.
    pub fn of(challenge: &Challenge) -> Result<Option<Self>, Failure> {
        let Challenge::Dns { domain, name, kind, value, .. } = challenge else { return Ok(None) };
        let fail = |message: Text| {
            Err(Failure::new(FailureKind::Failed, message).at(domain).remedy(text!(
                "The service wants a record that this program does not understand. Check it with other tools.",
                "服务要求的记录本程序无法识别。请用其他工具检查。"
            )))
        };
        let name = plain(name);
        if !is_name(&name) {
            return fail(text!(
                "no server can be asked for the record `{}`",
                "无法向任何服务器查询记录 `{}`",
                shown(&name)
            ));
        }
        match kind.parse() {
            Ok(kind @ (Kind::Cname | Kind::Txt)) => Ok(Some(Self { name, kind, value: value.clone() })),
            _ => fail(text!(
                "a proof cannot be a record of the type `{}`",
                "`{}` 类型的记录不能用于域名验证",
                shown(kind)
            )),
        }
    }
}

/// Looks for a record, within the time that the settings allow.
///
/// # Errors
///
/// Of the kind [`Unconfigured`](FailureKind::Unconfigured) if the settings are wrong, and no other. Whatever servers say, or that they say nothing, is in the report.
pub async fn check(wanted: &Wanted, settings: &Settings) -> Result<Report, Failure> {
    let mut report = Report::new(wanted.clone());
    if settings.ask == Ask::Off {
        return Ok(report);
    }
    let lookup = match settings.lookup().await {
        Ok(lookup) => lookup,
        Err(failure) if failure.kind() == FailureKind::NotNow => {
            report.warn(Warning::NobodyAsked(failure.whole()));
            return Ok(report);
        }
        Err(failure) => return Err(failure),
    };
    let deadline = Instant::now() + settings.limit;
    if matches!(settings.ask, Ask::All | Ask::Authoritative) {
        within(deadline, &mut report, async |part| asking::authoritative(&lookup, settings.port, part).await).await;
    }
    if matches!(settings.ask, Ask::All | Ask::Resolvers) {
        within(deadline, &mut report, async |part| asking::resolvers(&lookup, part).await).await;
    }
    if !report.rows.is_empty() && report.rows.iter().all(|row| matches!(row.seen, Seen::NoAnswer(_))) {
        report.warn(Warning::NobodyAnswered);
    }
    Ok(report)
}

/// Asks until the deadline. What was found out until then stays in the report.
async fn within(deadline: Instant, report: &mut Report, ask: impl AsyncFnOnce(&mut Report)) {
    if timeout_at(deadline, ask(report)).await.is_err() {
        report.warn(Warning::TimeUp);
    }
}
