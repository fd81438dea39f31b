//! Waits by name.

use super::response::Response;
use super::table::Readable;
use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::base::wait_end::UnknownStates;
use crate::flow::wait::{self, Progress};
use crate::setup::options::CallOptions;
use futures_core::Stream;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// A wait, like [`crate::Wait`]: polls an operation until its response shows the awaited state. Set options, then `.await` it, or get its
/// [`progress`](Wait::progress).
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait(Box<dyn ErasedWait>);

trait ErasedWait: Send {
    fn deadline(self: Box<Self>, deadline: Duration) -> Box<dyn ErasedWait>;
    fn intervals(self: Box<Self>, initial: Duration, max: Duration) -> Box<dyn ErasedWait>;
    fn unknown_states(self: Box<Self>, policy: UnknownStates) -> Box<dyn ErasedWait>;
    fn not_found_tolerance(self: Box<Self>, tolerance: Duration) -> Box<dyn ErasedWait>;
    fn with_options(self: Box<Self>, options: CallOptions) -> Box<dyn ErasedWait>;
    fn run(self: Box<Self>) -> Pending<Response>;
    fn progress(self: Box<Self>) -> Box<dyn ErasedProgress>;
}

impl<R: Readable> ErasedWait for wait::Wait<R> {
    fn deadline(self: Box<Self>, deadline: Duration) -> Box<dyn ErasedWait> {
        Box::new((*self).deadline(deadline))
    }

    fn intervals(self: Box<Self>, initial: Duration, max: Duration) -> Box<dyn ErasedWait> {
        Box::new((*self).initial_interval(initial).max_interval(max))
    }

    fn unknown_states(self: Box<Self>, policy: UnknownStates) -> Box<dyn ErasedWait> {
        Box::new((*self).unknown_states(policy))
    }

    fn not_found_tolerance(self: Box<Self>, tolerance: Duration) -> Box<dyn ErasedWait> {
        Box::new((*self).not_found_tolerance(tolerance))
    }

    fn with_options(self: Box<Self>, options: CallOptions) -> Box<dyn ErasedWait> {
        Box::new((*self).with_options(options))
    }

    fn run(self: Box<Self>) -> Pending<Response> {
        let wait = self.into_future();
        Pending::new(async move { Ok(Response::new(wait.await?)) })
    }

    fn progress(self: Box<Self>) -> Box<dyn ErasedProgress> {
        Box::new((*self).progress())
    }
}

impl Wait {
    pub(super) fn new<R: Readable>(wait: wait::Wait<R>) -> Self {
        Self(Box::new(wait))
    }

    /// Sets how long the wait may take, including its calls. See [`crate::Wait::deadline`].
    pub fn deadline(self, deadline: Duration) -> Self {
        Self(self.0.deadline(deadline))
    }

    /// Sets the initial and the longest interval between two calls, at least 100 ms each.
    pub fn intervals(self, initial: Duration, max: Duration) -> Self {
        Self(self.0.intervals(initial, max))
    }

    /// Sets what to do about a state that this version does not know. By default it ends the wait.
    pub fn unknown_states(self, policy: UnknownStates) -> Self {
        Self(self.0.unknown_states(policy))
    }

    /// Sets how long "not found" may mean that the service does not see a new thing yet. See [`crate::Wait::not_found_tolerance`].
    pub fn not_found_tolerance(self, tolerance: Duration) -> Self {
        Self(self.0.not_found_tolerance(tolerance))
    }

    /// Sets the options of its calls.
    pub fn with_options(self, options: CallOptions) -> Self {
        Self(self.0.with_options(options))
    }

    /// Runs the wait step by step: yields each response up to the one that shows the awaited state, or an error.
    pub fn progress(self) -> WaitProgress {
        WaitProgress(self.0.progress())
    }
}

impl IntoFuture for Wait {
    type Output = Result<Response, Error>;
    type IntoFuture = Pending<Response>;

    fn into_future(self) -> Pending<Response> {
        self.0.run()
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Wait")
    }
}

/// The progress of a wait, like [`crate::WaitProgress`].
#[must_use = "a wait does nothing until its progress is polled"]
pub struct WaitProgress(Box<dyn ErasedProgress>);

trait ErasedProgress: Send {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Progress<Response>, Error>>>;
}

impl<R: Readable> ErasedProgress for wait::WaitProgress<R> {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Progress<Response>, Error>>> {
        let step = std::task::ready!(Pin::new(self).poll_next(context));
        Poll::Ready(step.map(|step| {
            let Progress { state, response, done, elapsed, polls } = step?;
            Ok(Progress { state, response: Response::new(response), done, elapsed, polls })
        }))
    }
}

impl WaitProgress {
    /// Waits for the next response; `None` after the last one, and after an error.
    ///
    /// # Errors
    ///
    /// Those of the wait.
    pub async fn next(&mut self) -> Option<Result<Progress<Response>, Error>> {
        std::future::poll_fn(|context| self.0.poll(context)).await
    }
}

impl fmt::Debug for WaitProgress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WaitProgress")
    }
}
