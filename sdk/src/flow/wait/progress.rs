//! A wait step by step.

use super::course::Course;
use crate::action::operation::Operation;
use crate::base::error::Error;
use crate::flow::steps::{Step, Steps};
use futures_core::Stream;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

/// An answer in the course of a wait.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Progress<A> {
    /// The state in the answer, as it is written.
    pub state: Option<String>,
    /// The answer.
    pub answer: A,
    /// Whether this is what was waited for. It is the last one then.
    pub done: bool,
    /// How long the wait has taken so far.
    pub elapsed: Duration,
    /// How often the action has been called so far.
    pub polls: u32,
}

/// The course of a wait: a [`Stream`], or by [`next`](WaitProgress::next). Nothing is called before that.
///
/// It yields the answer of every call that says how things stand, and ends with the one that was waited for, or with an error. Pauses are
/// made when the next answer is asked for. Dropping it ends the wait: no call is made any more, and a new wait can begin at once. Dropping
/// only the future of `next` does not: what is on its way goes on with the next one.
#[must_use = "a wait does nothing until its progress is asked for"]
pub struct WaitProgress<R: Operation>(Steps<Course<R>, Result<Progress<R::Response>, Error>>);

impl<R: Operation> WaitProgress<R> {
    pub(super) fn new(course: Course<R>) -> Self {
        Self(Steps::new(course))
    }

    /// The next answer; `None` after the last, and after an error.
    ///
    /// # Errors
    ///
    /// Those of the wait.
    pub async fn next(&mut self) -> Option<Result<Progress<R::Response>, Error>> {
        std::future::poll_fn(|context| self.0.poll(context, begin)).await
    }
}

fn begin<R: Operation>(mut course: Box<Course<R>>) -> Step<Course<R>, Result<Progress<R::Response>, Error>> {
    Box::pin(async move {
        let progress = course.step().await;
        (course, progress)
    })
}

impl<R: Operation> Stream for WaitProgress<R> {
    type Item = Result<Progress<R::Response>, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().0.poll(context, begin)
    }
}

/// Nothing in it is ever pinned in place.
impl<R: Operation> Unpin for WaitProgress<R> {}

impl<R: Operation> fmt::Debug for WaitProgress<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WaitProgress")
    }
}
