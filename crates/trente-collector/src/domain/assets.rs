//! The widget's files from dist/: embedded in a release, read from the disk in a debug build.
//!
//! [`bundles`] keeps those of the releases before. Not here: how they are sent ([`crate::public::widget_files`]).

pub mod bundles;

use std::fs;
use std::path::{Path, PathBuf};

use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

/// The same for the loader. Not to be transformed on the way: a proxy that minifies or recompresses breaks a file whose
/// integrity the page knows (RFC 9111 5.2.2.6).
pub const CACHE_FILE: &str = "public, max-age=300, no-transform";

/// Cached for ever, because the address changes with the content, and not to be transformed.
pub const IMMUTABLE: &str = "public, max-age=31536000, immutable, no-transform";

/// The loader with a place for one site's data. It is no file of its own address: [`crate::public::site_loader`].
pub const SITE_LOADER: &str = "site.js";

/// The loader that knows no site.
pub const LOADER: &str = "trente.js";

/// Styles that a loader of a site has only where its first screen needs them: scripts other than the Latin one, scales.
pub const SCRIPTS: &str = "scripts.css";
/// The same for scales.
pub const SCALES: &str = "scales.css";

#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Dist;

/// Where the files are.
#[derive(Clone, Debug)]
pub enum Files {
    /// In this binary.
    Embedded,
    /// In a folder like dist/.
    Folder(PathBuf),
}

/// One form of a file, with a hash of its bytes.
pub struct File {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Their SHA-256.
    pub hash: [u8; 32],
}

impl Files {
    /// The files of this process: those in the binary. A debug build takes the folder that TRENTE_DIST names, if it
    /// does, so that a test can run two releases side by side.
    pub fn own() -> Self {
        match std::env::var_os("TRENTE_DIST").filter(|_| cfg!(debug_assertions)) {
            Some(folder) => Self::Folder(folder.into()),
            None => Self::Embedded,
        }
    }

    /// The paths whose content never changes, in their order: what a loader of this release asks for, and the loaders
    /// that are pinned by its version.
    pub fn immutable(&self) -> Vec<String> {
        let mut paths: Vec<String> = match self {
            Self::Embedded => Dist::iter().map(|path| path.into_owned()).collect(),
            Self::Folder(folder) => below(folder, ""),
        };
        paths.retain(|path| is_immutable(path));
        paths.sort_unstable();
        paths
    }

    /// The SHA-256 of a file.
    pub fn hash(&self, path: &str) -> Option<[u8; 32]> {
        self.get(path).map(|file| file.hash)
    }

    /// The content of a file.
    pub fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        self.get(path).map(|file| file.bytes)
    }

    /// A file.
    pub fn get(&self, path: &str) -> Option<File> {
        match self {
            Self::Embedded => {
                let file = Dist::get(path)?;
                Some(File { hash: file.metadata.sha256_hash(), bytes: file.data.into_owned() })
            }
            Self::Folder(_) if path.split('/').any(|part| part.is_empty() || part.starts_with('.')) => None,
            Self::Folder(folder) => {
                let bytes = fs::read(folder.join(path)).ok()?;
                Some(File { hash: Sha256::digest(&bytes).into(), bytes })
            }
        }
    }
}

/// Whether a path names its content for ever.
pub fn is_immutable(path: &str) -> bool {
    kind(path).is_some_and(|(_, cache)| cache == IMMUTABLE)
}

/// The paths of all files below a folder.
fn below(folder: &Path, prefix: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths = Vec::new();
    for entry in entries.flatten() {
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        match entry.path() {
            place if place.is_dir() => paths.extend(below(&place, &format!("{path}/"))),
            _ => paths.push(path),
        }
    }
    paths
}

/// Content type and caching of a path; none for what is not served, such as the compressed forms themselves.
pub fn kind(path: &str) -> Option<(&'static str, &'static str)> {
    let content_type = match path.rsplit_once('.')?.1 {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "ts" => "text/plain; charset=utf-8",
        _ => return None,
    };
    let cache = match path {
        "trente.js" | "trente.mjs" | "trente.d.ts" => CACHE_FILE,
        _ if path.starts_with("t/") || path.starts_with("trente-") => IMMUTABLE,
        _ => return None,
    };
    Some((content_type, cache))
}
