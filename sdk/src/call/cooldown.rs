//! Keeps cooldowns: a service refuses the second of two calls about the same thing if it comes too early.
//!
//! They come from `wait_seconds` of a precondition in the spec. The id that the earlier action returned (`obtained_from`) identifies the thing.
//! Clones of a client share the cooldowns, at most 1,024 of them.

use crate::action::cooldown::Cooldown;
use crate::action::operation::Operation;
use crate::action::request::Request;
use crate::base::error::Error;
use crate::base::legible::time;
use crate::call::core::Core;
use crate::setup::options::CallOptions;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The maximum number of cooldowns. Each lasts for seconds, so only hundreds of orders a second exceed it. Then the oldest is dropped, and its call
/// may come too early, which the service refuses without harm.
const MOST: usize = 1_024;

/// The running cooldowns, shared by all clones of a client.
#[derive(Debug, Default)]
pub(crate) struct Cooldowns(Mutex<VecDeque<Running>>);

#[derive(Debug)]
struct Running {
    action: &'static str,
    after: &'static str,
    /// The id that both calls are about; `None` for any, if that is not known.
    id: Option<String>,
    /// When it ends, on the environment's clock.
    end: Duration,
}

impl Cooldowns {
    fn all(&self) -> MutexGuard<'_, VecDeque<Running>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self, cooldown: &Cooldown, id: Option<String>, now: Duration) {
        let mut all = self.all();
        all.retain(|running| running.end > now);
        if all.len() >= MOST {
            all.pop_front();
        }
        let end = now.saturating_add(Duration::from_secs(cooldown.seconds));
        all.push_back(Running { action: cooldown.action, after: cooldown.after, id, end });
    }

    /// The time left of a cooldown.
    fn left(&self, cooldown: &Cooldown, now: Duration) -> Duration {
        let same = |running: &&Running| {
            running.action == cooldown.action
                && running.after == cooldown.after
                && (running.id.is_none() || running.id == cooldown.id)
        };
        let end = self.all().iter().filter(same).map(|running| running.end).max();
        end.unwrap_or_default().saturating_sub(now)
    }
}

impl Core {
    /// Waits until the cooldowns of a request are over. The time counts towards the operation timeout.
    pub(crate) async fn keep_cooldowns(&self, request: &dyn Request, options: &mut CallOptions) -> Result<(), Error> {
        let cooldowns = request.waits_for();
        // Few actions have a cooldown, so the code that waits is boxed and not part of every call's future.
        if cooldowns.is_empty() {
            return Ok(());
        }
        Box::pin(self.wait_out(request.info().name, cooldowns, options)).await
    }

    async fn wait_out(&self, action: &str, cooldowns: Vec<Cooldown>, options: &mut CallOptions) -> Result<(), Error> {
        let environment = self.environment();
        let time_left = |cooldown: &Cooldown| self.shared().cooldowns.left(cooldown, environment.elapsed());
        let Some((left, cooldown)) =
            cooldowns.iter().map(|cooldown| (time_left(cooldown), cooldown)).max_by_key(|(left, _)| *left)
        else {
            return Ok(());
        };
        if left.is_zero() {
            return Ok(());
        }
        let limit = self.operation_timeout(options);
        if left >= limit {
            let message = format!(
                "was not sent: it must wait another {} after {}, but the operation may only take {}. Raise the operation timeout",
                time(left),
                cooldown.after,
                time(limit)
            );
            return Err(Error::timeout(action, message));
        }
        let start = environment.elapsed();
        environment.sleep(left).await;
        options.operation_timeout = Some(limit.saturating_sub(environment.elapsed().saturating_sub(start)));
        Ok(())
    }

    /// Starts the cooldowns that follow from a response. One without an id is about nothing.
    pub(crate) fn start_cooldowns(&self, mut cooldowns: Vec<Cooldown>) {
        for cooldown in &mut cooldowns {
            if let Some(id) = cooldown.id.take() {
                self.shared().cooldowns.start(cooldown, Some(id), self.shared().config.environment.elapsed());
            }
        }
    }

    /// Starts the cooldowns of a call whose response was lost. Its id is not known, so every call that needs such a cooldown waits.
    #[allow(dead_code, reason = "not every API version has calls that are guarded")]
    pub(crate) fn start_cooldowns_of_any<R: Operation>(&self) {
        for cooldown in R::starts_cooldowns(&R::Response::default()) {
            self.shared().cooldowns.start(&cooldown, None, self.shared().config.environment.elapsed());
        }
    }
}
