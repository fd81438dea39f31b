//! The course of a wait: calls, pauses, and what an answer means.

use super::{Progress, UnknownStates, WaitEnd, WaitInfo};
use crate::action::operation::Operation;
use crate::base::error::{Error, ErrorKind};
use crate::call::core::Core;
use crate::call::retry::{Class, class};
use crate::setup::options::CallOptions;
use crate::wire;
use std::time::Duration;

/// The shortest pause between two calls, whatever is asked for: a wait is no load test.
const SHORTEST: Duration = Duration::from_millis(100);
/// How long the last call of a wait may take, however little of the wait's time is left.
const LAST: Duration = Duration::from_secs(2);
/// How many calls in a row may fail in passing. Each was sent again by itself before.
const PASSING: u32 = 5;
/// Which part of a pause is left to chance, so that many waits that begin together do not call together.
const JITTER: f64 = 0.25;

/// What the steps of a wait hand on to each other.
pub(super) struct Course<R: Operation> {
    pub(super) core: Core,
    pub(super) request: R,
    pub(super) options: CallOptions,
    pub(super) info: &'static WaitInfo<R>,
    pub(super) first: Duration,
    pub(super) most: Duration,
    pub(super) deadline: Duration,
    pub(super) unknown: UnknownStates,
    seen: Seen,
}

/// What has been seen so far.
#[derive(Default)]
struct Seen {
    start: Option<Duration>,
    /// The next pause, without chance.
    pause: Duration,
    /// How long the service asked to wait.
    asked: Duration,
    polls: u32,
    /// Whether the service has answered without an error.
    found: bool,
    /// Calls in a row that failed in passing.
    failed: u32,
    /// What the last call said, for people.
    last: String,
    state: Option<String>,
    answer: Option<String>,
    done: bool,
}

/// What a state means to a wait.
enum Stand {
    Reached,
    Going,
    Failed,
    Unknown,
}

impl<R: Operation> Course<R> {
    pub(super) fn new(core: Core, request: R, info: &'static WaitInfo<R>) -> Self {
        let [first, most, deadline] = info.poll.map(Duration::from_secs);
        let (options, unknown, seen) = (CallOptions::default(), UnknownStates::default(), Seen::default());
        Self { core, request, options, info, first, most, deadline, unknown, seen }
    }

    /// The next answer that says how things stand.
    pub(super) async fn step(&mut self) -> Option<Result<Progress<R::Response>, Error>> {
        if self.seen.done {
            return None;
        }
        let step = self.next().await;
        self.seen.done = step.as_ref().map_or(true, |progress| progress.done);
        Some(step.map_err(|error| error.in_wait(self.end())))
    }

