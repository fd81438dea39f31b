//! A transport that records the calls that pass through it.
//!
//! A recording contains only what the generated types declare public. A request carries its typed form and a way to make an empty response
//! (`RequestInfo`), so the recorder walks over the body and over the values that were read from it side by side, and hides what is secret,
//! personal or unknown. The type that reads a value decides, not a table of names. Public texts are searched once more for keys, links and
//! the secrets seen so far. The same value always gets the same placeholder, so a token that one call returns and the next one
//! sends still fits. A body that is not JSON or XML is recorded by its kind only.

use super::Cassette;
use super::body::Body;
use super::conceal::{Conceal, Marks};
use super::exchange::{Exchange, Failure, Reaction, RecordedResponse};
use crate::base::error::Error;
use crate::http::connection::Connection;
use crate::http::{HttpRequest, HttpResponse, Reqwest, Transport, TransportError, TransportFuture};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The headers that are recorded. The client ignores the others, or they contain the time.
const HEADERS: [&str; 5] = ["content-type", "x-acs-request-id", "x-kss-request-id", "retry-after", "x-acs-retry-after"];

/// Sends calls over another transport and records them, with placeholders for sensitive values. Clones share the recording.
///
/// It records only values that the generated types declare to be neither secret nor personal; see the [module](super). A number that is too
/// large for an `f64` (`1e999`) is recorded as a text.
#[derive(Clone)]
pub struct Recorder(Arc<RecorderInner>);

struct RecorderInner {
    inner: Arc<dyn Transport>,
    state: Mutex<RecorderState>,
}

#[derive(Default)]
struct RecorderState {
    marks: Marks,
    exchanges: Vec<Exchange>,
}

impl Recorder {
    /// Records the calls that a transport sends.
    #[must_use]
    pub fn new(inner: impl Transport) -> Self {
        Self(Arc::new(RecorderInner { inner: Arc::new(inner), state: Mutex::default() }))
    }

    /// Records the calls that the default transport sends.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if it cannot be made.
    pub fn online() -> Result<Self, Error> {
        Self::online_over(&Connection::new())
    }

    /// Records the calls that the default transport sends with these proxies, root certificates and other settings.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`](crate::ErrorKind::Config) if they cannot work.
    pub fn online_over(connection: &Connection) -> Result<Self, Error> {
        let inner = Reqwest::new(connection, Duration::from_secs(5), Duration::from_secs(15))
            .map_err(|error| Error::config("Recorder::online", "the HTTP client cannot be made").caused_by(error))?;
        Ok(Self::new(inner))
    }

    /// The recording so far.
    #[must_use]
    pub fn cassette(&self) -> Cassette {
        Cassette { exchanges: self.state().exchanges.clone() }
    }

    fn state(&self) -> MutexGuard<'_, RecorderState> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, request: &HttpRequest, result: &Result<HttpResponse, TransportError>) {
        let mut state = self.state();
        let RecorderState { marks, exchanges } = &mut *state;
        let mut conceal = Conceal::of(marks, request);
        let parameters = conceal.parameters(request);
        let outcome = match result {
            Ok(response) => {
                let body = Body::of(request, response, &mut conceal);
                let kept = response.headers.iter().filter(|(name, _)| HEADERS.contains(&name.as_str()));
                let headers = kept.map(|(name, value)| (name.clone(), conceal.header(name, value))).collect();
                Reaction::Response(RecordedResponse { status: response.status, headers, body })
            }
            Err(error) => Reaction::Failure(Failure::of(error)),
        };
        let (api, action) = (request.api().to_owned(), request.action().to_owned());
        exchanges.push(Exchange { api, action, parameters, outcome });
    }
}

impl Transport for Recorder {
    fn send(&self, request: HttpRequest) -> TransportFuture<'_> {
        Box::pin(async move {
            let result = self.0.inner.send(request.clone()).await;
            if !matches!(&result, Err(error) if error.refused) {
                self.note(&request, &result);
            }
            result
        })
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let exchanges = self.state().exchanges.len();
        f.debug_struct("Recorder").field("inner", &self.0.inner).field("exchanges", &exchanges).finish()
    }
}
