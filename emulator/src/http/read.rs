//! Reads bodies of requests, within limits.

use bytes::{Bytes, BytesMut};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::time::Duration;
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::time::timeout;

/// Maximum size of a call's body in bytes. A business licence of 600 kB in base64 and percent-encoding takes more than a megabyte.
pub(crate) const BODY: usize = 4 << 20;
/// Bodies up to this many bytes are read at once. Larger ones wait for a place.
const SMALL: usize = 64 << 10;
/// How long a body may take.
const BODY_TIME: Duration = Duration::from_secs(30);

/// How many large bodies are in memory at a time. This limits the memory that they take.
pub(crate) const LARGE_BODIES: usize = 8;

/// A body. A large one keeps its place until this is dropped.
#[derive(Debug)]
pub(crate) struct Read<'a> {
    pub(crate) content: Bytes,
    _place: Option<SemaphorePermit<'a>>,
}

/// Why a body could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unread {
    TooLarge,
    TooSlow,
    Broken,
}

/// Reads a body of at most `most` bytes.
pub(crate) async fn read(body: Incoming, most: usize, places: &Semaphore) -> Result<Read<'_>, Unread> {
    let claimed = hyper::body::Body::size_hint(&body).lower();
    if claimed > u64::try_from(most).unwrap_or(u64::MAX) {
        return Err(Unread::TooLarge);
    }
    timeout(BODY_TIME, collect(body, most, places)).await.unwrap_or(Err(Unread::TooSlow))
}

async fn collect(mut body: Incoming, most: usize, places: &Semaphore) -> Result<Read<'_>, Unread> {
    let mut out = BytesMut::new();
    let mut place = None;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else {
            continue;
        };
        if out.len() + data.len() > most {
            return Err(Unread::TooLarge);
        }
        if out.len() + data.len() > SMALL && place.is_none() {
            place = places.acquire().await.ok();
        }
        out.extend_from_slice(&data);
    }
    Ok(Read { content: out.freeze(), _place: place })
}
