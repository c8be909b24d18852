//! Storage of encrypted customer contacts. Not here: the key, and what a contact is (`trente-collector`).

use std::collections::BTreeMap;

use crate::key::ResponseKey;
use crate::model::contact::{KeyId, SealedContact};
use crate::{Store, StoreError, postgres, sqlite};

impl Store {
    /// Keeps a contact, or that there is none any more, in the place of the one before. Nothing is kept of a response that
    /// is gone, that does not ask to be put right, or that is proven while this is not.
    ///
    /// Of two contacts one with a proof wins, then that of the larger revision, in whichever order they come; of two of
    /// one revision the one that comes last.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn put_contact(&self, contact: SealedContact, now_ms: u64) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(store) => {
                store.write(move |connection| sqlite::contact::put(connection, &contact, now_ms)).await
            }
            Self::Postgres(store) => postgres::contact::put(store, &contact, now_ms).await,
        }
    }

    /// The contacts of these responses that may be shown: a response that no longer asks to be put right has none.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn contacts_at(
        &self,
        places: Vec<ResponseKey>,
    ) -> Result<BTreeMap<ResponseKey, SealedContact>, StoreError> {
        let found = match self {
            Self::Sqlite(store) => store.read(move |connection| sqlite::contact::at(connection, &places)).await?,
            Self::Postgres(store) => postgres::contact::at(store, &places).await?,
        };
        Ok(found.into_iter().map(|contact| (contact.place, contact)).collect())
    }

    /// Which keys the stored contacts need, and how many each.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn contact_keys(&self) -> Result<Vec<(KeyId, u64)>, StoreError> {
        match self {
            Self::Sqlite(store) => store.read(sqlite::contact::keys).await,
            Self::Postgres(store) => postgres::contact::keys(store).await,
        }
    }

    /// Deletes the contacts that the sites keep no longer, and those of responses that no longer ask to be put right; tells
    /// how many.
    ///
    /// # Errors
    /// Why the store fails.
    pub async fn purge_contacts(&self, now_ms: u64) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(store) => store.write(move |connection| sqlite::contact::purge(connection, now_ms)).await,
            Self::Postgres(store) => postgres::contact::purge(store, now_ms).await,
        }
    }
}
