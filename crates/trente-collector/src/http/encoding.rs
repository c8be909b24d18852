//! Content encodings: which one a client takes, and small contents made ready in each.

use std::io::{self, Write};
use std::sync::Arc;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_ENCODING;
use sha2::{Digest, Sha256};

use crate::text;

/// Best quality: made once, sent often.
const BROTLI_QUALITY: u32 = 11;
/// Window of 4 MiB, far above the contents that are made here.
const BROTLI_WINDOW: u32 = 22;
const BUFFER_BYTES: usize = 4096;

/// One content in one encoding.
#[derive(Clone, Debug)]
pub struct Form {
    /// Value of `Content-Encoding`; none for the content as it is.
    pub encoding: Option<&'static str>,
    /// Bytes as they are sent.
    pub bytes: Arc<[u8]>,
    /// A strong entity tag of these very bytes, with its quotes.
    pub etag: Arc<str>,
}

/// One content in every encoding, smallest first, plain last.
#[derive(Clone, Debug)]
pub struct Forms([Form; 3]);

impl Forms {
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
        Ok(Self([Form::new(Some("br"), brotli), Form::new(Some("gzip"), gzip), Form::new(None, content.to_vec())]))
    }

    /// The smallest form that the client takes.
    pub fn choose(&self, headers: &HeaderMap) -> &Form {
        let Self([best, good, plain]) = self;
        let taken = |form: &&Form| form.encoding.is_some_and(|encoding| accepts(headers, encoding));
        [best, good].into_iter().find(taken).unwrap_or(plain)
    }
}

impl Form {
    fn new(encoding: Option<&'static str>, bytes: Vec<u8>) -> Self {
        let etag = format!("\"{}\"", text::hex(Sha256::digest(&bytes).get(..16).unwrap_or_default()));
        Self { encoding, bytes: bytes.into(), etag: etag.into() }
    }
}

/// Whether the client names the encoding without refusing it by `q=0`. `*` is not enough to be sure.
pub fn accepts(headers: &HeaderMap, encoding: &str) -> bool {
    let values = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|item| {
        let mut parts = item.split(';').map(str::trim);
        let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case(encoding));
        let quality = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
        let refused = quality.is_some_and(|quality| quality.trim().parse::<f32>().is_ok_and(|quality| quality <= 0.0));
        named && !refused
    })
}
