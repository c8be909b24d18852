//! Storage of mail subscriptions and of the mail queue. An account chooses by a [`Change`](crate::change::Change).

use crate::model::mail::{MailChoice, NewNotice, NoticeOutcome, PendingNotice, Untold};
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// What an account has chosen to be sent.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn mail_choice(&self, account: String) -> Result<Option<MailChoice>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::mail::choice(connection, &account)).await,
            Self::Postgres(store) => postgres::mail::choice(store, &account).await,
        }
    }

    /// What every account has chosen, by name.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn mail_choices(&self) -> Result<Vec<MailChoice>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(sqlite::mail::choices).await,
            Self::Postgres(store) => postgres::mail::choices(store).await,
        }
    }

    /// Up to `most` customers to put right who came since `since_ms`, oldest first, each with an account that may see
    /// them, wants to be told at once, and was not.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn untold(&self, since_ms: u64, most: usize) -> Result<Vec<Untold>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::mail::untold(connection, since_ms, most)).await,
            Self::Postgres(store) => postgres::mail::untold(store, since_ms, most).await,
        }
    }

    /// Puts mails into the queue, all or none; one that was ever there is left as it is. Tells how many are new.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn add_notices(&self, notices: Vec<NewNotice>, now_ms: u64) -> Result<u64, StoreError> {
        if notices.is_empty() {
            return Ok(0);
        }
        match self {
            Self::Sqlite(store) => store.write(move |connection| sqlite::mail::add(connection, &notices, now_ms)).await,
            Self::Postgres(store) => postgres::mail::add(store, &notices, now_ms).await,
        }
    }

    /// Takes the mail that has been due for longest, and leaves it to the taker until `lease_ms`.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn lease_notice(&self, now_ms: u64, lease_ms: u64) -> Result<Option<PendingNotice>, StoreError> {
        // Looked for by a reader: no answer waits behind a look that finds nothing.
        match self {
            Self::Sqlite(store) => {
                if store.read(move |connection| sqlite::mail::is_due(connection, now_ms)).await? {
                    store.write(move |connection| sqlite::mail::lease(connection, now_ms, lease_ms)).await
                } else {
                    Ok(None)
                }
            }
            Self::Postgres(store) => {
                if postgres::mail::is_due(store, now_ms).await? {
                    postgres::mail::lease(store, now_ms, lease_ms).await
                } else {
                    Ok(None)
                }
            }
        }
    }

    /// Writes down what has come of a mail.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn finish_notice(&self, pending: PendingNotice, outcome: NoticeOutcome) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::mail::finish(connection, &pending, outcome)).await
            }
            Self::Postgres(store) => postgres::mail::finish(store, &pending, outcome).await,
        }
    }

    /// Forgets mails that are done with and were asked for before a time; tells how many.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn purge_notices(&self, before_ms: u64) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => store.write(move |connection| sqlite::mail::purge(connection, before_ms)).await,
            Self::Postgres(store) => postgres::mail::purge(store, before_ms).await,
        }
    }
}
