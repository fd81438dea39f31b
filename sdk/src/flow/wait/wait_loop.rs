//! The loop of a wait: call, interpret the response, sleep.

use super::message::{calls, late, stopped};
use super::{Progress, UnknownStates, WaitEnd, WaitInfo};
use crate::action::operation::Operation;
use crate::base::environment::jitter;
use crate::base::error::{Error, ErrorKind};
use crate::base::legible::{NAME, legible};
use crate::call::core::Core;
use crate::call::retry::{Class, class};
use crate::setup::options::CallOptions;
use crate::wire;
use std::time::Duration;

/// The shortest interval between two calls, whatever the program sets: a wait is not a load test.
const MIN_INTERVAL: Duration = Duration::from_millis(100);
/// How long the last call may take, even if less time is left.
const LAST_CALL: Duration = Duration::from_secs(2);
/// Consecutive transient failures before the wait gives up. Each has already been retried by the retry loop.
const MAX_FAILURES: u32 = 5;
/// How long "not found" may mean that the service does not see a new thing yet. Beyond it, the id is wrong.
const TOLERANCE: Duration = Duration::from_secs(60);
/// The share by which jitter may shorten an interval, so that waits that begin together do not call together.
const JITTER: f64 = 0.25;

/// A running wait.
pub(super) struct WaitLoop<R: Operation> {
    pub(super) core: Core,
    pub(super) request: R,
    pub(super) options: CallOptions,
    pub(super) info: &'static WaitInfo<R>,
    pub(super) initial_interval: Duration,
    pub(super) max_interval: Duration,
    pub(super) deadline: Duration,
    pub(super) unknown_states: UnknownStates,
    pub(super) tolerance: Duration,
    observed: Observed,
}

/// What the wait has observed so far.
#[derive(Default)]
struct Observed {
    start: Option<Duration>,
    /// The next interval, before jitter.
    interval: Duration,
    /// How long the service asks to wait.
    retry_after: Duration,
    polls: u32,
    /// Whether a call has succeeded.
    found: bool,
    /// Whether the last call failed with an error that is tolerated for a while.
    tolerated: bool,
    /// Consecutive transient failures.
    failures: u32,
    /// The result of the last call, for messages.
    last: String,
    state: Option<String>,
    /// The last response, redacted.
    response: Option<String>,
    done: bool,
}

/// What a state means to a wait.
enum Meaning {
    Reached,
    Pending,
    Failed,
    Unknown,
}

impl<R: Operation> WaitLoop<R> {
    #[allow(dead_code, reason = "not every API version has waits")]
    pub(super) fn new(core: Core, request: R, info: &'static WaitInfo<R>) -> Self {
        let [initial_interval, max_interval, deadline] = info.poll.map(Duration::from_secs);
        Self {
            core,
            request,
            options: CallOptions::default(),
            info,
            initial_interval,
            max_interval,
            deadline,
            unknown_states: UnknownStates::default(),
            tolerance: TOLERANCE,
            observed: Observed::default(),
        }
    }

    /// The next response; `None` after the end of the wait.
    pub(super) async fn step(&mut self) -> Option<Result<Progress<R::Response>, Error>> {
        if self.observed.done {
            return None;
        }
        let step = self.next().await;
        self.observed.done = step.as_ref().map_or(true, |progress| progress.done);
        Some(step.map_err(|error| error.in_wait(self.end())))
    }

