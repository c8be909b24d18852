//! Connector to PostgreSQL: opens connections, sets them up, and interprets their warnings.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use deadpool_postgres::{Connect, Manager, ManagerConfig, Object, Pool, Runtime};
use tokio::task::JoinHandle;
use tokio_postgres::error::Severity;
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::types::ToSql;
use tokio_postgres::{AsyncMessage, Client, Config, Error, NoTls, Row, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::hosts;
use super::target::Target;
use crate::StoreError;
use crate::limits::POSTGRES_WAIT;

/// How many warnings the server has sent, over every connection of a store.
///
/// A commit whose wait for the standby was cancelled succeeds with nothing but a warning
/// (docs/design/collector.md#commits-of-postgresql). The committing writer looks at this number before and after; a warning
/// that was another connection's costs it a repetition.
#[derive(Clone, Debug, Default)]
pub struct Warnings(Arc<AtomicU64>);

impl Warnings {
    fn seen(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// Makes the connections of one store.
#[derive(Clone, Debug)]
pub struct Connector {
    target: Target,
    warnings: Warnings,
}

type Connected<'a> = Pin<Box<dyn Future<Output = Result<(Client, JoinHandle<()>), Error>> + Send + 'a>>;

/// What deadpool asks for a connection.
struct PoolConnector {
    target: Target,
    warnings: Warnings,
    /// The name of a connection that has no other next to it.
    alone: Option<String>,
}

impl Connector {
    /// Of a store at this address.
    pub fn new(target: &Target) -> Self {
        Self { target: target.clone(), warnings: Warnings::default() }
    }

    /// A pool of up to `size` connections, which are made when they are needed.
    ///
    /// # Errors
    /// [`StoreError::Pool`]
    pub fn pool(&self, size: usize) -> Result<Pool, StoreError> {
        self.make(size, None)
    }

    /// A pool of one connection with a name of its own. When it has to be made again, what the former one still waits
    /// for at the server is ended first.
    ///
    /// # Errors
    /// [`StoreError::Pool`]
    pub fn dedicated(&self, name: String) -> Result<Pool, StoreError> {
        self.make(1, Some(name))
    }

    fn make(&self, size: usize, alone: Option<String>) -> Result<Pool, StoreError> {
        let mut config = self.target.config.clone();
        if let Some(name) = &alone {
            config.application_name(name);
        } else if config.get_application_name().is_none() {
            config.application_name("trente");
        }
        let connector = PoolConnector { target: self.target.clone(), warnings: self.warnings.clone(), alone };
        let manager = Manager::from_connect(config, connector, ManagerConfig::default());
        let pool =
            Pool::builder(manager).max_size(size).runtime(Runtime::Tokio1).timeouts(deadpool_postgres::Timeouts {
                wait: Some(POSTGRES_WAIT),
                create: Some(POSTGRES_WAIT),
                recycle: Some(POSTGRES_WAIT),
            });
        pool.build().map_err(|error| StoreError::Pool(error.to_string()))
    }

    /// Begins a transaction on a connection of a pool.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn begin(&self, pool: &Pool) -> Result<Transaction, StoreError> {
        let transaction = self.acquire(pool).await?;
        transaction.run("begin").await?;
        Ok(transaction)
    }

    /// Takes a connection of a pool, for statements that are transactions of their own.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn acquire(&self, pool: &Pool) -> Result<Transaction, StoreError> {
        let object = pool.get().await?;
        Ok(Transaction { object: Some(object), warnings: self.warnings.clone(), before: self.warnings.seen() })
    }
}

impl Connect for PoolConnector {
    fn connect(&self, config: &Config) -> Connected<'_> {
        let config = config.clone();
        Box::pin(async move {
            let (client, driver) = match &self.target.tls {
                Some(tls) => open(&config, MakeRustlsConnect::new((**tls).clone()), &self.warnings).await?,
                None => open(&config, NoTls, &self.warnings).await?,
            };
            // Waiting for the disk is what a 2xx promises, whatever the database or the role is set to.
            client
                .batch_execute(
                    "select set_config('synchronous_commit', 'on', false)
                     where current_setting('synchronous_commit') in ('off', 'local')",
                )
                .await?;
            if let Some(name) = &self.alone {
                // A commit that waits for a standby waits on when its client has gone, and so many of them would take
                // up every connection that the server allows. Its outcome was reported as unknown.
                let left = "select pg_terminate_backend(pid) from pg_stat_activity
                            where application_name = $1 and pid <> pg_backend_pid()";
                client.execute(left, &[name]).await?;
            }
            Ok((client, driver))
        })
    }
}

