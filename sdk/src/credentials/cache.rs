//! Keeps credentials, and renews them before they expire.
//!
//! Every `Config` has one, and each attempt asks it. Credentials are renewed 15 minutes before they expire, as the vendors' SDKs do.
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

/// How long before their end credentials are renewed, in seconds; short-lived ones in the last quarter of their time.
const AHEAD: i64 = 15 * 60;
/// How long credentials without an end are kept before their source is asked whether it has others.
const KEEP: i64 = 15 * 60;
/// The pause after a renewal that failed while the old credentials still hold.
const RETRY_AFTER: i64 = 60;

/// Credentials of a provider, kept until they are about to end. The clock is the caller's.
pub(crate) struct Cache {
    provider: Arc<dyn ProvideCredentials>,
    state: Mutex<CacheState>,
}

/// Asking the provider: whoever waits for it drives it on.
type Renewal = SharedFuture<Result<Arc<Credentials>, CredentialsError>>;

#[derive(Default)]
struct CacheState {
    current: Option<Arc<Credentials>>,
    /// From when on they are to be renewed.
    due: i64,
    /// The renewal that is on its way.
    renewal: Option<Arc<Renewal>>,
    /// How often other credentials have come.
    generation: u64,
    /// The service takes the current ones no more, so nobody gets them until the source was asked.
    rejected: bool,
    /// Until then the source has been asked in vain for others than those that were rejected, and is not asked again.
    spared: i64,
}

/// What is to be done at some moment.
enum Lookup {
    /// Nothing.
    Use(Arc<Credentials>),
    /// Somebody renews them.
    Join(Arc<Renewal>),
    /// Nobody does yet.
    Begin(Arc<Renewal>),
}

impl Cache {
    pub(crate) fn new(provider: impl ProvideCredentials) -> Self {
        Self { provider: Arc::new(provider), state: Mutex::default() }
    }

    /// The credentials to use now.
    pub(crate) async fn get(&self, clock: &dyn Environment) -> Result<Arc<Credentials>, CredentialsError> {
        loop {
            let (renewal, begun) = match self.look(clock.now()) {
                Lookup::Use(credentials) => return Ok(credentials),
                Lookup::Join(renewal) => (renewal, None),
                Lookup::Begin(renewal) => (renewal.clone(), Some(Begun { cache: self, renewal })),
            };
            if let Some(answer) = renewal.join().await {
                return self.settle(&renewal, answer, clock.now());
            }
            // Who began it has given up, or it has panicked.
            self.forget(&renewal);
            drop(begun);
        }
    }

    /// The credentials to use now, if none are to be asked for first.
    pub(crate) fn at_hand(&self, now: i64) -> Option<Arc<Credentials>> {
        self.state().at_hand(now)
    }

    /// The service takes these no more: the next one who needs some asks the source, and others wait for that. Hands back which ones they were,
    /// for [`renewed`](Self::renewed).
    pub(crate) fn reject(&self, credentials: &Credentials, now: i64) -> u64 {
        let state = self.state();
        let generation = state.generation;
        let waits = state.rejected || now < state.spared;
        if !state.has(credentials) {
            // There are others already.
            return generation.wrapping_sub(1);
        }
        drop(state);
        if !waits {
            // First, so that a source that keeps them does not give them once more.
            self.provider.reject(credentials);
            let mut state = self.state();
            state.rejected = state.has(credentials) && now >= state.spared;
        }
        generation
    }

    /// Whether there are others than those that were rejected; if need be the source is asked for them.
    pub(crate) async fn renewed(&self, rejected: u64, clock: &dyn Environment) -> bool {
        let is_other = || self.state().generation != rejected;
        is_other() || (self.get(clock).await.is_ok() && is_other())
    }

    fn look(&self, now: i64) -> Lookup {
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

    /// Keeps what a renewal has brought, unless another one who has waited for it did that already, and says what to use now: if it
    /// failed, the old credentials until they end.
    fn settle(
        &self,
        renewal: &Arc<Renewal>,
        answer: Result<Arc<Credentials>, CredentialsError>,
        now: i64,
    ) -> Result<Arc<Credentials>, CredentialsError> {
        let answer = answer.and_then(|credentials| {
            if credentials.hold(now) {
                return Ok(credentials);
            }
            let text =
                format!("the credentials of {} have ended; is this machine's clock right?", credentials.source());
            Err(CredentialsError::failed(text))
        });
        let mut state = self.state();
        if state.is(renewal) {
            state.renewal = None;
            state.keep(&answer, now);
        }
        state.current.clone().filter(|credentials| credentials.hold(now)).map_or(answer, Ok)
    }

    /// Makes room for another renewal; whether this one was still on its way.
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

    fn keep(&mut self, answer: &Result<Arc<Credentials>, CredentialsError>, now: i64) {
        let is_other = |current: &Arc<Credentials>| answer.as_ref().is_ok_and(|given| !given.is_same(current));
        if self.current.as_ref().is_none_or(is_other) {
            self.generation = self.generation.wrapping_add(1);
        } else if self.rejected {
            self.spared = now.saturating_add(RETRY_AFTER);
        }
        self.rejected = false;
        match answer {
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

/// A renewal ends with the call that began it: the source may hang, and who has given up must not leave the others to it.
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

/// Keeps the credentials of another provider. A client does that by itself; share one `Cached` where several clients should ask
/// once. Cheap to clone.
///
/// Credentials are renewed 15 minutes ahead of their end, short-lived ones in the last quarter of their time. One caller renews
/// them, the others go on with what there is, or wait for it together. If a renewal fails, the old ones are used until they end, and it is tried again a
/// minute later. A source of credentials without an end is asked again after 15 minutes.
///
/// If a service says that it takes a key or a token no more, the source is asked at once, by one caller for all; if it has no others, it is not asked
/// again for that within a minute.
#[derive(Debug, Clone)]
pub struct Cached {
    cache: Arc<Cache>,
    clock: Arc<dyn Environment>,
}

impl Cached {
    /// Keeps the credentials of this provider.
    #[must_use]
    pub fn new(provider: impl ProvideCredentials) -> Self {
        Self { cache: Arc::new(Cache::new(provider)), clock: Arc::new(System) }
    }

    /// Where time comes from; the system, if not set. For tests.
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
