//! Futures that are dropped or no longer polled: they lock nothing, lose nothing, and send nothing afterwards.

use crate::setup::clock::NOW;
use crate::setup::config::aliyun_keys;
use crate::setup::futures::{now, poll_and_drop, run};
use crate::setup::script::Script;
use crate::setup::transports::{Gated, hanging_config};
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::credentials::{CredentialsFuture, ProvideCredentials};
use cloudcert::{CallOptions, Config, Environment, ErrorKind};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;
use tokio::sync::Semaphore;

/// A certificate that is not issued yet.
const IN_PROCESS: &str = r#"{"Type":"process"}"#;

#[test]
fn a_dropped_read_leaves_nothing_behind() {
    let script = Script::repeat(IN_PROCESS);
    let client = cas::Client::new(hanging_config(&script, (0..200).collect::<Vec<_>>())).unwrap();
    for _ in 0..200 {
        poll_and_drop(client.describe_certificate_state().order_id(5).send());
    }
    now(client.describe_certificate_state().order_id(5).send()).unwrap();
    assert_eq!(script.sent().len(), 201, "each was sent once");
}

#[test]
fn a_call_that_is_dropped_before_it_is_polled_is_not_sent() {
    let script = Script::repeat(IN_PROCESS);
    let client = script.cas_client();
    drop(client.describe_certificate_state().order_id(5).send());
    drop(client.wait_until_certificate_issued(5).into_future());
    drop(client.wait_until_certificate_issued(5).progress());
    assert!(script.sent().is_empty());
}

/// Credentials that never arrive the first time.
#[derive(Debug, Default)]
struct Slow(AtomicUsize);

impl ProvideCredentials for Slow {
    fn provide(&self) -> CredentialsFuture<'_> {
        let first = self.0.fetch_add(1, Ordering::Relaxed) == 0;
        Box::pin(async move {
            if first {
                std::future::pending::<()>().await;
            }
            Ok(aliyun_keys())
        })
    }
}

/// A clock that never advances: sleeps do not end, and no time runs out.
#[derive(Debug)]
struct EndlessClock;

impl Environment for EndlessClock {
    fn now(&self) -> i64 {
        NOW
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok("nonce-0001".to_owned())
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _: Duration) -> cloudcert::Sleep {
        Box::pin(std::future::pending())
    }
}

#[test]
fn the_lock_on_credentials_is_released_when_its_call_is_dropped() {
    let script = Script::repeat(IN_PROCESS);
    let config = Config::new(Slow::default()).transport(script.clone()).environment(EndlessClock);
    let client = cas::Client::new(config).unwrap();
    let mut first = std::pin::pin!(client.describe_certificate_state().order_id(5).send());
    let mut second = Box::pin(client.describe_certificate_state().order_id(5).send());
    let mut context = Context::from_waker(Waker::noop());
    assert!(first.as_mut().poll(&mut context).is_pending());
    assert!(second.as_mut().poll(&mut context).is_pending(), "it waits for the first one's credentials");
    first.set(client.describe_certificate_state().order_id(5).send());
    assert!(matches!(second.as_mut().poll(&mut context), Poll::Ready(Ok(_))), "the lock is free");
    assert!(matches!(first.as_mut().poll(&mut context), Poll::Ready(Ok(_))));
}

