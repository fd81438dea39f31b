//! The bodies of requests, within limits.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Bytes of a request's body. A business licence of 600 kB in base64 and percent-encoding needs a good megabyte.
const BODY: usize = 4 << 20;
/// Bytes of a body that every connection may hold; larger ones wait for a place.
const SMALL: usize = 64 << 10;
/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(30);

/// How many large bodies are read at a time: this bounds the memory that all of them take.
pub(crate) const LARGE_BODIES: usize = 8;

/// Why a body was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    TooLarge,
    TooSlow,
    Broken,
}

/// Reads a body.
pub(crate) async fn read(body: Incoming, places: &Semaphore) -> Result<Bytes, Unread> {
    let claimed = hyper::body::Body::size_hint(&body).lower();
    if claimed > u64::try_from(BODY).unwrap_or(u64::MAX) {
        return Err(Unread::TooLarge);
    }
    timeout(BODY_TIME, collect(body, places)).await.unwrap_or(Err(Unread::TooSlow))
}

async fn collect(mut body: Incoming, places: &Semaphore) -> Result<Bytes, Unread> {
    let mut out = BytesMut::new();
    let mut place = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else {
            continue;
        };
        if out.len() + data.len() > BODY {
            return Err(Unread::TooLarge);
        }
        if out.len() + data.len() > SMALL && place.is_none() {
            place = places.acquire().await.ok();
        }
        out.extend_from_slice(&data);
    }
    Ok(out.freeze())
}
