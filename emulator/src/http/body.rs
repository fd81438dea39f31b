//! Bodies of responses: whole ones, and those that faults have damaged.

use super::places::Working;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// The connection is closed on purpose.
#[derive(Debug)]
pub(crate) struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed on purpose")
    }
}

impl std::error::Error for Closed {}

/// The body of a response.
#[derive(Debug)]
pub(crate) struct Body {
    /// What has yet to be sent.
    rest: Bytes,
    /// The length that is announced.
    length: u64,
    then: Then,
    /// Marks the connection as busy until the body is dropped.
    _work: Option<Working>,
}

#[derive(Debug)]
enum Then {
    /// Nothing more.
    Whole,
    /// Pieces of this size with pauses between them.
    Pieces { size: usize, pause: Duration, timer: Option<Pin<Box<Sleep>>> },
    /// After the rest, a pause, then the connection is closed.
    Close { pause: Duration, timer: Option<Pin<Box<Sleep>>> },
    /// After the rest, this many blanks.
    Blanks(u64),
}

/// One piece of the blanks that pad a body.
static BLANKS: [u8; 16 << 10] = [b' '; 16 << 10];
/// How many pieces a slow body is sent in.
const PIECES: u32 = 10;

impl Body {
    pub(crate) fn whole(content: impl Into<Bytes>) -> Self {
        let rest = content.into();
        Self { length: length(&rest), rest, then: Then::Whole, _work: None }
    }

    /// Marks the connection as busy until the body is sent.
    pub(crate) fn holding(self, work: Option<Working>) -> Self {
        Self { _work: work, ..self }
    }

    /// Spreads the body over a time.
    pub(crate) fn slow(self, time: Duration) -> Self {
        let size = (self.rest.len() / PIECES as usize).max(1);
        Self { then: Then::Pieces { size, pause: time / PIECES, timer: None }, ..self }
    }

    /// Sends only the first half, waits, and closes the connection.
    pub(crate) fn cut(mut self, pause: Duration) -> Self {
        self.rest.truncate(self.rest.len() / 2);
        Self { then: Then::Close { pause, timer: None }, ..self }
    }

    /// Sends only the first half, as if it were the whole body.
    pub(crate) fn half(mut self) -> Self {
        self.rest.truncate(self.rest.len() / 2);
        Self::whole(self.rest)
    }

    /// Pads the body with blanks to a size in bytes.
    pub(crate) fn padded(self, size: u64) -> Self {
        let size = size.max(self.length);
        Self { then: Then::Blanks(size - self.length), length: size, ..self }
    }
}

fn length(bytes: &Bytes) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

impl HttpBody for Body {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        let Self { rest, then, .. } = &mut *self;
        let some = |bytes: Bytes| Poll::Ready(Some(Ok(Frame::data(bytes))));
        match then {
            Then::Pieces { size, pause, timer } if !rest.is_empty() => {
                let timer = timer.get_or_insert_with(|| Box::pin(sleep(*pause)));
                std::task::ready!(timer.as_mut().poll(cx));
                timer.set(sleep(*pause));
                some(rest.split_to((*size).min(rest.len())))
            }
            _ if !rest.is_empty() => some(std::mem::take(rest)),
            Then::Whole | Then::Pieces { .. } | Then::Blanks(0) => Poll::Ready(None),
            Then::Close { pause, timer } => {
                let timer = timer.get_or_insert_with(|| Box::pin(sleep(*pause)));
                std::task::ready!(timer.as_mut().poll(cx));
                Poll::Ready(Some(Err(Closed)))
            }
            Then::Blanks(left) => {
                let size = usize::try_from(*left).unwrap_or(BLANKS.len()).min(BLANKS.len());
                *left -= u64::try_from(size).unwrap_or(*left);
                some(Bytes::from_static(BLANKS.get(..size).unwrap_or_default()))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && matches!(self.then, Then::Whole | Then::Blanks(0))
    }

    fn size_hint(&self) -> SizeHint {
        // The announced length, not the real one: a cut body looks whole until it ends.
        SizeHint::with_exact(self.length)
    }
}
