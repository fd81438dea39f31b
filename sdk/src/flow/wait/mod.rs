//! Waits: call an action until its response says that something has happened.

mod message;
mod progress;
mod wait_loop;

use crate::base::wait_end::{UnknownStates, WaitEnd};
pub use progress::{Progress, WaitProgress};

use crate::action::operation::Operation;
use crate::base::error::Error;
use crate::base::pending::Pending;
use crate::call::core::Core;
use crate::setup::options::CallOptions;
use std::time::Duration;
use wait_loop::WaitLoop;

/// The fixed part of a wait, from the spec.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
pub struct WaitInfo<R: Operation> {
    /// A sentence that says what it waits for.
    pub about: &'static str,
    /// The state in a response, as the service writes it.
    pub state: fn(&R::Response) -> Option<String>,
    /// The reason of a failure, if the response has one.
    pub reason: fn(&R::Response) -> Option<String>,
    /// States that end the wait with success.
    pub success: &'static [&'static str],
    /// States that end it with an error.
    pub failure: &'static [&'static str],
    /// States in which it goes on.
    pub going: &'static [&'static str],
    /// Whether a response has what ends the wait with success in such a state.
    pub present: fn(&R::Response) -> bool,
    /// Error codes, inner ones first, that may only mean that the service does not see a new thing yet. They are tolerated until a call has succeeded, and
    /// no longer than the tolerance of the wait.
    pub tolerate: &'static [&'static str],
    /// Initial and longest interval, and deadline, in seconds.
    pub poll: [u64; 3],
}

/// A wait: polls an action until its response shows the awaited state. Set options, then `.await` it, or get its
/// [`progress`](Wait::progress). With the feature `blocking`, `block()` waits on this thread, without async.
///
/// It ends with the response that shows the awaited state, or with an error:
///
/// - [`State`](crate::ErrorKind::State) in a state of failure, with the reason if the response has one;
/// - [`UnknownState`](crate::ErrorKind::UnknownState) in a state that this version does not know;
/// - [`Timeout`](crate::ErrorKind::Timeout) at the deadline;
/// - the error of a call that cannot succeed later, or of the fifth consecutive call that failed.
///
/// [`Error::wait`] then has the last state and response, the time, and the number of calls.
///
/// The interval between calls doubles from the initial to the longest one. Jitter shortens it by up to a quarter. An error that
/// the thing is not found is tolerated until it was found once, for a minute by default.
///
/// A wait only reads, so it can be dropped at any time. It then makes no further calls, and a new wait can begin at once.
///
/// ```no_run
/// # #[cfg(feature = "aliyun-cas-2020-04-07")]
/// # async fn example(client: cloudcert::aliyun_cas::v2020_04_07::Client) -> Result<(), cloudcert::Error> {
/// use cloudcert::ErrorKind;
/// use std::time::Duration;
///
/// match client.wait_until_certificate_issued(5).deadline(Duration::from_secs(600)).await {
///     Ok(response) => println!("{}", response.certificate.unwrap_or_default()),
///     Err(error) if error.kind() == ErrorKind::Timeout => {
///         let end = error.wait().expect("a wait that ends in an error says how it stood");
///         println!("still {:?} after {:?}", end.last_state, end.elapsed);
///     }
///     Err(error) => return Err(error),
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a wait does nothing until it is awaited"]
pub struct Wait<R: Operation>(WaitLoop<R>);

impl<R: Operation> std::fmt::Debug for Wait<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wait")
            .field("for", &self.0.info.about)
            .field("deadline", &self.0.deadline)
            .finish_non_exhaustive()
    }
}

impl<R: Operation> Wait<R> {
    #[allow(dead_code, reason = "not every API version has waits")]
    pub(crate) fn new(core: Core, request: R, info: &'static WaitInfo<R>) -> Self {
        Self(WaitLoop::new(core, request, info))
    }

    /// Sets how long the wait may take, including its calls. The last call is made at the deadline or shortly before, and may end up to two seconds
    /// after it. There is at least one call.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.0.deadline = deadline;
        self
    }

    /// Sets the interval between the first two calls, at least 100 ms. It doubles with each call up to the longest one.
    pub fn initial_interval(mut self, interval: Duration) -> Self {
        self.0.initial_interval = interval;
        self
    }

    /// Sets the longest interval between two calls, at least 100 ms.
    pub fn max_interval(mut self, interval: Duration) -> Self {
        self.0.max_interval = interval;
        self
    }

    /// Sets what to do about a state that this version does not know. By default it ends the wait.
    pub fn unknown_states(mut self, policy: UnknownStates) -> Self {
        self.0.unknown_states = policy;
        self
    }

    /// Sets how long an error that the thing is not found may mean that the service does not see it yet: one minute by default. After that, the
    /// wait ends with that error. Waits whose documentation names no such errors end with them at once.
    pub fn not_found_tolerance(mut self, tolerance: Duration) -> Self {
        self.0.tolerance = tolerance;
        self
    }

    /// Sets the options of its calls.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.0.options = options;
        self
    }

    /// Runs the wait step by step: yields each response up to the one that shows the awaited state, or an error.
    ///
    /// ```no_run
    /// # #[cfg(feature = "ksyun-kcm-2016-03-04")]
    /// # async fn example(client: cloudcert::ksyun_kcm::v2016_03_04::Client) -> Result<(), cloudcert::Error> {
    /// let mut progress = client.wait_until_certificate_issued("2601020900001").progress();
    /// while let Some(step) = progress.next().await {
    ///     let step = step?;
    ///     println!("{:?} after {:?}", step.state, step.elapsed);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn progress(self) -> WaitProgress<R> {
        WaitProgress::new(self.0)
    }

    async fn run(mut self) -> Result<R::Response, Error> {
        while let Some(step) = self.0.step().await {
            let step = step?;
            if step.done {
                return Ok(step.response);
            }
        }
        // Unreachable: the last step is a success or an error.
        Err(Error::timeout(R::ACTION.name, "the wait has ended"))
    }
}

impl<R: Operation> IntoFuture for Wait<R> {
    type Output = Result<R::Response, Error>;
    type IntoFuture = Pending<R::Response>;

    fn into_future(self) -> Pending<R::Response> {
        Pending::new(self.run())
    }
}
