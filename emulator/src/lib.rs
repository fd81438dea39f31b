//! A local HTTP endpoint that speaks the certificate APIs of the `cloudcert` SDK, for tests of your own programs.
//!
//! [`Emulator`] starts an endpoint inside a program. The program `cloudcert-emulator` of this package serves other programs. The README
//! describes what the endpoint does, its management API below `/_emulator/`, and the page for people there.
//!
//! ```
//! use cloudcert_emulator::{Emulator, Fault, Rule};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let endpoint = Emulator::start().await?;
//! assert!(endpoint.url().starts_with("http://127.0.0.1:"));
//! // The next call of this action is throttled.
//! let throttle = Fault::Throttle { retry_after_ms: Some(100) };
//! endpoint.inject(Rule::new(throttle).action("DescribeCertificateState").times(1)).unwrap();
//! # Ok(())
//! # }
//! ```
//!
//! # Rooms
//!
//! Each folder is a room. A room imports only from rooms below it, and no files import each other in a circle; `tests/it/rooms.rs`
//! checks both.
//!
//! | room, the lowest first | what is in it |
//! |---|---|
//! | `base` | clock, random numbers, time stamps, settings, access keys, and what a call consists of |
//! | `pki` | a throw-away authority: keys, CSRs, certificates, archives |
//! | `service` | how the services behave, one folder an API version, registered in one table |
//! | `request` | from an HTTP request to checked parameters, whatever the cloud |
//! | `dialect` | all that differs between the clouds' protocols, one file a family |
//! | `response` | responses in JSON and XML |
//! | `faults` | faults on demand |
//! | `endpoint` | the state that connections share, the admission of calls, the log |
//! | `manage` | the management API, and the page for people that uses it |
//! | `http` | sockets, HTTP, and the limits on both |
//!
//! `handle.rs` and `lib.rs`, the public API of the library, are above all rooms. `program/` uses this API alone.

mod base;
mod dialect;
mod endpoint;
mod faults;
mod handle;
mod http;
mod manage;
mod pki;
pub mod program;
mod request;
mod response;
mod service;

pub use base::clock::Clock;
pub use base::credential::{Cloud, Credential};
pub use faults::{Fault, Rule};
pub use handle::Handle;

use cloudcert::model::Model;
use endpoint::{Description, Endpoint, Setup};
use handle::Serving;
use service::check_stock;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use tokio::net::TcpListener;
use tokio::runtime;
use tokio::sync::watch;

/// Configures and starts an endpoint. For one with the defaults, call [`Emulator::start`].
#[derive(Debug, Clone, Default)]
pub struct Emulator {
    setup: Setup,
    listen: Option<SocketAddr>,
    remote: bool,
}

impl Emulator {
    /// Returns the defaults: a free port of this machine, seed 0, the system time.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Starts an endpoint with the defaults.
    ///
    /// # Errors
    ///
    /// Fails if no port of this machine is free.
    pub async fn start() -> io::Result<Handle> {
        Self::new().serve().await
    }

    /// Starts an endpoint with the defaults, for programs and tests without async. It serves from a thread of its own.
    ///
    /// ```
    /// let endpoint = cloudcert_emulator::Emulator::start_blocking()?;
    /// assert!(endpoint.url().starts_with("http://127.0.0.1:"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if no port of this machine is free.
    pub fn start_blocking() -> io::Result<Handle> {
        Self::new().serve_blocking()
    }

