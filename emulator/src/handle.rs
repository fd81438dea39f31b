//! An endpoint that runs.

use crate::clock::Clock;
use crate::endpoint::Endpoint;
use crate::faults::Rule;
use crate::manage;
use serde_json::Value;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// An endpoint that runs. It stops when this is dropped.
pub struct Handle {
    address: SocketAddr,
    endpoint: Arc<Endpoint>,
    stop: watch::Sender<bool>,
    serving: Option<JoinHandle<()>>,
}

impl Handle {
    pub(crate) fn new(
        address: SocketAddr,
        endpoint: Arc<Endpoint>,
        stop: watch::Sender<bool>,
        serving: JoinHandle<()>,
    ) -> Self {
        Self { address, endpoint, stop, serving: Some(serving) }
    }

    /// Where it is reached, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.endpoint.settings().public_url
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its clock.
    #[must_use]
    pub fn clock(&self) -> Clock {
        self.endpoint.clock.clone()
    }

    /// What `GET /_emulator/state` answers: orders, quota, spend, certificates, and the latest requests without secrets.
    #[must_use]
    pub fn state(&self) -> Value {
        manage::state(&self.endpoint)
    }

    /// Puts a fault in force, after those that are.
    ///
    /// # Errors
    ///
    /// If the rule cannot be followed; the error says why.
    pub fn inject(&self, rule: Rule) -> io::Result<()> {
        let add = self.endpoint.faults().add(vec![rule]);
        add.map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))
    }

    /// Takes all faults away, chaos too.
    pub fn clear_faults(&self) {
        self.endpoint.faults().clear();
    }

    /// Begins anew: clock, orders, quota, certificates, faults and requests are as at the start.
    pub fn reset(&self) {
        self.endpoint.reset();
    }

    /// Stops it, and returns when every connection is closed.
    pub async fn stop(mut self) {
        // Nobody hears it if the endpoint ended before.
        let _ = self.stop.send(true);
        if let Some(serving) = self.serving.take() {
            let _ = serving.await;
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
