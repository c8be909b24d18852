//! Activity tracking of a connection: whether it is idle, as seen by its socket and by the service that answers.

use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::response::Response;

use super::framing::Framing;

/// What a connection is doing.
#[derive(Debug, Default)]
pub struct Activity {
    /// Counts reads.
    reads: AtomicU32,
    /// Requests whose response has not been handed over to its last byte.
    open: AtomicU32,
    /// Something was read since the last response was finished: the beginning of a request, or what is left of one.
    unanswered: AtomicBool,
    /// The client does not take what was written.
    stuck: AtomicBool,
    /// Bytes that were written.
    written: AtomicU64,
    /// Where the requests that were read end.
    framing: Mutex<Framing>,
}

impl Activity {
    /// How often something was read.
    pub fn reads(&self) -> u32 {
        self.reads.load(Ordering::Relaxed)
    }

    /// Bytes that were written since the connection began.
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::Relaxed)
    }

    /// Whether the client does not take what was written.
    pub fn is_stuck(&self) -> bool {
        self.stuck.load(Ordering::Relaxed)
    }

    /// Whether everything that was asked is answered, to the last byte.
    pub fn is_idle(&self) -> bool {
        self.open.load(Ordering::Relaxed) == 0 && !self.unanswered.load(Ordering::Relaxed) && !self.is_stuck()
    }

    /// Begins with something left over from an earlier time, or nothing.
    pub fn begin(&self, buffered: &[u8]) {
        self.unanswered.store(!buffered.is_empty(), Ordering::Relaxed);
    }

    /// Something was read from the socket.
    pub fn buffered(&self, bytes: &[u8]) {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.unanswered.store(true, Ordering::Relaxed);
        self.framing.lock().unwrap_or_else(PoisonError::into_inner).read(bytes);
    }

    /// Something was written to the socket; none where it takes nothing now.
    pub fn wrote(&self, bytes: Option<usize>) {
        self.stuck.store(bytes.is_none(), Ordering::Relaxed);
        self.written.fetch_add(bytes.unwrap_or_default() as u64, Ordering::Relaxed);
    }

    /// Whether the request that hyper hands over now says its length once.
    pub fn is_plain(&self) -> bool {
        self.framing.lock().unwrap_or_else(PoisonError::into_inner).is_plain()
    }
}

/// A request that is being answered; dropping it says that it has been.
pub struct InFlightRequest {
    activity: Arc<Activity>,
    /// Nothing of the request is still to come, and the connection outlives it.
    whole: bool,
}

impl InFlightRequest {
    /// Of a connection. Unless [`Self::with`] says otherwise it is not idle after the request: what else comes may be
    /// the end of a body that was not read, which hyper knows and a new one would take for another request.
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
        response.map(|body| Body::new(TrackedBody { body, _in_flight: self }))
    }
}

impl Drop for InFlightRequest {
    fn drop(&mut self) {
        if self.whole {
            self.activity.unanswered.store(false, Ordering::Relaxed);
        }
        self.activity.open.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A body that says when it is done.
struct TrackedBody {
    body: Body,
    _in_flight: InFlightRequest,
}

impl HttpBody for TrackedBody {
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