    /// Sets the seed of ids, keys and randomly chosen faults. The same seed gives the same ones. The default is 0.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.setup.settings.seed = seed;
        self
    }

    /// Sets the time at which the clock starts, in seconds since 1970. The default is the system time.
    #[must_use]
    pub fn clock_start(mut self, seconds: i64) -> Self {
        self.setup.clock = Some(seconds);
        self
    }

    /// Accepts an access key. A cloud without any accepts the test keys that the README lists.
    #[must_use]
    pub fn credential(mut self, credential: Credential) -> Self {
        self.setup.credentials.push(credential);
        self
    }

    /// Sets the address to listen on. The default is a free port of `127.0.0.1`.
    #[must_use]
    pub fn listen(mut self, address: SocketAddr) -> Self {
        self.listen = Some(address);
        self
    }

    /// Allows an address that other machines can reach. Without this, [`serve`](Self::serve) accepts only loopback addresses.
    #[must_use]
    pub fn allow_remote(mut self) -> Self {
        self.remote = true;
        self
    }

    /// Switches chaos on: a fifth of all calls meet a fault that is chosen from this seed.
    #[must_use]
    pub fn chaos(mut self, seed: u64) -> Self {
        self.setup.chaos = Some(seed);
        self
    }

    /// Makes a domain count as validated after this many probes of its order. The default is 2.
    #[must_use]
    pub fn polls_until_verified(mut self, polls: u32) -> Self {
        self.setup.settings.polls_until_verified = Some(polls);
        self
    }

    /// Makes a domain count as validated after this many seconds of the endpoint's clock.
    #[must_use]
    pub fn seconds_until_verified(mut self, seconds: u32) -> Self {
        self.setup.settings.seconds_until_verified = Some(seconds);
        self
    }

    /// Looks up the DNS records that validate domains at this server. Probes and seconds then validate no such order.
    #[must_use]
    pub fn dns(mut self, server: SocketAddr) -> Self {
        self.setup.settings.dns = Some(server);
        self
    }

    /// Fetches the files that validate domains from this web server, whatever the domain. Probes and seconds then validate no such order.
    #[must_use]
    pub fn file_host(mut self, server: SocketAddr) -> Self {
        self.setup.settings.file_host = Some(server);
        self
    }

    /// Sets how many certificates of a product were bought in advance. Without any such call, each of six products has 100.
    #[must_use]
    pub fn quota(mut self, product: impl Into<String>, certificates: u32) -> Self {
        self.setup.settings.quota.insert(product.into(), certificates);
        self
    }

    /// Sets how many instances of CAS 2018-07-13 were bought in advance. The default is 12.
    #[must_use]
    pub fn instances(mut self, instances: u32) -> Self {
        self.setup.settings.instances = Some(instances);
        self
    }

    /// Sets how many instances of a specification, such as `ws.dv.f`, were bought in advance from CAS 2020-04-07. Without any such call there
    /// are twelve; the README lists the specifications.
    #[must_use]
    pub fn stock(mut self, spec: impl Into<String>, instances: u32) -> Self {
        self.setup.settings.stock.insert(spec.into(), instances);
        self
    }

    /// Answers from another description instead of the one that the SDK was made from. No behaviour plays its actions, whatever their
    /// names: each is answered from the description alone. Settings of behaviours, such as [`quota`](Self::quota), have no effect then.
    ///
    /// ```
    /// use cloudcert_emulator::Emulator;
    ///
    /// let kcm = cloudcert::model::api("ksyun-kcm-2016-03-04").unwrap().clone();
    /// let model = cloudcert::model::Model { apis: vec![kcm], register: Vec::new() };
    /// let endpoint = Emulator::new().model(model).serve_blocking()?;
    /// # Ok::<(), std::io::Error>(())
    /// ```
    #[must_use]
    pub fn model(mut self, model: Model) -> Self {
        self.setup.description = Description::Given(Arc::new(model));
        self
    }

    /// Starts the endpoint.
    ///
    /// # Errors
    ///
    /// Fails if the address cannot be listened on. Fails with [`io::ErrorKind::InvalidInput`] if other machines can reach the address and
    /// [`allow_remote`](Self::allow_remote) was not called, if an access key has an empty id, secret or token, if a specification
    /// of the [`stock`](Self::stock) is unknown, or if the endpoint cannot answer from the [`model`](Self::model): it has no API, or one whose protocol
    /// the endpoint does not speak.
    pub async fn serve(self) -> io::Result<Handle> {
        let Listening { address, endpoint, stop, stopped, listener } = self.bind().await?;
        let serving = tokio::spawn(http::serve(listener, endpoint.clone(), stopped));
        Ok(Handle::new(address, endpoint, stop, Serving::Task(serving)))
    }

    /// Starts the endpoint in a thread of its own, for programs and tests without async. It stops when the handle is dropped; to wait for
    /// its end, call [`Handle::stop_blocking`].
    ///
    /// # Errors
    ///
    /// Those of [`serve`](Self::serve). Fails also if the system gives no thread.
    pub fn serve_blocking(self) -> io::Result<Handle> {
        let (tell, told) = mpsc::channel();
        let serve = move || {
            // Made in the thread that drops it: a runtime that is dropped in an asynchronous context panics.
            let runtime = match runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
                Ok(runtime) => runtime,
                Err(error) => return drop(tell.send(Err(error))),
            };
            runtime.block_on(async move {
                let Listening { address, endpoint, stop, stopped, listener } = match self.bind().await {
                    Ok(listening) => listening,
                    Err(error) => return drop(tell.send(Err(error))),
                };
                if tell.send(Ok((address, endpoint.clone(), stop))).is_ok() {
                    http::serve(listener, endpoint, stopped).await;
                }
            });
        };
        let thread = std::thread::Builder::new().name("cloudcert-emulator".to_owned()).spawn(serve)?;
        let ended = |_| io::Error::other("the thread of the endpoint ended before it listened");
        let (address, endpoint, stop) = told.recv().map_err(ended)??;
        Ok(Handle::new(address, endpoint, stop, Serving::Thread(thread)))
    }

    /// Checks the settings and listens.
    async fn bind(self) -> io::Result<Listening> {
        let address = self.listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let checked = self.setup.credentials.iter().try_for_each(Credential::check);
        checked
            .and_then(|()| check_stock(&self.setup.settings))
            .and_then(|()| self.setup.description.check())
            .map_err(|why| io::Error::new(io::ErrorKind::InvalidInput, why))?;
        if !address.ip().is_loopback() && !self.remote {
            let why = format!(
                "other machines can reach {address}: allow that with --allow-remote (`allow_remote()` in Rust), or listen on 127.0.0.1"
            );
            return Err(io::Error::new(io::ErrorKind::InvalidInput, why));
        }
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {address}: {error}")))?;
        let address = listener.local_addr()?;
        let mut setup = self.setup;
        setup.settings.public_url = format!("http://{address}");
        setup.settings.many_addresses = address.ip().is_unspecified();
        let (stop, stopped) = watch::channel(false);
        Ok(Listening { address, endpoint: Arc::new(Endpoint::new(setup)), stop, stopped, listener })
    }
}

/// An endpoint that listens and does not serve yet.
struct Listening {
    address: SocketAddr,
    endpoint: Arc<Endpoint>,
    stop: watch::Sender<bool>,
    stopped: watch::Receiver<bool>,
    listener: TcpListener,
}
