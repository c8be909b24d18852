//! Lookup of the frame that counts for one response now, folded or not.

use trente_survey::extra::Layout;
use trente_survey::frame::Frame;

use super::merge::{Asides, StoredResponse};

/// A frame that is kept of a response, in the inbox or folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawFrame {
    /// Whether its tag was verified.
    pub verified: bool,
    /// Whether it was kept aside.
    pub aside: bool,
    /// The frame.
    pub bytes: Vec<u8>,
}

/// The frame that wins of those that are kept of a response, among the verified ones or among the others: neither may
/// speak for the other.
pub fn winner(kept: Vec<RawFrame>, layout: Layout, verified: bool) -> Option<Frame> {
    // What cannot be read will be set aside by the fold and wins nothing.
    let read = |kept: RawFrame| {
        let (frame, _) = Frame::decode(&kept.bytes, &layout).ok()?;
        let RawFrame { aside, bytes, .. } = kept;
        Some(StoredResponse { verified, layout, frame, bytes, day: 0, aside, asides: Asides::new() })
    };
    let candidates = kept.into_iter().filter(|kept| kept.verified == verified).filter_map(read);
    candidates.reduce(StoredResponse::merge).map(|winner| winner.frame)
}
