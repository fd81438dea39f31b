//! When credentials are renewed, by whom, and what happens if that fails. The tests set the clock, so none of them waits.

use crate::setup::clock::{NOW, WallClock};
use crate::setup::futures::{multi_thread, run};
use cloudcert::Credentials;
use cloudcert::credentials::{Cached, CredentialsError, ProvideCredentials, from_fn};
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;
use tokio::sync::Semaphore;

/// A source that tests steer and count.
#[derive(Clone)]
struct Source {
    clock: WallClock,
    calls: Arc<AtomicU32>,
    broken: Arc<AtomicBool>,
    /// For how many seconds its credentials are valid; 0 is without an end.
    lifetime: Arc<AtomicI64>,
    /// Has a permit for each response.
    gate: Arc<Semaphore>,
}

impl Source {
    fn new(lifetime: i64) -> Self {
        Self {
            clock: WallClock::new(),
            calls: Arc::default(),
            broken: Arc::default(),
            lifetime: Arc::new(lifetime.into()),
            gate: Arc::new(Semaphore::new(1000)),
        }
    }

    fn calls(&self) -> u32 {
        self.calls.load(Ordering::SeqCst)
    }

    fn break_down(&self, broken: bool) {
        self.broken.store(broken, Ordering::SeqCst);
    }

    fn cached(&self) -> Cached {
        let source = self.clone();
        let provider = from_fn("source", move || {
            let source = source.clone();
            async move {
                let number = source.calls.fetch_add(1, Ordering::SeqCst) + 1;
                source.gate.acquire().await.unwrap().forget();
                if source.broken.load(Ordering::SeqCst) {
                    return Err(CredentialsError::failed(format!("failure {number}")));
                }
                let key = Credentials::new(format!("key-{number}"), "s").with_token("t");
                Ok(match source.lifetime.load(Ordering::SeqCst) {
                    0 => key,
                    seconds => key.with_expiry(source.clock.now() + seconds),
                })
            }
        });
        Cached::new(provider).environment(self.clock.clone())
    }
}

/// The id of the current credentials, or the error.
async fn id(cached: &Cached) -> Result<String, String> {
    let given = tokio::time::timeout(Duration::from_secs(20), cached.provide()).await.expect("nobody waits for ever");
    given.map(|given| given.access_key_id().to_owned()).map_err(|error| error.to_string())
}

#[test]
fn credentials_are_renewed_fifteen_minutes_before_they_expire() {
    let source = Source::new(3600);
    let cached = source.cached();
    run(async {
        assert_eq!(id(&cached).await.unwrap(), "key-1");
        source.clock.advance(3600 - 901);
        assert_eq!(id(&cached).await.unwrap(), "key-1");
        source.clock.advance(1);
        assert_eq!(id(&cached).await.unwrap(), "key-2");
        assert_eq!(id(&cached).await.unwrap(), "key-2");
    });
    assert_eq!(source.calls(), 2);
}

#[test]
fn short_lived_credentials_are_not_renewed_at_every_call() {
    let source = Source::new(900);
    let cached = source.cached();
    run(async {
        for (pass, expected) in [(0, "key-1"), (674, "key-1"), (1, "key-2"), (0, "key-2")] {
            source.clock.advance(pass);
            assert_eq!(id(&cached).await.unwrap(), expected);
        }
    });
}

#[test]
fn credentials_without_an_end_are_fetched_again_after_a_while() {
    let source = Source::new(0);
    let cached = source.cached();
    run(async {
        for (pass, expected) in [(0, "key-1"), (899, "key-1"), (1, "key-2")] {
            source.clock.advance(pass);
            assert_eq!(id(&cached).await.unwrap(), expected);
        }
        source.break_down(true);
        source.clock.advance(1_000_000);
        assert_eq!(id(&cached).await.unwrap(), "key-2");
    });
}

