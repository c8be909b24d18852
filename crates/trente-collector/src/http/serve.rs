//! The server: axum's router on hyper's connections, because `axum::serve` knows no deadline for headers.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use metrics::{Gauge, counter, gauge};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;

use super::guests::Guests;
use super::hop::Hop;
use crate::app::App;
use crate::limits::{HEADER_BYTES_MAX, HEADERS_MAX};
use crate::throttle::client::Peer;

/// How long to wait after `accept` failed, which mostly means that there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Which of the two listeners, as metrics name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listener {
    /// Widget, surveys, responses, hosted page.
    Public,
    /// Results and metrics.
    Inner,
}

impl Listener {
    /// The label.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Inner => "inner",
        }
    }
}

/// Serves until `shutdown`, then takes no new connection and lets the open requests finish.
pub async fn serve(
    kind: Listener,
    listener: TcpListener,
    router: Router,
    app: Arc<App>,
    shutdown: impl Future<Output = ()>,
) {
    let limits = app.limits;
    let mut builder = http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        // Whoever has said all that he has to say is answered all the same.
        .half_close(true)
        .max_headers(HEADERS_MAX)
        .max_buf_size(HEADER_BYTES_MAX);
    let graceful = GracefulShutdown::new();
    let permits = Arc::new(Semaphore::new(limits.connections));
    let guests = Guests::new(limits.connections_prefix);
    let open = gauge!("trente_connections", "listener" => kind.name());
    let taken = counter!("trente_connections_total", "listener" => kind.name(), "outcome" => "taken");
    let refused = counter!("trente_connections_total", "listener" => kind.name(), "outcome" => "refused");
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &permits) => accepted,
            () = &mut shutdown => break,
        };
        let (stream, peer, permit) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(ACCEPT_PAUSE).await;
                continue;
            }
        };
        let network = (!app.proxies.trusts(peer.0)).then(|| app.prefixes.number(peer.0));
        // Closed without a word: to answer would cost more than the connection.
        let Ok(guest) = network.map(|network| guests.enter(network)).transpose() else {
            refused.increment(1);
            continue;
        };
        taken.increment(1);
        let service = Hop::new(kind, router.clone(), peer);
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(timed(stream, limits.write)), service));
        let open = Present::new(open.clone());
        tokio::spawn(async move {
            // An error is a client that left, was too slow or spoke no HTTP: nothing to do and nothing to log.
            let _ = connection.await;
            drop((open, guest, permit));
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.drain, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// Counts an open connection until it is dropped.
struct Present(Gauge);

impl Present {
    fn new(gauge: Gauge) -> Self {
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for Present {
    fn drop(&mut self) {
        self.0.decrement(1.0);
    }
}

async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> io::Result<(TcpStream, Peer, OwnedSemaphorePermit)> {
    let permit = Arc::clone(permits).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, Peer(peer.ip()), permit))
}

/// A connection whose client must read what it is sent.
fn timed(stream: TcpStream, write: Duration) -> Pin<Box<TimeoutStream<TcpStream>>> {
    // Responses are one small packet each: waiting for more to send would only delay them.
    let _ = stream.set_nodelay(true);
    let mut timed = TimeoutStream::new(stream);
    timed.set_write_timeout(Some(write));
    Box::pin(timed)
}
