//! What publishes proofs of domains.

use crate::base::failure::{Failure, Kind};
use crate::base::name::Name;
use crate::base::task::Task;
use crate::base::text::Text;
use crate::journal::event::Challenge;
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// For whom a proof is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// The certificate.
    pub certificate: Name,
    /// Its domain names, the first is the main one.
    pub names: Vec<String>,
    /// Which attempt at this proof: the first is 1.
    pub attempt: u32,
}

/// Publishes proofs and takes them away.
///
/// Both may be called twice with the same challenge, since a process may die between the act and its event. A second call changes nothing.
pub trait Solver: Send + Sync + fmt::Debug {
    /// Publishes the proof. What it returns is kept in the journal, so it must not contain a secret; `cleanup` gets it back.
    ///
    /// # Errors
    ///
    /// Of the kind [`NotNow`](Kind::NotNow) if the next run can try again. Otherwise the settings are wrong, or it failed.
    fn present<'a>(&'a self, of: &'a Context, challenge: &'a Challenge) -> Task<'a, Value>;

    /// Takes the proof away. `state` is what `present` returned, or null if its process died before that was recorded.
    ///
    /// # Errors
    ///
    /// As for `present`. If the proof is gone already, it succeeds.
    fn cleanup<'a>(&'a self, of: &'a Context, challenge: &'a Challenge, state: &'a Value) -> Task<'a, ()>;

    /// Whether a person publishes this proof. Then show it, and end the run: see [`manual::waiting`](crate::proof::manual::waiting).
    fn is_manual(&self, challenge: &Challenge) -> bool {
        let _ = challenge;
        false
    }

    /// Checks the settings. Changes nothing and asks nobody.
    ///
    /// # Errors
    ///
    /// What is wrong with them.
    fn check(&self) -> Result<(), Failure>;
}

/// How the configuration names what publishes records.
pub(super) fn record() -> Text {
    text!(
        "Write `prove = {{ dns = {{ hook = \"NAME\" }} }}`, or `prove = {{ manual = \"dns\" }}`.",
        "请写 `prove = {{ dns = {{ hook = \"NAME\" }} }}` 或 `prove = {{ manual = \"dns\" }}`。"
    )
}

/// How it names what publishes files.
fn file() -> Text {
    text!(
        "Write `prove = {{ webroot = \"/srv/www\" }}`, `prove = {{ file = {{ hook = \"NAME\" }} }}`, or `prove = {{ manual = \"file\" }}`.",
        "请写 `prove = {{ webroot = \"/srv/www\" }}`、`prove = {{ file = {{ hook = \"NAME\" }} }}` 或 `prove = {{ manual = \"file\" }}`。"
    )
}

/// Chooses a solver by the challenge: one for records, one for files.
#[derive(Debug, Clone, Default)]
pub struct Solvers {
    dns: Option<Arc<dyn Solver>>,
    file: Option<Arc<dyn Solver>>,
}

impl Solvers {
    /// No solvers: every challenge is refused.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Publishes DNS records with this solver.
    #[must_use]
    pub fn dns(mut self, solver: Arc<dyn Solver>) -> Self {
        self.dns = Some(solver);
        self
    }

    /// Publishes files with this solver.
    #[must_use]
    pub fn file(mut self, solver: Arc<dyn Solver>) -> Self {
        self.file = Some(solver);
        self
    }

    /// The solver of a challenge.
    ///
    /// # Errors
    ///
    /// Of the kind [`Unconfigured`](Kind::Unconfigured) if none was set.
    pub fn solver(&self, challenge: &Challenge) -> Result<&dyn Solver, Failure> {
        let (solver, domain, what, remedy) = match challenge {
            Challenge::Dns { domain, .. } => (&self.dns, domain, text!("a DNS record", "DNS 记录"), record()),
            Challenge::File { domain, .. } => (&self.file, domain, text!("a file", "文件"), file()),
        };
        let message = || text!("the service wants {what} as the proof, and nothing is configured that publishes one", "服务要求以{what}验证域名，而配置中没有发布方式"; what);
        solver.as_deref().ok_or_else(|| Failure::new(Kind::Unconfigured, message()).at(domain).remedy(remedy))
    }
}

impl Solver for Solvers {
    fn present<'a>(&'a self, of: &'a Context, challenge: &'a Challenge) -> Task<'a, Value> {
        match self.solver(challenge) {
            Ok(solver) => solver.present(of, challenge),
            Err(failure) => Box::pin(async move { Err(failure) }),
        }
    }

    fn cleanup<'a>(&'a self, of: &'a Context, challenge: &'a Challenge, state: &'a Value) -> Task<'a, ()> {
        match self.solver(challenge) {
            Ok(solver) => solver.cleanup(of, challenge, state),
            Err(failure) => Box::pin(async move { Err(failure) }),
        }
    }

    fn is_manual(&self, challenge: &Challenge) -> bool {
        self.solver(challenge).is_ok_and(|solver| solver.is_manual(challenge))
    }

    fn check(&self) -> Result<(), Failure> {
        [&self.dns, &self.file].into_iter().flatten().try_for_each(|solver| solver.check())
    }
}
