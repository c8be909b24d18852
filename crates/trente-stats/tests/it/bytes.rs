//! The compact form of an aggregate: golden bytes, and nothing but it is read.

use proptest::prelude::*;
use trente_stats::Aggregate;
use trente_stats::aggregate::{BytesError, Contribution, CountError};
use trente_survey::response_id::SurveyId;
use trente_survey::{Answers, Cause};

use crate::{aggregate, contribution, responses};

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Two happy responses, and one that is unhappy, noted, and answered two extra questions.
fn three() -> Aggregate {
    let happy =
        Answers { satisfaction: Some(4), ease: Some(6), lens: Some(5), recommend: Some(9), moment: 0, forgive: 0 };
    let slow = Answers { satisfaction: Some(2), recommend: Some(3), moment: 7, forgive: 3, ..Answers::default() };
    let happy = contribution(&happy, Cause::Policy, 36, false);
    let slow = contribution(&slow, Cause::Detail, 60, true);
    let survey = SurveyId([0x7e, 0x57, 0xab, 0x1e]);
    Aggregate::of([happy, Contribution { mismatch: true, survey, extra: [2, 0, 300], ..slow }, happy]).unwrap()
}

#[test]
fn the_bytes_of_version_1_stay_what_they_are() {
    // Written down apart, in Python, from the table of the module.
    let golden = [
        "54524101",
        // Two keys: 0x2cd340 twice, 0x3a061f once.
        "02 c0a6b301 02 dfe534 01",
        // Buckets 0 to 35, 36, 37 to 59, 60, 61 to 63.
        &"00".repeat(36),
        "02",
        &"00".repeat(23),
        "01",
        "000000",
        // One noted, one mismatch.
        "01 01",
        // Survey 7e57ab1e: question 0, code 2, and question 2, code 300.
        "02 82808080e0e3eaab7e 01 aa8208 01",
    ];
    assert_eq!(hex(&three().to_bytes()), golden.concat().replace(' ', ""));
    assert_eq!(Aggregate::from_bytes(&three().to_bytes()), Ok(three()));
    assert_eq!(hex(&Aggregate::default().to_bytes()), format!("5452410100{}000000", "00".repeat(64)));
}

proptest! {
    #[test]
    fn what_is_written_is_read(responses in responses(40)) {
        let whole = aggregate(&responses);
        prop_assert_eq!(Aggregate::from_bytes(&whole.to_bytes()), Ok(whole));
    }

    #[test]
    fn what_is_read_is_written_again_byte_for_byte(responses in responses(6), at in any::<prop::sample::Index>(), bit in 0u8..8) {
        let mut bytes = aggregate(&responses).to_bytes();
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        if let Ok(other) = Aggregate::from_bytes(&bytes) {
            prop_assert_eq!(other.to_bytes(), bytes);
        }
    }

    #[test]
    fn every_beginning_is_refused(responses in responses(6), at in any::<prop::sample::Index>()) {
        let bytes = aggregate(&responses).to_bytes();
        let at = at.index(bytes.len());
        prop_assert!(Aggregate::from_bytes(&bytes[..at]).is_err());
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let behind_a_head = [&b"TRA\x01"[..], &bytes].concat();
        for bytes in [&bytes, &behind_a_head] {
            if let Ok(other) = Aggregate::from_bytes(bytes) {
                prop_assert_eq!(&other.to_bytes(), bytes);
            }
        }
    }
}

#[test]
fn what_is_damaged_is_refused_with_its_place() {
    let bytes = three().to_bytes();
    let changed = |at: usize, byte: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = byte;
        Aggregate::from_bytes(&bytes)
    };
    assert_eq!(Aggregate::from_bytes(b""), Err(BytesError::Head));
    assert_eq!(changed(3, 2), Err(BytesError::Head), "a newer version");
    assert_eq!(Aggregate::from_bytes(&[&bytes[..], &[0]].concat()), Err(BytesError::Form { offset: bytes.len() }));
    // A count of 0; a second response of 36 that has no answers; more keys than there are bytes.
    assert_eq!(changed(9, 0), Err(BytesError::Form { offset: 9 }));
    assert_eq!(changed(14 + 36, 3), Err(BytesError::Count(CountError::Parts)));
    assert!(matches!(changed(4, 0x7f), Err(BytesError::Form { .. } | BytesError::Count(_))));
    // Zero in two bytes, and a number of 70 bits.
    let mut overlong = Aggregate::default().to_bytes();
    overlong.splice(4..5, [0x80, 0]);
    assert_eq!(Aggregate::from_bytes(&overlong), Err(BytesError::Form { offset: 4 }));
    overlong.splice(4..6, [0xff; 10]);
    assert_eq!(Aggregate::from_bytes(&overlong), Err(BytesError::Form { offset: 4 }));
}
