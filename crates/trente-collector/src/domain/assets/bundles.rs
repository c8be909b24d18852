//! Widget files of other releases, for caches and rolling upgrades: of the two before this one, and of a newer
//! collector on the same database.
//!
//! A page may have the loader of an earlier release, in a cache or pinned by its version, and that loader asks for the
//! glue and the wasm of its own release. So each collector keeps its files in the store when it starts, and serves what
//! it does not have itself from there. While several collectors on one database are upgraded one after the other, each
//! serves the other's files in the same way.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use sha2::{Digest, Sha256};
use trente_store::clock::now_ms;
use trente_store::model::bundle::{BundleFile, BundleId};
use trente_store::{Store, StoreError};

use super::Files;
use crate::limits::CATALOG_REFRESH_MIN;

const BUFFER_BYTES: usize = 4096;
const BROTLI_QUALITY: u32 = 9;
const BROTLI_WINDOW: u32 = 22;

/// A file from the store, in both forms that are served.
#[derive(Debug)]
pub struct BundledFile {
    /// As it is.
    pub plain: Vec<u8>,
    /// Compressed with Brotli.
    pub brotli: Vec<u8>,
}

/// What is known of the store's files.
#[derive(Debug, Default)]
pub struct Bundles {
    known: Mutex<Known>,
    /// Held while the list is read: glue and wasm are asked for at once, and the second request must wait for the list.
    looking: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Known {
    looked: Option<Instant>,
    paths: HashMap<String, BundleId>,
    files: HashMap<(String, BundleId), Arc<BundledFile>>,
}

/// Why a bundle is not kept.
#[derive(Debug, thiserror::Error)]
pub enum BundleError {
    /// The store fails.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file cannot be compressed.
    #[error("a file of the widget cannot be compressed")]
    Compression(#[from] io::Error),
}

/// Keeps the files of this release in the store, for the releases after it and the collectors next to it.
///
/// # Errors
/// [`BundleError`]
pub async fn keep(store: &Store, files: &Files) -> Result<(), BundleError> {
    let paths = files.immutable();
    if paths.is_empty() {
        return Ok(());
    }
    let mut hash = Sha256::new();
    for path in &paths {
        let Some(content) = files.hash(path) else { continue };
        hash.update(path.as_bytes());
        hash.update([0]);
        hash.update(content);
    }
    let (bundle, now_ms) = (BundleId::from(hash.finalize()), now_ms());
    if store.touch_bundle(bundle, now_ms).await? {
        return Ok(());
    }
    let mut kept = Vec::with_capacity(paths.len());
    for path in paths {
        let content = match (files.bytes(&format!("{path}.br")), files.bytes(&path)) {
            (Some(compressed), _) => compressed,
            (None, Some(content)) => compress(&content)?,
            (None, None) => continue,
        };
        kept.push(BundleFile { path, content });
    }
    store.keep_bundle(bundle, kept, now_ms).await?;
    Ok(())
}

impl Bundles {
    /// A file that is not this release's own; none where the store has none either.
    ///
    /// The store is asked for its list at most once in [`CATALOG_REFRESH_MIN`], however often strangers ask for what is
    /// not there.
    ///
    /// # Errors
    /// [`StoreError`]
    pub async fn get(&self, store: &Store, path: &str) -> Result<Option<Arc<BundledFile>>, StoreError> {
        if self.bundle_of(path).is_none() {
            let _turn = self.looking.lock().await;
            if self.bundle_of(path).is_none() && self.may_look() {
                let paths = store.bundle_paths().await?.into_iter().collect();
                self.known(|known| known.paths = paths);
            }
        }
        let Some(bundle) = self.bundle_of(path) else { return Ok(None) };
        let key = (path.to_owned(), bundle);
        if let Some(kept) = self.known(|known| known.files.get(&key).cloned()) {
            return Ok(Some(kept));
        }
        let Some(brotli) = store.bundle_file(bundle, path.to_owned()).await? else {
            // It was forgotten since the list was read.
            self.known(|known| known.paths.remove(path));
            return Ok(None);
        };
        let plain = expand(&brotli).map_err(|_| StoreError::Unreadable("file of an earlier release"))?;
        let kept = Arc::new(BundledFile { plain, brotli });
        self.known(|known| {
            // Bundles that the store has forgotten need no room here.
            let live: Vec<BundleId> = known.paths.values().copied().collect();
            known.files.retain(|(_, bundle), _| live.contains(bundle));
            known.files.insert(key, Arc::clone(&kept));
        });
        Ok(Some(kept))
    }

    fn bundle_of(&self, path: &str) -> Option<BundleId> {
        self.known(|known| known.paths.get(path).copied())
    }

    fn may_look(&self) -> bool {
        self.known(|known| {
            let may = known.looked.is_none_or(|looked| looked.elapsed() >= CATALOG_REFRESH_MIN);
            if may {
                known.looked = Some(Instant::now());
            }
            may
        })
    }

    fn known<T>(&self, work: impl FnOnce(&mut Known) -> T) -> T {
        work(&mut self.known.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn compress(content: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut compressed, BUFFER_BYTES, BROTLI_QUALITY, BROTLI_WINDOW);
    writer.write_all(content)?;
    drop(writer);
    Ok(compressed)
}

fn expand(compressed: &[u8]) -> io::Result<Vec<u8>> {
    let mut content = Vec::new();
    brotli::Decompressor::new(compressed, BUFFER_BYTES).read_to_end(&mut content)?;
    Ok(content)
}
