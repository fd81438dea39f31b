//! Proofs that a command of the user publishes.

use crate::base::failure::Failure;
use crate::base::task::Task;
use crate::hook::{Hook, HookEvent, HookRecord, HookRun, Publish, What};
use crate::journal::event::Challenge;
use crate::proof::dns::lookup::Lookup;
use crate::proof::name::{is_below, plain};
use crate::proof::solver::{Context, Solver};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// How long finding the zone of a record may take. A hook can do without.
const ZONE: Duration = Duration::from_secs(10);

/// Is told what a run of a command printed and how it ended.
pub type Listener = Arc<dyn Fn(&HookEvent, &HookRun) + Send + Sync>;

/// Publishes records and files by a command: the events `present` and `cleanup`.
///
/// The object that the command prints in its last line is what `present` returns, and `cleanup` gets it back as `state`: the id of a record, for
/// example. The command may be run twice with the same input.
#[derive(Clone)]
pub struct HookSolver {
    hook: Hook,
    lookup: Option<Lookup>,
    listener: Option<Listener>,
}

impl fmt::Debug for HookSolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HookSolver").field("hook", &self.hook).field("lookup", &self.lookup).finish_non_exhaustive()
    }
}

impl HookSolver {
    /// Publishes by this command.
    #[must_use]
    pub fn new(hook: Hook) -> Self {
        Self { hook, lookup: None, listener: None }
    }

    /// Tells the command also in which zone a record is, if these resolvers know: most providers ask for a zone and a name below it. Without resolvers,
    /// or if they do not answer, `zone` and `host` are `null`.
    #[must_use]
    pub fn lookup(mut self, lookup: Lookup) -> Self {
        self.lookup = Some(lookup);
        self
    }

    /// Tells `listener` after each run what the command printed, also if it failed: for a log.
    #[must_use]
    pub fn listener(mut self, listener: Listener) -> Self {
        self.listener = Some(listener);
        self
    }

    async fn run(&self, of: &Context, what: What) -> Result<Value, Failure> {
        let (certificate, names) = (Some(of.certificate.clone()), of.names.clone());
        let event = HookEvent { certificate, names, attempt: of.attempt, what };
        let run = self.hook.observe(&event).await?;
        if let Some(listener) = &self.listener {
            listener(&event, &run);
        }
        match run.failure {
            Some(failure) => Err(failure),
            None => Ok(run.result.state.map_or(Value::Null, Value::Object)),
        }
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

impl Solver for HookSolver {
    fn present<'a>(&'a self, of: &'a Context, challenge: &'a Challenge) -> Task<'a, Value> {
        Box::pin(async move {
            let what = What::Present(self.publish(challenge).await);
            self.run(of, what).await
        })
    }

    fn cleanup<'a>(&'a self, of: &'a Context, challenge: &'a Challenge, state: &'a Value) -> Task<'a, ()> {
        Box::pin(async move {
            let what = What::Cleanup { proof: self.publish(challenge).await, state: state.clone() };
            self.run(of, what).await.map(|_| ())
        })
    }

    fn check(&self) -> Result<(), Failure> {
        self.hook.check()
    }
}
