//! Lets nothing out that was not announced, by nobody who has lost the lock.

use crate::base::failure::{Failure, Kind};
use crate::base::machine::Since;
use crate::base::watch::Watched;
use crate::journal::Lock;
use cloudcert::api::Effect;
use cloudcert::{Incoming, Interceptor, Outgoing, Refusal};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long after its announcement an attempt of a call may begin. The SDK itself stops trying then.
pub const OPERATION: Duration = Duration::from_secs(60);

/// Asked before every attempt of every call. A call that costs, or that must not be made twice, passes only while it is announced, its lock is held,
/// and the announcement is younger than [`OPERATION`], on a clock that counts sleep.
#[derive(Debug, Clone, Default)]
pub struct Fence {
    permit: Arc<Mutex<Option<Permit>>>,
    operation: Option<Duration>,
    watch: Watched,
}

#[derive(Debug)]
struct Permit {
    scope: Scope,
    locks: Vec<Arc<dyn Lock>>,
    since: Since,
}

/// What was announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// This action.
    Action(String),
    /// Whatever costs nothing and submits nothing, such as giving a failed order back.
    Free,
    /// What a deployment does: an upload, a job and its start. Never an order.
    Deployment,
}

/// The announcement of a call. It ends when this is dropped.
#[derive(Debug)]
#[must_use = "the call is allowed only while this lives"]
pub struct Allowed {
    permit: Arc<Mutex<Option<Permit>>>,
}

impl Fence {
    /// A fence that tells `watch` of every attempt.
    #[must_use]
    pub fn new(watch: Watched) -> Self {
        Self { watch, ..Self::default() }
    }

    /// Sets how long after its announcement an attempt may begin. Default: [`OPERATION`]. A longer time than the clients have for an operation
    /// protects from nothing.
    #[must_use]
    pub fn operation(mut self, time: Duration) -> Self {
        self.operation = Some(time);
        self
    }

    /// Allows what was announced under these locks. `since` is a moment before the announcement was committed: the process may have slept after it,
    /// while another one has taken over.
    pub fn allow(&self, scope: Scope, locks: Vec<Arc<dyn Lock>>, since: Since) -> Allowed {
        let permit = Permit { scope, locks, since };
        *self.permit.lock().unwrap_or_else(PoisonError::into_inner) = Some(permit);
        Allowed { permit: self.permit.clone() }
    }

    fn check(&self, action: &str, effect: Effect) -> Result<(), Failure> {
        if matches!(effect, Effect::Read | Effect::Idempotent) {
            return Ok(());
        }
        let permit = self.permit.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = |why: &str| {
            let message = format!("{action} was not sent: {why}");
            Err(Failure::new(Kind::NotNow, message).remedy("Run it again: it looks first what has happened."))
        };
        let Some(permit) = permit.as_ref() else { return refused("it was not announced in the journal") };
        let covered = match &permit.scope {
            Scope::Action(announced) => announced == action,
            Scope::Free => matches!(effect, Effect::NameGuarded | Effect::Create),
            Scope::Deployment => matches!(effect, Effect::NameGuarded | Effect::Create | Effect::SubmitOnce),
        };
        if !covered {
            return refused("another call was announced in the journal");
        }
        if permit.since.elapsed() >= self.operation.unwrap_or(OPERATION) {
            return refused("its announcement in the journal is too old");
        }
        if !permit.locks.iter().all(|lock| lock.held()) {
            return refused("the lock of the journal was lost");
        }
        Ok(())
    }
}

impl Drop for Allowed {
    fn drop(&mut self) {
        *self.permit.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

impl Interceptor for Fence {
    fn before_signing(&self, request: &mut Outgoing<'_>) -> Result<(), Refusal> {
        self.watch.reach(format_args!("before call {}", request.action()));
        Ok(self.check(request.action(), request.effect())?)
    }

    fn after_response(&self, response: &Incoming<'_>) {
        self.watch.reach(format_args!("after call {}", response.action()));
    }
}
