//! A local HTTP endpoint that speaks the certificate APIs of the `cloudcert` SDK, for tests of one's own programs.
//!
//! [`Emulator`] starts one inside a program; the package's program `cloudcert-emulator` serves other programs. The README describes
//! what it does and the management API below `/_emulator/`.
//!
//! ```
//! use cloudcert_emulator::{Emulator, Fault, Rule};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let endpoint = Emulator::start().await?;
//! assert!(endpoint.url().starts_with("http://127.0.0.1:"));
//! // The next call of this action is refused as too fast.
//! let throttle = Fault::Throttle { retry_after_ms: Some(100) };
//! endpoint.inject(Rule::new(throttle).action("DescribeCertificateState").times(1)).unwrap();
//! # Ok(())
//! # }
//! ```

mod answer;
mod call;
mod clock;
mod endpoint;
mod faults;
mod handle;
mod http;
mod log;
mod manage;
mod pki;
mod random;
mod request;
mod service;
mod world;

pub use clock::Clock;
pub use faults::{Fault, Rule};
pub use handle::Handle;
pub use request::{Cloud, Credential};

use endpoint::{Beginning, Endpoint};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How an endpoint is to be; [`start`](Emulator::start) takes the usual one.
#[derive(Debug, Clone, Default)]
pub struct Emulator {
    beginning: Beginning,
    listen: Option<SocketAddr>,
    remote: bool,
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
        self.beginning.settings.seed = seed;
        self
    }

    /// The time that the clock begins at, in seconds since 1970.
    #[must_use]
    pub fn clock_start(mut self, seconds: i64) -> Self {
        self.beginning.clock = Some(seconds);
        self
    }

    /// Accepts an access key. A cloud for which none is given accepts those that the README names.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.beginning.credentials.push(credential);
        self
    }

    /// Where to listen; a free port of `127.0.0.1`, if not set.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Some(address);
        self
    }

    /// Allows other machines to connect: without it only an address of this machine may be listened on.
    #[must_use]
    pub fn allow_remote(mut self) -> Self {
        self.remote = true;
        self
    }

    /// A fifth of all calls meets a fault, as this seed decides.
    #[must_use]
    pub fn chaos(mut self, seed: u64) -> Self {
        self.beginning.chaos = Some(seed);
        self
    }

    /// A domain counts as proved after so many looks at its order.
    #[must_use]
    pub fn polls_until_verified(mut self, polls: u32) -> Self {
        self.beginning.settings.polls_until_verified = Some(polls);
        self
    }

    /// A domain counts as proved after so many seconds of the endpoint's clock.
    #[must_use]
    pub fn seconds_until_verified(mut self, seconds: u32) -> Self {
        self.beginning.settings.seconds_until_verified = Some(seconds);
        self
    }

    /// Looks records that prove a domain up at this DNS server.
    #[must_use]
    pub fn dns(mut self, server: SocketAddr) -> Self {
        self.beginning.settings.dns = Some(server);
        self
    }

    /// Fetches files that prove a domain from this web server, whatever the domain.
    #[must_use]
    pub fn file_host(mut self, server: SocketAddr) -> Self {
        self.beginning.settings.file_host = Some(server);
        self
    }

    /// How many certificates of a product were bought before. Without any, each product has some.
    #[must_use]
    pub fn quota(mut self, product: impl Into<String>, certificates: u32) -> Self {
        self.beginning.settings.quota.insert(product.into(), certificates);
        self
    }

    /// How many instances of the older API version of Alibaba Cloud were bought before.
    #[must_use]
    pub fn instances(mut self, instances: u32) -> Self {
        self.beginning.settings.instances = Some(instances);
        self
    }

    /// Starts this endpoint.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened on, or is open to other machines and that was not allowed; if an access key has an empty id,
    /// secret or token.
    pub async fn serve(self) -> io::Result<Handle> {
        let address = self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let checked = self.beginning.credentials.iter().try_for_each(Credential::check);
        checked.map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))?;
        if !address.ip().is_loopback() && !self.remote {
            let why = format!("{address} is open to other machines, which must be allowed expressly");
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let mut beginning = self.beginning;
        beginning.settings.public_url = format!("http://{address}");
        let endpoint = Arc::new(Endpoint::new(beginning));
        let (stop, stopped) = watch::channel(false);
        let serving = tokio::spawn(http::serve(listener, endpoint.clone(), stopped));
        Ok(Handle::new(address, endpoint, stop, serving))
    }
}
