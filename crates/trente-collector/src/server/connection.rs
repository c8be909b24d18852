//! Keep-alive connection with its timeouts (slowloris): hyper serves it during a request, and while it is idle it holds
//! no more than its socket.
//!
//! hyper keeps two buffers of 8 kB for a connection as long as it lasts. Most connections are a browser's that has asked
//! what it wanted and leaves its socket open for a while, so between two requests the buffers are given back: ten thousand
//! such connections then cost a tenth of the memory, and so does a client that opens connections only to have them open.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_io_timeout::TimeoutWriter;

use super::activity::Activity;
use super::listener::Listener;
use super::service::ConnectionService;
use crate::limits::{HEADER_BYTES_MAX, HEADERS_MAX, Limits, REST_AFTER};

/// What all connections of a listener share.
pub struct ConnectionConfig {
    builder: http1::Builder,
    idle_timeout: Duration,
    write: Duration,
    read_grace: Duration,
    read_rate: u64,
}

impl ConnectionConfig {
    /// By the limits, for one of the listeners.
    pub fn new(limits: &Limits, listener: Listener) -> Self {
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_read)
            // A client of the public listener that closes its sending side is still answered. On the inner one no
            // client needs that, and without it hyper notices a client that has gone and drops its request: a password
            // that waits to be hashed is then forgotten.
            .half_close(listener == Listener::Public)
            .max_headers(HEADERS_MAX)
            .max_buf_size(HEADER_BYTES_MAX);
        let Limits { header_read: idle_timeout, write, read_grace, read_rate, .. } = *limits;
        Self { builder, idle_timeout, write, read_grace, read_rate }
    }

    /// Answers what is asked on a connection until either side has enough, or `stop` becomes true.
    ///
    /// How it ends is the client's affair: it left, was too slow or spoke no HTTP, and there is nothing to do or to
    /// log.
    pub async fn run<H: Send>(self: Arc<Self>, mut idle: Box<IdleConnection<H>>, mut stop: watch::Receiver<bool>) {
        let (mut buffered, mut asleep) = (Bytes::new(), None::<Instant>);
        loop {
            if buffered.is_empty() {
                tokio::select! {
                    asked = tokio::time::timeout(self.idle_timeout, poll_fn(|context| idle.poll_readable(context))) => {
                        if asked != Ok(true) {
                            return;
                        }
                    }
                    // It changes once. A sender that is gone means the same: no sender is left to stop us later.
                    _ = stop.changed() => return,
                }
            }
            // Keep-alive: a client that asks again at once will do so again, and its buffers are kept for a while.
            let keep_buffers = asleep.is_some_and(|since| since.elapsed() < REST_AFTER);
            // In a box, so that an idle connection has no room for it.
            let Some(rest) = Box::pin(self.serve_active(idle, buffered, keep_buffers, &stop)).await else { return };
            asleep = Some(Instant::now());
            (idle, buffered) = rest;
        }
    }

    /// Lets hyper read and answer until the connection ends, or is idle again.
    async fn serve_active<H: Send>(
        &self,
        idle: Box<IdleConnection<H>>,
        buffered: Bytes,
        keep_buffers: bool,
        stop: &watch::Receiver<bool>,
    ) -> Option<(Box<IdleConnection<H>>, Bytes)> {
        let IdleConnection { stream, service, held } = *idle;
        let activity = service.activity();
        activity.begin(&buffered);
        let io = Io { stream, buffered, activity: Arc::clone(&activity) };
        let mut connection = Box::new(self.builder.serve_connection(TokioIo::new(io), service));
        let mut check = tokio::time::interval(REST_AFTER);
        let first = activity.reads();
        let mut reads = first;
        let mut waiting = Waiting::default();
        // Looked at whenever hyper has done what it could, which includes to send what it had.
        let answered = || {
            if !keep_buffers && activity.reads() != first && activity.is_idle() {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        };
        loop {
            tokio::select! {
                biased;
                _ = &mut *connection => return None,
                () = poll_fn(|_| answered()) => break,
                _ = check.tick() => {
                    if waiting.is_over(&activity, self) {
                        return None;
                    }
                    // Looked at here, because to wait for it would cost a lock at every step of every connection.
                    if *stop.borrow() {
                        Pin::new(&mut *connection).graceful_shutdown();
                        let _ = (&mut *connection).await;
                        return None;
                    }
                    let now = activity.reads();
                    if now == reads && activity.is_idle() {
                        break;
                    }
                    reads = now;
                }
            }
        }
        let parts = connection.into_parts();
        // An empty one would still hold on to the buffer that it was cut from.
        let buffered = if parts.read_buf.is_empty() { Bytes::new() } else { parts.read_buf };
        Some((
            Box::new(IdleConnection { stream: parts.io.into_inner().stream, service: parts.service, held }),
            buffered,
        ))
    }
}

