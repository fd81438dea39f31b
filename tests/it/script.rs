//! A transport that answers from a script and keeps what was sent; a clock and a nonce that stand still.

use cloudcert::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportFuture};
use cloudcert::{Config, Credentials, Environment, Retries};
use std::collections::VecDeque;
use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// What the next call is answered with.
#[derive(Clone)]
pub(crate) enum Reply {
    /// Status, content type, body.
    Answer(u16, &'static str, String),
    /// The same with headers.
    Timed(u16, Vec<(&'static str, &'static str)>, String),
    /// The connection broke; the service may have received the request.
    Lost,
    /// No connection came about.
    NotSent,
}

/// A transport that answers from a script.
#[derive(Clone, Default)]
pub(crate) struct Script(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    replies: VecDeque<Reply>,
    /// Whether the last reply is given again and again.
    endless: bool,
    sent: Vec<HttpRequest>,
}

impl std::fmt::Debug for Script {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Script")
    }
}

impl Script {
    pub(crate) fn json(body: impl Into<String>) -> Self {
        Self::reply(Reply::Answer(200, "application/json", body.into()))
    }

    /// Several answers, one after the other.
    pub(crate) fn jsons<const N: usize>(bodies: [&str; N]) -> Self {
        let script = Self::default();
        script
            .0
            .lock()
            .unwrap()
            .replies
            .extend(bodies.map(|body| Reply::Answer(200, "application/json", body.to_owned())));
        script
    }

    /// The same answer to every call.
    pub(crate) fn repeat(body: &str) -> Self {
        let script = Self::json(body);
        script.0.lock().unwrap().endless = true;
        script
    }

    pub(crate) fn error(status: u16, body: impl Into<String>) -> Self {
        Self::reply(Reply::Answer(status, "application/json", body.into()))
    }

    pub(crate) fn replies(replies: impl IntoIterator<Item = Reply>) -> Self {
        let script = Self::default();
        script.0.lock().unwrap().replies.extend(replies);
        script
    }

    pub(crate) fn reply(reply: Reply) -> Self {
        let script = Self::default();
        script.0.lock().unwrap().replies.push_back(reply);
        script
    }

    pub(crate) fn sent(&self) -> Vec<HttpRequest> {
        self.0.lock().unwrap().sent.clone()
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

impl Transport for Script {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        let mut state = self.0.lock().unwrap();
        state.sent.push(request);
        let last = state.endless && state.replies.len() == 1;
        let next = if last { state.replies.front().cloned() } else { state.replies.pop_front() };
        let reply = match next {
            Some(Reply::Answer(status, kind, body)) => {
                Ok(HttpResponse::new(status, vec![("content-type".into(), kind.into())], body))
            }
            Some(Reply::Timed(status, headers, body)) => {
                let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
                Ok(HttpResponse::new(status, headers, body))
            }
            Some(Reply::Lost) => Err(TransportError::lost("the connection broke")),
            Some(Reply::NotSent) => Err(TransportError::not_sent("refused")),
            None => panic!("the script has no more answers"),
        };
        Box::pin(std::future::ready(reply))
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
    fn chance(&self) -> f64 {
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
