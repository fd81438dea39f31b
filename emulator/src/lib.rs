//! A local HTTP endpoint that speaks the certificate APIs of the `cloudcert` SDK, for tests of one's own programs.
//!
//! [`Emulator`] starts one inside a program; the package's program `cloudcert-emulator` serves other programs.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let endpoint = cloudcert_emulator::Emulator::start().await?;
//! assert!(endpoint.url().starts_with("http://127.0.0.1:"));
//! # Ok(())
//! # }
//! ```

// The services use these; until they are there nobody does.
#![allow(dead_code, reason = "the services that use some of this come next")]

mod call;
mod clock;
mod endpoint;
mod http;
mod pki;
mod random;
mod service;
mod world;

pub use clock::Clock;

use endpoint::Endpoint;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use world::Settings;

/// How an endpoint is to be; [`start`](Emulator::start) takes the usual one.
#[derive(Debug, Clone, Default)]
pub struct Emulator {
    settings: Settings,
    listen: Option<SocketAddr>,
    clock: Option<i64>,
}

impl Emulator {
    /// The usual endpoint: a free port on this machine, seed 0, the system's time.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts the usual endpoint.
    ///
    /// # Errors
    ///
    /// If no port of this machine can be listened on.
    pub async fn start() -> io::Result<Handle> {
        Self::new().serve().await
    }

    /// What ids and chosen faults come from. The same seed brings the same ones.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// The time that the clock begins at, in seconds since 1970.
    #[must_use]
    pub fn clock_start(mut self, seconds: i64) -> Self {
        self.clock = Some(seconds);
        self
    }

    /// Where to listen; a free port of `127.0.0.1`, if not set.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Some(address);
        self
    }

    /// Starts this endpoint.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened on.
    pub async fn serve(self) -> io::Result<Handle> {
        let address = self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let url = format!("http://{address}");
        let settings = Settings { public_url: url.clone(), ..self.settings };
        let endpoint = Arc::new(Endpoint::new(settings, self.clock));
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(http::serve(listener, endpoint.clone(), stopped));
        Ok(Handle { url, address, endpoint, stop, serving: Some(serving) })
    }
}

/// An endpoint that runs. It stops when this is dropped.
pub struct Handle {
    url: String,
    address: SocketAddr,
    endpoint: Arc<Endpoint>,
    stop: watch::Sender<bool>,
    serving: Option<JoinHandle<()>>,
}

impl Handle {
    /// Where it is reached, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
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

    /// Stops it, and returns when every connection is closed.
    pub async fn stop(mut self) {
        // The channel stays open as long as the endpoint runs, and it is fine if it ended before.
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
        f.debug_struct("Handle").field("url", &self.url).finish_non_exhaustive()
    }
}
