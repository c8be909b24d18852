//! Text form of an unfinished response, so that a reload of the page goes on where the customer was.
//!
//! Its key, a space, and 18 bytes in hexadecimal: time 8, visible time 4, answers 4, place 1, mark 1. The key is the
//! survey's id and the response's, which is a hash of the order, or random: the order itself is not stored. Nothing of a
//! response that was sent is kept, so that no revision can be made twice of it: the line goes at the last core question.
//!
//! Not here: where the line is stored (`browser::session`).

use trente_survey::Answers;

use crate::digits::{bytes_to_hex, parse_hex};
use crate::plan::Plan;

/// Age up to which a response is taken up again, in ms: later it is another visit. A clock that was set back by as much
/// makes no difference.
const AGE_MS_MAX: u64 = 3_600_000;

/// What was answered before the page was left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Visible time so far, in ms.
    pub elapsed_ms: u32,
    /// Place of the screen among the core questions, from 0.
    pub place: usize,
    /// Confirmed answers to core questions.
    pub answers: Answers,
    /// The option that is marked on the screen.
    pub marked: Option<u8>,
}

/// The line.
pub fn write(unfinished: &Unfinished, key: &str, now_ms: u64) -> String {
    let mut bytes = Vec::new();
    bytes.extend(now_ms.to_be_bytes());
    bytes.extend(unfinished.elapsed_ms.to_be_bytes());
    bytes.extend(unfinished.answers.to_bits().to_be_bytes());
    bytes.push(unfinished.place as u8);
    // No option is 255.
    bytes.push(unfinished.marked.unwrap_or(u8::MAX));
    [key, " ", &bytes_to_hex(&bytes)].concat()
}

/// What the line says; none when it is of another survey or order, too old, or not one of ours.
pub fn read(line: &str, plan: &Plan, key: &str, now_ms: u64) -> Option<Unfinished> {
    let bytes: [u8; 18] = parse_hex(line.strip_prefix(key)?.strip_prefix(' ')?)?;
    let (since_ms, bytes) = bytes.split_first_chunk()?;
    let (elapsed_ms, bytes) = bytes.split_first_chunk()?;
    let (answers, bytes) = bytes.split_first_chunk()?;
    let &[place, mark] = bytes else { return None };
    let age_ms = now_ms.abs_diff(u64::from_be_bytes(*since_ms));
    let unfinished = Unfinished {
        elapsed_ms: u32::from_be_bytes(*elapsed_ms),
        place: place.into(),
        answers: Answers::from_bits(u32::from_be_bytes(*answers)).ok()?,
        marked: Some(mark).filter(|&mark| mark != u8::MAX),
    };
    (age_ms <= AGE_MS_MAX && unfinished.place < plan.core.len()).then_some(unfinished)
}

/// The id of the response without an order that the line is of; `survey` is what its key begins with then. None when the
/// line is of another survey, too old, or not one of ours.
pub fn response(line: &str, survey: &str, now_ms: u64) -> Option<[u8; 8]> {
    let (id, line) = line.strip_prefix(survey)?.split_at_checked(16)?;
    let since_ms: [u8; 8] = parse_hex(line.get(1..17)?)?;
    let age_ms = now_ms.abs_diff(u64::from_be_bytes(since_ms));
    (age_ms <= AGE_MS_MAX).then(|| parse_hex(id))?
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "7e57ab1e a1b2c3d4e5f60718";
    const NOW_MS: u64 = 1_764_000_000_123;

    fn unfinished() -> Unfinished {
        let answers = Answers { satisfaction: Some(4), ease: Some(6), ..Answers::default() };
        Unfinished { elapsed_ms: 7_400, place: 2, answers, marked: Some(0) }
    }

    #[test]
    fn what_is_written_is_read() {
        let plan = Plan::default();
        for marked in [None, Some(0), Some(10)] {
            let unfinished = Unfinished { marked, ..unfinished() };
            let line = write(&unfinished, KEY, NOW_MS);
            assert_eq!(read(&line, &plan, KEY, NOW_MS), Some(unfinished.clone()));
            assert_eq!(read(&line, &plan, KEY, NOW_MS + AGE_MS_MAX), Some(unfinished));
        }
    }

    #[test]
    fn another_order_or_survey_another_day_or_another_plan_begins_anew() {
        let plan = Plan::default();
        let line = write(&unfinished(), KEY, NOW_MS);
        for key in ["", "7e57ab1e", "7e57ab1e a1b2c3d4e5f60719", "00000000 a1b2c3d4e5f60718"] {
            assert_eq!(read(&line, &plan, key, NOW_MS), None, "{key}");
        }
        assert_eq!(read(&line, &plan, KEY, NOW_MS + AGE_MS_MAX + 1), None, "too old");
        assert_eq!(read(&line, &plan, KEY, NOW_MS - AGE_MS_MAX), Some(unfinished()), "the clock was set back");
        assert_eq!(read(&line, &plan, KEY, NOW_MS - AGE_MS_MAX - 1), None, "it was set back by more than an hour");
        let short = Plan { core: plan.core.iter().copied().take(2).collect(), ..Plan::default() };
        assert_eq!(read(&line, &short, KEY, NOW_MS), None, "there is no such screen");
    }

    #[test]
    fn the_id_without_an_order_is_that_of_the_line_for_an_hour() {
        const SURVEY: &str = "7e57ab1e -";
        let line = write(&unfinished(), "7e57ab1e -a1b2c3d4e5f60718", NOW_MS);
        let id = Some([0xa1, 0xb2, 0xc3, 0xd4, 0xe5, 0xf6, 0x07, 0x18]);
        assert_eq!((response(&line, SURVEY, NOW_MS), response(&line, SURVEY, NOW_MS + AGE_MS_MAX)), (id, id));
        assert_eq!(response(&line, SURVEY, NOW_MS + AGE_MS_MAX + 1), None, "too old");
        assert_eq!(response(&line, "7e57ab1f -", NOW_MS), None, "another survey");
        assert_eq!(response(&write(&unfinished(), KEY, NOW_MS), SURVEY, NOW_MS), None, "with an order");
        for length in 0..SURVEY.len() + 33 {
            assert_eq!(response(&line[..length], SURVEY, NOW_MS), None, "{length}");
        }
    }

    #[test]
    fn a_line_that_is_not_ours_is_none() {
        let plan = Plan::default();
        let line = write(&unfinished(), KEY, NOW_MS);
        for length in 0..line.len() {
            assert_eq!(read(&line[..length], &plan, KEY, NOW_MS), None, "{length}");
        }
        for tail in ["", " ", " x", "  ", " 1 2 3 4 5", &" ff".repeat(18), &[" ", &"ff".repeat(18)].concat()] {
            assert_eq!(read(&[KEY, tail].concat(), &plan, KEY, NOW_MS), None, "{tail}");
        }
    }
}