#[test]
fn old_credentials_are_used_until_they_expire_if_a_renewal_fails() {
    let source = Source::new(3600);
    let cached = source.cached();
    run(async {
        id(&cached).await.unwrap();
        source.break_down(true);
        source.clock.advance(3000);
        for _ in 0..10 {
            assert_eq!(id(&cached).await.unwrap(), "key-1");
        }
        assert_eq!(source.calls(), 2, "not at every call");
        source.clock.advance(60);
        assert_eq!(id(&cached).await.unwrap(), "key-1");
        assert_eq!(source.calls(), 3, "but again a minute later");
        source.clock.advance(539);
        assert_eq!(id(&cached).await.unwrap(), "key-1");
        source.clock.advance(1);
        assert_eq!(id(&cached).await.unwrap_err(), "failure 5");
        source.break_down(false);
        assert_eq!(id(&cached).await.unwrap(), "key-6");
    });
}

#[test]
fn one_renewal_serves_all_waiting_callers() {
    let source = Source::new(3600);
    source.gate.forget_permits(1000);
    let cached = source.cached();
    run(async {
        let waiting: Vec<_> = (0..100)
            .map(|_| {
                let cached = cached.clone();
                tokio::spawn(async move { id(&cached).await })
            })
            .collect();
        tokio::task::yield_now().await;
        assert_eq!(source.calls(), 1);
        // There are permits for more than one.
        source.gate.add_permits(1000);
        for one in waiting {
            assert_eq!(one.await.unwrap().unwrap(), "key-1");
        }
    });
    assert_eq!(source.calls(), 1);
}

#[test]
fn one_failure_is_reported_to_all_waiting_callers_and_to_none_after() {
    let source = Source::new(3600);
    source.gate.forget_permits(1000);
    source.break_down(true);
    let cached = source.cached();
    run(async {
        let waiting: Vec<_> = (0..100)
            .map(|_| {
                let cached = cached.clone();
                tokio::spawn(async move { id(&cached).await })
            })
            .collect();
        tokio::task::yield_now().await;
        source.gate.add_permits(1000);
        for one in waiting {
            assert_eq!(one.await.unwrap().unwrap_err(), "failure 1");
        }
        assert_eq!(id(&cached).await.unwrap_err(), "failure 2");
    });
}

#[test]
fn others_use_the_old_credentials_during_a_renewal() {
    let source = Source::new(3600);
    let cached = source.cached();
    run(async {
        id(&cached).await.unwrap();
        source.gate.forget_permits(1000);
        source.clock.advance(3000);
        let renewing = tokio::spawn({
            let cached = cached.clone();
            async move { id(&cached).await }
        });
        tokio::task::yield_now().await;
        for _ in 0..10 {
            assert_eq!(id(&cached).await.unwrap(), "key-1");
        }
        assert_eq!(source.calls(), 2);
        source.gate.add_permits(1);
        assert_eq!(renewing.await.unwrap().unwrap(), "key-2");
        assert_eq!(id(&cached).await.unwrap(), "key-2");
    });
}

#[test]
fn a_cancelled_renewal_is_left_to_the_next_caller() {
    let source = Source::new(3600);
    source.gate.forget_permits(1000);
    let cached = source.cached();
    run(async {
        let gone = tokio::spawn({
            let cached = cached.clone();
            async move { id(&cached).await }
        });
        tokio::task::yield_now().await;
        let next = tokio::spawn({
            let cached = cached.clone();
            async move { id(&cached).await }
        });
        tokio::task::yield_now().await;
        gone.abort();
        source.gate.add_permits(1);
        assert_eq!(next.await.unwrap().unwrap(), "key-2");
    });
}

