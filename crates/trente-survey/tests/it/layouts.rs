//! The answers section of surveys with extra questions (docs/wire-format.md#extra-questions).

use data_encoding::HEXLOWER;
use proptest::prelude::*;
use trente_survey::extra::{ExtraKind, Layout, Lenses};
use trente_survey::frame::{Frame, set_age};
use trente_survey::response_id::{ResponseId, SurveyId};
use trente_survey::{Answers, Cause, Error};

fn frame(extra: [u16; 3]) -> Frame {
    Frame {
        answers: Answers { satisfaction: Some(4), recommend: Some(9), ..Answers::default() },
        extra,
        elapsed: 12,
        rev: 1,
        locale: 2,
        ..Frame::new(SurveyId([1; 4]), ResponseId([2; 8]))
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

/// The frame of the public vector, in a survey with extra questions.
fn golden(extra: [u16; 3]) -> Frame {
    Frame {
        survey: SurveyId([0x7e, 0x57, 0xab, 0x1e]),
        response: ResponseId([0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18]),
        answers: Answers {
            satisfaction: Some(4),
            ease: Some(6),
            lens: Some(5),
            recommend: Some(9),
            ..Answers::default()
        },
        elapsed: 36,
        locale: 1,
        score: 86,
        ..frame(extra)
    }
}

fn assert_golden(frame: &Frame, layout: &Layout, hex: &str) {
    let bytes = frame.encode(layout).unwrap();
    assert_eq!(HEXLOWER.encode(&bytes), hex);
    assert_eq!(Frame::decode(&bytes, layout), Ok((frame.clone(), bytes.len())));
}

/// Public vector: 4 of 5 stars, the second of five options, the first and third of four ticked; packed by hand.
#[test]
fn golden_frame_with_codes() {
    let kinds = [ExtraKind::Stars, ExtraKind::Choice(5), ExtraKind::Choices(4)];
    let layout = Layout::new(&kinds).unwrap();
    let frame = golden([4, 2, ExtraKind::choices_code(4, 0b0101)]);
    assert_golden(&frame, &layout, "107e57ab1ea1b2c3d4e5f607189a681168910856");
    assert!(kinds[2].holds(frame.extra[2], 1) && kinds[2].holds(frame.extra[2], 3));
    assert!(!kinds[2].holds(frame.extra[2], 2) && !kinds[2].holds(frame.extra[2], 4) && !kinds[2].holds(0, 1));
    assert!(kinds[1].holds(2, 2) && !kinds[1].holds(2, 1) && !kinds[1].holds(0, 0));
}

/// Public vector: yes, then a text; the same after ninety minutes in the outbox.
#[test]
fn golden_frame_with_text() {
    let layout = Layout::new(&[ExtraKind::YesNo, ExtraKind::Text]).unwrap();
    let mut frame = Frame { extra_text: [None, Some("Thym & olive".into()), None], ..golden([1, 0, 0]) };
    let hex = "147e57ab1ea1b2c3d4e5f607189a68089108560f060d015468796d2026206f6c697665";
    assert_golden(&frame, &layout, hex);

    let mut bytes = frame.encode(&layout).unwrap();
    set_age(&mut bytes, layout.bytes(), 90).unwrap();
    frame.age_minutes = Some(90);
    let aged = "147e57ab1ea1b2c3d4e5f607189a6808910856130202005a060d015468796d2026206f6c697665";
    assert_eq!(HEXLOWER.encode(&bytes), aged);
    assert_golden(&frame, &layout, aged);
}

#[test]
fn texts_fill_the_extension_and_no_more() {
    for (count, max) in [(1, 245), (2, 121), (3, 79)] {
        let layout = Layout::new(&[ExtraKind::Text; 3][..count]).unwrap();
        assert_eq!(layout.text_bytes_max(), max);
        let text = |length: usize| {
            let mut texts: [Option<String>; 3] = Default::default();
            texts[..count].fill(Some("é".repeat(length / 2) + &"x".repeat(length % 2)));
            Frame { extra_text: texts, channel: Some(3), ..frame([0; 3]) }
        };
        let mut bytes = text(max).encode(&layout).unwrap();
        set_age(&mut bytes, layout.bytes(), 10_080).unwrap();
        let aged = Frame { age_minutes: Some(10_080), ..text(max) };
        assert_eq!(Frame::decode(&bytes, &layout), Ok((aged, bytes.len())), "{count} texts, a channel and an age");
        assert_eq!(text(max + 1).encode(&layout).map_err(Error::code), Err("E_RANGE"));
    }
    assert_eq!(Layout::CORE.text_bytes_max(), 0);
}

/// Bytes of a frame with `extension` behind its fixed fields.
fn extended(extension: &[u8]) -> Vec<u8> {
    let mut bytes = frame([0; 3]).encode(&Layout::new(&[ExtraKind::Text]).unwrap()).unwrap();
    bytes[0] |= 1 << 2;
    bytes.push(extension.len() as u8);
    bytes.extend_from_slice(extension);
    bytes
}

#[test]
fn text_is_joined_and_checked() {
    let layout = Layout::new(&[ExtraKind::Text]).unwrap();
    let decode = |extension: &[u8]| {
        Frame::decode(&extended(extension), &layout).map(|(frame, _)| frame.extra_text).map_err(Error::code)
    };
    // A character may stand across two pieces.
    let joined = decode(&[6, 3, 0, b'a', 0xc3, 6, 3, 0, 0xa9, b'b']);
    assert_eq!(joined, Ok([Some("aéb".into()), None, None]));
    assert_eq!(decode(&[6, 2, 0, 0xc3]), Err("E_UTF8"));
    assert_eq!(decode(&[6, 3, 0, b'e', 0x07]), Err("E_UTF8"), "a control character");
    assert_eq!(decode(&[6, 4, 0, b'e', 0xcc, 0x81]), Err("E_UTF8"), "not in NFC");
    assert_eq!(decode(&[6, 2, 1, b'a']), Err("E_EXT"), "no such question");
    assert_eq!(decode(&[6, 1, 0]), Err("E_LEN"), "no text");
    assert_eq!(decode(&[6, 0]), Err("E_LEN"));
    assert_eq!(decode(&[8, 0, 6, 2, 0, b'a']), Ok([Some("a".into()), None, None]), "even and unknown: ignored");
    let core = Frame::decode(&extended(&[6, 2, 0, b'a']), &Layout::CORE).map_err(Error::code);
    assert_eq!(core, Err("E_EXT"), "a survey without extra questions takes no text");
}

/// The golden vectors of docs/wire-format.md#lens: the widget, the collector and any other reader agree on them.
#[test]
fn a_lens_of_three_is_decided_by_the_first_byte() {
    let three = Layout::CORE.with_lenses(Lenses::new([Cause::Detail, Cause::Policy, Cause::Speed]));
    for (first, cause) in [
        (0x00, Cause::Policy),
        (0x55, Cause::Policy),
        (0x56, Cause::Speed),
        (0xaa, Cause::Speed),
        (0xab, Cause::Detail),
        (0xff, Cause::Detail),
    ] {
        assert_eq!(three.family(ResponseId([first, 1, 2, 3, 4, 5, 6, 7])), cause, "{first:02x}");
    }
    for first in 0..=u8::MAX {
        let response = ResponseId([first; 8]);
        assert_eq!(Layout::CORE.family(response), response.family(), "all eight: the upper three bits");
    }
    for count in 1..=8_u32 {
        let lenses = Lenses::new(Cause::ALL.into_iter().take(count as usize));
        let mut times = [0_u32; 8];
        for first in 0..=u8::MAX {
            times[usize::from(lenses.family(ResponseId([first; 8])).family())] += 1;
        }
        let (asked, rest) = times.split_at(count as usize);
        assert!(asked.iter().all(|&times| times.abs_diff(256 / count) <= 1), "{times:?}");
        assert!(rest.iter().all(|&times| times == 0), "{times:?}");
    }
}

#[test]
fn a_pinned_lens_takes_the_place_of_the_id() {
    let pinned = Layout::CORE.with_lenses(Lenses::new([Cause::Detail]));
    for first in [0, 0x20, 0xff] {
        let response = ResponseId([first; 8]);
        assert_eq!(pinned.family(response), Cause::Detail);
        assert_eq!(Layout::CORE.family(response), response.family());
    }
    let low = Frame {
        response: ResponseId([0; 8]),
        answers: Answers { lens: Some(1), ..Answers::default() },
        ..frame([0; 3])
    };
    assert_eq!(low.verdict(&Layout::CORE).unwrap().diagnosis.primary, Some(Cause::Promise));
    assert_eq!(low.verdict(&pinned).unwrap().diagnosis.primary, Some(Cause::Detail));
}
