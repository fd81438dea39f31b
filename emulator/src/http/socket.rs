//! A connection's socket with a limit on how long a client may leave responses unread.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

/// How long a client may leave responses unread before it has to take [`WRITE_LEAST`] bytes of them.
const WRITE_TIME: Duration = Duration::from_secs(10);
/// How many bytes restore the whole time. Fewer restore a part of it.
const WRITE_LEAST: u32 = 64 << 10;
/// How long to read the rest of a request that was refused. Closing a socket with unread bytes could destroy the response before the
/// client sees it.
const LINGER_TIME: Duration = Duration::from_secs(1);
/// Maximum size of that rest in bytes.
const LINGER_BYTES: usize = 16 << 20;

/// A socket with a limit on waiting writes.
pub(super) struct Socket {
    stream: TcpStream,
    /// How long the client may still leave responses unread.
    left: Duration,
    /// Since when nothing could be written, and the timer that ends the wait.
    blocked: Option<(Instant, Pin<Box<Sleep>>)>,
    closing: Closing,
}

/// The state of a shutdown.
enum Closing {
    No,
    Lingering { until: Option<Pin<Box<Sleep>>>, read: usize },
    Done,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, left: WRITE_TIME, blocked: None, closing: Closing::No }
    }

    /// Accounts for a write. Fails with `TimedOut` when the client has left responses unread for too long.
    fn written(&mut self, wrote: Poll<io::Result<usize>>, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        if let Poll::Ready(Ok(bytes)) = wrote {
            if let Some((since, _)) = self.blocked.take() {
                self.left = self.left.saturating_sub(since.elapsed());
            }
            let earned = WRITE_TIME / WRITE_LEAST * u32::try_from(bytes).unwrap_or(WRITE_LEAST).min(WRITE_LEAST);
            self.left = self.left.saturating_add(earned).min(WRITE_TIME);
        }
        if wrote.is_pending() {
            let left = self.left;
            let (_, timer) = self.blocked.get_or_insert_with(|| (Instant::now(), Box::pin(sleep(left))));
            ready!(timer.as_mut().poll(cx));
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        wrote
    }

    /// Reads what the client is still sending, for a limited time. Returns at once if nothing has arrived.
    fn linger(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Closing::Lingering { until, read } = &mut self.closing else {
            return Poll::Ready(Ok(()));
        };
        let mut scratch = [0; 8 << 10];
        while *read < LINGER_BYTES {
            let mut buffer = ReadBuf::new(&mut scratch);
            match Pin::new(&mut self.stream).poll_read(cx, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => *read += buffer.filled().len(),
                Poll::Ready(_) => break,
                Poll::Pending if *read == 0 => break,
                Poll::Pending => {
                    let until = until.get_or_insert_with(|| Box::pin(sleep(LINGER_TIME)));
                    ready!(until.as_mut().poll(cx));
                    break;
                }
            }
        }
        self.closing = Closing::Done;
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.written(wrote, cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let wrote = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.written(wrote, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if matches!(self.closing, Closing::No) {
            ready!(Pin::new(&mut self.stream).poll_shutdown(cx))?;
            self.closing = Closing::Lingering { until: None, read: 0 };
        }
        self.linger(cx)
    }
}
