//! One client works on several runtimes, in turn and at once, and says what to do where there is none.

use super::{TOKEN, service};
use crate::setup::config::{ksyun_keys, single_attempt_at};
use crate::setup::futures::{current_thread, multi_thread, run};
use crate::setup::requests::order;
use crate::setup::script::{Reply, Script};
use crate::setup::server::{Server, http};
use cloudcert::credentials::{CredentialsUri, ProvideCredentials, Surroundings};
use cloudcert::ksyun_kcm::v2016_03_04::Client;
use cloudcert::{Config, Error, ErrorKind, Retries};
use std::future::Future;
use std::pin::pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// A call on a runtime that nobody drives would end after 15 seconds.
const SOON: Duration = Duration::from_secs(8);

/// Calls an action that must not be sent twice.
async fn order_once(client: &Client) -> Result<(), Error> {
    let response = client.call("ApplyCertificate", [("MainDomain", "www.example.com")], cloudcert::api::Effect::Order);
    response.await.map(|_| ())
}

fn client_of(server: &Server) -> Client {
    Client::new(single_attempt_at(server.url())).unwrap()
}

/// Runs a future on this thread, without any runtime.
fn without_runtime<T>(future: impl Future<Output = T>) -> T {
    struct Thread(std::thread::Thread);
    impl Wake for Thread {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let (waker, mut future) = (Waker::from(Arc::new(Thread(std::thread::current()))), pin!(future));
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park_timeout(Duration::from_millis(200)),
        }
    }
}

#[test]
fn a_client_works_when_its_first_runtime_is_idle_or_has_ended() {
    let start = Instant::now();
    let server = service(None);
    let client = client_of(&server);
    // Two that live, each driven for its own calls only.
    let (one, two) = (current_thread(), multi_thread(1));
    for _ in 0..3 {
        one.block_on(order_once(&client)).unwrap();
        two.block_on(order_once(&client)).unwrap();
    }
    // Each goes on with its own connection.
    assert!(server.accepted() <= 4, "{}", server.accepted());
    drop(one);
    for _ in 0..5 {
        current_thread().block_on(order_once(&client)).unwrap();
        multi_thread(1).block_on(order_once(&client)).unwrap();
    }
    two.block_on(order_once(&client)).unwrap();
    assert_eq!(server.seen().len(), 6 + 10 + 1, "each exactly once");
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

#[test]
fn calls_can_be_awaited_and_blocked_on_in_turn() {
    let start = Instant::now();
    let server = service(None);
    let client = client_of(&server);
    let runtime = current_thread();
    for _ in 0..3 {
        runtime.block_on(order_once(&client)).unwrap();
        client.get_token().send().block().unwrap();
        std::thread::scope(|scope| scope.spawn(|| client.get_token().send().block().unwrap()).join().unwrap());
    }
    assert_eq!(server.seen().len(), 9);
    assert!(start.elapsed() < SOON, "{:?}", start.elapsed());
}

/// One client for all tests of a program, each of which has a runtime of its own.
fn shared() -> &'static (Server, Client) {
    static SHARED: OnceLock<(Server, Client)> = OnceLock::new();
    SHARED.get_or_init(|| {
        let server = service(None);
        let client = client_of(&server);
        (server, client)
    })
}

