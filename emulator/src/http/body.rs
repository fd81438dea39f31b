//! The bodies of answers: whole ones, and those that faults make of them.

use super::places::Working;
use bytes::Bytes;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{Sleep, sleep};

/// The connection is closed here, on purpose.
#[derive(Debug)]
pub(crate) struct Closed;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("closed on purpose")
    }
}

impl std::error::Error for Closed {}

/// The body of an answer.
#[derive(Debug)]
pub(crate) struct Body {
    /// What is still to be sent.
    rest: Bytes,
    /// How long the whole claims to be.
    length: u64,
    then: Then,
    /// Dropped with the body.
    _work: Option<Working>,
}

#[derive(Debug)]
enum Then {
    /// Everything at once.
    Whole,
    /// Pieces of this size with pauses between them.
    Pieces { size: usize, pause: Duration, timer: Option<Pin<Box<Sleep>>> },
    /// A pause after the rest, then the connection is closed.
    Close { pause: Duration, timer: Option<Pin<Box<Sleep>>> },
    /// So many blanks.
    Blanks(u64),
}

/// A piece of blanks.
static BLANKS: [u8; 16 << 10] = [b' '; 16 << 10];
/// Into how many pieces a slow body is cut.
const PIECES: u32 = 10;

impl Body {
    pub(crate) fn whole(content: impl Into<Bytes>) -> Self {
        let rest = content.into();
        Self { length: length(&rest), rest, then: Then::Whole, _work: None }
    }

    /// Keeps its connection from being taken for one that waits.
    pub(crate) fn holding(self, work: Option<Working>) -> Self {
        Self { _work: work, ..self }
    }

    /// Sends itself over a time.
    pub(crate) fn slow(self, time: Duration) -> Self {
        let size = (self.rest.len() / PIECES as usize).max(1);
        Self { then: Then::Pieces { size, pause: time / PIECES, timer: None }, ..self }
    }

    /// Sends its first half, pauses, and closes the connection.
    pub(crate) fn cut(mut self, pause: Duration) -> Self {
        self.rest.truncate(self.rest.len() / 2);
        Self { then: Then::Close { pause, timer: None }, ..self }
    }

    /// Is its first half.
    pub(crate) fn half(mut self) -> Self {
        self.rest.truncate(self.rest.len() / 2);
        Self::whole(self.rest)
    }

    /// Is followed by blanks up to a size.
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
        // What is claimed, not what will come: a cut body looks whole until it ends.
        SizeHint::with_exact(self.length)
    }
}
