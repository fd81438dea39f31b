//! Waits: an action is called until its answer says that something has come about.

use crate::client::Core;
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;
use crate::options::CallOptions;
use crate::pending::Pending;
use std::time::Duration;

/// The shortest pause between two calls, whatever is asked for: a wait is no load test.
const SHORTEST: Duration = Duration::from_millis(100);

/// What is fixed about a wait.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
pub struct WaitInfo<R: Operation> {
    /// What is waited for, in words.
    pub about: &'static str,
    /// The state in an answer, as it is written.
    pub state: fn(&R::Response) -> Option<String>,
    /// Why it failed, if the answer tells.
    pub reason: fn(&R::Response) -> Option<String>,
    /// States that end the wait well.
    pub success: &'static [&'static str],
    /// States that end it badly.
    pub failure: &'static [&'static str],
    /// States that go on.
    pub going: &'static [&'static str],
    /// Error codes, inner ones first, that may only mean that the service lags behind.
    pub tolerate: &'static [&'static str],
    /// First and longest pause, and deadline, in seconds.
    pub poll: [u64; 3],
}

/// A wait. Set what you want, then `.await` it; dropping it ends it.
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<R: Operation> {
    core: Core,
    request: R,
    options: CallOptions,
    info: &'static WaitInfo<R>,
    first: Duration,
    most: Duration,
    deadline: Duration,
}

impl<R: Operation> std::fmt::Debug for Wait<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wait").field("for", &self.info.about).field("deadline", &self.deadline).finish_non_exhaustive()
    }
}

impl<R: Operation> Wait<R> {
    pub(crate) fn new(core: Core, request: R, info: &'static WaitInfo<R>) -> Self {
        let [first, most, deadline] = info.poll.map(Duration::from_secs);
        Self { core, request, options: CallOptions::default(), info, first, most, deadline }
    }

    /// Gives up after this time, the time of the calls included. One call is made in any case.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The first pause between two calls; it doubles up to the longest one. A tenth of a second at least.
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first = pause;
        self
    }

    /// The longest pause between two calls. A tenth of a second at least.
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.most = pause;
        self
    }

    /// What its calls do differently.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.options = options;
        self
    }

    async fn run(self) -> Result<R::Response, Error> {
        let environment = self.core.environment();
        let start = environment.elapsed();
        let waited = || environment.elapsed().saturating_sub(start);
        let longest = self.most.max(SHORTEST);
        let (mut pause, mut polls) = (self.first.clamp(SHORTEST, longest), 0_u32);
        loop {
            polls += 1;
            let last = match self.poll(waited()).await {
                Ok(answer) => match self.judge(&answer, polls)? {
                    Some(state) => format!("the last state was `{state}`"),
                    None => return Ok(answer),
                },
                Err(error) if self.tolerates(&error) => {
                    format!("the last answer was {}", code(&error).unwrap_or("an error"))
                }
                Err(error) if error.kind() == ErrorKind::Transport && waited() >= self.deadline => {
                    return Err(self.late(waited(), "the last call was not answered in time", polls).caused_by(error));
                }
                Err(error) => return Err(error),
            };
            if waited() + pause > self.deadline {
                return Err(self.late(waited(), &last, polls));
            }
            environment.sleep(pause).await;
            pause = (pause * 2).min(longest);
        }
    }

    /// One call, which ends no later than the wait.
    async fn poll(&self, waited: Duration) -> Result<R::Response, Error> {
        let mut options = self.options.clone();
        let left = self.deadline.saturating_sub(waited).max(SHORTEST);
        options.operation_timeout = Some(self.core.operation_timeout(&options).min(left));
        self.core.send(self.request.clone(), options).await
    }

    /// The state that goes on; `None` if it is the one that is waited for.
    fn judge(&self, answer: &R::Response, polls: u32) -> Result<Option<String>, Error> {
        let state = (self.info.state)(answer);
        match state.as_deref() {
            Some(state) if self.info.success.contains(&state) => return Ok(None),
            Some(state) if self.info.failure.contains(&state) => {
                let reason = (self.info.reason)(answer).map_or(String::new(), |why| format!(": {why}"));
                return Err(self.ended(&format!("has failed with the state `{state}`{reason}"), polls));
            }
            Some(state) if !self.info.going.contains(&state) => {
                return Err(self.ended(&format!("is in the state `{state}`, which this version does not know"), polls));
            }
            _ => {}
        }
        Ok(Some(state.unwrap_or_else(|| "none".to_owned())))
    }

    fn tolerates(&self, error: &Error) -> bool {
        code(error).is_some_and(|code| self.info.tolerate.contains(&code)) || error.is_throttled()
    }

    fn late(&self, waited: Duration, last: &str, polls: u32) -> Error {
        let message = format!("has not come about in {waited:.1?}; {last}");
        Error::new(ErrorKind::Timeout, R::ACTION.name, self.sentence(&message, polls))
    }

    fn sentence(&self, what: &str, polls: u32) -> String {
        format!("what was waited for ({}) {what} (calls: {polls})", self.info.about)
    }

    fn ended(&self, what: &str, polls: u32) -> Error {
        Error::new(ErrorKind::State, R::ACTION.name, self.sentence(what, polls))
    }
}

/// The most exact code of an error.
fn code(error: &Error) -> Option<&str> {
    error.inner_code().or_else(|| error.code())
}

impl<R: Operation> IntoFuture for Wait<R> {
    type Output = Result<R::Response, Error>;
    type IntoFuture = Pending<R::Response>;

    fn into_future(self) -> Pending<R::Response> {
        Pending::new(self.run())
    }
}
