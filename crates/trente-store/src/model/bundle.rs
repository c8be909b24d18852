//! Bundles of the widget's files as they are stored: those of this release and the two before it.

/// Bundles that are kept: the newest and the two before it.
pub const BUNDLES_KEPT: u32 = 3;

/// Names a bundle: the SHA-256 of its paths and contents.
pub type BundleId = [u8; 32];

/// A file of a bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleFile {
    /// Its path below dist/.
    pub path: String,
    /// Its content, compressed with Brotli.
    pub content: Vec<u8>,
}
