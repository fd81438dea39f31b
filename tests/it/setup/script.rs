//! Short words for the scripted transport; a clock and a nonce that stand still.

pub(crate) use cloudcert::testing::Reply;

use cloudcert::http::{HttpRequest, Transport, TransportFuture};
use cloudcert::{Config, Credentials, Environment, Retries, testing};
use std::future::Future;
use std::sync::Mutex;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// An answer with a content type.
pub(crate) fn answer(status: u16, kind: &str, body: impl Into<String>) -> Reply {
    Reply::status(status, body.into()).header("content-type", kind)
}

/// An answer with headers.
pub(crate) fn timed(status: u16, headers: Vec<(&str, &str)>, body: impl Into<String>) -> Reply {
    headers.into_iter().fold(Reply::status(status, body.into()), |reply, (name, value)| reply.header(name, value))
}

/// The scripted transport of the SDK, with what many tests need of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script(testing::Script);

impl Transport for Script {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        self.0.send(request)
    }
}

impl Script {
    pub(crate) fn json(body: impl Into<String>) -> Self {
        Self::reply(Reply::json(body.into()))
    }

    /// Several answers, one after the other.
    pub(crate) fn jsons<const N: usize>(bodies: [&str; N]) -> Self {
        Self::replies(bodies.map(Reply::json))
    }

    /// The same answer to every call.
    pub(crate) fn repeat(body: &str) -> Self {
        Self::reply(Reply::json(body).always())
    }

    pub(crate) fn error(status: u16, body: impl Into<String>) -> Self {
        Self::reply(answer(status, "application/json", body))
    }

    pub(crate) fn replies(replies: impl IntoIterator<Item = Reply>) -> Self {
        Self(replies.into_iter().fold(testing::Script::new(), testing::Script::then))
    }

    pub(crate) fn reply(reply: Reply) -> Self {
        Self::replies([reply])
    }

    pub(crate) fn sent(&self) -> Vec<HttpRequest> {
        self.0.requests()
    }

    /// A configuration that uses this script, and sends everything once.
    pub(crate) fn config(&self) -> Config {
        self.config_of(Credentials::new("testid", "testsecret"))
    }

    /// The same with other keys.
    pub(crate) fn config_of(&self, keys: Credentials) -> Config {
        Config::new(keys).transport(self.clone()).environment(Frozen::default()).retries(Retries::none())
    }
}

/// 2026-01-02T03:04:05Z, and always the same nonce. Time goes on by pauses only.
#[derive(Debug, Default)]
pub(crate) struct Frozen(Mutex<Duration>);

impl Environment for Frozen {
    fn now(&self) -> i64 {
        1_767_323_045
    }

    fn nonce(&self) -> Result<String, Box<dyn std::error::Error + Send + Sync>> {
        Ok("nonce-0001".to_owned())
    }

    fn elapsed(&self) -> Duration {
        *self.0.lock().unwrap()
    }

    /// Pauses are made whole.
    fn random(&self) -> f64 {
        1.0
    }

    fn sleep(&self, pause: Duration) -> cloudcert::Sleep {
        *self.0.lock().unwrap() += pause;
        Box::pin(std::future::ready(()))
    }
}

/// Runs a future that never really waits.
pub(crate) fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a scripted call waits"),
    }
}

/// Runs a future to its end, with a timer and sockets.
pub(crate) fn run<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The pairs of a query or form, decoded and sorted.
pub(crate) fn pairs(encoded: &str) -> Vec<(String, String)> {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let mut pairs: Vec<(String, String)> = encoded
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(key, value)| (decode(key), decode(value)))
        .collect();
    pairs.sort();
    pairs
}
