//! Frames: round trip, damage, errors in their order.

use proptest::prelude::*;
use trente_survey::extra::Layout;
use trente_survey::frame::{self, BodyError, Frame, Proof};
use trente_survey::response_id::{ResponseId, SurveyId};
use trente_survey::{Answers, Error};

const CORE: Layout = Layout::CORE;

prop_compose! {
    fn any_answers()(bits in 0..1u32 << 19) -> Answers {
        // Every second state or so is valid; the rest is mended rather than thrown away.
        Answers::from_bits(bits).unwrap_or_else(|_| Answers::from_bits(bits & !0b11_1100 & !0b11).unwrap_or_default())
    }
}

prop_compose! {
    fn any_frame()(
        survey: [u8; 4], response: [u8; 8], answers in any_answers(), elapsed in 0..64u8, rev in 0..4u8,
        locale in 0..32u8, preview: bool, score in prop_oneof![0..=100u8, Just(255)],
        proof in proptest::option::of((0..8u8, any::<[u8; 10]>())),
        verbatim in proptest::option::of("[a-zéàù€😀\n ]{1,200}"),
        age_minutes: Option<u16>, channel: Option<u8>,
    ) -> Frame {
        Frame {
            answers, elapsed, rev, locale, preview, score, verbatim, age_minutes, channel,
            proof: proof.map(|(epoch_low, tag)| Proof { epoch_low, tag }),
            ..Frame::new(SurveyId(survey), ResponseId(response))
        }
    }
}

proptest! {
    #[test]
    fn round_trip(frame in any_frame()) {
        let bytes = frame.encode(&CORE).unwrap();
        prop_assert_eq!(Frame::decode(&bytes, &CORE), Ok((frame, bytes.len())));
    }

    #[test]
    fn every_truncation_is_an_error(frame in any_frame()) {
        let bytes = frame.encode(&CORE).unwrap();
        for length in 0..bytes.len() {
            prop_assert!(Frame::decode(&bytes[..length], &CORE).is_err(), "{} of {}", length, bytes.len());
        }
    }

    /// A flipped bit is an error, or another frame that says exactly what its bytes say: nothing is read twice,
    /// nothing is passed over.
    #[test]
    fn no_flipped_bit_passes_unseen(frame in any_frame()) {
        let bytes = frame.encode(&CORE).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            if let Ok((other, length)) = Frame::decode(&flipped, &CORE) {
                prop_assert_ne!(&other, &frame);
                let again = other.encode(&CORE).unwrap();
                let ignorable = length != again.len() || again != flipped[..length];
                // Only an extension may say what we are free to ignore.
                prop_assert!(!ignorable || flipped[0] & 4 != 0, "bit {}", bit);
            }
        }
    }

    #[test]
    fn decoding_never_panics(bytes in proptest::collection::vec(any::<u8>(), 0..80), version: bool) {
        let mut bytes = bytes;
        if let (true, Some(first)) = (version, bytes.first_mut()) {
            *first = *first & 15 | 16;
        }
        let _ = Frame::decode(&bytes, &CORE);
        let _ = Frame::decode_body(&bytes, |_| Some(CORE));
        let _ = frame::set_age(&mut bytes, CORE.bytes(), 9);
    }

    #[test]
    fn age_is_replaced_not_repeated(frame in any_frame(), age: u16, later: u16) {
        let mut bytes = frame.encode(&CORE).unwrap();
        frame::set_age(&mut bytes, CORE.bytes(), age).unwrap();
        frame::set_age(&mut bytes, CORE.bytes(), later).unwrap();
        let aged = Frame { age_minutes: Some(later), ..frame };
        prop_assert_eq!(Frame::decode(&bytes, &CORE), Ok((aged, bytes.len())));
    }

    #[test]
    fn a_body_is_its_frames(frames in proptest::collection::vec(any_frame(), 1..8)) {
        let encoded: Vec<Vec<u8>> = frames.iter().map(|frame| frame.encode(&CORE).unwrap()).collect();
        let body = encoded.concat();
        let decoded = Frame::decode_body(&body, |_| Some(CORE)).unwrap();
        let (read, bytes): (Vec<_>, Vec<_>) = decoded.into_iter().unzip();
        prop_assert_eq!(read, frames);
        prop_assert_eq!(bytes, encoded);
    }
}

/// The first public vector, to damage.
const GOOD: [u8; 19] =
    [0x10, 0x7e, 0x57, 0xab, 0x1e, 0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18, 0x9a, 0x68, 0x00, 0x90, 0x08, 0x56];

fn code(bytes: &[u8]) -> &'static str {
    Frame::decode(bytes, &CORE).map(|_| "ok").unwrap_or_else(Error::code)
}

fn damaged(at: usize, byte: u8) -> Vec<u8> {
    let mut bytes = GOOD.to_vec();
    bytes[at] = byte;
    bytes
}

fn followed_by(flags: u8, tail: &[u8]) -> Vec<u8> {
    let mut bytes = damaged(0, 0x10 | flags);
    bytes.extend_from_slice(tail);
    bytes
}

