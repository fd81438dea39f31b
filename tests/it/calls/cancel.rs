//! Futures that are dropped on their way: nothing is locked, lost or sent by itself afterwards.

use crate::setup::script::{Script, now};
use cloudcert::aliyun_cas::v2018_07_13 as old;
use cloudcert::aliyun_cas::v2020_04_07 as cas;
use cloudcert::credentials::{CredentialsFuture, ProvideCredentials};
use cloudcert::http::{HttpRequest, Transport, TransportFuture};
use cloudcert::ksyun_kcm::v2016_03_04 as kcm;
use cloudcert::{CallOptions, Config, Credentials, Environment, ErrorKind, Evidence, Outcome};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// Hangs at calls with these numbers, and lets the others through.
#[derive(Debug, Clone)]
struct Hanging {
    script: Script,
    at: Vec<usize>,
    calls: Arc<AtomicUsize>,
}

impl Hanging {
    fn config(script: &Script, at: impl Into<Vec<usize>>) -> Config {
        script.config().transport(Self { script: script.clone(), at: at.into(), calls: Arc::default() })
    }
}

impl Transport for Hanging {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let answer = self.script.send(request);
        if self.at.contains(&call) { Box::pin(std::future::pending()) } else { answer }
    }
}

/// Polls once, and drops it on its way.
fn dropped<T>(future: impl IntoFuture<Output = T>) {
    let mut future = std::pin::pin!(future.into_future());
    assert!(future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending(), "it was done at once");
}

const GOING: &str = r#"{"Type":"process"}"#;

#[test]
fn a_read_that_is_dropped_leaves_nothing_behind() {
    let script = Script::repeat(GOING);
    let client = cas::Client::new(Hanging::config(&script, (0..200).collect::<Vec<_>>())).unwrap();
    for _ in 0..200 {
        dropped(client.describe_certificate_state().order_id(5).send());
    }
    now(client.describe_certificate_state().order_id(5).send()).unwrap();
    assert_eq!(script.sent().len(), 201, "each was sent once");
}

#[test]
fn a_call_that_is_dropped_before_it_is_polled_is_not_sent() {
    let script = Script::repeat(GOING);
    let client = cas::Client::new(script.config()).unwrap();
    drop(client.describe_certificate_state().order_id(5).send());
    drop(client.wait_until_certificate_issued(5).into_future());
    drop(client.wait_until_certificate_issued(5).progress());
    assert!(script.sent().is_empty());
}

/// Hangs when it is asked first.
#[derive(Debug, Default)]
struct Slow(AtomicUsize);

impl ProvideCredentials for Slow {
    fn provide(&self) -> CredentialsFuture<'_> {
        let first = self.0.fetch_add(1, Ordering::Relaxed) == 0;
        Box::pin(async move {
            if first {
                std::future::pending::<()>().await;
            }
            Ok(Credentials::new("testid", "testsecret"))
        })
    }
}

/// A clock that stands still: no time ever runs out.
#[derive(Debug, Default)]
struct Endless(crate::setup::script::Frozen);

impl cloudcert::Environment for Endless {
    fn now(&self) -> i64 {
        self.0.now()
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        self.0.nonce()
    }

    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn sleep(&self, _pause: Duration) -> cloudcert::Sleep {
        Box::pin(std::future::pending())
    }
}

