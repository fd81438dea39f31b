//! Keeps credentials, and renews them before they expire.
//!
//! Every `Config` has a cache, and each attempt asks it. Credentials are renewed 15 minutes before they expire, as the vendors' SDKs do.
//! Short-lived ones are renewed in the last quarter of their life: the shortest session of STS lasts 15 minutes and would be renewed by every
//! call. One caller renews; the others use what is still valid, or wait and share the result, a failure too.
//!
//! If the service calls a key or token stale (rows with `retry: renew`), the cache rejects it: nobody gets it until one caller has asked the
//! source again. The call is repeated once, and only if other credentials came; otherwise the source is left alone for a minute. That is safe
//! for orders, because such a row proves that nothing was executed.

use super::shared_future::SharedFuture;
use crate::base::credentials::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::base::environment::{Environment, System};
use crate::base::trace;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many seconds before they expire credentials are renewed; short-lived ones in the last quarter of their life.
const AHEAD: i64 = 15 * 60;
/// How many seconds credentials without an expiry are kept before the source is asked again.
const KEEP: i64 = 15 * 60;
/// How many seconds to wait after a failed renewal while the old credentials are still valid.
const RETRY_AFTER: i64 = 60;

/// Keeps the credentials of a provider until they are about to expire. The caller passes the clock.
pub(crate) struct Cache {
    provider: Arc<dyn ProvideCredentials>,
    state: Mutex<CacheState>,
}

/// A request to the provider, shared by all who wait for it.
type Renewal = SharedFuture<Result<Arc<Credentials>, CredentialsError>>;

#[derive(Default)]
struct CacheState {
    current: Option<Arc<Credentials>>,
    /// When they must be renewed.
    due: i64,
    /// The renewal in progress.
    renewal: Option<Arc<Renewal>>,
    /// How often the credentials have changed.
    generation: u64,
    /// The service rejected the current credentials: nobody gets them until the source has been asked.
    rejected: bool,
    /// Until then a rejection is ignored: asking the source for others has just been in vain.
    spared: i64,
}

/// What a caller that needs credentials does.
enum Lookup {
    /// Uses these.
    Use(Arc<Credentials>),
    /// Waits for the renewal that another caller began.
    Join(Arc<Renewal>),
    /// Begins the renewal.
    Begin(Arc<Renewal>),
}

impl Cache {
    pub(crate) fn new(provider: impl ProvideCredentials) -> Self {
        Self { provider: Arc::new(provider), state: Mutex::default() }
    }

    /// Returns the credentials to use now.
    ///
    /// If they are due, one caller asks the source and waits. The others use the old ones while these are valid and not rejected, or wait too. If
    /// that fails, returns the old ones if they have not expired, even if the service has rejected them. Fails only if none are valid.
    pub(crate) async fn get(&self, clock: &dyn Environment) -> Result<Arc<Credentials>, CredentialsError> {
        loop {
            let (renewal, begun) = match self.lookup(clock.now()) {
                Lookup::Use(credentials) => return Ok(credentials),
                Lookup::Join(renewal) => (renewal, None),
                Lookup::Begin(renewal) => (renewal.clone(), Some(Begun { cache: self, renewal })),
            };
            match renewal.join().await {
                Some(result) => {
                    if let Some(result) = self.settle(&renewal, result, clock.now()) {
                        return result;
                    }
                }
                // The caller that began it was dropped, or the provider panicked: try again.
                None => drop(self.forget(&renewal)),
            }
            drop(begun);
        }
    }

    /// Returns the credentials to use now, if that needs no request to the source.
    pub(crate) fn at_hand(&self, now: i64) -> Option<Arc<Credentials>> {
        self.state().at_hand(now)
    }

    /// Marks credentials as rejected by the service. The next caller asks the source, and the others wait for it. Returns the generation of the
    /// rejected credentials, for [`renewed`](Self::renewed).
    pub(crate) fn reject(&self, credentials: &Credentials, now: i64) -> u64 {
        let state = self.state();
        let generation = state.generation;
        let waits = state.rejected || now < state.spared;
        if !state.has(credentials) {
            // They have been replaced already.
            return generation.wrapping_sub(1);
        }
        drop(state);
        if !waits {
            // Tell the source first, so that one with a cache of its own does not return them again.
            self.provider.reject(credentials);
            let mut state = self.state();
            state.rejected = state.has(credentials) && now >= state.spared;
        }
        generation
    }

    /// Whether the credentials differ from the rejected ones. Asks the source if necessary.
    pub(crate) async fn renewed(&self, rejected: u64, clock: &dyn Environment) -> bool {
        let is_other = || self.state().generation != rejected;
        is_other() || (self.get(clock).await.is_ok() && is_other())
    }

    fn lookup(&self, now: i64) -> Lookup {
        let mut state = self.state();
        if let Some(credentials) = state.at_hand(now) {
            return Lookup::Use(credentials);
        }
        if let Some(renewal) = &state.renewal {
            return Lookup::Join(renewal.clone());
        }
        let provider = self.provider.clone();
        let renewal = Arc::new(SharedFuture::new(async move { provider.provide().await.map(Arc::new) }));
        state.renewal = Some(renewal.clone());
        Lookup::Begin(renewal)
    }

