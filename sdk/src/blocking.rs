//! Calls without `async`: they block the thread that makes them.
//!
//! This is not a second client. Everything that is awaited is a `Pending`, `Wait`, `Download` or stream, and each has `block()`. The runtime of
//! these calls lives on one background thread for the whole process, because pooled connections must outlive the call that opened them. The
//! call itself runs on the caller's thread, so callers sign side by side. Inside a runtime, `block()` is an error and not a panic: nobody knows
//! what else the blocked thread has to do.

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

/// Where blocking calls run, once there was one.
static RUNTIME: Mutex<Option<Handle>> = Mutex::new(None);

/// Runs a call to its end.
fn block<T>(call: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    if Handle::try_current().is_ok() {
        return Err(wrong(
            "`block` was called inside an async runtime, which it would stop: write `.await` there, and in `spawn_blocking` \
             `Handle::current().block_on(..)`",
        ));
    }
    runtime()?.block_on(call)
}

/// The runtime; it is started if there is none.
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
    /// Runs the call on this thread and returns its result: for programs without `async`.
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
    /// Those of the call. [`ErrorKind::Config`] inside an async runtime, or if the system gives no thread; nothing was sent then.
    pub fn block(self) -> Result<T, Error> {
        block(self)
    }
}

impl<R: Operation> Wait<R> {
    /// Waits on this thread: for programs without `async`.
    ///
    /// # Errors
    ///
    /// Those of the wait. [`ErrorKind::Config`] inside an async runtime, or if the system gives no thread.
    pub fn block(self) -> Result<R::Response, Error> {
        block(self.into_future())
    }
}

impl Download {
    /// Downloads on this thread: for programs without `async`.
    ///
    /// # Errors
    ///
    /// Those of the download. [`ErrorKind::Config`] inside an async runtime, or if the system gives no thread.
    pub fn block(self) -> Result<Downloaded, Error> {
        block(self.into_future())
    }
}

impl<R: Paginated> Pages<R> {
    /// The pages as an iterator, each fetched on this thread when it is asked for: for programs without `async`.
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
    /// The items as an iterator, a page of them fetched on this thread when it is needed: for programs without `async`.
    pub fn block(self) -> Blocking<Self> {
        Blocking { stream: self, failed: false }
    }
}

impl<R: Operation> WaitProgress<R> {
    /// The wait step by step as an iterator, which pauses on this thread: for programs without `async`.
    pub fn block(self) -> Blocking<Self> {
        Blocking { stream: self, failed: false }
    }
}

/// [`Pages`], [`Items`] or the [progress of a wait](WaitProgress) as an iterator. It ends after the last one, and after an error; what it
/// iterates over then tells where to go on.
#[must_use = "nothing is fetched but by iterating"]
#[derive(Debug)]
pub struct Blocking<S> {
    stream: S,
    failed: bool,
}

impl<S> Blocking<S> {
    /// What it iterates over, to ask for its position.
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
