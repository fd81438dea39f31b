//! The future of a call.

use crate::base::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The future of a call. It is boxed, so that its code is compiled into this crate and not into every caller.
///
/// Without async, enable the feature `blocking` and call `block()`, which runs the call on this thread:
///
/// ```no_run
/// # #[cfg(all(feature = "blocking", feature = "ksyun-kcm-2016-03-04"))]
/// # fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), cloudcert::Error> {
/// let certificates = client.list_certificates().send().block()?.certificate_set;
/// # let _ = certificates;
/// # Ok(())
/// # }
/// ```
///
/// `cloudcert = { version = "0.1", features = ["blocking"] }` enables it. If the compiler finds no method `block`, the feature is missing, or the
/// builder was not sent yet. 编译器提示没有 `block` 方法时，请启用特性 `blocking`，并先调用 `send()`。
///
/// **Dropping** it is safe at any time: connections, credentials and the client stay in order, and the next call works. A call that was never
/// polled was not sent. A call that was dropped in flight may have been executed. For a read that does not matter. For an order it does, and only a
/// [`Guarded`](crate::Guarded) call can find out afterwards.
#[must_use = "a call does nothing until it is awaited"]
pub struct Pending<T>(Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>);

impl<T> Pending<T> {
    pub(crate) fn new(call: impl Future<Output = Result<T, Error>> + Send + 'static) -> Self {
        Self(Box::pin(call))
    }
}

impl<T> Future for Pending<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pending")
    }
}
