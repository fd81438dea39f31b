//! Keeps credentials, and asks for new ones ahead of their end.

use super::{Credentials, CredentialsError, CredentialsFuture, ProvideCredentials};
use crate::config::{Environment, System};
use crate::trace;
use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How long before their end credentials are renewed, in seconds; short-lived ones in the last quarter of their time.
const AHEAD: i64 = 15 * 60;
/// How long credentials without an end are kept before their source is asked whether it has others.
const KEEP: i64 = 15 * 60;
/// The pause after a renewal that failed while the old credentials still hold.
const PAUSE: i64 = 60;

/// Credentials of a provider, kept until they are about to end. The clock is the caller's.
pub(crate) struct Cache {
    provider: Box<dyn ProvideCredentials>,
    state: Mutex<State>,
    /// Held by whoever renews them.
    renewing: tokio::sync::Mutex<()>,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Credentials>>,
    /// From when on they are to be renewed.
    due: i64,
    /// How often the provider has answered.
    rounds: u64,
    /// How it answered the last time, if badly.
    failure: Option<CredentialsError>,
}

/// What there is at some moment.
enum Look {
    /// All is well.
    Fresh(Arc<Credentials>),
    /// They hold, but not for long.
    Due(Arc<Credentials>),
    /// There are none.
    Ended(u64),
}

impl Cache {
    pub(crate) fn new(provider: impl ProvideCredentials) -> Self {
        Self { provider: Box::new(provider), state: Mutex::default(), renewing: tokio::sync::Mutex::default() }
    }

    /// The credentials to use now.
    pub(crate) async fn get(&self, clock: &dyn Environment) -> Result<Arc<Credentials>, CredentialsError> {
        match self.look(clock.now()) {
            Look::Fresh(credentials) => Ok(credentials),
            Look::Due(old) => match self.renewing.try_lock() {
                // Somebody is at it.
                Err(_) => Ok(old),
                Ok(_guard) => match self.look(clock.now()) {
                    Look::Fresh(credentials) => Ok(credentials),
                    Look::Due(_) | Look::Ended(_) => self.renew(clock).await,
                },
            },
            Look::Ended(rounds) => {
                let _guard = self.renewing.lock().await;
                match self.look(clock.now()) {
                    Look::Fresh(credentials) | Look::Due(credentials) => Ok(credentials),
                    Look::Ended(now) => {
                        // Who has waited for somebody else's failure does not make it again.
                        let failure = self.state().failure.clone().filter(|_| now != rounds);
                        if let Some(failure) = failure { Err(failure) } else { self.renew(clock).await }
                    }
                }
            }
        }
    }

    fn look(&self, now: i64) -> Look {
        let state = self.state();
        match &state.current {
            Some(credentials) if now < state.due && credentials.hold(now) => Look::Fresh(credentials.clone()),
            Some(credentials) if credentials.hold(now) => Look::Due(credentials.clone()),
            _ => Look::Ended(state.rounds),
        }
    }

    /// Asks the provider. If it fails, the old credentials are used until they end.
    async fn renew(&self, clock: &dyn Environment) -> Result<Arc<Credentials>, CredentialsError> {
        let answer = self.provider.provide().await;
        let now = clock.now();
        let answer = answer.and_then(|credentials| {
            if credentials.hold(now) {
                return Ok(Arc::new(credentials));
            }
            let text =
                format!("the credentials of {} have ended; is this machine's clock right?", credentials.source());
            Err(CredentialsError::failed(text))
        });
        let mut state = self.state();
        state.rounds = state.rounds.wrapping_add(1);
        match answer {
            Ok(credentials) => {
                state.due = match credentials.expiry() {
                    Some(end) => end.saturating_sub((end.saturating_sub(now) / 4).min(AHEAD)),
                    None => now.saturating_add(KEEP),
                };
                state.failure = None;
                state.current = Some(credentials.clone());
                Ok(credentials)
            }
            Err(error) => {
                trace::not_renewed(&error);
                state.due = now.saturating_add(PAUSE);
                state.failure = Some(error.clone());
                state.current.clone().filter(|old| old.hold(now)).ok_or(error)
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
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
/// them, the others go on with what there is. If a renewal fails, the old ones are used until they end, and it is tried again a
/// minute later. A source of credentials without an end is asked again after 15 minutes.
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

    fn name(&self) -> Cow<'_, str> {
        self.cache.provider.name()
    }
}