/// How long a client has not taken what it was offered, in this response and those right behind it.
#[derive(Default)]
struct Waiting {
    ticks: u32,
    /// Bytes that the connection had written when it first had to wait: the rest is what the kernel holds for it.
    before: u64,
}

impl Waiting {
    /// Called every [`REST_AFTER`]: whether the client takes a response more slowly than its limits allow.
    ///
    /// A deadline for each write alone would let a client read one byte of it for every few seconds.
    fn is_over(&mut self, activity: &Activity, config: &ConnectionConfig) -> bool {
        if !activity.is_stuck() {
            if activity.is_idle() {
                self.ticks = 0;
            }
            return false;
        }
        if self.ticks == 0 {
            self.before = activity.written();
        }
        self.ticks = self.ticks.saturating_add(1);
        let waited = REST_AFTER.saturating_mul(self.ticks);
        let taken = activity.written().saturating_sub(self.before);
        let due = waited.as_secs_f64() * config.read_rate as f64;
        waited > config.read_grace && (taken as f64) < due
    }
}

/// An idle connection. In a box, because a future has room for everything that is moved through it, twice.
pub struct IdleConnection<H> {
    stream: Timed,
    service: ConnectionService,
    held: H,
}

impl<H> IdleConnection<H> {
    /// Of a connection that has just been taken; `held` is let go of when it ends.
    pub fn new(config: &ConnectionConfig, stream: TcpStream, service: ConnectionService, held: H) -> Box<Self> {
        Box::new(Self { stream: timed(stream, config.write), service, held })
    }

    /// Whether there is something to read; false when there never will be. Not `readable`, which may say so of a socket
    /// that has nothing, and not `peek`, whose future is 224 bytes larger.
    fn poll_readable(&self, context: &mut Context<'_>) -> Poll<bool> {
        let mut first = [0];
        self.stream
            .get_ref()
            .poll_peek(context, &mut ReadBuf::new(&mut first))
            .map(|peeked| peeked.is_ok_and(|n| n > 0))
    }
}

/// A socket whose client must read what it is sent.
type Timed = Pin<Box<TimeoutWriter<TcpStream>>>;

fn timed(stream: TcpStream, write: Duration) -> Timed {
    // Responses are one small packet each: waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let mut timed = TimeoutWriter::new(stream);
    timed.set_timeout(Some(write));
    Box::pin(timed)
}

/// The socket as hyper sees it.
struct Io {
    stream: Timed,
    /// What an earlier hyper had read of the next request.
    buffered: Bytes,
    activity: Arc<Activity>,
}

impl Io {
    fn wrote(&self, outcome: Poll<io::Result<usize>>) -> Poll<io::Result<usize>> {
        self.activity.wrote(match &outcome {
            Poll::Pending => None,
            Poll::Ready(written) => Some(*written.as_ref().unwrap_or(&0)),
        });
        outcome
    }
}

impl AsyncRead for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.buffered.is_empty() {
            let most = self.buffered.len().min(buffer.remaining());
            buffer.put_slice(&self.buffered.split_to(most));
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let outcome = self.stream.as_mut().poll_read(context, buffer);
        if let Some(fresh) = buffer.filled().get(before..).filter(|fresh| !fresh.is_empty()) {
            self.activity.buffered(fresh);
        }
        outcome
    }
}

impl AsyncWrite for Io {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let outcome = self.stream.as_mut().poll_write(context, bytes);
        self.wrote(outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = self.stream.as_mut().poll_write_vectored(context, pieces);
        self.wrote(outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.as_mut().poll_shutdown(context)
    }
}
