//! One connection: hyper's while somebody asks, and no more than its socket while it rests.
//!
//! hyper keeps two buffers of 8 kB for a connection as long as it lasts. Most connections are a browser's that has asked
//! what it wanted and leaves its socket open for a while, so between two requests the buffers are given back: ten thousand
//! such connections then cost a tenth of the memory, and so does whoever opens connections only to have them open.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio_io_timeout::TimeoutWriter;

use super::hop::Hop;
use crate::limits::{HEADER_BYTES_MAX, HEADERS_MAX, Limits, REST_AFTER};

/// What all connections of a listener share.
pub struct Manner {
    builder: http1::Builder,
    rest: Duration,
    write: Duration,
}

impl Manner {
    /// By the limits.
    pub fn new(limits: &Limits) -> Self {
        let mut builder = http1::Builder::new();
        builder
            .timer(TokioTimer::new())
            .header_read_timeout(limits.header_read)
            // Whoever has said all that he has to say is answered all the same.
            .half_close(true)
            .max_headers(HEADERS_MAX)
            .max_buf_size(HEADER_BYTES_MAX);
        Self { builder, rest: limits.header_read, write: limits.write }
    }

    /// Answers what is asked on a connection until either side has enough, or `stop` becomes true.
    ///
    /// How it ends is the client's affair: it left, was too slow or spoke no HTTP, and there is nothing to do or to log.
    pub async fn keep<H: Send>(self: Arc<Self>, mut seat: Box<Seat<H>>, mut stop: watch::Receiver<bool>) {
        let (mut heard, mut asleep) = (Bytes::new(), None::<Instant>);
        loop {
            if heard.is_empty() {
                tokio::select! {
                    asked = tokio::time::timeout(self.rest, poll_fn(|context| seat.poll_asked(context))) => {
                        if asked != Ok(true) {
                            return;
                        }
                    }
                    // It changes once. A sender that is gone means the same: there is nobody left to stop us later.
                    _ = stop.changed() => return,
                }
            }
            // Whoever asks again at once will do so again, and has his buffers kept for a while.
            let hasty = asleep.is_some_and(|since| since.elapsed() < REST_AFTER);
            // In a box, so that a connection that rests has no room for it.
            let Some(rest) = Box::pin(self.attend(seat, heard, hasty, &stop)).await else { return };
            asleep = Some(Instant::now());
            (seat, heard) = rest;
        }
    }

    /// Lets hyper read and answer until the connection ends, or rests again.
    async fn attend<H: Send>(
        &self,
        seat: Box<Seat<H>>,
        heard: Bytes,
        hasty: bool,
        stop: &watch::Receiver<bool>,
    ) -> Option<(Box<Seat<H>>, Bytes)> {
        let Seat { stream, hop, held } = *seat;
        let activity = hop.activity();
        activity.unanswered.store(!heard.is_empty(), Ordering::Relaxed);
        let io = Io { stream, heard, activity: Arc::clone(&activity) };
        let mut connection = Box::new(self.builder.serve_connection(TokioIo::new(io), hop));
        let mut check = tokio::time::interval(REST_AFTER);
        let first = activity.turns();
        let mut turns = first;
        // Looked at whenever hyper has done what it could, which includes to send what it had.
        let answered =
            || if !hasty && activity.turns() != first && activity.rests() { Poll::Ready(()) } else { Poll::Pending };
        loop {
            tokio::select! {
                biased;
                _ = &mut *connection => return None,
                () = poll_fn(|_| answered()) => break,
                _ = check.tick() => {
                    // Looked at here, because to wait for it would cost a lock at every step of every connection.
                    if *stop.borrow() {
                        Pin::new(&mut *connection).graceful_shutdown();
                        let _ = (&mut *connection).await;
                        return None;
                    }
                    let now = activity.turns();
                    if now == turns && activity.rests() {
                        break;
                    }
                    turns = now;
                }
            }
        }
        let parts = connection.into_parts();
        // An empty one would still hold on to the buffer that it was cut from.
        let heard = if parts.read_buf.is_empty() { Bytes::new() } else { parts.read_buf };
        Some((Box::new(Seat { stream: parts.io.into_inner().stream, hop: parts.service, held }), heard))
    }
}

