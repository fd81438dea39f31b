//! Waits: an action is called until its answer says that something has come about.

mod course;
mod progress;

use crate::base::wait_end::{UnknownStates, WaitEnd};
pub use progress::{Progress, WaitProgress};

use crate::action::operation::Operation;
use crate::base::error::{Error, ErrorKind};
use crate::base::pending::Pending;
use crate::call::core::Core;
use crate::setup::options::CallOptions;
use course::Course;
use std::time::Duration;

/// What is fixed about a wait.
#[doc(hidden)]
#[derive(Debug)]
#[non_exhaustive]
pub struct WaitInfo<R: Operation> {
    /// What is waited for, in words.
    pub about: &'static str,
    /// The state in an answer, as it is written.
    pub state: fn(&R::Response) -> Option<String>,
    /// Why it failed, if the answer tells.
    pub reason: fn(&R::Response) -> Option<String>,
    /// States that end the wait well.
    pub success: &'static [&'static str],
    /// States that end it badly.
    pub failure: &'static [&'static str],
    /// States that go on.
    pub going: &'static [&'static str],
    /// Error codes, inner ones first, that may only mean that the service lags behind, until it has answered once without an error.
    pub tolerate: &'static [&'static str],
    /// First and longest pause, and deadline, in seconds.
    pub poll: [u64; 3],
}

/// A wait. Set what you want, then `.await` it, or ask for its [`progress`](Wait::progress).
///
/// It ends with the answer that was waited for, or with an error: [`State`](ErrorKind::State) if it has failed, with the reason if the
/// answer tells one; [`UnknownState`](ErrorKind::UnknownState) in a state that this version does not know;
/// [`Timeout`](ErrorKind::Timeout) at the deadline; and those of a call, if it fails for good or five times in a row.
/// [`Error::wait`] tells the last state and answer, the time, and the number of calls.
///
/// Pauses double from the first to the longest; up to a quarter of each is left out by chance. That something is not found yet is
/// tolerated until it was found once.
///
/// It only reads, so it can be dropped at any time: no call is made any more, and a new wait can begin at once.
///
/// ```no_run
/// # #[cfg(feature = "aliyun-cas-2020-04-07")]
/// # async fn example(client: cloudcert::aliyun_cas::v2020_04_07::Client) -> Result<(), cloudcert::Error> {
/// use cloudcert::ErrorKind;
/// use std::time::Duration;
///
/// match client.wait_until_certificate_issued(5).deadline(Duration::from_secs(600)).await {
///     Ok(answer) => println!("{}", answer.certificate.unwrap_or_default()),
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
pub struct Wait<R: Operation>(Course<R>);

impl<R: Operation> std::fmt::Debug for Wait<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wait")
            .field("for", &self.0.info.about)
            .field("deadline", &self.0.deadline)
            .finish_non_exhaustive()
    }
}

impl<R: Operation> Wait<R> {
    pub(crate) fn new(core: Core, request: R, info: &'static WaitInfo<R>) -> Self {
        Self(Course::new(core, request, info))
    }

    /// Gives up after this time, the time of the calls included. A last call is made when it has passed, or shortly before, and may take two
    /// seconds. One call is made in any case.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.0.deadline = deadline;
        self
    }

    /// The first pause between two calls; it doubles up to the longest one. A tenth of a second at least.
    pub fn first_pause(mut self, pause: Duration) -> Self {
        self.0.first = pause;
        self
    }

    /// The longest pause between two calls. A tenth of a second at least.
    pub fn longest_pause(mut self, pause: Duration) -> Self {
        self.0.most = pause;
        self
    }

    /// What to do with a state that this version does not know; it ends the wait, if not set.
    pub fn unknown_states(mut self, policy: UnknownStates) -> Self {
        self.0.unknown = policy;
        self
    }

    /// What its calls do differently.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.0.options = options;
        self
    }

    /// The wait step by step: each answer as it comes, up to the one that is waited for, or an error.
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
                return Ok(step.answer);
            }
        }
        Err(Error::new(ErrorKind::Timeout, R::ACTION.name, "the wait has ended"))
    }
}

impl<R: Operation> IntoFuture for Wait<R> {
    type Output = Result<R::Response, Error>;
    type IntoFuture = Pending<R::Response>;

    fn into_future(self) -> Pending<R::Response> {
        Pending::new(self.run())
    }
}
