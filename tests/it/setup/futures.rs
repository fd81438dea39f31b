//! Ways to drive a future: by one poll, to its end, or only in part.

use std::future::Future;
use std::task::{Context, Poll, Waker};
use tokio::runtime::{Builder, Runtime};

/// The outcome of a future that is ready at its first poll, as calls over a script are.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a scripted call waits"),
    }
}

/// Runs a future to its end on this thread, with a timer and sockets.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    current_thread().block_on(future)
}

/// Polls a future once, which must not end it, and drops it.
pub(crate) fn poll_and_drop<T>(future: impl IntoFuture<Output = T>) {
    let mut future = std::pin::pin!(future.into_future());
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "it ended at once");
}

/// A runtime that only works while something blocks on it.
pub(crate) fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

/// A runtime that works by itself.
pub(crate) fn multi_thread(workers: usize) -> Runtime {
    Builder::new_multi_thread().worker_threads(workers).enable_all().build().unwrap()
}
