//! The answers section of surveys with extra questions (frame.md 5.9).

use proptest::prelude::*;
use trente_survey::extra::{ExtraKind, Layout};
use trente_survey::frame::Frame;
use trente_survey::response_id::{ResponseId, SurveyId};
use trente_survey::{Answers, Error};

fn frame(extra: [u16; 3]) -> Frame {
    Frame {
        survey: SurveyId([1; 4]),
        response: ResponseId([2; 8]),
        answers: Answers { satisfaction: Some(4), recommend: Some(9), ..Answers::default() },
        extra,
        elapsed: 12,
        rev: 1,
        locale: 2,
        preview: false,
        score: 255,
        proof: None,
        verbatim: None,
        age_minutes: None,
        channel: None,
    }
}

/// An extra question of any kind, with one of its codes.
fn any_extra() -> impl Strategy<Value = (ExtraKind, u16)> {
    prop_oneof![
        (0..=5u16).prop_map(|code| (ExtraKind::Stars, code)),
        (0..=2u16).prop_map(|code| (ExtraKind::YesNo, code)),
        (2..=11u8).prop_flat_map(|k| (0..=u16::from(k)).prop_map(move |code| (ExtraKind::Scale(k), code))),
        (2..=15u8).prop_flat_map(|k| (0..=u16::from(k)).prop_map(move |code| (ExtraKind::Choice(k), code))),
        (2..=12u8).prop_flat_map(|k| (0..1u16 << k).prop_map(move |ticks| (ExtraKind::Choices(k), 1 << k | ticks))),
    ]
}

proptest! {
    #[test]
    fn extra_codes_round_trip(extras in proptest::collection::vec(any_extra(), 0..=3)) {
        let (kinds, codes): (Vec<_>, Vec<_>) = extras.into_iter().unzip();
        let layout = Layout::new(&kinds).unwrap();
        let mut extra = [0; 3];
        extra[..codes.len()].copy_from_slice(&codes);
        let frame = frame(extra);
        let bytes = frame.encode(&layout).unwrap();
        prop_assert!(bytes.len() == 16 + layout.bytes() && bytes.len() <= 24);
        prop_assert_eq!(Frame::decode(&bytes, &layout), Ok((frame, bytes.len())));
    }
}

#[test]
fn sections_are_as_long_as_5_9_says() {
    let bytes = |kinds: &[ExtraKind]| Layout::new(kinds).map(|layout| layout.bytes());
    assert_eq!(bytes(&[]), Ok(3));
    assert_eq!(bytes(&[ExtraKind::Stars, ExtraKind::YesNo]), Ok(3), "19 + 3 + 2 bits fill three bytes");
    assert_eq!(bytes(&[ExtraKind::Scale(11), ExtraKind::YesNo]), Ok(4));
    assert_eq!(bytes(&[ExtraKind::Choices(12); 3]), Ok(8));
    assert!(bytes(&[ExtraKind::Stars; 4]).is_err());
    assert!(bytes(&[ExtraKind::Scale(12)]).is_err() && bytes(&[ExtraKind::Choice(1)]).is_err());
}

#[test]
fn codes_off_their_scale_are_refused() {
    let code = |kind, code| frame([code, 0, 0]).encode(&Layout::new(&[kind]).unwrap()).map_err(Error::code).err();
    assert_eq!(code(ExtraKind::Stars, 6), Some("E_RANGE"));
    assert_eq!(code(ExtraKind::Choice(4), 5), Some("E_RANGE"));
    assert_eq!(code(ExtraKind::Choices(3), 0b0101), Some("E_RANGE"), "ticks without the answered bit");
    assert_eq!(code(ExtraKind::Choices(3), 0b1101), None);
    assert_eq!(code(ExtraKind::Choices(3), 0b1_0000), Some("E_RANGE"));
    assert!(frame([0, 1, 0]).encode(&Layout::new(&[ExtraKind::Stars]).unwrap()).is_err(), "a code without a question");
}
