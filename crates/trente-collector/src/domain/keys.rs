//! Signing keys of a site's orders: the current key and, until it is retired, the one before the last rotation.

use trente_survey::frame::Proof;
use trente_survey::response_id::{Key, ResponseId, SurveyId};

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
    /// Both are always asked, each in constant time, so the time tells neither how much of a tag was right nor which
    /// key it was.
    pub fn verify(&self, survey: SurveyId, response: ResponseId, proof: &Proof, now: u16) -> bool {
        let proves = |key: &Key| key.verify(survey, response, proof.epoch_low, &proof.tag, now).is_ok();
        let (present, former) = (proves(&self.present), self.former.as_ref().is_some_and(proves));
        present | former
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SURVEY: SurveyId = SurveyId([1, 2, 3, 4]);

    fn verifies(keys: &Keys, signer: [u8; 32], now: u16) -> bool {
        let signature = Key(signer).sign(SURVEY, "MO-1", 30);
        let proof = Proof { epoch_low: (signature.epoch % 8) as u8, tag: signature.tag };
        keys.verify(SURVEY, signature.response, &proof, now)
    }

    #[test]
    fn the_former_key_verifies_until_it_is_retired() {
        let keys = Keys::new([2; 32], Some([1; 32]));
        assert!(verifies(&keys, [2; 32], 30) && verifies(&keys, [1; 32], 32));
        assert!(!verifies(&keys, [3; 32], 30));
        assert!(!verifies(&keys, [1; 32], 33), "a signature is as old under either key");
        let retired = Keys::new([2; 32], None);
        assert!(verifies(&retired, [2; 32], 30) && !verifies(&retired, [1; 32], 30));
    }
}