#[test]
fn the_lock_on_credentials_ends_with_the_call_that_holds_it() {
    let script = Script::repeat(GOING);
    let config = Config::new(Slow::default()).transport(script.clone()).environment(Endless::default());
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
fn a_wait_that_is_dropped_makes_no_call_any_more_and_a_new_one_can_begin() {
    let script = Script::jsons([GOING, GOING, r#"{"Type":"certificate"}"#]);
    let client = cas::Client::new(Hanging::config(&script, [1])).unwrap();
    dropped(client.wait_until_certificate_issued(5));
    assert_eq!(script.sent().len(), 2, "it was dropped in its second call");
    now(client.wait_until_certificate_issued(5).into_future()).unwrap();
    assert_eq!(script.sent().len(), 3);
}

#[test]
fn a_wait_that_is_dropped_in_a_pause_makes_no_call_any_more() {
    crate::setup::script::run(async {
        let script = Script::repeat(GOING);
        // The system's own clock and pauses.
        let config = Config::new(Credentials::new("testid", "testsecret")).transport(script.clone());
        let client = cas::Client::new(config).unwrap();
        let wait = client.wait_until_certificate_issued(5).initial_interval(Duration::from_millis(100));
        let ended = tokio::time::timeout(Duration::from_millis(50), wait.into_future()).await;
        assert!(ended.is_err());
        tokio::time::sleep(Duration::from_millis(150)).await;
        assert_eq!(script.sent().len(), 1);
    });
}

#[test]
fn a_step_of_a_stream_that_is_dropped_goes_on_with_the_next_one() {
    let body = |id| format!(r#"{{"TotalCount":2,"CertificateList":[{{"id":{id}}}]}}"#);
    let (first, second) = (body(1), body(2));
    let script = Script::jsons([&first, &second].map(String::as_str));
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let transport = Gated { script: script.clone(), gate: gate.clone(), only: None, calls: AtomicUsize::new(0) };
    let client = old::Client::new(script.config().transport(transport)).unwrap();
    let mut pages = client.describe_user_certificate_list().pages();
    dropped(pages.next());
    dropped(pages.next());
    assert_eq!((script.sent().len(), pages.position()), (1, 1), "it is one call all along");
    gate.add_permits(2);
    assert!(now(pages.next()).unwrap().is_ok());
    assert!(now(pages.next()).unwrap().is_ok());
    assert!(now(pages.next()).is_none());
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn what_is_set_while_a_page_is_on_its_way_takes_effect() {
    let body = |id| format!(r#"{{"TotalCount":9,"CertificateList":[{{"id":{id}}}]}}"#);
    let (first, second) = (body(1), body(2));
    let busy = || {
        let script = Script::jsons([&first, &second].map(String::as_str));
        let client = old::Client::new(Hanging::config(&script, [0])).unwrap();
        let mut pages = client.describe_user_certificate_list().pages();
        dropped(pages.next());
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
fn a_step_that_is_not_polled_keeps_no_credentials_from_others() {
    let script = Script::repeat(r#"{"TotalCount":1,"CertificateList":[{"id":1}]}"#);
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let calls = Arc::new(AtomicUsize::new(0));
    let credentials = cloudcert::credentials::from_fn("a slow source", {
        let (gate, calls) = (gate.clone(), calls.clone());
        move || {
            let (gate, calls) = (gate.clone(), calls.clone());
            async move {
                calls.fetch_add(1, Ordering::Relaxed);
                gate.acquire().await.unwrap().forget();
                Ok(Credentials::new("testid", "testsecret"))
            }
        }
    });
    let config = Config::new(credentials).transport(script.clone()).environment(Endless::default());
    let client = old::Client::new(config).unwrap();
    crate::setup::script::run(async {
        let patience = |seconds| Duration::from_secs_f64(seconds);
        let mut pages = client.describe_user_certificate_list().pages();
        assert!(tokio::time::timeout(patience(0.01), pages.next()).await.is_err(), "there were credentials at once");
        let mut other = Box::pin(client.describe_user_certificate_list().send().into_future());
        assert!(tokio::time::timeout(patience(0.01), &mut other).await.is_err());
        gate.add_permits(1);
        tokio::time::timeout(patience(20.0), other).await.expect("nobody waits for ever").unwrap();
        tokio::time::timeout(patience(20.0), pages.next()).await.expect("nobody waits for ever").unwrap().unwrap();
    });
    assert_eq!((calls.load(Ordering::Relaxed), script.sent().len()), (1, 2), "they were asked for once");
}

/// Answers as often as the gate lets it.
#[derive(Debug)]
struct Gated {
    script: Script,
    gate: Arc<tokio::sync::Semaphore>,
    /// The only call that has to wait; all, if not set.
    only: Option<usize>,
    calls: AtomicUsize,
}

impl Gated {
    fn at(script: &Script, gate: &Arc<tokio::sync::Semaphore>, call: usize) -> Self {
        Self { script: script.clone(), gate: gate.clone(), only: Some(call), calls: AtomicUsize::new(0) }
    }
}

impl Transport for Gated {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let answer = self.script.send(request);
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        Box::pin(async move {
            if self.only.is_none_or(|only| only == call) {
                self.gate.acquire().await.unwrap().forget();
            }
            answer.await
        })
    }
}

fn order(client: &cas::Client) -> cloudcert::Pending<cloudcert::Guarded<cas::create_certificate_request::Request>> {
    let order = client.create_certificate_request().domain("www.example.com").email("ops@example.com");
    order.phone("13800000000").username("Li Lei").validate_type("DNS").guard()
}

#[test]
fn an_order_that_is_dropped_is_unknown_once_it_was_polled() {
    let count = |n: i64| format!(r#"{{"UsedCount":{n}}}"#);
    let (before, after) = (count(1), count(2));
    let script = Script::jsons([&before, r#"{"OrderId":5}"#, &after]);
    let client = cas::Client::new(Hanging::config(&script, [1])).unwrap();
    let order = now(order(&client)).unwrap();
    drop(order.send());
    assert_eq!(
        now(order.find_out()).unwrap(),
        Outcome::NotExecuted { evidence: Evidence::Response },
        "it was not even polled"
    );
    dropped(order.send());
    assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
    assert_eq!(script.sent().len(), 3);
}

#[test]
fn finding_out_can_be_dropped_and_asked_again() {
    let count = |n: i64| format!(r#"{{"UsedCount":{n}}}"#);
    let (before, after) = (count(1), count(2));
    let script = Script::jsons([&before, r#"{"OrderId":5}"#, &before, &after]);
    let client = cas::Client::new(Hanging::config(&script, [1, 2])).unwrap();
    let order = now(order(&client)).unwrap();
    dropped(order.send());
    dropped(order.find_out());
    assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
}

#[test]
fn an_order_that_is_still_on_its_way_is_neither_found_out_about_nor_sent_again() {
    let count = |n: i64| format!(r#"{{"UsedCount":{n}}}"#);
    let (before, after) = (count(1), count(2));
    let script = Script::jsons([&before, r#"{"OrderId":5}"#, &after]);
    let client = cas::Client::new(Hanging::config(&script, [1])).unwrap();
    let order = now(order(&client)).unwrap();
    let mut sent = Box::pin(order.send());
    assert!(sent.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
    assert_eq!(now(order.find_out()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 2, "one look, one call");
    drop(sent);
    assert_eq!(now(order.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::Counter });
}

#[test]
fn the_time_of_an_order_that_is_dropped_counts_from_there() {
    let before = r#"{"UsedCount":1}"#;
    let script = Script::jsons([before, r#"{"OrderId":5}"#, before, before, before]);
    let clock = crate::orders::reconcile::Clock::default();
    drop(clock.sleep(Duration::from_secs(1_000)));
    let client = cas::Client::new(Hanging::config(&script, [1]).environment(clock.clone())).unwrap();
    let order = now(order(&client)).unwrap().interval(Duration::ZERO);
    dropped(order.send());
    assert_eq!(now(order.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
    assert_eq!(clock.elapsed(), Duration::from_secs(1_020));
}

/// An application whose answer is lost, in a list of one page; the calls of two who find out about it, with the one of the slow one that is
/// held up.
type Application = cloudcert::Guarded<kcm::apply_certificate::Request>;

fn application(replies: &[&str], held: usize) -> (Application, Script, Arc<tokio::sync::Semaphore>) {
    let script = Script::replies(replies.iter().map(|body| cloudcert::testing::Reply::json(*body)));
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let client = kcm::Client::new(script.config().transport(Gated::at(&script, &gate, held))).unwrap();
    let call = client.apply_certificate().main_domain("a.example.com").certificate_code("SECDV01").year_length(1);
    let call = now(call.domain_count(1).wildcard_count(0).guard()).unwrap().probes(2);
    assert!(now(call.send()).unwrap_err().outcome_unknown());
    (call, script, gate)
}

const NONE: &str = r#"{"CertificateSet":[]}"#;
const BEFORE: &str = r#"{"CertificateSet":[{"CertificateId":"1","MainDomain":"a.example.com"}]}"#;
const AFTER: &str = r#"{"CertificateSet":[{"CertificateId":"1","MainDomain":"a.example.com"},{"CertificateId":"2","MainDomain":"a.example.com"}]}"#;

#[test]
fn a_slow_look_from_before_the_change_does_not_undo_what_another_one_has_proved() {
    // The slow one looks twice, and its second look takes long.
    let replies = [BEFORE, NONE, "{", BEFORE, NONE, BEFORE, AFTER, NONE, NONE];
    let (call, script, gate) = application(&replies, 5);
    let mut slow = Box::pin(call.find_out());
    let mut context = Context::from_waker(Waker::noop());
    assert!(slow.as_mut().poll(&mut context).is_pending());
    assert_eq!(now(call.find_out()).unwrap(), Outcome::Executed { evidence: Evidence::List });
    assert_eq!(call.found().len(), 1);
    gate.add_permits(1);
    assert!(matches!(slow.as_mut().poll(&mut context), Poll::Ready(Ok(Outcome::Executed { .. }))));
    assert_eq!(call.found().len(), 1, "what was found stays");
    assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 9);
}

#[test]
fn an_execution_that_is_seen_late_still_forbids_the_next_one() {
    let replies = [BEFORE, NONE, "{", AFTER, BEFORE, NONE, BEFORE, NONE, NONE];
    let (call, script, gate) = application(&replies, 3);
    let mut slow = Box::pin(call.find_out());
    let mut context = Context::from_waker(Waker::noop());
    assert!(slow.as_mut().poll(&mut context).is_pending());
    assert_eq!(now(call.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::List });
    gate.add_permits(1);
    assert!(matches!(slow.as_mut().poll(&mut context), Poll::Ready(Ok(Outcome::Executed { .. }))));
    assert_eq!(call.found().len(), 1);
    assert_eq!(now(call.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 9);
}

#[test]
fn a_verdict_on_a_call_that_was_sent_again_meanwhile_allows_nothing() {
    let before = r#"{"UsedCount":1}"#;
    let script = Script::jsons([before, "{", before, before, before, "{", before]);
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let transport = Gated::at(&script, &gate, 2);
    let client = cas::Client::new(script.config().transport(transport)).unwrap();
    let order = now(order(&client)).unwrap().probes(2);
    now(order.send()).unwrap_err();
    let mut slow = Box::pin(order.find_out());
    let mut context = Context::from_waker(Waker::noop());
    assert!(slow.as_mut().poll(&mut context).is_pending());
    assert_eq!(now(order.find_out()).unwrap(), Outcome::NotExecuted { evidence: Evidence::Counter });
    assert!(now(order.send()).unwrap_err().outcome_unknown());
    gate.add_permits(1);
    let Poll::Ready(Ok(Outcome::Ambiguous { why })) = slow.as_mut().poll(&mut context) else { panic!("no verdict") };
    assert!(why.contains("sent again meanwhile"), "{why}");
    assert_eq!(now(order.send()).unwrap_err().kind(), ErrorKind::Guarded);
    assert_eq!(script.sent().len(), 7);
}
