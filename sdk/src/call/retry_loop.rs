//! The retry loop of calls and downloads: attempts, backoff, and the final error.

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

/// The operation that the loop repeats.
pub(crate) trait Attempts: Send {
    /// Makes one attempt, which may take `left`.
    fn attempt(&mut self, number: u32, left: Duration) -> impl Future<Output = Result<(), Error>> + Send;

    /// The metadata of the response, after a success.
    fn metadata(&self) -> &Metadata;

    /// Turns an "already done" error into the success of an earlier attempt. `false` if that is impossible.
    fn take_for_success(&mut self, _error: &Error) -> bool {
        false
    }

    /// Asks for other credentials than the rejected ones of this generation. `true` if there are some.
    fn renew_keys(&mut self, _rejected: u64, _left: Duration) -> Pin<Box<dyn Future<Output = bool> + Send + '_>> {
        Box::pin(std::future::ready(false))
    }

    /// Signs further attempts with a clock that is this many seconds ahead.
    fn correct_clock(&mut self, _offset: i64) {}
}

/// Makes attempts until one succeeds, or until a retry is not allowed or cannot help.
pub(crate) struct RetryLoop<'a> {
    retries: &'a Retries,
    budget: &'a RetryBudget,
    environment: &'a dyn Environment,
    effect: Effect,
    /// How to find out whether the operation was executed if its outcome is unknown.
    find_out: Option<&'static str>,
    /// When the time of the operation ends, on the environment's clock.
    deadline: Duration,
    progress: Attempted,
}

/// The history of an operation.
#[derive(Default)]
struct Attempted {
    attempts: u32,
    clock_corrected: bool,
    keys_renewed: bool,
    /// Whether a failed attempt may have been executed.
    in_doubt: bool,
}

impl<'a> RetryLoop<'a> {
    /// Creates a loop that starts now and may take this long.
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

    /// Sets how to find out whether the operation was executed. It is added to an error whose outcome an earlier attempt leaves unknown.
    pub(crate) fn find_out(mut self, how: Option<&'static str>) -> Self {
        self.find_out = how;
        self
    }

    /// Runs attempts until one succeeds, and leaves the response in `attempts`. Each is a span within the one of the operation, and has to keep
    /// to the time that it is given.
    ///
    /// Returns the last error if a retry is not allowed, cannot help, exceeds the attempts, the time or the budget, or might execute an order
    /// twice. Counts "already done" as a success if an earlier attempt may have been executed.
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
                // Without time left, an attempt would only make its own outcome unknown.
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

    /// The generation of the rejected credentials, if others should be requested. Only once in an operation.
    fn rejected_keys(&mut self, error: &Error) -> Option<u64> {
        let open = !self.progress.keys_renewed && self.progress.attempts < self.retries.attempts;
        let rejected = error.stale_keys().filter(|_| open)?;
        self.progress.keys_renewed = true;
        Some(rejected)
    }

    /// Decides on a retry, and spends the budget for it. Returns the backoff, or `None` if there must be no further attempt.
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

    /// Turns the error of the last attempt into that of the operation.
    fn last(&self, error: Error, earlier_in_doubt: bool) -> Error {
        let error = error.with_attempts(self.progress.attempts);
        // The last error alone may prove that its own attempt was not executed, but an earlier one may have been and caused it.
        let echo = earlier_in_doubt && self.effect != Effect::Read && surely_not_executed(&error);
        if echo { error.with_unknown_outcome(true, self.find_out) } else { error }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]
mod tests;
