//! The public known answers of docs/score.md, docs/wire-format.md and docs/default-survey.md.

use data_encoding::HEXLOWER;
use trente_survey::budget::{self, Pace};
use trente_survey::extra::Layout;
use trente_survey::frame::{Frame, Proof};
use trente_survey::limits::{OPTIONAL_MS_MAX, REQUIRED_MS_MAX};
use trente_survey::locale::Language;
use trente_survey::response_id::{Key, ResponseId, Signature, SurveyId};
use trente_survey::score::elapsed_bucket;
use trente_survey::wording::Wording;
use trente_survey::{Answers, Branch, Cause, Class};

use crate::{answers, every_state, verdict};

const SURVEY: SurveyId = SurveyId([0x7e, 0x57, 0xab, 0x1e]);

fn key() -> Key {
    Key(std::array::from_fn(|index| index as u8))
}

fn frame(answers: Answers, response: ResponseId, elapsed_ms: u32) -> Frame {
    let mut frame = Frame {
        answers,
        elapsed: elapsed_bucket(elapsed_ms),
        locale: Language::Fr.number(),
        ..Frame::new(SURVEY, response)
    };
    frame.score = frame.verdict(&Layout::CORE).unwrap().score_byte();
    frame
}

#[test]
fn frame_5_1_unsigned_is_19_bytes() {
    let response = ResponseId([0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18]);
    assert_eq!(response.family(), Cause::Policy);
    let frame = frame(answers(4, 6, 5, 9), response, 18_400);
    let bytes = frame.encode(&Layout::CORE).unwrap();
    assert_eq!(HEXLOWER.encode(&bytes), "107e57ab1ea1b2c3d4e5f607189a6800900856");
    assert_eq!(frame.score, 86);
    assert_eq!(frame.verdict(&Layout::CORE).unwrap().class, Class::Ok);
    assert_eq!(Frame::decode(&bytes, &Layout::CORE), Ok((frame, 19)));
}

#[test]
fn frame_5_1_signed_is_29_bytes() {
    let signature = key().sign(SURVEY, "CMD-2024-00042", 20);
    assert_eq!(HEXLOWER.encode(&signature.response.0), "09dac65af4ffe31a");
    assert_eq!(HEXLOWER.encode(&signature.tag), "8dc46007745032c91632");
    let mut frame = frame(answers(5, 7, 4, 10), signature.response, 15_999);
    frame.proof = Some(Proof { epoch_low: (signature.epoch % 8) as u8, tag: signature.tag });
    let bytes = frame.encode(&Layout::CORE).unwrap();
    assert_eq!(HEXLOWER.encode(&bytes), "117e57ab1e09dac65af4ffe31abea0007c0c5f8dc46007745032c91632");
    assert_eq!(frame.score, 95);
    assert_eq!(frame.verdict(&Layout::CORE).unwrap().class, Class::Delight);
    assert_eq!(Frame::decode(&bytes, &Layout::CORE), Ok((frame, 29)));
}

#[test]
fn score_4_public_scores() {
    assert_eq!(verdict(answers(4, 6, 5, 9)).score, Some(86));
    assert_eq!(verdict(answers(4, 6, 5, 9)).branch, Branch::Promoter);
    for (forgive, score) in [(0, 59), (1, 69), (2, 49), (3, 19)] {
        assert_eq!(verdict(Answers { forgive, ..answers(4, 7, 5, 6) }).score, Some(score), "forgive {forgive}");
    }
    let delight = verdict(answers(5, 6, 4, 9));
    assert_eq!((delight.score, delight.class), (Some(89), Class::Delight));
    let few = verdict(answers(0, 6, 4, 15));
    assert_eq!((few.score, few.class, few.score_byte()), (None, Class::None, 255));
}

#[test]
fn frame_5_2_counts_every_state() {
    assert_eq!(every_state().count(), 119_424);
}

