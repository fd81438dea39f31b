//! A connection's socket, which does not wait for a client that does not read.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep};

/// How long a client may let answers wait before it takes [`WRITE_LEAST`] bytes of them.
const WRITE_TIME: Duration = Duration::from_secs(10);
/// Bytes that earn a client the whole time again; fewer earn a part of it.
const WRITE_LEAST: u32 = 64 << 10;
/// How long the rest of a request is read after the answer that refuses it: a socket that is closed with something unread takes the
/// answer back.
const LINGER_TIME: Duration = Duration::from_secs(1);
/// Bytes of that rest.
const LINGER_BYTES: usize = 16 << 20;

/// A socket with a limit on writing.
pub(super) struct Socket {
    stream: TcpStream,
    /// How long the client may still let answers wait.
    left: Duration,
    /// Since when nothing could be written, and what ends that.
    blocked: Option<(Instant, Pin<Box<Sleep>>)>,
    closing: Closing,
}

/// How far a shutdown is.
enum Closing {
    No,
    Lingering { until: Option<Pin<Box<Sleep>>>, read: usize },
    Done,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        Self { stream, left: WRITE_TIME, blocked: None, closing: Closing::No }
    }

    /// Takes in how a write went, and ends the connection of a client that lets everything wait.
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

    /// Reads what the client is still sending, for a while. Where nothing has come there is nothing to wait for.
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
