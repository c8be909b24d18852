//! What is known of one response now, be it folded or not.

use trente_survey::extra::Layout;
use trente_survey::frame::Frame;

use super::merge::{Asides, Candidate};

/// A frame that is kept of a response, in the inbox or folded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Whether its tag was verified.
    pub verified: bool,
    /// Whether it was kept aside.
    pub aside: bool,
    /// The frame.
    pub bytes: Vec<u8>,
}

/// The frame that wins of those that are kept of a response, among the verified ones or among the others: neither may
/// speak for the other.
pub fn winner(kept: Vec<Kept>, layout: Layout, verified: bool) -> Option<Frame> {
    // What cannot be read will be set aside by the fold and wins nothing.
    let read = |kept: Kept| {
        let (frame, _) = Frame::decode(&kept.bytes, &layout).ok()?;
        let Kept { aside, bytes, .. } = kept;
        Some(Candidate { verified, layout, frame, bytes, day: 0, aside, asides: Asides::new() })
    };
    let candidates = kept.into_iter().filter(|kept| kept.verified == verified).filter_map(read);
    candidates.reduce(Candidate::merge).map(|winner| winner.frame)
}
