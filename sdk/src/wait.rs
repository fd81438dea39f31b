//! Waits: an action is called until its answer says that something has come about.

use crate::client::{CallOptions, Core};
use crate::error::{Error, ErrorKind};
use crate::operation::Operation;
use crate::pending::Pending;
use std::time::Duration;

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
        Self { core, request, info, first, most, deadline }
    }

    /// Gives up after this time.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The first pause between two calls; it doubles up to the longest one.
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.first = pause;
        self
    }

    /// The longest pause between two calls.
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.most = pause;
        self
    }

    async fn run(self) -> Result<R::Response, Error> {
        let environment = self.core.environment();
        let name = R::ACTION.name;
        let (mut pause, mut waited, mut polls) = (self.first.min(self.most), Duration::ZERO, 0_u32);
        loop {
            polls += 1;
            let state = match self.core.send(self.request.clone(), CallOptions::default()).await {
                Ok(answer) => {
                    let state = (self.info.state)(&answer);
                    match state.as_deref() {
                        Some(state) if self.info.success.contains(&state) => return Ok(answer),
                        Some(state) if self.info.failure.contains(&state) => {
                            let reason = (self.info.reason)(&answer).map_or(String::new(), |why| format!(": {why}"));
                            return Err(self.ended(&format!("has failed with the state `{state}`{reason}"), polls));
                        }
                        Some(state) if !self.info.going.contains(&state) => {
                            return Err(self.ended(
                                &format!("is in the state `{state}`, which this version does not know"),
                                polls,
                            ));
                        }
                        _ => state.unwrap_or_else(|| "none".to_owned()),
                    }
                }
                Err(error) if self.tolerates(&error) => error.code().unwrap_or("an error").to_owned(),
                Err(error) => return Err(error),
            };
            if waited + pause > self.deadline {
                let message = format!("has not come about in {waited:?}; the last state was `{state}`");
                return Err(Error::new(ErrorKind::Timeout, name, self.sentence(&message, polls)));
            }
            environment.sleep(pause).await;
            waited += pause;
            pause = (pause * 2).min(self.most);
        }
    }

    fn tolerates(&self, error: &Error) -> bool {
        let code = error.inner_code().or_else(|| error.code());
        code.is_some_and(|code| self.info.tolerate.contains(&code)) || error.is_throttled()
    }

    fn sentence(&self, what: &str, polls: u32) -> String {
        format!("what was waited for ({}) {what} (calls: {polls})", self.info.about)
    }

    fn ended(&self, what: &str, polls: u32) -> Error {
        Error::new(ErrorKind::State, R::ACTION.name, self.sentence(what, polls))
    }
}

impl<R: Operation> IntoFuture for Wait<R> {
    type Output = Result<R::Response, Error>;
    type IntoFuture = Pending<R::Response>;

    fn into_future(self) -> Pending<R::Response> {
        Pending::new(self.run())
    }
}
