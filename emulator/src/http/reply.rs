//! What a request gets: a response, or a closed connection.

use super::body::{Body, Closed};
use crate::endpoint::Endpoint;
use hyper::{Response, StatusCode};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// What a request gets: a response, or a closed connection.
pub(super) type Reply = Result<Response<Body>, Closed>;

/// What all connections use.
pub(super) struct ConnectionContext {
    pub(super) endpoint: Arc<Endpoint>,
    /// Limits how many large bodies are in memory at a time.
    pub(super) large_bodies: Semaphore,
}

/// A response to a request that is not a call of an API: a line of text.
pub(super) fn plain(status: StatusCode, why: &str) -> Response<Body> {
    typed(Response::new(Body::whole(format!("{why}\n"))), status, "text/plain;charset=utf-8")
}

/// Sets status and content type.
pub(super) fn typed(mut response: Response<Body>, status: StatusCode, kind: &str) -> Response<Body> {
    *response.status_mut() = status;
    if let Ok(kind) = kind.parse() {
        response.headers_mut().insert("content-type", kind);
    }
    response
}