#[test]
fn a_dropped_wait_makes_no_more_calls_and_a_new_one_can_begin() {
    let script = Script::jsons([IN_PROCESS, IN_PROCESS, r#"{"Type":"certificate"}"#]);
    let client = cas::Client::new(hanging_config(&script, [1])).unwrap();
    poll_and_drop(client.wait_until_certificate_issued(5));
    assert_eq!(script.sent().len(), 2, "it was dropped in its second call");
    now(client.wait_until_certificate_issued(5).into_future()).unwrap();
    assert_eq!(script.sent().len(), 3);
}

#[test]
fn a_wait_that_is_dropped_between_polls_makes_no_more_calls() {
    run(async {
        let script = Script::repeat(IN_PROCESS);
        // By the system's own clock.
        let config = Config::new(aliyun_keys()).transport(script.clone());
        let client = cas::Client::new(config).unwrap();
        let wait = client.wait_until_certificate_issued(5).initial_interval(Duration::from_millis(100));
        let ended = tokio::time::timeout(Duration::from_millis(50), wait.into_future()).await;
        assert!(ended.is_err());
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(script.sent().len(), 1);
    });
}

#[test]
fn a_dropped_step_of_a_stream_is_continued_by_the_next_one() {
    let body = |id| format!(r#"{{"TotalCount":2,"CertificateList":[{{"id":{id}}}]}}"#);
    let (first, second) = (body(1), body(2));
    let script = Script::jsons([&first, &second].map(String::as_str));
    let gate = Arc::new(Semaphore::new(0));
    let transport = Gated::all(&script, &gate);
    let client = old::Client::new(script.config().transport(transport)).unwrap();
    let mut pages = client.describe_user_certificate_list().pages();
    poll_and_drop(pages.next());
    poll_and_drop(pages.next());
    assert_eq!((script.sent().len(), pages.position()), (1, 1), "it is still the same call");
    gate.add_permits(2);
    assert!(now(pages.next()).unwrap().is_ok());
    assert!(now(pages.next()).unwrap().is_ok());
    assert!(now(pages.next()).is_none());
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn settings_changed_while_a_page_is_fetched_take_effect() {
    let body = |id| format!(r#"{{"TotalCount":9,"CertificateList":[{{"id":{id}}}]}}"#);
    let (first, second) = (body(1), body(2));
    let busy = || {
        let script = Script::jsons([&first, &second].map(String::as_str));
        let client = old::Client::new(hanging_config(&script, [0])).unwrap();
        let mut pages = client.describe_user_certificate_list().pages();
        poll_and_drop(pages.next());
        (script, pages)
    };
    let (script, pages) = busy();
    let mut pages = pages.starting_at(5);
    assert_eq!(pages.position(), 5);
    now(pages.next()).unwrap().unwrap();
    assert_eq!(pages.position(), 6);
    assert!(script.sent()[1].body.contains("CurrentPage=5"), "{}", script.sent()[1].body);

    let (script, pages) = busy();
    let mut pages = pages.with_options(CallOptions::new().endpoint("https://cas.example.com"));
    now(pages.next()).unwrap().unwrap();
    assert_eq!(script.sent()[1].base, "https://cas.example.com/");
    assert!(script.sent()[1].body.contains("CurrentPage=1"), "{}", script.sent()[1].body);

    let (script, pages) = busy();
    let error = now(pages.max_pages(0).next()).unwrap().unwrap_err();
    assert_eq!((error.kind(), script.sent().len()), (ErrorKind::Response, 1));
}

#[test]
fn a_step_that_is_no_longer_polled_does_not_block_the_credentials_of_others() {
    let script = Script::repeat(r#"{"TotalCount":1,"CertificateList":[{"id":1}]}"#);
    let gate = Arc::new(Semaphore::new(0));
    let calls = Arc::new(AtomicUsize::new(0));
    let credentials = cloudcert::credentials::from_fn("a slow source", {
        let (gate, calls) = (gate.clone(), calls.clone());
        move || {
            let (gate, calls) = (gate.clone(), calls.clone());
            async move {
                calls.fetch_add(1, Ordering::Relaxed);
                gate.acquire().await.unwrap().forget();
                Ok(aliyun_keys())
            }
        }
    });
    let config = Config::new(credentials).transport(script.clone()).environment(EndlessClock);
    let client = old::Client::new(config).unwrap();
    run(async {
        let patience = |seconds| Duration::from_secs_f64(seconds);
        let mut pages = client.describe_user_certificate_list().pages();
        assert!(tokio::time::timeout(patience(0.01), pages.next()).await.is_err(), "there were credentials at once");
        let mut other = Box::pin(client.describe_user_certificate_list().send().into_future());
        assert!(tokio::time::timeout(patience(0.01), &mut other).await.is_err());
        gate.add_permits(1);
        tokio::time::timeout(patience(20.0), other).await.expect("it must not wait forever").unwrap();
        tokio::time::timeout(patience(20.0), pages.next()).await.expect("it must not wait forever").unwrap().unwrap();
    });
    assert_eq!((calls.load(Ordering::Relaxed), script.sent().len()), (1, 2), "they were asked for once");
}
