//! The handle of a running endpoint.

use crate::base::clock::Clock;
use crate::endpoint::Endpoint;
use crate::faults::Rule;
use crate::manage;
use serde_json::Value;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// A running endpoint. It stops when this is dropped.
pub struct Handle {
    address: SocketAddr,
    endpoint: Arc<Endpoint>,
    stop: watch::Sender<bool>,
    serving: Option<Serving>,
}

/// What serves the endpoint.
pub(crate) enum Serving {
    /// A task of the caller's runtime.
    Task(JoinHandle<()>),
    /// A thread with a runtime of its own.
    Thread(std::thread::JoinHandle<()>),
}

impl Handle {
    pub(crate) fn new(
        address: SocketAddr,
        endpoint: Arc<Endpoint>,
        stop: watch::Sender<bool>,
        serving: Serving,
    ) -> Self {
        Self { address, endpoint, stop, serving: Some(serving) }
    }

    /// Returns the URL of the endpoint, `http://127.0.0.1:PORT`. Pass it to `Config::endpoint` of the SDK.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.endpoint.settings().public_url
    }

    /// Returns the address that the endpoint listens on.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the clock of the endpoint, to move or stop it.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.endpoint.clock.clone()
    }

    /// Returns what `GET /_emulator/state` returns: orders, quota, money spent, certificates, and the latest requests without secrets.
    #[must_use]
    pub fn state(&self) -> Value {
        manage::state(&self.endpoint)
    }

    /// Adds a rule after those that are in force.
    ///
    /// # Errors
    ///
    /// Fails with [`io::ErrorKind::InvalidInput`] if the rule is not valid. The error says why.
    pub fn inject(&self, rule: Rule) -> io::Result<()> {
        let add = self.endpoint.faults().add(vec![rule], self.endpoint.apis());
        add.map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))
    }

    /// Removes all rules, and switches chaos off.
    pub fn clear_faults(&self) {
        self.endpoint.faults().clear();
    }

    /// Resets the endpoint: clock, orders, quota, certificates, faults and log are as they were at the start.
    pub fn reset(&self) {
        self.endpoint.reset();
    }

    /// Stops the endpoint, and waits until every connection is closed. Requests in progress get two seconds to end.
    pub async fn stop(mut self) {
        // Sending fails only if the endpoint has ended already.
        let _ = self.stop.send(true);
        match self.serving.take() {
            Some(Serving::Task(task)) => drop(task.await),
            Some(Serving::Thread(thread)) => drop(tokio::task::spawn_blocking(|| thread.join()).await),
            None => {}
        }
    }

    /// Does what [`stop`](Self::stop) does, without async, for an endpoint that was started by
    /// [`Emulator::serve_blocking`](crate::Emulator::serve_blocking). Any other endpoint is only told to stop.
    pub fn stop_blocking(mut self) {
        let _ = self.stop.send(true);
        if let Some(Serving::Thread(thread)) = self.serving.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let _ = self.stop.send(true);
    }
}

impl std::fmt::Debug for Handle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handle").field("address", &self.address).finish_non_exhaustive()
    }
}
