//! The retry loop of calls and downloads: attempts, backoff, and the error that is left at the end.

use crate::base::api::Effect;
use crate::base::environment::Environment;
use crate::base::error::Error;
use crate::base::metadata::Metadata;
use crate::base::trace;
use crate::call::retry::{Class, RetryBudget, class, surely_not_executed};
use crate::call::span::Span;
use crate::setup::retries::Retries;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// What the loop repeats.
pub(crate) trait Attempts: Send {
    /// Makes one attempt. It has `left` to end.
    fn attempt(&mut self, number: u32, left: Duration) -> impl Future<Output = Result<(), Error>> + Send;

    /// What came with the response of the last attempt, after a success.
    fn metadata(&self) -> &Metadata;

    /// Takes an error that says that all was done before for the success of an earlier attempt; `false` if it is none.
    fn take_for_success(&mut self, _error: &Error) -> bool {
        false
    }

    /// Asks for other credentials than those of this generation, which the service rejected; `true` if there are some.
    fn renew_keys(&mut self, _rejected: u64, _left: Duration) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        Box::pin(std::future::ready(false))
    }

    /// Signs further attempts by a clock that is so many seconds ahead.
    fn correct_clock(&mut self, _offset: i64) {}
}

/// Makes attempts until one succeeds, or until another one is not allowed or cannot help.
pub(crate) struct RetryLoop<'a> {
    retries: &'a Retries,
    budget: &'a RetryBudget,
    environment: &'a dyn Environment,
    effect: Effect,
    /// How to find out about the operation if its outcome is unknown.
    find_out: Option<&'static str>,
    /// When the time of the operation ends, on the environment's clock.
    deadline: Duration,
    progress: Attempted,
}

/// What has happened so far.
#[derive(Default)]
struct Attempted {
    attempts: u32,
    clock_corrected: bool,
    keys_renewed: bool,
    /// Whether an attempt that failed may have been executed.
    in_doubt: bool,
}

impl<'a> RetryLoop<'a> {
    /// A loop that begins now and may take this long.
    pub(crate) fn new(
        retries: &'a Retries,
        budget: &'a RetryBudget,
        environment: &'a dyn Environment,
        effect: Effect,
        timeout: Duration,
    ) -> Self {
        let deadline = environment.elapsed().saturating_add(timeout);
        Self { retries, budget, environment, effect, find_out: None, deadline, progress: Attempted::default() }
    }

    /// Adds to the error of an operation whose outcome is unknown how to find out about it.
    pub(crate) fn find_out(mut self, how: Option<&'static str>) -> Self {
        self.find_out = how;
        self
    }

    /// Runs the attempts. Each is a span within the one of the operation.
    pub(crate) async fn run(mut self, attempts: &mut impl Attempts, span: &Span) -> Result<(), Error> {
        loop {
            self.progress.attempts += 1;
            let number = self.progress.attempts;
            let inner = span.attempt(number);
            let result = inner.around(attempts.attempt(number, self.left())).await;
            inner.ended(result.as_ref().map(|()| attempts.metadata()));
            let Err(error) = result else {
                self.budget.earn();
                return Ok(());
            };
            let earlier_in_doubt = self.progress.in_doubt;
            if earlier_in_doubt && error.already_done() && attempts.take_for_success(&error) {
                return Ok(());
            }
            if let Some(rejected) = self.rejected_keys(&error) {
                let renewed = attempts.renew_keys(rejected, self.left()).await;
                // Without time left the attempt would only make its own outcome unknown.
                if renewed && !self.left().is_zero() {
                    trace::again(&error, Duration::ZERO);
                    continue;
                }
            }
            let Some(backoff) = self.next(&error) else { return Err(self.last(error, earlier_in_doubt)) };
            trace::again(&error, backoff);
            if let Some(offset) = error.clock_offset().filter(|_| self.progress.clock_corrected) {
                attempts.correct_clock(offset);
            }
            if !backoff.is_zero() {
                self.environment.sleep(backoff).await;
            }
        }
    }

    fn left(&self) -> Duration {
        self.deadline.saturating_sub(self.environment.elapsed())
    }

    /// The generation of the credentials that the service rejected, if others are to be asked for: once an operation.
    fn rejected_keys(&mut self, error: &Error) -> Option<u64> {
        let open = !self.progress.keys_renewed && self.progress.attempts < self.retries.attempts;
        let rejected = error.stale_keys().filter(|_| open)?;
        self.progress.keys_renewed = true;
        Some(rejected)
    }

    /// The backoff before the next attempt; `None` if there is none.
    fn next(&mut self, error: &Error) -> Option<Duration> {
        let progress = &mut self.progress;
        let in_doubt = !surely_not_executed(error);
        progress.in_doubt |= in_doubt;
        if progress.attempts >= self.retries.attempts || (in_doubt && !self.effect.is_repeatable()) {
            return None;
        }
        let backoff = match class(error) {
            Class::Skewed
                if self.retries.correct_clock && !progress.clock_corrected && error.clock_offset().is_some() =>
            {
                progress.clock_corrected = true;
                Duration::ZERO
            }
            Class::Transient => self.retries.backoff(progress.attempts, self.environment.random()),
            _ => return None,
        };
        let backoff = backoff.max(error.retry_after().unwrap_or_default());
        (backoff < self.left() && self.budget.spend(error)).then_some(backoff)
    }

    /// The error of the last attempt as that of the operation.
    fn last(&self, error: Error, earlier_in_doubt: bool) -> Error {
        let error = error.with_attempts(self.progress.attempts);
        // Alone, the last error would say that nothing has happened, and it may be the echo of an earlier attempt.
        let echo = earlier_in_doubt && self.effect != Effect::Read && surely_not_executed(&error);
        if echo { error.with_unknown_outcome(true, self.find_out) } else { error }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
mod tests;
