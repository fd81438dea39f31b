//! Proofs that a command of the user publishes.

use crate::base::failure::Failure;
use crate::base::task::Task;
use crate::hook::{Hook, HookEvent, HookRecord, Publish, What};
use crate::journal::event::Challenge;
use crate::proof::dns::lookup::Lookup;
use crate::proof::name::{is_below, plain};
use crate::proof::solver::{Context, Solver};
use serde_json::Value;
use std::time::Duration;
use tokio::time::timeout;

/// How long finding the zone of a record may take. A hook can do without.
const ZONE: Duration = Duration::from_secs(10);

/// Publishes records and files by a command: the events `present` and `cleanup`.
///
/// The object that the command prints in its last line is what `present` returns, and `cleanup` gets it back as `state`: the id of a record, for
/// example. The command may be run twice with the same input.
#[derive(Debug, Clone)]
pub struct HookSolver {
    hook: Hook,
    lookup: Option<Lookup>,
}

impl HookSolver {
    /// Publishes by this command.
    #[must_use]
    pub fn new(hook: Hook) -> Self {
        Self { hook, lookup: None }
    }

    /// Tells the command also in which zone a record is, if these resolvers know: most providers ask for a zone and a name below it. Without resolvers,
    /// or if they do not answer, `zone` and `host` are `null`.
    #[must_use]
    pub fn lookup(mut self, lookup: Lookup) -> Self {
        self.lookup = Some(lookup);
        self
    }

    async fn publish(&self, challenge: &Challenge) -> Publish {
        match challenge {
            Challenge::Dns { name, kind, value, .. } => {
                let zone = self.zone(name).await;
                let host = zone.as_deref().map(|zone| below(name, zone));
                let (name, kind, value) = (name.clone(), kind.clone(), value.clone());
                Publish::Record(HookRecord { name, host, zone, kind, value })
            }
            Challenge::File { domain, path, content } => {
                Publish::File { host: domain.clone(), path: path.clone(), content: content.clone() }
            }
        }
    }

    async fn zone(&self, name: &str) -> Option<String> {
        let lookup = self.lookup.as_ref()?;
        let zone = timeout(ZONE, lookup.zone(name)).await.ok()?.ok()??;
        is_below(&plain(name), &zone).then_some(zone)
    }
}

/// The name below its zone: `@` for the zone itself, as providers write it.
fn below(name: &str, zone: &str) -> String {
    let name = plain(name);
    match name.strip_suffix(zone).map(|before| before.trim_end_matches('.')) {
        Some("") => "@".to_owned(),
        Some(before) => before.to_owned(),
        None => name,
    }
}

fn event(of: &Context, what: What) -> HookEvent {
    HookEvent { certificate: Some(of.certificate.clone()), names: of.names.clone(), attempt: of.attempt, what }
}

impl Solver for HookSolver {
    fn present<'a>(&'a self, of: &'a Context, challenge: &'a Challenge) -> Task<'a, Value> {
        Box::pin(async move {
            let what = What::Present(self.publish(challenge).await);
            let result = self.hook.run(&event(of, what)).await?;
            Ok(result.state.map_or(Value::Null, Value::Object))
        })
    }

    fn cleanup<'a>(&'a self, of: &'a Context, challenge: &'a Challenge, state: &'a Value) -> Task<'a, ()> {
        Box::pin(async move {
            let what = What::Cleanup { proof: self.publish(challenge).await, state: state.clone() };
            self.hook.run(&event(of, what)).await.map(|_| ())
        })
    }

    fn check(&self) -> Result<(), Failure> {
        self.hook.check()
    }
}