/// Words, or characters, of each screen and the milliseconds of both paths, in every language.
#[test]
fn survey_3_3_time_budget() {
    let expected = [
        (Language::Fr, [17, 13, 15, 11], 27_829, 28_137, [40, 14], 21_914),
        (Language::En, [20, 10, 13, 13], 25_336, 25_599, [41, 17], 20_562),
        (Language::De, [20, 13, 11, 11], 28_532, 28_858, [40, 18], 24_212),
        (Language::Es, [20, 10, 12, 10], 27_554, 27_880, [35, 12], 20_626),
        (Language::It, [21, 10, 11, 11], 27_879, 28_205, [35, 11], 20_299),
        (Language::Pt, [22, 7, 13, 13], 28_533, 28_533, [35, 11], 20_299),
        (Language::Nl, [21, 12, 14, 11], 29_511, 29_837, [42, 17], 24_538),
        (Language::Pl, [21, 10, 12, 10], 27_880, 27_880, [37, 16], 22_582),
        (Language::Sv, [20, 11, 15, 12], 29_511, 29_837, [40, 19], 24_538),
        (Language::Ar, [17, 9, 8, 10], 24_945, 24_293, [30, 13], 19_321),
        (Language::Ja, [42, 23, 24, 24], 29_589, 29_925, [79, 36], 24_627),
        (Language::ZhHans, [29, 16, 18, 18], 29_657, 29_892, [59, 24], 24_829),
    ];
    assert_eq!(expected.map(|(language, ..)| language), Language::ALL);
    for (language, required, required_ms, linked_ms, optional, optional_ms) in expected {
        let (wording, pace) = (Wording::of(language), Pace::of(language));
        let screens = |head: &str| budget::required(&wording, head, pace);
        let pair = budget::optional(&wording, pace);
        let linked = screens(&wording.head_linked);
        println!(
            "{:8} {:?} {} ms, linked {} ms, {pair:?} {} ms",
            language.tag(),
            screens(&wording.head),
            pace.path_ms(&screens(&wording.head)),
            pace.path_ms(&linked),
            pace.path_ms(&pair),
        );
        assert_eq!((screens(&wording.head), pair), (required, optional), "{language:?}");
        assert_eq!(pace.path_ms(&required), required_ms, "{language:?}");
        assert_eq!(pace.path_ms(&linked), linked_ms, "{language:?}");
        assert_eq!(pace.path_ms(&optional), optional_ms, "{language:?}");
        assert!(required_ms.max(linked_ms) <= REQUIRED_MS_MAX && optional_ms <= OPTIONAL_MS_MAX, "{language:?}");
    }
}

/// The stress cases: 175 words a minute in the two languages of docs/default-survey.md#time-budget, and IReST's own
/// figure in the three that are read more slowly than its mean.
#[test]
fn survey_3_3_slow_readers() {
    let ms = |language, per_minute| {
        let (wording, pace) = (Wording::of(language), Pace { per_minute, ..Pace::of(language) });
        let path = |head: &str| pace.path_ms(&budget::required(&wording, head, pace));
        (
            path(&wording.head),
            path(&wording.head).max(path(&wording.head_linked)),
            pace.path_ms(&budget::optional(&wording, pace)),
        )
    };
    assert_eq!((ms(Language::Fr, 175).0, ms(Language::En, 175).0), (29_798, 29_799));
    for (language, per_minute) in [(Language::De, 179), (Language::Pl, 166), (Language::Ar, 138)] {
        let (_, required_ms, optional_ms) = ms(language, per_minute);
        println!("{language:?} at {per_minute}: {required_ms} {optional_ms}");
        assert!(
            required_ms <= REQUIRED_MS_MAX && optional_ms <= OPTIONAL_MS_MAX,
            "{language:?}: {required_ms}, {optional_ms}"
        );
    }
}

#[test]
fn elapsed_4_7_buckets() {
    let edges = [
        (0, 0),
        (499, 0),
        (500, 1),
        (15_999, 31),
        (18_400, 36),
        (29_999, 59),
        (30_000, 60),
        (44_999, 60),
        (45_000, 61),
        (60_000, 62),
        (299_999, 62),
        (300_000, 63),
        (u32::MAX, 63),
    ];
    for (elapsed_ms, bucket) in edges {
        assert_eq!(elapsed_bucket(elapsed_ms), bucket, "{elapsed_ms} ms");
    }
}

#[test]
fn response_5_5_tags_live_three_epochs() {
    let signature = key().sign(SURVEY, "CMD-2024-00042", 20);
    let verify = |now| key().verify(SURVEY, signature.response, (signature.epoch % 8) as u8, &signature.tag, now);
    assert!(verify(19).is_err(), "a tag of the future");
    assert!((20..=22).all(|now| verify(now).is_ok()));
    assert!(verify(23).is_err(), "a tag of three months ago");
    let mut forged = signature.tag;
    forged[9] ^= 1;
    assert!(key().verify(SURVEY, signature.response, 4, &forged, 20).is_err());
    assert!(key().verify(SurveyId([0; 4]), signature.response, 4, &signature.tag, 20).is_err());
    assert_eq!(Signature::from_bytes(&signature.to_bytes()), Some(signature));
    assert_eq!(Signature::from_bytes(&signature.to_bytes()[1..]), None);
}

/// Known answer made once with Python's hashlib, to pin the preimage of docs/wire-format.md#which-response.
#[test]
fn response_5_10_from_an_order() {
    let id = ResponseId::from_order(SURVEY, "MO-100482");
    assert_eq!(HEXLOWER.encode(&id.0), "d87116fc50277947");
    assert_ne!(id, ResponseId::from_order(SurveyId([0; 4]), "MO-100482"));
    assert_ne!(id, ResponseId::from_order(SURVEY, "MO-100483"));
}
