//! Accept loop and graceful shutdown of a listener: axum's router on hyper's connections, because `axum::serve` has no
//! timeout for headers.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use metrics::{Gauge, counter, gauge};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use super::connection::{ConnectionConfig, IdleConnection};
use super::connection_limit::ConnectionLimiter;
use super::listener::Listener;
use super::service::ConnectionService;
use crate::app::App;
use crate::domain::throttle::client::Peer;

/// How long to wait after `accept` failed, which mostly means that there are no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// Serves until `shutdown`, then takes no new connection and lets the open requests finish.
pub async fn serve(
    kind: Listener,
    listener: TcpListener,
    router: Router,
    app: Arc<App>,
    shutdown: impl Future<Output = ()>,
) {
    let limits = app.limits;
    let config = Arc::new(ConnectionConfig::new(&limits, kind));
    // Every connection looks at it, so that no receiver is left when all have ended.
    let (stop, stopped) = watch::channel(false);
    let permits = Arc::new(Semaphore::new(limits.connections));
    let limiter = ConnectionLimiter::new(limits.connections_prefix);
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
        let network = (!app.proxies.trusts(peer.0)).then(|| app.networks.hash(peer.0));
        // Closed without a word: to answer would cost more than the connection.
        let Ok(permit_of_network) = network.map(|network| limiter.acquire(network)).transpose() else {
            refused.increment(1);
            continue;
        };
        taken.increment(1);
        let service = ConnectionService::new(kind, router.clone(), &app, peer);
        let idle = IdleConnection::new(
            &config,
            stream,
            service,
            (ConnectionGauge::new(open.clone()), permit_of_network, permit),
        );
        tokio::spawn(Arc::clone(&config).run(idle, stopped.clone()));
    }
    app.draining.send_replace(true);
    drop(listener);
    drop(stopped);
    let _ = stop.send(true);
    if tokio::time::timeout(limits.drain, stop.closed()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// Counts an open connection until it is dropped.
struct ConnectionGauge(Gauge);

impl ConnectionGauge {
    fn new(gauge: Gauge) -> Self {
        gauge.increment(1.0);
        Self(gauge)
    }
}

impl Drop for ConnectionGauge {
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
