//! Transports over a script that delay calls.

use super::script::Script;
use cloudcert::Config;
use cloudcert::http::{HttpRequest, Transport, TransportFuture};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

/// A client over this script whose calls with these numbers never end, the first of which is 0.
pub(crate) fn hanging_config(script: &Script, calls: impl Into<Vec<usize>>) -> Config {
    script.config().transport(Hanging { script: script.clone(), hang: calls.into(), calls: Arc::default() })
}

#[derive(Debug, Clone)]
struct Hanging {
    script: Script,
    hang: Vec<usize>,
    calls: Arc<AtomicUsize>,
}

impl Transport for Hanging {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let response = self.script.send(request);
        if self.hang.contains(&call) { Box::pin(std::future::pending()) } else { response }
    }
}

/// Delivers the responses of a script when its gate has a permit for them.
#[derive(Debug)]
pub(crate) struct Gated {
    script: Script,
    gate: Arc<Semaphore>,
    /// The only call that needs a permit; without it all do.
    only: Option<usize>,
    calls: AtomicUsize,
}

impl Gated {
    /// Every call needs a permit.
    pub(crate) fn all(script: &Script, gate: &Arc<Semaphore>) -> Self {
        Self { script: script.clone(), gate: gate.clone(), only: None, calls: AtomicUsize::new(0) }
    }

    /// The call with this number needs a permit, the first of which is 0.
    pub(crate) fn only(script: &Script, gate: &Arc<Semaphore>, call: usize) -> Self {
        Self { only: Some(call), ..Self::all(script, gate) }
    }
}

impl Transport for Gated {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let response = self.script.send(request);
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            if self.only.is_none_or(|only| only == call) {
                self.gate.acquire().await.unwrap().forget();
            }
            response.await
        })
    }
}
