//! Guarded calls by name.

use super::json::json;
use super::response::Response;
use super::table::Readable;
use crate::base::pending::Pending;
use crate::flow::reconcile::{self, Outcome, Reconcile, SavedProbe};
use serde_json::Value;
use std::fmt;
use std::time::Duration;

/// A call that must not be sent twice, like [`crate::Guarded`]: it is sent at most once, until it is proved that it was not executed.
pub struct Guarded(Box<dyn ErasedGuarded>);

trait ErasedGuarded: Send + Sync {
    fn probes(self: Box<Self>, probes: u32) -> Box<dyn ErasedGuarded>;
    fn interval(self: Box<Self>, interval: Duration) -> Box<dyn ErasedGuarded>;
    fn settle(self: Box<Self>, settle: Duration) -> Box<dyn ErasedGuarded>;
    fn saved(&self) -> SavedProbe;
    fn send(&self) -> Pending<Response>;
    fn find_out(&self) -> Pending<Outcome>;
    fn found(&self) -> Vec<Value>;
}

impl<R: Reconcile + Readable> ErasedGuarded for reconcile::Guarded<R> {
    fn probes(self: Box<Self>, probes: u32) -> Box<dyn ErasedGuarded> {
        Box::new((*self).probes(probes))
    }

    fn interval(self: Box<Self>, interval: Duration) -> Box<dyn ErasedGuarded> {
        Box::new((*self).interval(interval))
    }

    fn settle(self: Box<Self>, settle: Duration) -> Box<dyn ErasedGuarded> {
        Box::new((*self).settle(settle))
    }

    fn saved(&self) -> SavedProbe {
        self.saved()
    }

    fn send(&self) -> Pending<Response> {
        let call = self.send();
        Pending::new(async move { Ok(Response::new(call.await?)) })
    }

    fn find_out(&self) -> Pending<Outcome> {
        self.find_out()
    }

    fn found(&self) -> Vec<Value> {
        self.found().iter().map(|item| json(item)).collect()
    }
}

impl Guarded {
    pub(super) fn new<R: Reconcile + Readable>(guarded: reconcile::Guarded<R>) -> Self {
        Self(Box::new(guarded))
    }

    /// Sets how many probes must show no change. See [`crate::Guarded::probes`].
    #[must_use]
    pub fn probes(self, probes: u32) -> Self {
        Self(self.0.probes(probes))
    }

    /// Sets the time between two probes. See [`crate::Guarded::interval`].
    #[must_use]
    pub fn interval(self, interval: Duration) -> Self {
        Self(self.0.interval(interval))
    }

    /// Sets how long a request may still be executed after its sender gave up. See [`crate::Guarded::settle`].
    #[must_use]
    pub fn settle(self, settle: Duration) -> Self {
        Self(self.0.settle(settle))
    }

    /// What the probe before the call has shown, to be saved before [`send`](Self::send). See [`crate::Guarded::saved`].
    #[must_use]
    pub fn saved(&self) -> SavedProbe {
        self.0.saved()
    }

    /// Sends the request.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Guarded::send`].
    pub fn send(&self) -> Pending<Response> {
        self.0.send()
    }

    /// Finds out whether the call was executed.
    ///
    /// # Errors
    ///
    /// Those of [`crate::Guarded::find_out`].
    pub fn find_out(&self) -> Pending<Outcome> {
        self.0.find_out()
    }

    /// The new items that the last probe showed and that the call may have made, as [`Response::json`] shows them.
    #[must_use]
    pub fn found(&self) -> Vec<Value> {
        self.0.found()
    }
}

impl fmt::Debug for Guarded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Guarded")
    }
}
