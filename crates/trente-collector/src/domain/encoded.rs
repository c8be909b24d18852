//! Content encoding: contents that are compressed once and sent often, such as surveys.

use std::io::{self, Write};
use std::sync::Arc;

use sha2::{Digest, Sha256};
use trente_store::encoding;

/// Best quality: made once, sent often.
const BROTLI_QUALITY: u32 = 11;

/// Window of 4 MiB, far above the contents that are made here.
const BROTLI_WINDOW: u32 = 22;

const BUFFER_BYTES: usize = 4096;

/// One content in one encoding.
#[derive(Clone, Debug)]
pub struct EncodedContent {
    /// Value of `Content-Encoding`; none for the content as it is.
    pub encoding: Option<&'static str>,
    /// Bytes as they are sent.
    pub bytes: Arc<[u8]>,
    /// A strong entity tag of these very bytes, with its quotes.
    pub etag: Arc<str>,
}

/// One content in every encoding, smallest first, plain last.
#[derive(Clone, Debug)]
pub struct EncodedContents([EncodedContent; 3]);

impl EncodedContent {
    fn new(encoding: Option<&'static str>, bytes: Vec<u8>) -> Self {
        let etag = format!("\"{}\"", encoding::hex(Sha256::digest(&bytes).get(..16).unwrap_or_default()));
        Self { encoding, bytes: bytes.into(), etag: etag.into() }
    }
}

impl EncodedContents {
    /// Compresses a content.
    ///
    /// # Errors
    /// Those of the encoders, which write to memory.
    pub fn of(content: &[u8]) -> io::Result<Self> {
        let mut brotli = Vec::new();
        let mut writer = brotli::CompressorWriter::new(&mut brotli, BUFFER_BYTES, BROTLI_QUALITY, BROTLI_WINDOW);
        writer.write_all(content)?;
        drop(writer);
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(content)?;
        let gzip = gzip.finish()?;
        Ok(Self([
            EncodedContent::new(Some("br"), brotli),
            EncodedContent::new(Some("gzip"), gzip),
            EncodedContent::new(None, content.to_vec()),
        ]))
    }

    /// The smallest one that a client takes, by the names of the encodings that it `accepts`.
    pub fn choose(&self, accepts: impl Fn(&str) -> bool) -> &EncodedContent {
        let Self([best, good, plain]) = self;
        let taken = |content: &&EncodedContent| content.encoding.is_some_and(&accepts);
        [best, good].into_iter().find(taken).unwrap_or(plain)
    }
}
