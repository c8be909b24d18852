//! Composition root of the service: its state, its two listeners and its jobs, put together in one place for `trente
//! serve` and for the tests.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use thiserror::Error;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use trente_store::StoreError;

use crate::app::App;
use crate::config::Config;
use crate::domain::assets::Files;
use crate::inner::allowed_hosts::AllowedHosts;
use crate::limits::BACKLOG;
use crate::server::listener::Listener;
use crate::server::serve;
use crate::{inner, jobs, public};

/// Both listeners, bound, with the state that they share; its jobs run.
pub struct Service {
    app: Arc<App>,
    listener: TcpListener,
    results: TcpListener,
    /// Hosts that the inner listener answers to.
    hosts: AllowedHosts,
    public_address: SocketAddr,
    inner_address: SocketAddr,
}

/// Why the service does not start.
#[derive(Debug, Error)]
pub enum ServiceError {
    /// An address cannot be listened on.
    #[error("cannot listen on {0}")]
    Listen(SocketAddr, #[source] io::Error),
    /// A socket does not tell its address.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Service {
    /// Listens on the addresses of `config`, opens its database and starts the jobs. Clients are served by
    /// [`Self::serve`].
    ///
    /// # Errors
    /// [`ServiceError`].
    pub async fn bind(config: Config, files: Files) -> Result<Self, ServiceError> {
        // First, because a second service on these addresses has nothing to do in the database.
        let (listener, results) = (bind(config.listen)?, bind(config.results)?);
        Self::on(listener, results, config, files).await
    }

    /// The same on sockets that listen already.
    ///
    /// # Errors
    /// [`ServiceError::Io`] and [`ServiceError::Store`].
    pub async fn on(
        listener: TcpListener,
        results: TcpListener,
        config: Config,
        files: Files,
    ) -> Result<Self, ServiceError> {
        let (public_address, inner_address) = (listener.local_addr()?, results.local_addr()?);
        let hosts = AllowedHosts::new(inner_address, config.results_names.clone());
        let app = App::open(config, files).await?;
        jobs::spawn(&app);
        Ok(Self { app, listener, results, hosts, public_address, inner_address })
    }

    /// The state that both listeners and the jobs share.
    pub fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Where customers are served.
    pub fn public_address(&self) -> SocketAddr {
        self.public_address
    }

    /// Where the results are.
    pub fn inner_address(&self) -> SocketAddr {
        self.inner_address
    }

    /// Serves both listeners until `stop` is true or its sender is gone, then lets the open requests finish.
    pub async fn serve(self, stop: watch::Receiver<bool>) {
        let Self { app, listener, results, hosts, .. } = self;
        let public = public::routes::router(Arc::clone(&app));
        let inner = inner::routes::router(Arc::clone(&app), hosts);
        tokio::join!(
            serve::serve(Listener::Public, listener, public, Arc::clone(&app), stopped(stop.clone())),
            serve::serve(Listener::Inner, results, inner, app, stopped(stop)),
        );
    }

    /// Serves until `stop` as [`Self::serve`] does, then folds what is stored, so that reports are complete while nothing
    /// runs, and closes the store.
    pub async fn run(self, stop: watch::Receiver<bool>) {
        let app = Arc::clone(&self.app);
        self.serve(stop).await;
        jobs::finish(&app).await;
        app.store.close().await;
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener, ServiceError> {
    let listen = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A service that starts again takes the address although connections of the former one still fade away.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    listen().map_err(|error| ServiceError::Listen(address, error))
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // A sender that is gone means the same: no sender is left to stop us later.
    let _ = stop.wait_for(|stop| *stop).await;
}
