//! Property-test generators of incoming frames: few responses, many ways to answer, any order.

use proptest::prelude::*;
use trente_store::clock::DAY_MS;
use trente_store::inbound::Inbound;
use trente_survey::Answers;
use trente_survey::frame::Frame;

use crate::frames::{bytes, frame, survey};

pub fn arrival() -> impl Strategy<Value = Inbound> {
    let answers = prop::sample::select(vec![
        Answers { satisfaction: Some(5), ease: Some(7), lens: Some(5), recommend: Some(10), ..Answers::default() },
        Answers { satisfaction: Some(1), recommend: Some(0), moment: 7, forgive: 3, ..Answers::default() },
        Answers {
            satisfaction: Some(2),
            ease: Some(2),
            lens: Some(1),
            recommend: Some(4),
            moment: 2,
            ..Answers::default()
        },
        Answers::default(),
    ]);
    let response = prop::sample::select(vec![1u64, 2, 1 << 63, 3 << 61]);
    let word = prop::option::of(prop::sample::select(vec!["bien", "trop long"]));
    let age = prop::option::of(prop::sample::select(vec![0u16, 1_440, 65_535]));
    let channel = prop::option::of(0u8..3);
    let score = prop::sample::select(vec![0u8, 86, 255]);
    let rest = (0u8..4, 0u8..64, score, any::<bool>(), any::<bool>(), 20_000u64..20_010);
    (answers, response, word, age, channel, rest).prop_map(
        |(answers, response, word, age_minutes, channel, (rev, elapsed, score, verified, aside, day))| {
            let frame = Frame {
                answers,
                rev,
                elapsed,
                score,
                verbatim: word.map(str::to_owned),
                age_minutes,
                channel,
                ..frame(survey("olive"), response)
            };
            Inbound { received_ms: day * DAY_MS + 5, verified, aside, bytes: bytes(&frame) }
        },
    )
}
