//! Pauses between two calls about the same thing: the service refuses the second one if it comes too early.

use crate::action::cooldown::Hold;
use crate::action::operation::Operation;
use crate::base::error::{Error, ErrorKind};
use crate::call::core::Core;
use crate::setup::options::CallOptions;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Most pauses that are remembered. Each lasts for seconds, so more than these would be orders by the hundred in a second; the oldest is
/// forgotten then, and its call may come too early, which does no harm.
const MOST: usize = 1_024;

/// The pauses that have begun, for all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Paces(Mutex<VecDeque<Pace>>);

#[derive(Debug)]
struct Pace {
    action: &'static str,
    after: &'static str,
    id: String,
    /// When it ends, on the environment's clock.
    end: Duration,
}

impl Paces {
    fn all(&self) -> MutexGuard<'_, VecDeque<Pace>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn begin(&self, hold: Hold, now: Duration) {
        let Some(id) = hold.id else { return };
        let mut all = self.all();
        all.retain(|pace| pace.end > now);
        if all.len() >= MOST {
            all.pop_front();
        }
        let end = now.saturating_add(Duration::from_secs(hold.seconds));
        all.push_back(Pace { action: hold.action, after: hold.after, id, end });
    }

    /// What is left of a pause.
    fn left(&self, hold: &Hold, now: Duration) -> Duration {
        let same =
            |pace: &&Pace| pace.action == hold.action && pace.after == hold.after && Some(&pace.id) == hold.id.as_ref();
        let end = self.all().iter().filter(same).map(|pace| pace.end).max();
        end.unwrap_or_default().saturating_sub(now)
    }
}

impl Core {
    /// Waits until a request may be sent. The pause counts as time of its operation.
    pub(crate) async fn keep_pace<R: Operation>(&self, request: &R, options: &mut CallOptions) -> Result<(), Error> {
        let holds = request.held();
        // Few actions have a pause: what waits is not compiled for each, and is no part of every call's future.
        if holds.is_empty() { Ok(()) } else { Box::pin(self.pause(R::ACTION.name, holds, options)).await }
    }

    async fn pause(&self, action: &str, holds: Vec<Hold>, options: &mut CallOptions) -> Result<(), Error> {
        let environment = self.environment();
        let left = |hold: &Hold| self.shared().paces.left(hold, environment.elapsed());
        let Some((pause, hold)) = holds.iter().map(|hold| (left(hold), hold)).max_by_key(|(left, _)| *left) else {
            return Ok(());
        };
        if pause.is_zero() {
            return Ok(());
        }
        let limit = self.operation_timeout(options);
        if pause >= limit {
            let message = format!(
                "was not sent: it has to wait {pause:.1?} after {}, and the operation may take {limit:.1?}",
                hold.after
            );
            return Err(Error::new(ErrorKind::Timeout, action, message));
        }
        let start = environment.elapsed();
        environment.sleep(pause).await;
        options.operation_timeout = Some(limit.saturating_sub(environment.elapsed().saturating_sub(start)));
        Ok(())
    }

    /// Begins the pauses that follow from an answer.
    pub(crate) fn begin_pauses(&self, holds: Vec<Hold>) {
        for hold in holds {
            self.shared().paces.begin(hold, self.shared().config.environment.elapsed());
        }
    }
}
