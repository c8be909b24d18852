//! `trente serve`: runs both listeners until a signal, then shuts down gracefully.

use std::io::{self, Write};
use std::sync::Arc;

use sd_notify::NotifyState;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use trente_collector::app::App;
use trente_collector::config::Config;
use trente_collector::domain::assets::Files;
use trente_collector::domain::catalog::Site;
use trente_collector::limits::BLOCKING_THREADS_MAX;
use trente_collector::service::Service;
use trente_collector::telemetry;
use trente_store::{Address, encoding};
use zeroize::Zeroizing;

use super::environment;
use crate::CliError;

/// Serves until SIGTERM, SIGINT or SIGHUP.
pub fn serve(config: Config) -> Result<(), CliError> {
    telemetry::log(config.log_format, config.log_level);
    // No error: an upgrade that drops a setting must not keep the service from starting.
    for problem in environment::problems() {
        tracing::warn!("{problem}");
    }
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.max_blocking_threads(BLOCKING_THREADS_MAX).enable_all().build()?;
    runtime.block_on(run(config))
}

async fn run(config: Config) -> Result<(), CliError> {
    let database = config.db.clone();
    let service = Service::bind(config, Files::own()).await?;
    let app = Arc::clone(service.app());
    let (public_address, inner_address) = (service.public_address(), service.inner_address());
    let stop = stop_signal()?;

    tracing::info!(%public_address, %inner_address, "ready");
    // A store that fails here fails louder elsewhere.
    let first = app.store.has_accounts().await.is_ok_and(|has_accounts| !has_accounts);
    // Printed and not logged: the log goes to more places than the terminal.
    let code =
        if first { Zeroizing::new(format!("set-up code {}\n", *app.setup_code.text())) } else { Zeroizing::default() };
    let mut output = io::stdout().lock();
    // Written at once: a reader of the addresses may be gone afterwards.
    output.write_all(
        format!("collector http://{public_address}\nresults http://{inner_address}\n{}", *code).as_bytes(),
    )?;
    output.flush()?;
    drop(output);
    tell(&NotifyState::Ready);
    advise(&app, &database).await;
    advise_keys(&app).await;
    let roots = tokio::task::spawn_blocking(advise_roots);

    service.run(stop).await;
    // It has long ended, unless the service ends at once. What went wrong in it is no failure of the service.
    let _ = roots.await;
    tracing::info!("ended");
    Ok(())
}

/// Says what is still to be done before a customer can be asked, or a result read.
async fn advise(app: &App, database: &Address) {
    // A store that fails here fails louder elsewhere.
    if app.store.sites().await.is_ok_and(|sites| sites.is_empty()) {
        tracing::warn!(
            "there is no site yet: run `trente site add NAME --origin https://shop.example --base ADDRESS --db {database}`"
        );
    }
    if app.store.accounts().await.is_ok_and(|accounts| accounts.is_empty()) {
        tracing::warn!(
            "no account may sign in to the results yet: make one in the browser at the address of the results with the \
             set-up code that is printed to standard output, or run `trente user add NAME --db {database}`"
        );
    }
}

/// Says what the keys of contacts lack: answers are taken without them, contacts are not.
async fn advise_keys(app: &App) {
    let keys = app.contact_keys.as_ref();
    let asks = |site: &&Arc<Site>| site.survey.as_ref().is_some_and(|survey| survey.asks_contact);
    let snapshot = app.catalog.snapshot();
    for site in snapshot.sites().filter(asks).filter(|_| keys.is_none()) {
        let site = &site.name;
        tracing::error!(
            site,
            "its survey asks for contacts, and no key seals them: no customer is asked until `contact_key_file` names it"
        );
    }
    // A store that fails here fails louder elsewhere.
    let stored = app.store.contact_keys().await.unwrap_or_default();
    for (id, contacts) in stored.into_iter().filter(|(id, _)| keys.is_none_or(|keys| !keys.has(*id))) {
        let key = encoding::hex(&id);
        tracing::error!(
            key,
            contacts,
            "contacts that are kept cannot be read: their key is not in `contact_key_file`; put it there, after the one that seals"
        );
    }
}

/// Says that the machine has no root certificate, so that no connection with TLS is trusted. Read on a thread of its own:
/// it takes longer than the service's start.
fn advise_roots() {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        tracing::warn!(
            "no root certificate is found on this machine, so TLS trusts no server that `mail_ca_file` does not name, \
             neither for webhooks nor for mail: install `ca-certificates`"
        );
    }
}

/// Tells systemd, where that has started us.
fn tell(state: &NotifyState<'_>) {
    if let Err(error) = sd_notify::notify(std::slice::from_ref(state)) {
        tracing::warn!(%error, "systemd was not notified");
    }
}

/// Becomes true at the first SIGTERM, SIGINT or SIGHUP: a terminal that is closed ends the service in order too.
fn stop_signal() -> io::Result<watch::Receiver<bool>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let mut hangup = signal(SignalKind::hangup())?;
    let (sender, receiver) = watch::channel(false);
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
            _ = hangup.recv() => {}
        }
        tracing::info!("draining");
        tell(&NotifyState::Stopping);
        // A receiver that is gone has ended already.
        let _ = sender.send(true);
    });
    Ok(receiver)
}
