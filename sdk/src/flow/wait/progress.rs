//! The progress of a wait, as a stream.

use super::wait_loop::WaitLoop;
use crate::action::operation::Operation;
use crate::base::error::Error;
use crate::flow::steps::{Step, Steps};
use futures_core::Stream;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// A response that a wait received.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Progress<T> {
    /// The state in the response, as the service writes it.
    pub state: Option<String>,
    /// The response.
    pub response: T,
    /// Whether it shows the awaited state. Then it is the last one.
    pub done: bool,
    /// How long the wait has taken so far.
    pub elapsed: Duration,
    /// How often it has called the action so far.
    pub polls: u32,
}

/// The progress of a wait: a [`Stream`] of its responses, with a [`next`](WaitProgress::next) of its own. It makes no call before it is polled.
///
/// It yields the response of every call that succeeds, and ends with the one that shows the awaited state, or with an error. It sleeps between
/// calls. With the feature `blocking`, `block()` makes it an iterator for programs without async.
///
/// Dropping it ends the wait. Dropping only the future of `next` does not: the call in flight continues at the next poll.
#[must_use = "a wait does nothing until its progress is polled"]
pub struct WaitProgress<R: Operation>(Steps<WaitLoop<R>, Result<Progress<R::Response>, Error>>);

impl<R: Operation> WaitProgress<R> {
    pub(super) fn new(state: WaitLoop<R>) -> Self {
        Self(Steps::new(state))
    }

    /// Waits for the next response; `None` after the last one, and after an error.
    ///
    /// # Errors
    ///
    /// Those of the wait.
    pub async fn next(&mut self) -> Option<Result<Progress<R::Response>, Error>> {
        std::future::poll_fn(|context| self.0.poll(context, begin)).await
    }
}

fn begin<R: Operation>(mut state: Box<WaitLoop<R>>) -> Step<WaitLoop<R>, Result<Progress<R::Response>, Error>> {
    Box::pin(async move {
        let progress = state.step().await;
        (state, progress)
    })
}

impl<R: Operation> Stream for WaitProgress<R> {
    type Item = Result<Progress<R::Response>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll(context, begin)
    }
}

/// It needs no pinning.
impl<R: Operation> Unpin for WaitProgress<R> {}

impl<R: Operation> fmt::Debug for WaitProgress<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WaitProgress")
    }
}
