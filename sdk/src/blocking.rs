//! `block()`: calls for programs without `async`.
//!
//! This is not a second client: each type that can be awaited (`Pending`, `Wait`, `Download`, the streams) has `block()` too, but a builder, which
//! is sent first: `send().block()`. One runtime on a
//! background thread serves the whole process, because pooled connections must outlive the call that opened them. The call itself runs on the
//! caller's thread, so several threads can sign at the same time. Inside an async runtime `block()` returns an error and does not panic, because
//! blocking the thread could stop other tasks.

use crate::action::operation::Operation;
use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::files::download::{Download, Downloaded};
use crate::flow::items::Items;
use crate::flow::pages::{Pages, Paginated};
use crate::flow::wait::{Wait, WaitProgress};
use futures_core::Stream;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use tokio::runtime::{Builder, Handle};

/// The runtime of blocking calls, from the first call on.
static RUNTIME: Mutex<Option<Handle>> = Mutex::new(None);

/// Runs a call and blocks until it ends.
fn block<T>(call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    if Handle::try_current().is_ok() {
        return Err(wrong(
            "`block` was called inside an async runtime, which it would stall: use `.await` there, or in `spawn_blocking` \
             `Handle::current().block_on(..)`",
        ));
    }
    runtime()?.block_on(call)
}

/// The runtime. It is started if there is none.
fn runtime() -> Result<Handle, Error> {
    let mut shared = RUNTIME.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*shared {
        return Ok(handle.clone());
    }
    let runtime = Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| wrong("the runtime for blocking calls cannot be made").caused_by(error))?;
    let handle = runtime.handle().clone();
    std::thread::Builder::new()
        .name("cloudcert-blocking".to_owned())
        .spawn(move || runtime.block_on(std::future::pending::<()>()))
        .map_err(|error| wrong("the thread for blocking calls cannot be started").caused_by(error))?;
    *shared = Some(handle.clone());
    Ok(handle)
}

fn wrong(message: &str) -> Error {
    Error::config("block", message)
}

impl<T> Pending<T> {
    /// Runs the call on this thread and returns its result, for programs without `async`.
    ///
    /// ```no_run
    /// # #[cfg(feature = "ksyun-kcm-2016-03-04")]
    /// # fn example() -> Result<(), cloudcert::Error> {
    /// use cloudcert::ksyun_kcm::v2016_03_04::Client;
    ///
    /// let client = Client::from_env()?;
    /// let certificates = client.list_certificates().send().block()?.certificate_set;
    /// # let _ = certificates;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Those of the call, and [`ErrorKind::Config`](crate::ErrorKind::Config) inside an async runtime or if no thread can be started: then nothing was sent.
    pub fn block(self) -> Result<T, Error> {
        block(self)
    }
}

impl<R: Operation> Wait<R> {
    /// Waits on this thread and returns the result, for programs without `async`.
    ///
    /// # Errors
    ///
    /// Those of the wait, and [`ErrorKind::Config`](crate::ErrorKind::Config) inside an async runtime or if no thread can be started.
    pub fn block(self) -> Result<R::Response, Error> {
        block(self.into_future())
    }
}

impl Download {
    /// Downloads on this thread and returns the file, for programs without `async`.
    ///
    /// # Errors
    ///
    /// Those of the download, and [`ErrorKind::Config`](crate::ErrorKind::Config) inside an async runtime or if no thread can be started.
    pub fn block(self) -> Result<Downloaded, Error> {
        block(self.into_future())
    }
}

impl<R: Paginated> Pages<R> {
    /// Returns an iterator that fetches each page on this thread, for programs without `async`.
    ///
    /// ```no_run
    /// # #[cfg(feature = "aliyun-cas-2018-07-13")]
    /// # fn example(client: cloudcert::aliyun_cas::v2018_07_13::Client) -> Result<(), cloudcert::Error> {
    /// for page in client.describe_user_certificate_list().show_size(50).pages().block() {
    ///     println!("{}", page?.certificate_list.len());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn block(self) -> Blocking<Self> {
        Blocking { stream: self, failed: false }
    }
}

impl<R: Paginated> Items<R> {
    /// Returns an iterator over the items that fetches pages on this thread when it needs them, for programs without `async`.
    pub fn block(self) -> Blocking<Self> {
        Blocking { stream: self, failed: false }
    }
}

impl<R: Operation> WaitProgress<R> {
    /// Returns an iterator over the steps of the wait that sleeps on this thread, for programs without `async`.
    pub fn block(self) -> Blocking<Self> {
        Blocking { stream: self, failed: false }
    }
}

/// An iterator over [`Pages`], [`Items`] or the [progress of a wait](WaitProgress). It ends after the last element or an error. To resume after
/// an error, get the position by [`get_ref`](Self::get_ref).
#[must_use = "nothing is fetched until it is iterated over"]
#[derive(Debug)]
pub struct Blocking<S> {
    stream: S,
    failed: bool,
}

impl<S> Blocking<S> {
    /// The underlying stream, which knows its position.
    pub fn get_ref(&self) -> &S {
        &self.stream
    }
}

impl<S: Stream<Item = Result<T, Error>> + Unpin, T> Iterator for Blocking<S> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let stream = &mut self.stream;
        let next = std::future::poll_fn(|context| Pin::new(&mut *stream).poll_next(context));
        let next = block(async { Ok(next.await) }).unwrap_or_else(|error| Some(Err(error)));
        self.failed = matches!(next, Some(Err(_)));
        next
    }
}