    async fn next(&mut self) -> Result<Progress<R::Response>, Error> {
        loop {
            self.sleep().await?;
            self.observed.polls += 1;
            match self.poll().await {
                Ok(response) => {
                    self.observed.found = true;
                    self.observed.tolerated = false;
                    self.observed.failures = 0;
                    return self.judge(response);
                }
                Err(error) if error.kind() == ErrorKind::Transport && self.waited() >= self.deadline => {
                    return Err(self.late("the last call got no response in time").caused_by(error));
                }
                Err(error) if self.goes_on(&error) => {
                    self.observed.last = match error.exact_code() {
                        Some(code) => format!("last error `{}`", legible(code, NAME)),
                        None => "the last call failed".to_owned(),
                    };
                    self.observed.retry_after = error.retry_after().unwrap_or_default();
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Sleeps until the next call. The first call is made at once, the last one at the deadline. An error after the deadline, or if the service asks
    /// to wait longer.
    async fn sleep(&mut self) -> Result<(), Error> {
        let environment = self.core.environment();
        let max_interval = self.max_interval.max(MIN_INTERVAL);
        if self.observed.start.is_none() {
            self.observed.start = Some(environment.elapsed());
            self.observed.interval = self.initial_interval.clamp(MIN_INTERVAL, max_interval);
            return Ok(());
        }
        let retry_after = std::mem::take(&mut self.observed.retry_after);
        let left = self.deadline.saturating_sub(self.waited());
        if left < MIN_INTERVAL.max(retry_after) {
            return Err(self.late(&self.observed.last));
        }
        let interval = jitter(self.observed.interval, JITTER, environment.random()).max(MIN_INTERVAL).max(retry_after);
        // The last call that may fail with a tolerated error is made when the tolerance ends.
        let tolerated = self.tolerance.saturating_sub(self.waited()).max(MIN_INTERVAL).max(retry_after);
        let most = if self.observed.tolerated { left.min(tolerated) } else { left };
        environment.sleep(interval.min(most)).await;
        self.observed.interval = self.observed.interval.saturating_mul(2).min(max_interval);
        Ok(())
    }

    /// Makes one call. It ends with the wait, or soon after if it is the last one.
    async fn poll(&self) -> Result<R::Response, Error> {
        let mut options = self.options.clone();
        let left = self.deadline.saturating_sub(self.waited()).max(LAST_CALL);
        options.operation_timeout = Some(self.core.operation_timeout(&options).min(left));
        self.core.send(self.request.clone(), options).await
    }

    /// Decides whether the state ends the wait.
    fn judge(&mut self, response: R::Response) -> Result<Progress<R::Response>, Error> {
        let state = (self.info.state)(&response);
        self.observed.response = Some(wire::brief(&response));
        self.observed.state.clone_from(&state);
        self.observed.last = match &state {
            Some(state) => format!("last state `{state}`"),
            None => "the last response had no state".to_owned(),
        };
        let done = match self.meaning(state.as_deref(), &response) {
            Meaning::Reached => true,
            Meaning::Pending => false,
            Meaning::Unknown if self.unknown_states == UnknownStates::KeepWaiting => false,
            Meaning::Unknown => {
                let message = format!(
                    "{}: this version does not know the state `{}`, after {}. To wait on, set `unknown_states`",
                    stopped(self.info.about),
                    state.unwrap_or_default(),
                    calls(self.observed.polls)
                );
                return Err(Error::unknown_state(R::ACTION.name, message, self.end()));
            }
            Meaning::Failed => {
                let reason = (self.info.reason)(&response).map_or_else(String::new, |why| format!(": {why}"));
                let message = format!(
                    "{}: it failed with the state `{}` after {}{reason}",
                    stopped(self.info.about),
                    state.unwrap_or_default(),
                    calls(self.observed.polls)
                );
                return Err(Error::failed_state(R::ACTION.name, message, self.end()));
            }
        };
        Ok(Progress { state, response, done, elapsed: self.waited(), polls: self.observed.polls })
    }

    /// Without a state in the response, the wait goes on.
    fn meaning(&self, state: Option<&str>, response: &R::Response) -> Meaning {
        let WaitInfo { success, failure, going, present, .. } = self.info;
        match state {
            Some(state) if success.contains(&state) => Meaning::Reached,
            Some(state) if failure.contains(&state) => Meaning::Failed,
            Some(state) if !going.contains(&state) => Meaning::Unknown,
            Some(_) if present(response) => Meaning::Reached,
            _ => Meaning::Pending,
        }
    }

    /// Whether the wait goes on after a failed call: the client was too fast, the service does not see a new thing yet, or the failure is
    /// transient.
    fn goes_on(&mut self, error: &Error) -> bool {
        let is_tolerable = error.exact_code().is_some_and(|code| self.info.tolerate.contains(&code));
        self.observed.tolerated = is_tolerable && !self.observed.found && self.waited() < self.tolerance;
        if error.is_throttled() || self.observed.tolerated {
            return true;
        }
        self.observed.failures += 1;
        class(error) == Class::Transient && self.observed.failures < MAX_FAILURES
    }

    fn waited(&self) -> Duration {
        let now = self.core.shared().config.environment.elapsed();
        now.saturating_sub(self.observed.start.unwrap_or(now))
    }

    fn end(&self) -> WaitEnd {
        WaitEnd {
            about: self.info.about,
            last_state: self.observed.state.clone(),
            last_response: self.observed.response.clone(),
            elapsed: self.waited(),
            polls: self.observed.polls,
        }
    }

    fn late(&self, last: &str) -> Error {
        let message = format!("{}; {last}, {}", late(self.info.about, self.waited()), calls(self.observed.polls));
        Error::deadline_exceeded(R::ACTION.name, message, self.end())
    }
}