    async fn next(&mut self) -> Result<Progress<R::Response>, Error> {
        loop {
            self.pause().await?;
            self.seen.polls += 1;
            match self.poll().await {
                Ok(answer) => {
                    (self.seen.found, self.seen.failed) = (true, 0);
                    return self.judge(answer);
                }
                Err(error) if error.kind() == ErrorKind::Transport && self.waited() >= self.deadline => {
                    return Err(self.late("the last call was not answered in time").caused_by(error));
                }
                Err(error) if self.goes_on(&error) => {
                    self.seen.last = format!("the last answer was {}", error.exact_code().unwrap_or("an error"));
                    self.seen.asked = error.retry_after().unwrap_or_default();
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Pauses, unless nothing was called yet; no longer than to the deadline, where the last call is made. An error after it, and if the
    /// service has asked for more time than is left.
    async fn pause(&mut self) -> Result<(), Error> {
        let environment = self.core.environment();
        let longest = self.most.max(SHORTEST);
        if self.seen.start.is_none() {
            self.seen.start = Some(environment.elapsed());
            self.seen.pause = self.first.clamp(SHORTEST, longest);
            return Ok(());
        }
        let asked = std::mem::take(&mut self.seen.asked);
        let left = self.deadline.saturating_sub(self.waited());
        if left < SHORTEST.max(asked) {
            return Err(self.late(&self.seen.last));
        }
        let pause = jittered(self.seen.pause, environment.chance()).max(SHORTEST).max(asked);
        environment.sleep(pause.min(left)).await;
        self.seen.pause = self.seen.pause.saturating_mul(2).min(longest);
        Ok(())
    }

    /// One call, which ends with the wait, or soon after if it is the last one.
    async fn poll(&self) -> Result<R::Response, Error> {
        let mut options = self.options.clone();
        let left = self.deadline.saturating_sub(self.waited()).max(LAST);
        options.operation_timeout = Some(self.core.operation_timeout(&options).min(left));
        self.core.send(self.request.clone(), options).await
    }

    fn judge(&mut self, answer: R::Response) -> Result<Progress<R::Response>, Error> {
        let state = (self.info.state)(&answer);
        let shown = state.as_deref().unwrap_or("none").to_owned();
        self.seen.answer = Some(wire::brief(&answer));
        self.seen.state.clone_from(&state);
        self.seen.last = format!("the last state was `{shown}`");
        let done = match self.stand(state.as_deref()) {
            Stand::Reached => true,
            Stand::Going => false,
            Stand::Unknown if self.unknown == UnknownStates::KeepWaiting => false,
            Stand::Unknown => {
                let what = format!("is in the state `{shown}`, which this version does not know");
                return Err(self.error(ErrorKind::UnknownState, &what));
            }
            Stand::Failed => {
                let reason = (self.info.reason)(&answer).map_or_else(String::new, |why| format!(": {why}"));
                return Err(self.error(ErrorKind::State, &format!("has failed with the state `{shown}`{reason}")));
            }
        };
        Ok(Progress { state, answer, done, elapsed: self.waited(), polls: self.seen.polls })
    }

    /// An answer without a state says nothing, so the wait goes on.
    fn stand(&self, state: Option<&str>) -> Stand {
        let WaitInfo { success, failure, going, .. } = self.info;
        match state {
            Some(state) if success.contains(&state) => Stand::Reached,
            Some(state) if failure.contains(&state) => Stand::Failed,
            Some(state) if !going.contains(&state) => Stand::Unknown,
            _ => Stand::Going,
        }
    }

    /// Whether a failed call leaves the wait going: it was too fast, the service lags behind at the beginning, or it failed in passing.
    fn goes_on(&mut self, error: &Error) -> bool {
        if error.is_throttled()
            || (!self.seen.found && error.exact_code().is_some_and(|code| self.info.tolerate.contains(&code)))
        {
            return true;
        }
        self.seen.failed += 1;
        class(error) == Class::Transient && self.seen.failed < PASSING
    }

    fn waited(&self) -> Duration {
        let now = self.core.shared().config.environment.elapsed();
        now.saturating_sub(self.seen.start.unwrap_or(now))
    }

    fn end(&self) -> WaitEnd {
        WaitEnd {
            about: self.info.about,
            last_state: self.seen.state.clone(),
            last_answer: self.seen.answer.clone(),
            elapsed: self.waited(),
            polls: self.seen.polls,
        }
    }

    fn late(&self, last: &str) -> Error {
        self.error(ErrorKind::Timeout, &format!("has not come about in {:.1?}; {last}", self.waited()))
    }

    fn error(&self, kind: ErrorKind, what: &str) -> Error {
        let message = format!("what was waited for ({}) {what} (calls: {})", self.info.about, self.seen.polls);
        Error::new(kind, R::ACTION.name, message)
    }
}

/// A pause, a part of which is left to chance.
fn jittered(pause: Duration, chance: f64) -> Duration {
    let chance = if chance.is_nan() { 1.0 } else { chance.clamp(0.0, 1.0) };
    pause.saturating_sub(pause.mul_f64(JITTER * (1.0 - chance)))
}