#[test]
fn errors_of_5_7() {
    assert_eq!(code(&GOOD), "ok");
    assert_eq!(code(&[]), "E_LEN");
    assert_eq!(code(&damaged(0, 0x20)), "E_VERSION");
    assert_eq!(code(&[0x20]), "E_VERSION", "the version comes before the length");
    assert_eq!(code(&GOOD[..18]), "E_LEN");
    assert_eq!(code(&followed_by(1, &[0; 9])), "E_LEN", "a tag cut short");
    assert_eq!(code(&followed_by(2, &[5, b'a'])), "E_LEN", "a verbatim cut short");
    assert_eq!(code(&followed_by(2, &[0x81, 0x00, b'a'])), "E_LEN", "an overlong LEB128");
    assert_eq!(code(&followed_by(2, &[0x80, 0x80, 0x80, 1])), "E_LEN", "a LEB128 too long for any verbatim");
    assert_eq!(code(&followed_by(4, &[2, 2, 2])), "E_LEN", "an extension that ends inside a value");
    assert_eq!(code(&followed_by(4, &[3, 2, 1, 0])), "E_LEN", "an age of one byte");
    assert_eq!(code(&damaged(15, 0x01)), "E_RESERVED");
    assert_eq!(code(&damaged(17, 0x09)), "E_RESERVED", "an epoch without a tag");
    assert_eq!(code(&damaged(13, 0xda)), "E_RANGE", "satisfaction 6");
    assert_eq!(code(&damaged(18, 101)), "E_RANGE");
    assert_eq!(code(&followed_by(2, &[0])), "E_RANGE", "an empty verbatim");
    assert_eq!(code(&word("a", 501)), "E_RANGE", "501 characters in 501 bytes");
    assert_eq!(code(&word("\u{1f642}", 501)), "E_RANGE", "2,004 bytes");
    assert_eq!(
        code(&followed_by(2, &[&[0xf4, 0x03][..], &[0xff; 500]].concat())),
        "E_UTF8",
        "500 bytes that are no text"
    );
    assert_eq!(code(&followed_by(2, &[&[0xf5, 0x03][..], &[0xff; 501]].concat())), "E_RANGE", "the range comes first");
    assert_eq!(code(&damaged(15, 0x20)), "E_BRANCH", "forgiveness off the incident branch");
    assert_eq!(
        code(&{
            let mut bytes = damaged(14, 0x6c);
            bytes[15] = 0x80;
            bytes
        }),
        "E_MOMENT"
    );
    assert_eq!(code(&followed_by(2, &[1, 0xff])), "E_UTF8");
    assert_eq!(code(&followed_by(2, &[1, b'\t'])), "E_UTF8");
    assert_eq!(code(&followed_by(2, b"\x03e\xcc\x81")), "E_UTF8", "e and a combining accent are not NFC");
    assert_eq!(code(&followed_by(2, &[1, b'\n'])), "ok");
    assert_eq!(code(&followed_by(4, &[2, 3, 0])), "E_EXT");
    assert_eq!(code(&followed_by(4, &[2, 8, 0])), "ok", "an even type may be ignored");
    assert_eq!(code(&followed_by(4, &[8, 2, 2, 0, 1, 2, 2, 0, 1])), "E_EXT", "an age stated twice");
}

/// The public example, followed by `count` times the same character as its verbatim.
fn word(character: &str, count: usize) -> Vec<u8> {
    let text = character.repeat(count);
    followed_by(2, &[&[text.len() as u8 | 0x80, (text.len() >> 7) as u8][..], text.as_bytes()].concat())
}

/// The limit that a customer meets is the same in every script, whatever UTF-8 makes of it.
#[test]
fn a_verbatim_has_500_characters_in_every_script() {
    // Latin, Cyrillic, Arabic, Devanagari, Chinese, an emoji, a character of the supplementary ideographic plane.
    for character in ["e", "é", "ж", "ب", "क", "好", "\u{1f642}", "\u{20000}"] {
        let frame = word(character, 500);
        let (read, length) = Frame::decode(&frame, &CORE).unwrap();
        assert_eq!((read.verbatim.as_deref(), length), (Some(character.repeat(500).as_str()), frame.len()));
        assert_eq!(read.encode(&CORE).unwrap(), frame, "{character}");
        assert_eq!(code(&word(character, 501)), "E_RANGE", "{character}");
        let longer = Frame { verbatim: Some(character.repeat(501)), ..read };
        assert_eq!(longer.encode(&CORE).map_err(|error| error.code()), Err("E_RANGE"), "{character}");
    }
}

#[test]
fn a_body_is_all_or_nothing() {
    let known = |survey: SurveyId| (survey.0 == [0x7e, 0x57, 0xab, 0x1e]).then_some(CORE);
    let body = [&GOOD[..], &damaged(18, 101)].concat();
    let refused = |index, error| Err(BodyError::Frame { index, error });
    assert_eq!(Frame::decode_body(&body, known), refused(1, Error::Range { found: 101, max: 100 }));
    assert_eq!(
        Frame::decode_body(&[&GOOD[..], &[0x10]].concat(), known).map_err(|e| match e {
            BodyError::Frame { index, error } => (index, error.code()),
            BodyError::TooMany => (0, ""),
        }),
        Err((1, "E_LEN"))
    );
    assert_eq!(Frame::decode_body(&damaged(1, 0), known), refused(0, Error::Survey));
    assert_eq!(Frame::decode_body(&GOOD.repeat(64), known).unwrap().len(), 64);
    assert_eq!(Frame::decode_body(&GOOD.repeat(65), known), Err(BodyError::TooMany));
}
