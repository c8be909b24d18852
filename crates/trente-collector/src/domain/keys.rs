//! Signing keys of a site's orders: the current key and, until it is retired, the one before the last rotation.

use trente_store::clock::epoch;
use trente_survey::frame::{Frame, Proof};
use trente_survey::response_id::{Key, ResponseId, SurveyId};

use crate::limits::SIGNATURE_SKEW;

/// One or two live keys.
#[derive(Clone)]
pub struct Keys {
    present: Key,
    former: Option<Key>,
}

impl Keys {
    /// The keys of a site.
    pub const fn new(present: [u8; 32], former: Option<[u8; 32]>) -> Self {
        let former = match former {
            Some(former) => Some(Key(former)),
            None => None,
        };
        Self { present: Key(present), former }
    }

    /// Whether one of them has signed this response to this survey in one of the three newest epochs.
    ///
    /// Clock skew tolerance: the epoch that begins within the next 24 hours counts as well, because the clock of a
    /// shop may be ahead, or its months those of its time zone. `now_ms` is in milliseconds since 1970.
    ///
    /// Both are always asked, each in constant time, so the time tells neither how much of a tag was right nor which
    /// key it was.
    pub fn verify(&self, survey: SurveyId, response: ResponseId, proof: &Proof, now_ms: u64) -> bool {
        let now = epoch(now_ms);
        let soon = epoch(now_ms.saturating_add(SIGNATURE_SKEW.as_millis() as u64));
        let signed = |key: &Key, newest| key.verify(survey, response, proof.epoch_low, &proof.tag, newest).is_ok();
        // The three newest as seen tomorrow have one that those of today have not, and lack the oldest of these.
        let proves = |key: &Key| signed(key, now) | (soon != now && signed(key, soon));
        let (present, former) = (proves(&self.present), self.former.as_ref().is_some_and(proves));
        present | former
    }

    /// Whether the purchase of a frame that comes now is proven for this survey. A tag that was among the newest when the
    /// customer answered proves it too: the frame may have waited in the browser past the end of a month.
    pub fn verify_frame(&self, survey: SurveyId, frame: &Frame, now_ms: u64) -> bool {
        let Some(proof) = &frame.proof else { return false };
        let answered_ms = frame.answered_ms(now_ms);
        let signed = |at_ms| self.verify(survey, frame.response, proof, at_ms);
        signed(now_ms) | (answered_ms != now_ms && signed(answered_ms))
    }
}

#[cfg(test)]
mod tests {
    use trente_store::clock::DAY_MS;

    use super::*;

    const SURVEY: SurveyId = SurveyId([1, 2, 3, 4]);

    /// The first moment of the epoch that all are signed in: July 2026.
    const SIGNED_MS: u64 = 1_782_864_000_000;
    /// Days of July, August and September.
    const QUARTER: u64 = 92;

    fn verifies(keys: &Keys, signer: [u8; 32], now_ms: u64) -> bool {
        let signature = Key(signer).sign(SURVEY, "MO-1", 30);
        let proof = Proof { epoch_low: (signature.epoch % 8) as u8, tag: signature.tag };
        keys.verify(SURVEY, signature.response, &proof, now_ms)
    }

    #[test]
    fn the_former_key_verifies_until_it_is_retired() {
        let keys = Keys::new([2; 32], Some([1; 32]));
        let last = SIGNED_MS + QUARTER * DAY_MS - 1;
        assert!(verifies(&keys, [2; 32], SIGNED_MS) && verifies(&keys, [1; 32], last));
        assert!(!verifies(&keys, [3; 32], SIGNED_MS));
        assert!(!verifies(&keys, [1; 32], last + 1), "a signature is as old under either key");
        let retired = Keys::new([2; 32], None);
        assert!(verifies(&retired, [2; 32], SIGNED_MS) && !verifies(&retired, [1; 32], SIGNED_MS));
    }

    #[test]
    fn a_frame_that_waited_is_judged_as_of_when_it_was_answered_too() {
        let keys = Keys::new([2; 32], None);
        let signature = Key([2; 32]).sign(SURVEY, "MO-1", 30);
        let proof = Proof { epoch_low: (signature.epoch % 8) as u8, tag: signature.tag };
        let waited = |minutes, now_ms| {
            let age_minutes = Some(minutes);
            let frame = Frame { proof: Some(proof), age_minutes, ..Frame::new(SURVEY, signature.response) };
            keys.verify_frame(SURVEY, &frame, now_ms)
        };
        let over = SIGNED_MS + QUARTER * DAY_MS;
        assert!(waited(0, over - 1) && !waited(0, over), "the third month is over");
        assert!(waited(3 * 1_440, over + 3 * DAY_MS - 1), "it was answered before");
        assert!(!waited(3 * 1_440, over + 3 * DAY_MS), "it was not");
        assert!(!waited(u16::MAX, over + 7 * DAY_MS), "no browser keeps it for longer than a week");
        // The tag of a month that had not begun yet when it was answered.
        assert!(waited(1_440, SIGNED_MS) && waited(7 * 1_440, SIGNED_MS));
    }

    #[test]
    fn a_signature_of_next_month_is_taken_a_day_before_it_begins() {
        let keys = Keys::new([2; 32], Some([1; 32]));
        for key in [[1; 32], [2; 32]] {
            assert!(verifies(&keys, key, SIGNED_MS - 1) && verifies(&keys, key, SIGNED_MS - DAY_MS));
            assert!(!verifies(&keys, key, SIGNED_MS - DAY_MS - 1), "more than a day is no skew");
            // On the last day of the third month the oldest epoch still counts.
            assert!(verifies(&keys, key, SIGNED_MS + QUARTER * DAY_MS - 1));
        }
    }
}
