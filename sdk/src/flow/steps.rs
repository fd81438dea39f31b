//! A stream of calls, one after the other. A call in flight survives the future that polled it and continues at the next poll.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// One step: returns its state and an item, or `None` at the end.
pub(crate) type Step<S, T> = Pin<Box<dyn Future<Output = (Box<S>, Option<T>)> + Send>>;

/// The state of a stream of steps.
pub(crate) enum Steps<S, T> {
    /// Between two steps.
    Idle(Box<S>),
    /// In a step.
    Busy(Step<S, T>),
    /// A step has panicked, and the state is lost.
    Gone,
}

impl<S, T> Steps<S, T> {
    pub(crate) fn new(state: S) -> Self {
        Self::Idle(Box::new(state))
    }

    /// Polls the step in flight, or begins the next one.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>, begin: fn(Box<S>) -> Step<S, T>) -> Poll<Option<T>> {
        let mut step = match std::mem::replace(self, Self::Gone) {
            Self::Idle(state) => begin(state),
            Self::Busy(step) => step,
            Self::Gone => return Poll::Ready(None),
        };
        if let Poll::Ready((state, out)) = step.as_mut().poll(context) {
            *self = Self::Idle(state);
            return Poll::Ready(out);
        }
        *self = Self::Busy(step);
        Poll::Pending
    }
}
