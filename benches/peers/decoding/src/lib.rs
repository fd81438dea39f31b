//! Calls without a network, for `decoding` and `instructions`.

pub mod responses;

use cloudcert::http::{HttpRequest, HttpResponse, Transport, TransportError, TransportFuture};
use cloudcert::{Config, Credentials, Error, Pending};
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

/// Plays the response that was put into it.
#[derive(Debug, Clone, Default)]
pub struct Canned(Arc<Mutex<Option<HttpResponse>>>);

impl Canned {
    /// Puts in the response to the next call.
    pub fn put(&self, response: HttpResponse) {
        *self.0.lock().expect("nobody panics") = Some(response);
    }

    /// The settings of a client whose calls get these responses.
    pub fn config(&self) -> Config {
        Config::new(Credentials::new("testid", "testsecret")).transport(self.clone()).response_limit(1 << 30)
    }
}

impl Transport for Canned {
    fn send(&self, _: HttpRequest) -> TransportFuture<'_> {
        let response = self.0.lock().expect("nobody panics").take();
        Box::pin(std::future::ready(response.ok_or_else(|| TransportError::refused("no response"))))
    }
}

/// The outcome of a call that is ready at its first poll.
///
/// # Panics
///
/// If it fails, or waits.
pub fn now<T>(call: Pending<T>) -> T {
    let mut call = pin!(call);
    match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result.unwrap_or_else(|error: Error| panic!("{error}")),
        Poll::Pending => panic!("nothing to wait for"),
    }
}
