//! Questions to resolvers: whoever answers first.

use crate::proof::dns::client::Client;
use crate::proof::dns::{Answer, Code, Data, Kind, Question, Trouble, servers};
use crate::proof::name::{ancestors, is_below, is_name, plain};
use std::collections::BTreeSet;
use std::net::{IpAddr, SocketAddr};

/// The most aliases that are followed.
pub const MOST_ALIASES: usize = 8;
/// The most parents that are asked for.
const MOST_PARENTS: usize = 16;

/// Asks resolvers, one after the other, until one knows.
#[derive(Debug, Clone)]
pub struct Lookup {
    client: Client,
    resolvers: Vec<SocketAddr>,
}

impl Lookup {
    /// Asks these resolvers.
    #[must_use]
    pub fn new(client: Client, resolvers: Vec<SocketAddr>) -> Self {
        Self { client, resolvers }
    }

    /// Asks the resolvers of the system.
    #[must_use]
    pub fn of_system(client: Client) -> Self {
        Self::new(client, servers::of_system())
    }

    /// The resolvers.
    #[must_use]
    pub fn resolvers(&self) -> &[SocketAddr] {
        &self.resolvers
    }

    /// The client.
    #[must_use]
    pub fn client(&self) -> Client {
        self.client
    }

    /// Asks for the records of a name. Returns the answer of the first resolver that knows, also that the name does not exist.
    ///
    /// # Errors
    ///
    /// If no resolver knows: what the first one answered, or why none answered.
    pub async fn ask(&self, name: &str, kind: Kind) -> Result<Answer, Trouble> {
        let name = plain(name);
        if !is_name(&name) {
            return Err(Trouble::NoName);
        }
        let question = Question { name, kind, recursive: true };
        let mut why = Trouble::Nobody;
        for &resolver in &self.resolvers {
            let trouble = match self.client.ask(resolver, &question).await {
                Ok(answer) if matches!(answer.code, Code::Exists | Code::NoSuchName) => return Ok(answer),
                Ok(answer) => Trouble::Answered(answer.code),
                Err(trouble) => trouble,
            };
            // An answer says more than silence.
            if !matches!(why, Trouble::Answered(_)) {
                why = trouble;
            }
        }
        Err(why)
    }

    /// The zone that a name is in: the longest parent, or the name itself, that has an SOA record. `None` if no parent of two labels has one.
    ///
    /// # Errors
    ///
    /// If no resolver knows.
    pub async fn zone(&self, name: &str) -> Result<Option<String>, Trouble> {
        let name = plain(name);
        let mut why = None;
        for parent in ancestors(&name).take(MOST_PARENTS) {
            let answer = match self.ask(parent, Kind::Soa).await {
                Ok(answer) => answer,
                // A server that fails for this name may know its parent.
                Err(trouble @ Trouble::Answered(_)) => {
                    why.get_or_insert(trouble);
                    continue;
                }
                Err(trouble) => return Err(trouble),
            };
            let mut soas = answer.answers.iter().chain(&answer.zone).filter(|row| row.data == Data::Soa);
            // Below an alias the answer shows the zone of its target, which is another one.
            if let Some(zone) = soas.find(|row| is_below(parent, &row.name) && !row.name.is_empty()) {
                return Ok(Some(zone.name.clone()).filter(|zone| zone.contains('.')));
            }
        }
        why.map_or(Ok(None), Err)
    }

    /// The servers of a zone, by name.
    ///
    /// # Errors
    ///
    /// If no resolver knows.
    pub async fn servers(&self, zone: &str) -> Result<BTreeSet<String>, Trouble> {
        let answer = self.ask(zone, Kind::Ns).await?;
        let names = answer.answers.into_iter().filter(|row| row.name == zone).filter_map(|row| match row.data {
            Data::Ns(name) => Some(name),
            _ => None,
        });
        Ok(names.collect())
    }

    /// The addresses of a server, of both families. Empty if it has none, or nobody answers.
    pub async fn addresses(&self, server: &str) -> BTreeSet<IpAddr> {
        let mut addresses = BTreeSet::new();
        for kind in [Kind::A, Kind::Aaaa] {
            let Ok(answer) = self.ask(server, kind).await else { continue };
            addresses.extend(answer.answers.into_iter().filter_map(|row| match row.data {
                Data::A(address) => Some(IpAddr::from(address)),
                Data::Aaaa(address) => Some(IpAddr::from(address)),
                _ => None,
            }));
        }
        addresses
    }
}