#[test]
fn a_caller_that_is_no_longer_polled_blocks_nobody() {
    let source = Source::new(3600);
    source.gate.forget_permits(1000);
    let cached = source.cached();
    run(async {
        let mut still = cached.provide();
        assert!(tokio::time::timeout(Duration::ZERO, &mut still).await.is_err());
        let waiting: Vec<_> = (0..10)
            .map(|_| {
                let cached = cached.clone();
                tokio::spawn(async move { id(&cached).await })
            })
            .collect();
        tokio::task::yield_now().await;
        source.gate.add_permits(1000);
        for one in waiting {
            assert_eq!(one.await.unwrap().unwrap(), "key-1");
        }
        assert_eq!(still.await.unwrap().access_key_id(), "key-1");
    });
    assert_eq!(source.calls(), 1);
}

#[test]
fn after_a_panic_of_the_source_the_next_caller_tries_again() {
    let calls = Arc::new(AtomicU32::new(0));
    let gate = Arc::new(Semaphore::new(0));
    let cached = Cached::new(from_fn("source", {
        let calls = calls.clone();
        let gate = gate.clone();
        move || {
            let calls = calls.clone();
            let gate = gate.clone();
            async move {
                let number = calls.fetch_add(1, Ordering::SeqCst) + 1;
                gate.acquire().await.unwrap().forget();
                assert!(number > 1, "this source panics at first");
                Ok(Credentials::new(format!("key-{number}"), "s"))
            }
        }
    }));
    run(async {
        let waiting: Vec<_> = (0..10)
            .map(|_| {
                let cached = cached.clone();
                tokio::spawn(async move { id(&cached).await })
            })
            .collect();
        tokio::task::yield_now().await;
        gate.add_permits(1000);
        let mut panics = 0;
        for one in waiting {
            match one.await {
                Ok(given) => assert_eq!(given.unwrap(), "key-2"),
                Err(failed) => panics += u32::from(failed.is_panic()),
            }
        }
        assert_eq!(panics, 1);
    });
}

#[test]
fn expired_credentials_are_not_used() {
    let given = Credentials::new("id", "s").with_expiry(NOW).with_source("a test");
    let error = run(Cached::new(given).environment(WallClock::new()).provide()).unwrap_err();
    assert_eq!(error.to_string(), "the credentials of a test have expired: check this machine's clock");
}

#[test]
fn a_thousand_concurrent_callers_never_get_expired_credentials() {
    let source = Source::new(1200);
    let cached = source.cached();
    let seen = Arc::new(Mutex::new(Vec::new()));
    multi_thread(4).block_on(async {
        let callers: Vec<_> = (0..1000)
            .map(|number| {
                let cached = cached.clone();
                let source = source.clone();
                let seen = seen.clone();
                tokio::spawn(async move {
                    if number % 10 == 0 {
                        source.clock.advance(97);
                    }
                    let before = source.clock.now();
                    let given = cached.provide().await.unwrap();
                    seen.lock().unwrap().push((before, given.expiry().unwrap()));
                })
            })
            .collect();
        for caller in callers {
            caller.await.unwrap();
        }
    });
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 1000);
    assert!(seen.iter().all(|(before, end)| before < end));
    // 9,700 seconds pass. Credentials for 1,200 seconds are renewed in their last quarter, so they are fetched eleven times at most. How
    // few it may be is up to the scheduler, because time may pass several times before the next fetch.
    assert!(source.calls() <= 11, "{}", source.calls());
}

#[test]
fn a_waiter_that_comes_so_late_that_the_credentials_have_expired_asks_again() {
    let source = Source { gate: Arc::new(Semaphore::new(0)), ..Source::new(3600) };
    let cached = source.cached();
    run(async {
        let mut first = Box::pin(id(&cached));
        let mut late = Box::pin(id(&cached));
        assert!(std::future::poll_fn(|cx| Poll::Ready(first.as_mut().poll(cx).is_pending())).await);
        assert!(std::future::poll_fn(|cx| Poll::Ready(late.as_mut().poll(cx).is_pending())).await);
        source.gate.add_permits(1000);
        assert_eq!(first.await.unwrap(), "key-1");
        source.clock.advance(7200);
        assert_eq!(late.await.unwrap(), "key-2");
    });
    assert_eq!(source.calls(), 2);
}
