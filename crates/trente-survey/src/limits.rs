//! Limits of the wire format and of a survey.

/// Version of the frame and of the score formula, which change together (docs/wire-format.md#versions).
pub const VERSION: u8 = 1;
/// Frames in one request body.
pub const FRAMES_MAX: usize = 64;
/// Verbatim, in Unicode scalar values of its NFC form: the limit that a customer meets, alike in every script.
pub const VERBATIM_CHARS_MAX: usize = 500;
/// Verbatim, in bytes of UTF-8 on the wire: so many characters of four bytes, the longest that UTF-8 has.
pub const VERBATIM_BYTES_MAX: usize = 4 * VERBATIM_CHARS_MAX;
/// A customer's contact, in Unicode scalar values: an e-mail address has 64 and 254 at most (RFC 5321, 4.5.3.1), and nearly
/// all have half of that.
pub const CONTACT_CHARS_MAX: usize = 120;
/// Extension of a frame, in bytes: its length is one byte (docs/wire-format.md#layout).
pub const EXTENSION_BYTES_MAX: usize = 255;
/// Extra questions in one survey.
pub const EXTRA_MAX: usize = 3;
/// Last revision of a response; the first is 0.
pub const REV_MAX: u8 = 3;
/// The required path of a survey, in milliseconds. The product's promise.
pub const REQUIRED_MS_MAX: u32 = 30_000;
/// The optional pair of incident questions, in milliseconds.
pub const OPTIONAL_MS_MAX: u32 = 25_000;
/// Bytes of a frame without tag, verbatim, extension or extra question.
pub const FRAME_BYTES_MIN: usize = 19;
/// Bytes of a truncated tag: 80 bits, the floor of RFC 2104 section 5.
pub const TAG_BYTES: usize = 10;
/// Frames that the browser keeps until they are acknowledged.
pub const OUTBOX_FRAMES_MAX: usize = 8;
/// Age up to which a frame waits in the browser: 7 days, in milliseconds.
pub const OUTBOX_AGE_MS_MAX: u64 = 7 * 24 * 3600 * 1000;

const _: () = assert!(FRAME_BYTES_MIN + TAG_BYTES == 29, "docs/wire-format.md: 29 bytes signed");