/// A connection that rests. In a box, because a future has room for everything that is moved through it, twice.
pub struct Seat<H> {
    stream: Timed,
    hop: Hop,
    held: H,
}

impl<H> Seat<H> {
    /// Of a connection that has just been taken; `held` is let go of when it ends.
    pub fn new(manner: &Manner, stream: TcpStream, hop: Hop, held: H) -> Box<Self> {
        Box::new(Self { stream: timed(stream, manner.write), hop, held })
    }

    /// Whether there is something to read; false when there never will be. Not `readable`, which may say so of a socket
    /// that has nothing, and not `peek`, whose future is 224 bytes larger.
    fn poll_asked(&self, context: &mut Context<'_>) -> Poll<bool> {
        let mut first = [0];
        self.stream
            .get_ref()
            .poll_peek(context, &mut ReadBuf::new(&mut first))
            .map(|peeked| peeked.is_ok_and(|n| n > 0))
    }
}

/// What a connection is doing, as its two ends see it: the socket, and whoever answers.
#[derive(Debug, Default)]
pub struct Activity {
    /// Counts reads.
    turns: AtomicU32,
    /// Requests whose response has not been handed over to its last byte.
    open: AtomicU32,
    /// Something was read since the last response was finished: the beginning of a request, or what is left of one.
    unanswered: AtomicBool,
    /// The client does not take what was written.
    stuck: AtomicBool,
}

impl Activity {
    fn turns(&self) -> u32 {
        self.turns.load(Ordering::Relaxed)
    }

    fn rests(&self) -> bool {
        self.open.load(Ordering::Relaxed) == 0
            && !self.unanswered.load(Ordering::Relaxed)
            && !self.stuck.load(Ordering::Relaxed)
    }

    fn heard(&self) {
        self.turns.fetch_add(1, Ordering::Relaxed);
        self.unanswered.store(true, Ordering::Relaxed);
    }
}

/// A request that is being answered; dropping it says that it has been.
pub struct Answering {
    activity: Arc<Activity>,
    /// Nothing of the request is still to come, and the connection outlives it.
    whole: bool,
}

impl Answering {
    /// Of a connection. Unless [`Self::with`] says otherwise it does not rest after the request: what else comes may be
    /// the end of a body that nobody read, which hyper knows and a new one would take for another request.
    pub fn new(activity: &Arc<Activity>) -> Self {
        activity.open.fetch_add(1, Ordering::Relaxed);
        Self { activity: Arc::clone(activity), whole: false }
    }

    /// Lasts as long as the response's body; `whole` where the request was read to its end and both sides keep the
    /// connection.
    pub fn with(mut self, response: Response, whole: bool) -> Response {
        self.whole = whole;
        if response.body().is_end_stream() {
            return response;
        }
        response.map(|body| Body::new(Held { body, _answering: self }))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        if self.whole {
            self.activity.unanswered.store(false, Ordering::Relaxed);
        }
        self.activity.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body that says when it is done.
struct Held {
    body: Body,
    _answering: Answering,
}

impl HttpBody for Held {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<hyper::body::Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> hyper::body::SizeHint {
        self.body.size_hint()
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
    heard: Bytes,
    activity: Arc<Activity>,
}

impl Io {
    fn wrote<T>(&self, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        self.activity.stuck.store(outcome.is_pending(), Ordering::Relaxed);
        outcome
    }
}

impl AsyncRead for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.heard.is_empty() {
            let most = self.heard.len().min(buffer.remaining());
            buffer.put_slice(&self.heard.split_to(most));
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        let outcome = self.stream.as_mut().poll_read(context, buffer);
        if buffer.filled().len() > before {
            self.activity.heard();
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
