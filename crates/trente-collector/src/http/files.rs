//! The widget's files from dist/: embedded in a release, read from the disk in a debug build.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::extract::State;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, ETAG, HeaderName, VARY};
use axum::http::{HeaderMap, Method, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use sha2::{Digest, Sha256};

use super::encoding::accepts;
use super::error::ApiError;
use super::respond;
use crate::app::App;
use crate::text;

#[derive(RustEmbed)]
#[folder = "../../dist"]
#[allow_missing = true]
struct Dist;

const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

/// The forms that stand beside each file, best first: suffix and name of the encoding.
const ENCODINGS: [(&str, &str); 2] = [(".br", "br"), (".gz", "gzip")];

/// Where the files are.
#[derive(Clone, Debug)]
pub enum Files {
    /// In this binary.
    Embedded,
    /// In a folder like dist/.
    Folder(PathBuf),
}

/// One form of a file, with a hash of its bytes.
struct File {
    bytes: Vec<u8>,
    hash: [u8; 32],
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

    fn get(&self, path: &str) -> Option<File> {
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

/// Everything that is no route of its own: a file, or nothing.
pub async fn fallback(State(app): State<Arc<App>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let other = match is_immutable(path) && app.files.get(path).is_none() {
        true => earlier(&app, &method, path, &headers).await,
        false => None,
    };
    let mut response = other.unwrap_or_else(|| answer(&app.files, &method, path, &headers));
    // Public files, for any page, and so is that there is none: the integrity of a script needs a CORS response.
    respond::set(&mut response, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    respond::set(&mut response, RESOURCE_POLICY, "cross-origin");
    response
}

/// Whether there is a file at a path, or may be one of another release.
pub fn has(files: &Files, path: &str) -> bool {
    let path = path.trim_start_matches('/');
    is_immutable(path) || kind(path).is_some() && files.get(path).is_some()
}

fn answer(files: &Files, method: &Method, path: &str, headers: &HeaderMap) -> Response {
    let Some((content_type, cache)) = kind(path).filter(|_| files.get(path).is_some()) else {
        return ApiError::Path.into_response();
    };
    if *method != Method::GET && *method != Method::HEAD {
        let mut response = ApiError::Method.into_response();
        respond::set(&mut response, ALLOW, "GET, HEAD");
        return response;
    }
    send(files, path, content_type, cache, headers).unwrap_or_else(|| ApiError::Path.into_response())
}

/// A file of another release, which the store has; none where it has none.
async fn earlier(app: &App, method: &Method, path: &str, headers: &HeaderMap) -> Option<Response> {
    let kept = match app.bundles.get(&app.store, path).await {
        Ok(kept) => kept?,
        Err(error) => {
            tracing::warn!(%error, "a file of another release cannot be read");
            return Some(ApiError::Store.into_response());
        }
    };
    if *method != Method::GET && *method != Method::HEAD {
        return None;
    }
    let (content_type, cache) = kind(path)?;
    let encoding = accepts(headers, "br").then_some("br");
    let bytes = if encoding.is_some() { &kept.brotli } else { &kept.plain };
    let file = File { hash: Sha256::digest(bytes).into(), bytes: bytes.clone() };
    finish(file, encoding, content_type, cache, headers)
}

/// Whether a path names its content for ever.
fn is_immutable(path: &str) -> bool {
    kind(path).is_some_and(|(_, cache)| cache == respond::IMMUTABLE)
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

fn send(files: &Files, path: &str, content_type: &'static str, cache: &str, headers: &HeaderMap) -> Option<Response> {
    let (file, encoding) = choose(files, path, headers)?;
    finish(file, encoding, content_type, cache, headers)
}

fn finish(
    file: File,
    encoding: Option<&str>,
    content_type: &'static str,
    cache: &str,
    headers: &HeaderMap,
) -> Option<Response> {
    // Each form is a representation of its own, so each has the tag of its own bytes.
    let etag = format!("\"{}\"", text::hex(file.hash.get(..16)?));
    let mut response = if respond::has(headers, &etag) {
        respond::empty(StatusCode::NOT_MODIFIED)
    } else {
        let mut response = respond::with(StatusCode::OK, content_type, file.bytes);
        if let Some(encoding) = encoding {
            respond::set(&mut response, CONTENT_ENCODING, encoding);
        }
        response
    };
    respond::set(&mut response, CACHE_CONTROL, cache);
    respond::set(&mut response, ETAG, &etag);
    respond::set(&mut response, VARY, "Accept-Encoding");
    Some(response)
}

/// Content type and caching of a path; none for what is not served, such as the compressed forms themselves.
fn kind(path: &str) -> Option<(&'static str, &'static str)> {
    let content_type = match path.rsplit_once('.')?.1 {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "ts" => "text/plain; charset=utf-8",
        _ => return None,
    };
    let cache = match path {
        "trente.js" | "trente.mjs" | "trente.d.ts" => respond::FILE_MINUTES,
        _ if path.starts_with("t/") || path.starts_with("trente-") => respond::IMMUTABLE,
        _ => return None,
    };
    Some((content_type, cache))
}

/// The smallest form that the client accepts and dist/ has.
fn choose(files: &Files, path: &str, headers: &HeaderMap) -> Option<(File, Option<&'static str>)> {
    for (suffix, encoding) in ENCODINGS {
        if accepts(headers, encoding)
            && let Some(file) = files.get(&format!("{path}{suffix}"))
        {
            return Some((file, Some(encoding)));
        }
    }
    files.get(path).map(|file| (file, None))
}