    /// Stores the result of a renewal, unless another waiter has done so, and returns the credentials to use now: the old ones if the renewal
    /// failed and they are still valid. Returns `None` if a waiter was so late that what another one stored has expired: ask again.
    fn settle(
        &self,
        renewal: &Arc<Renewal>,
        result: Result<Arc<Credentials>, CredentialsError>,
        now: i64,
    ) -> Option<Result<Arc<Credentials>, CredentialsError>> {
        let mut state = self.state();
        let is_first = state.is(renewal);
        let has_expired = result.as_ref().is_ok_and(|credentials| !credentials.hold(now));
        let result = result.and_then(|credentials| {
            if !has_expired {
                return Ok(credentials);
            }
            let text = format!("the credentials of {} have expired: check this machine's clock", credentials.source());
            Err(CredentialsError::failed(text))
        });
        if is_first {
            state.renewal = None;
            state.keep(&result, now);
        }
        match state.current.clone().filter(|credentials| credentials.hold(now)) {
            Some(current) => Some(Ok(current)),
            None if has_expired && !is_first => None,
            None => Some(result),
        }
    }

    /// Removes a renewal, so that another one can begin. Returns whether it was still in progress.
    fn forget(&self, renewal: &Arc<Renewal>) -> bool {
        let mut state = self.state();
        let current = state.is(renewal);
        if current {
            state.renewal = None;
        }
        current
    }

    fn state(&self) -> MutexGuard<'_, CacheState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CacheState {
    fn at_hand(&self, now: i64) -> Option<Arc<Credentials>> {
        let current = self.current.as_ref().filter(|credentials| !self.rejected && credentials.hold(now))?;
        (now < self.due || self.renewal.is_some()).then(|| current.clone())
    }

    fn has(&self, credentials: &Credentials) -> bool {
        self.current.as_ref().is_some_and(|current| current.is_same(credentials))
    }

    fn is(&self, renewal: &Arc<Renewal>) -> bool {
        self.renewal.as_ref().is_some_and(|current| Arc::ptr_eq(current, renewal))
    }

    fn keep(&mut self, result: &Result<Arc<Credentials>, CredentialsError>, now: i64) {
        let is_other = |current: &Arc<Credentials>| result.as_ref().is_ok_and(|given| !given.is_same(current));
        if self.current.as_ref().is_none_or(is_other) {
            self.generation = self.generation.wrapping_add(1);
        } else if self.rejected {
            self.spared = now.saturating_add(RETRY_AFTER);
        }
        self.rejected = false;
        match result {
            Ok(credentials) => {
                self.due = match credentials.expiry() {
                    Some(end) => end.saturating_sub((end.saturating_sub(now) / 4).min(AHEAD)),
                    None => now.saturating_add(KEEP),
                };
                self.current = Some(credentials.clone());
            }
            Err(error) => {
                trace::not_renewed(error);
                self.due = now.saturating_add(RETRY_AFTER);
            }
        }
    }
}

/// Ends a renewal together with the call that began it. Otherwise, if the source hangs and that caller gives up, the others would wait forever.
struct Begun<'a> {
    cache: &'a Cache,
    renewal: Arc<Renewal>,
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        if self.cache.forget(&self.renewal) {
            self.renewal.give_up();
        }
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.provider.fmt(f)
    }
}

/// Caches the credentials of another provider. Every client has a cache of its own; share a `Cached` if several clients should ask the source
/// only once. Cheap to clone.
///
/// Credentials are renewed 15 minutes before they expire, short-lived ones in the last quarter of their life. One caller renews them; the others
/// use the old ones while these are valid, or wait for the result. If a renewal fails, the old credentials are used until they expire, and the
/// renewal is retried after a minute. If credentials have no expiry, the source is asked again after 15 minutes.
///
/// If a service rejects a key or a token as no longer valid, the source is asked at once, by one caller for all. If it returns the same
/// credentials, it is not asked again within a minute.
#[derive(Debug, Clone)]
pub struct Cached {
    cache: Arc<Cache>,
    clock: Arc<dyn Environment>,
}

impl Cached {
    /// Caches the credentials of this provider.
    #[must_use]
    pub fn new(provider: impl ProvideCredentials) -> Self {
        Self { cache: Arc::new(Cache::new(provider)), clock: Arc::new(System) }
    }

    /// Sets the clock, for tests. Default: the system's clock.
    #[must_use]
    pub fn environment(mut self, environment: impl Environment) -> Self {
        self.clock = Arc::new(environment);
        self
    }
}

impl ProvideCredentials for Cached {
    fn provide(&self) -> CredentialsFuture<'_> {
        Box::pin(async move { self.cache.get(&*self.clock).await.map(|credentials| (*credentials).clone()) })
    }

    fn reject(&self, credentials: &Credentials) {
        self.cache.reject(credentials, self.clock.now());
    }

    fn name(&self) -> Cow<'_, str> {
        self.cache.provider.name()
    }
}
