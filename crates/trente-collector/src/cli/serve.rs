//! `trente serve`: both listeners until a signal, then an orderly end.

use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::Path;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use super::CliError;
use crate::app::App;
use crate::http::files::Files;
use crate::http::{routes, serve};
use crate::limits::Limits;
use crate::results;
use crate::throttle::client::Proxies;

/// Serves until SIGTERM or SIGINT.
pub fn serve(database: &Path, listen: SocketAddr, results: SocketAddr) -> Result<(), CliError> {
    tracing_subscriber::fmt().with_writer(io::stderr).with_ansi(false).with_target(false).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(run(database, listen, results))
}

async fn run(database: &Path, listen: SocketAddr, results: SocketAddr) -> Result<(), CliError> {
    let limits = Limits::default();
    let app = App::open(database, Files::Embedded, limits, Proxies::default()).await?;
    let (public, inner) = (bind(listen).await?, bind(results).await?);
    let (public_address, inner_address) = (public.local_addr()?, inner.local_addr()?);
    let stop = stop_signal()?;

    let mut output = io::stdout().lock();
    writeln!(output, "collector http://{public_address}\nresults http://{inner_address}")?;
    output.flush()?;
    drop(output);
    tracing::info!(%public_address, %inner_address, "ready");

    tokio::join!(
        serve::serve(public, routes::app(app.clone()), app.clone(), stopped(stop.clone())),
        serve::serve(inner, results::app(app.clone(), inner_address), app.clone(), stopped(stop)),
    );
    // Requests are finished; what they stored is folded, so that reports are complete while nothing runs.
    app.store.close().await;
    tracing::info!("ended");
    Ok(())
}

async fn bind(address: SocketAddr) -> Result<TcpListener, CliError> {
    TcpListener::bind(address).await.map_err(|error| CliError::Listen(address, error))
}

/// Becomes true at the first SIGTERM or SIGINT.
fn stop_signal() -> io::Result<watch::Receiver<bool>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        // Whoever no longer listens has ended already.
        let _ = sender.send(true);
    });
    Ok(receiver)
}

async fn stopped(mut stop: watch::Receiver<bool>) {
    // A sender that is gone means the same: there is nobody left to stop us later.
    let _ = stop.wait_for(|stop| *stop).await;
}