/// Connects, and drives the connection on a task of its own, counting warnings. The driver sees a warning before it
/// hands on the end of the statement that caused it.
async fn open<T>(config: &Config, tls: T, warnings: &Warnings) -> Result<(Client, JoinHandle<()>), Error>
where
    T: MakeTlsConnect<Socket> + Clone + Send + 'static,
    T::Stream: Send + 'static,
    T::TlsConnect: Send,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, mut connection) = hosts::connect(config, tls).await?;
    let warnings = warnings.clone();
    let driver = tokio::spawn(async move {
        while let Some(message) = poll_fn(|context| connection.poll_message(context)).await {
            match message {
                // Whatever its code: a session that is ended while it waits for a standby warns with that of its end.
                Ok(AsyncMessage::Notice(notice)) if notice.parsed_severity() == Some(Severity::Warning) => {
                    warnings.0.fetch_add(1, Ordering::Release);
                    tracing::warn!(notice = notice.message(), "postgresql sent a warning");
                }
                Ok(_) => {}
                // The caller that waits on the connection is told, and logs it.
                Err(_) => return,
            }
        }
    });
    Ok((client, driver))
}

/// A connection in use, with or without a transaction.
///
/// Dropped without [`release`](Self::release) or [`commit`](Self::commit) it is closed, which rolls back: after an error
/// it is not known what a connection still waits for.
#[derive(Debug)]
pub struct Transaction {
    object: Option<Object>,
    warnings: Warnings,
    before: u64,
}

impl Transaction {
    /// Rows of a statement, which is prepared once a connection.
    ///
    /// # Errors
    /// [`StoreError::Postgres`], [`StoreError::Late`]
    pub async fn query(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        within(POSTGRES_WAIT, async {
            let client = self.client()?;
            Ok(client.query(&client.prepare_cached(sql).await?, values).await?)
        })
        .await
    }

    /// The number of rows that a statement has changed; it is prepared once a connection.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn execute(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64, StoreError> {
        within(POSTGRES_WAIT, async {
            let client = self.client()?;
            Ok(client.execute(&client.prepare_cached(sql).await?, values).await?)
        })
        .await
    }

    /// Runs statements without values.
    ///
    /// # Errors
    /// As [`query`](Self::query).
    pub async fn run(&self, sql: &str) -> Result<(), StoreError> {
        within(POSTGRES_WAIT, async { Ok(self.client()?.batch_execute(sql).await?) }).await
    }

    /// Runs statements that may take long, as a migration.
    ///
    /// # Errors
    /// [`StoreError::Postgres`]
    pub async fn run_long(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.client()?.batch_execute(sql).await?)
    }

    /// Commits. Whatever is not an undoubted success is an error, after which the transaction may be stored or not.
    ///
    /// # Errors
    /// [`StoreError::Postgres`], [`StoreError::Late`], [`StoreError::Unconfirmed`]
    pub async fn commit(self) -> Result<(), StoreError> {
        self.run("commit").await?;
        self.release()
    }

    /// Gives the connection back, if no warning came while it was in use.
    ///
    /// # Errors
    /// [`StoreError::Unconfirmed`]
    pub fn release(mut self) -> Result<(), StoreError> {
        if self.warnings.seen() != self.before {
            return Err(StoreError::Unconfirmed);
        }
        drop(self.object.take());
        Ok(())
    }

    fn client(&self) -> Result<&Object, StoreError> {
        self.object.as_ref().ok_or(StoreError::Ended)
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(object) = self.object.take() {
            // Out of the pool and closed. Never a request to cancel: that would turn a wait into a false success.
            drop(Object::take(object));
        }
    }
}

/// The outcome, unless it takes too long; it is unknown then.
async fn within<T>(wait: Duration, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    tokio::time::timeout(wait, work).await.unwrap_or(Err(StoreError::Late))
}
