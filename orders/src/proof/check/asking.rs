//! Asks all servers for a record, at the same time.

use crate::proof::check::decide::{Said, decide};
use crate::proof::check::report::{Report, Role, Row, Seen, Warning};
use crate::proof::dns::lookup::{Lookup, MOST_ALIASES};
use crate::proof::dns::{Answer, Question, Trouble};
use std::net::SocketAddr;
use tokio::task::JoinSet;

/// The most servers of a zone that are asked. Zones have up to 13.
const MOST_SERVERS: usize = 16;
/// The most addresses of all of them.
const MOST_ADDRESSES: usize = 32;

/// A server that is asked, and its name.
type Server = (Option<String>, SocketAddr);

/// Asks the servers of the zone, and follows aliases into other zones.
pub(super) async fn authoritative(lookup: &Lookup, port: u16, report: &mut Report) {
    let mut name = report.wanted.name.clone();
    for _ in 0..=MOST_ALIASES {
        let servers = servers_of(lookup, &name, port, report).await;
        let said = ask_all(lookup, servers, &name, Role::Authoritative, report).await;
        let alias = said.iter().find_map(|(_, said)| match said {
            Said::Alias(alias) => Some(alias.clone()),
            Said::Seen(_) => None,
        });
        let is_final = alias.is_none() || said.iter().any(|(_, said)| *said == Said::Seen(Seen::Found));
        let Some(alias) = alias.filter(|_| !is_final) else {
            add(report, said, Role::Authoritative);
            return;
        };
        // Those that know no alias speak about this name; those that do are replaced by the servers of its target.
        let others = said.into_iter().filter(|(_, said)| matches!(said, Said::Seen(_))).collect();
        add(report, others, Role::Authoritative);
        if alias == report.wanted.name || report.aliases.contains(&alias) {
            report.warn(Warning::Circle);
            return;
        }
        report.aliases.push(alias.clone());
        name = alias;
    }
    report.warn(Warning::ManyAliases(MOST_ALIASES));
}

/// Asks the resolvers, which follow aliases themselves.
pub(super) async fn resolvers(lookup: &Lookup, report: &mut Report) {
    let servers = lookup.resolvers().iter().map(|&address| (None, address)).collect();
    let name = report.wanted.name.clone();
    let said = ask_all(lookup, servers, &name, Role::Resolver, report).await;
    add(report, said, Role::Resolver);
}

fn add(report: &mut Report, said: Vec<(Server, Said)>, role: Role) {
    for ((server, address), said) in said {
        let seen = match said {
            Said::Seen(seen) => seen,
            // A resolver that does not follow an alias, or whose target has no such record.
            Said::Alias(_) => Seen::NoRecord,
        };
        report.rows.push(Row { server, address, role, seen });
    }
}

/// The servers of the zone of a name. What cannot be found out becomes a warning.
async fn servers_of(lookup: &Lookup, name: &str, port: u16, report: &mut Report) -> Vec<Server> {
    let zone = match lookup.zone(name).await {
        Ok(Some(zone)) => zone,
        Ok(None) => {
            report.warn(Warning::NoZone(name.to_owned()));
            return Vec::new();
        }
        Err(trouble) => {
            report.warn(Warning::ZoneUnknown(name.to_owned(), trouble.said()));
            return Vec::new();
        }
    };
    report.zone = Some(zone.clone());
    let names = match lookup.servers(&zone).await {
        Ok(names) => names,
        Err(trouble) => {
            report.warn(Warning::ServersUnknown(zone, trouble.said()));
            return Vec::new();
        }
    };
    if names.is_empty() {
        report.warn(Warning::NoServers(zone.clone()));
    }
    let mut servers = Vec::new();
    for server in names.into_iter().take(MOST_SERVERS) {
        let addresses = lookup.addresses(&server).await;
        if addresses.is_empty() {
            report.warn(Warning::NoAddress { server: server.clone(), zone: zone.clone() });
        }
        servers.extend(addresses.into_iter().map(|address| (Some(server.clone()), SocketAddr::new(address, port))));
    }
    servers.truncate(MOST_ADDRESSES);
    servers
}

/// Asks all servers at the same time. The order of the answers is that of the servers.
async fn ask_all(
    lookup: &Lookup,
    servers: Vec<Server>,
    name: &str,
    role: Role,
    report: &Report,
) -> Vec<(Server, Said)> {
    let kind = report.wanted.kind;
    let question = Question { name: name.to_owned(), kind, recursive: role == Role::Resolver };
    let mut asked = JoinSet::new();
    for (number, (_, address)) in servers.iter().enumerate() {
        let (client, address, question) = (lookup.client(), *address, question.clone());
        asked.spawn(async move { (number, client.ask(address, &question).await) });
    }
    let mut answers: Vec<Option<Result<Answer, Trouble>>> = vec![None; servers.len()];
    while let Some(answer) = asked.join_next().await {
        if let Ok((number, answer)) = answer
            && let Some(place) = answers.get_mut(number)
        {
            *place = Some(answer);
        }
    }
    let said = servers.into_iter().zip(answers).map(|(server, answer)| match answer {
        Some(Ok(answer)) => (server, decide(&report.wanted, name, role, &answer)),
        Some(Err(trouble)) => (server, Said::Seen(Seen::NoAnswer(trouble.said()))),
        None => (server, Said::Seen(Seen::NoAnswer(text!("the question was not asked", "未查询")))),
    });
    said.collect()
}