#[tokio::test]
async fn a_static_client_in_one_test() {
    order_once(&shared().1).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_static_client_in_another_test() {
    order_once(&shared().1).await.unwrap();
}

#[test]
fn a_static_client_in_many_runtimes_at_once() {
    let calls = |_| {
        std::thread::spawn(|| {
            for _ in 0..5 {
                current_thread().block_on(order_once(&shared().1)).unwrap();
            }
        })
    };
    let threads: Vec<_> = (0..16).map(calls).collect();
    for thread in threads {
        thread.join().unwrap();
    }
}

#[test]
fn ended_runtimes_leave_nothing_behind() {
    let server = service(None);
    let client = client_of(&server);
    // More than the client remembers, none of which is driven any more.
    let idle: Vec<Runtime> = (0..80).map(|_| current_thread()).collect();
    for runtime in &idle {
        runtime.block_on(order_once(&client)).unwrap();
    }
    for _ in 0..200 {
        current_thread().block_on(order_once(&client)).unwrap();
    }
    for runtime in &idle {
        runtime.block_on(order_once(&client)).unwrap();
    }
    assert_eq!(server.seen().len(), 80 + 200 + 80);
    let alive: usize = idle.iter().map(|runtime| runtime.metrics().num_alive_tasks()).sum();
    drop(client);
    for runtime in &idle {
        runtime.block_on(async { tokio::time::sleep(Duration::from_millis(5)).await });
    }
    let left: usize = idle.iter().map(|runtime| runtime.metrics().num_alive_tasks()).sum();
    assert!(alive > 0 && left == 0, "{left} of {alive} tasks outlive the client");
}

/// A server that responds after a while, so that a call can be interrupted.
fn slow() -> Server {
    Server::new(None, |_, out| {
        std::thread::sleep(Duration::from_millis(300));
        out.write_all(&http("200 OK", "", TOKEN))
    })
}

#[test]
fn a_call_that_moves_to_another_runtime_ends_within_its_timeout() {
    let server = slow();
    let client = Client::new(single_attempt_at(server.url()).attempt_timeout(Duration::from_secs(2))).unwrap();
    for (ends, finish) in [(false, true), (true, true), (false, false), (true, false)] {
        let start = Instant::now();
        let runtime = current_thread();
        let mut order = client.call("ApplyCertificate", [("A", "b")], cloudcert::api::Effect::Order);
        let begun = runtime.block_on(async { tokio::time::timeout(Duration::from_millis(50), &mut order).await });
        assert!(begun.is_err());
        let runtime = (!ends).then_some(runtime);
        // Its own runtime does not go on, so nobody knows what has become of it; but it ends.
        let error = if finish { order.block() } else { without_runtime(order) }.unwrap_err();
        assert!(error.kind() == ErrorKind::Transport && error.outcome_unknown(), "{error}");
        assert!(std::error::Error::source(&error).unwrap().to_string().contains("another tokio runtime"), "{error:?}");
        assert!(start.elapsed() < Duration::from_secs(6), "{:?}", start.elapsed());
        drop(runtime);
    }
    // A runtime that works goes on with it.
    let runtime = multi_thread(1);
    for finish in [true, false] {
        let mut order = client.call("ApplyCertificate", [("A", "b")], cloudcert::api::Effect::Order);
        let begun = runtime.block_on(async { tokio::time::timeout(Duration::from_millis(50), &mut order).await });
        assert!(begun.is_err());
        if finish { order.block() } else { without_runtime(order) }.unwrap();
    }
    assert_eq!(server.seen().len(), 6);
}

#[test]
fn without_a_runtime_nothing_is_sent_and_the_error_says_what_to_do() {
    let server = service(None);
    let client = client_of(&server);
    let refused = |error: &Error| {
        assert_eq!((error.kind(), error.outcome_unknown(), error.attempts() <= 1), (ErrorKind::Config, false, true));
        assert!(error.to_string().contains("tokio runtime") && error.to_string().contains("block()"), "{error}");
    };
    refused(&without_runtime(order_once(&client)).unwrap_err());
    refused(&without_runtime(client.get_token().send()).unwrap_err());
    refused(&without_runtime(client.download(format!("{}/f", server.url())).into_future()).unwrap_err());
    refused(&without_runtime(client.list_certificates().pages().next()).unwrap().unwrap_err());
    refused(&without_runtime(client.wait_until_certificate_issued("c-1").into_future()).unwrap_err());
    let cas = cloudcert::aliyun_cas::v2020_04_07::Client::new(single_attempt_at(server.url())).unwrap();
    refused(&without_runtime(order(&cas).guard()).unwrap_err());
    let around = Surroundings::system().variables(|_| None);
    let error = without_runtime(CredentialsUri::new(server.url(), &around).provide()).unwrap_err().to_string();
    assert!(error.contains("tokio runtime"), "{error}");
    // The timers of a call that waits for credentials need none.
    let never = cloudcert::credentials::from_fn("never", std::future::pending);
    let waits = Client::new(Config::new(never).operation_timeout(Duration::from_millis(100))).unwrap();
    assert_eq!(without_runtime(waits.get_token().send()).unwrap_err().kind(), ErrorKind::Credentials);
    assert!(server.seen().is_empty());
    run(order_once(&client)).unwrap();
}

#[test]
fn a_runtime_without_timer_or_network_is_refused_by_name() {
    let server = service(None);
    let client = client_of(&server);
    for runtime in [
        Builder::new_current_thread().build().unwrap(),
        Builder::new_current_thread().enable_time().build().unwrap(),
        Builder::new_current_thread().enable_io().build().unwrap(),
    ] {
        let error = runtime.block_on(order_once(&client)).unwrap_err();
        assert!(error.kind() == ErrorKind::Config && error.to_string().contains("enable_all"), "{error}");
    }
    assert_eq!(server.accepted(), 0);
}

#[test]
fn backoff_needs_no_runtime() {
    // A transport of one's own may need none either.
    let script = Script::replies([
        Reply::error(503, "ServiceUnavailable", "later").after(Duration::from_millis(20)),
        Reply::json(TOKEN),
    ]);
    let retries = Retries::new().initial_backoff(Duration::from_millis(30));
    let client = Client::new(Config::new(ksyun_keys()).transport(script.clone()).retries(retries)).unwrap();
    without_runtime(client.get_token().send()).unwrap();
    assert_eq!(script.sent().len(), 2);
}

#[test]
fn a_connection_is_closed_after_ten_idle_seconds() {
    let server = service(None);
    let client = client_of(&server);
    let passes = |seconds| async move {
        tokio::time::pause();
        tokio::time::advance(Duration::from_secs(seconds)).await;
        tokio::time::resume();
    };
    current_thread().block_on(async {
        order_once(&client).await.unwrap();
        tokio::time::sleep(Duration::from_millis(50)).await;
        passes(9).await;
        order_once(&client).await.unwrap();
        assert_eq!(server.accepted(), 1);
        tokio::time::sleep(Duration::from_millis(50)).await;
        passes(11).await;
        order_once(&client).await.unwrap();
        assert_eq!(server.accepted(), 2);
    });
}
