//! Calls one after the other, as a stream: what is on its way when a future is dropped goes on with the next one.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// One step: it hands its state back, and what came out of it; nothing at the end.
pub(crate) type Step<S, T> = Pin<Box<dyn Future<Output = (Box<S>, Option<T>)> + Send>>;

/// Where a course of steps stands.
pub(crate) enum Steps<S, T> {
    /// Between two steps.
    Idle(Box<S>),
    /// In one.
    Busy(Step<S, T>),
    /// A step has panicked.
    Gone,
}

impl<S, T> Steps<S, T> {
    pub(crate) fn new(state: S) -> Self {
        Self::Idle(Box::new(state))
    }

    /// Goes on with the step that is on its way, or begins the next one.
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
