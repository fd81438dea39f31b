//! HTTP clients, one for each tokio runtime, at most 64.
//!
//! A connection is driven by the runtime that opened it. If that runtime stops being polled, the connection does not respond, and a call on it is
//! lost. So every runtime gets a client of its own; a task in it notices when the runtime ends. A call in flight that is polled on another
//! runtime enters its own for the poll, and waits no longer than its attempt may take. Without a runtime, or on one without timer or network,
//! the request is refused before anything is sent.
//!
//! Idle connections are dropped after ten seconds. Load balancers of Alibaba Cloud drop them after 15 seconds by default; for Kingsoft Cloud no
//! figure is known.

use super::{HttpResponse, TransportError, TransportFuture};
use crate::base::timer::Delay;
use crate::http::connection::Route;
use std::future::Future;
use std::net::{Ipv4Addr, UdpSocket};
use std::panic::catch_unwind;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::{Handle, Id};
use tokio::sync::oneshot;

/// The maximum number of runtimes with connections. The least recently used one is dropped.
const MOST: usize = 64;
const NO_RUNTIME: &str = "there is no tokio runtime here, so nothing was sent: make the call inside one (`#[tokio::main]`, `Runtime::block_on`), or \
     end it with `block()` (feature `blocking`) in place of `.await`";
const NO_DRIVER: &str =
    "the tokio runtime has no timer or no network, so nothing was sent: make it with `Builder::enable_all`";

/// What clients are made from.
#[derive(Clone)]
pub(super) struct Setup {
    pub(super) tls: rustls::ClientConfig,
    pub(super) connect_timeout: Duration,
    pub(super) timeout: Duration,
    pub(super) route: Route,
}

/// Clients of one setup.
pub(super) struct Clients {
    setup: Setup,
    state: Mutex<Pools>,
}

struct Pools {
    /// Built in advance, so that invalid settings fail at once. The first runtime gets it.
    spare: Option<reqwest::Client>,
    /// The one that was used last comes first.
    pools: Vec<Arc<Pool>>,
}

/// The client of a runtime.
pub(super) struct Pool {
    pub(super) client: reqwest::Client,
    runtime: Handle,
    id: Id,
    /// Whether the runtime has ended.
    ended: Arc<AtomicBool>,
    /// Ends the task that notices the end of the runtime.
    _stop: oneshot::Sender<()>,
}

impl Clients {
    pub(super) fn new(setup: Setup) -> reqwest::Result<Self> {
        let spare = Some(super::reqwest::client(setup.clone())?);
        Ok(Self { setup, state: Mutex::new(Pools { spare, pools: Vec::new() }) })
    }

    /// The client of this runtime.
    pub(super) fn here(&self) -> Result<Arc<Pool>, TransportError> {
        let runtime = Handle::try_current().map_err(|_| TransportError::refused(NO_RUNTIME))?;
        let id = runtime.id();
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let known = state.pools.iter().position(|pool| pool.id == id && !pool.has_ended());
        if let Some(at) = known {
            if let Some(used) = state.pools.get_mut(..=at) {
                used.rotate_right(1);
            }
        } else {
            let client = match state.spare.take() {
                Some(client) => client,
                None => super::reqwest::client(self.setup.clone()).map_err(TransportError::refused)?,
            };
            let pool = Arc::new(Pool::new(client, runtime)?);
            state.pools.retain(|pool| !pool.has_ended());
            state.pools.truncate(MOST - 1);
            state.pools.insert(0, pool);
        }
        state.pools.first().cloned().ok_or_else(|| TransportError::refused(NO_RUNTIME))
    }
}

impl std::fmt::Debug for Clients {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Clients")
    }
}

impl Pool {
    fn new(client: reqwest::Client, runtime: Handle) -> Result<Self, TransportError> {
        if !has_drivers() {
            return Err(TransportError::refused(NO_DRIVER));
        }
        let (ended, (stop, stopped)) = (Arc::new(AtomicBool::new(false)), oneshot::channel());
        let watch = EndSignal(ended.clone());
        // A runtime that ends drops its tasks.
        runtime.spawn(async move {
            let _ = stopped.await;
            drop(watch);
        });
        Ok(Self { client, id: runtime.id(), runtime, ended, _stop: stop })
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    /// A request in flight.
    pub(super) fn carry<'a>(
        self: Arc<Self>,
        limit: Duration,
        request: impl Future<Output = Result<HttpResponse, TransportError>> + Send + 'a,
    ) -> TransportFuture<'a> {
        Box::pin(Carried { request: Box::pin(request), pool: self, limit, alarm: None })
    }
}

/// Whether the current runtime has a timer and a network driver. Without them tokio panics, and offers no other check. Asked once for each runtime.
fn has_drivers() -> bool {
    let timer = || tokio::time::sleep(Duration::ZERO);
    let network = || {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        socket.set_nonblocking(true)?;
        tokio::net::UdpSocket::from_std(socket)
    };
    catch_unwind(timer).is_ok() && catch_unwind(network).is_ok()
}

/// Sets the flag when it is dropped, which happens when its runtime ends.
struct EndSignal(Arc<AtomicBool>);

impl Drop for EndSignal {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A request in flight. Polling it on another runtime advances it as far as its own runtime still works, and waits no longer than the request may
/// take.
struct Carried<F> {
    request: Pin<Box<F>>,
    pool: Arc<Pool>,
    limit: Duration,
    alarm: Option<Box<Delay>>,
}

impl<F: Future<Output = Result<HttpResponse, TransportError>>> Future for Carried<F> {
    type Output = Result<HttpResponse, TransportError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        if Handle::try_current().is_ok_and(|here| here.id() == this.pool.id) {
            return this.request.as_mut().poll(context);
        }
        let lost = |why: &str| {
            let text = format!("the call was started on another tokio runtime, which {why}");
            Poll::Ready(Err(TransportError::lost(text)))
        };
        if this.pool.has_ended() {
            return lost("has ended");
        }
        let polled = {
            let _inside = this.pool.runtime.enter();
            this.request.as_mut().poll(context)
        };
        if polled.is_ready() {
            return polled;
        }
        let limit = this.limit;
        let alarm = this.alarm.get_or_insert_with(|| Box::new(Delay::new(limit)));
        if Pin::new(&mut **alarm).poll(context).is_ready() { lost("does not go on") } else { Poll::Pending }
    }
}
