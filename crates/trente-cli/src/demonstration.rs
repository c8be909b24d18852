//! Demonstration data: a plausible year of invented answers, for pages that are worth looking at before there are
//! customers. Pure: the same site and day give the same year.
//!
//! The year grows, has quiet weekends and a busy end of November, three weeks of slow delivery in the twelfth week before
//! its end, and a dip in the last two weeks. The words are invented as well.
//!
//! Not here: storing them, and saying that they are a demonstration (the site's own mark).

mod said;

use trente_store::clock::{DAY_MS, MINUTE_MS};
use trente_store::inbound::Inbound;
use trente_survey::Answers;
use trente_survey::extra::Layout;
use trente_survey::frame::Frame;
use trente_survey::response_id::{ResponseId, SurveyId};
use trente_survey::{Branch, Error};

/// Days of the year, all before today.
pub const DAYS: u32 = 365;
/// Answers that are made at most.
pub const ANSWERS_MAX: u32 = 1_000_000;

/// Days before the end between which delivery is slow.
const SLOW: std::ops::Range<u32> = 77..98;
/// Days before the end that are worse than usual.
const DIP: u32 = 14;

/// Numbers that look random and are the same each time (PCG: O'Neill 2014, the multiplier of Knuth's MMIX).
struct Dice(u64);

impl Dice {
    /// 0 up to `below`.
    fn below(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below.max(1)
    }

    /// Whether one of `percent` in a hundred.
    fn is(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One value by its weight.
    fn weighed<T: Copy>(&mut self, weights: &[(T, u64)], or: T) -> T {
        let sum = weights.iter().map(|(_, weight)| weight).sum();
        let mut left = self.below(sum);
        for (value, weight) in weights {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *value,
            }
        }
        or
    }
}

/// About `count` answers to the default survey over the [`DAYS`] before `today`, in days since 1970, oldest first.
///
/// # Errors
/// Those of [`Frame::verdict`] and [`Frame::encode`]; invented answers are valid and have none.
pub fn year(survey: SurveyId, today: u32, count: u32) -> Result<Vec<Inbound>, Error> {
    let mut dice = Dice(0x0007_2e47_e000_d390);
    let weights: Vec<u64> = (0..DAYS).map(|index| weight(today.saturating_sub(DAYS - index), DAYS - index)).collect();
    let whole: u64 = weights.iter().sum();
    let mut made = Vec::new();
    for (index, weight) in (0..DAYS).zip(weights) {
        let (day, back) = (today.saturating_sub(DAYS - index), DAYS - index);
        // The rest of the division is a chance, so that the sum is about right.
        let share = u64::from(count) * weight;
        let of_day = share / whole + u64::from(dice.below(whole) < share % whole);
        for _ in 0..of_day {
            made.push(one(&mut dice, survey, day, back)?);
        }
    }
    Ok(made)
}

/// How many answers a day has, next to the others.
const fn weight(day: u32, back: u32) -> u64 {
    let grown = 600 + (DAYS - back) as u64 * 800 / DAYS as u64;
    // 1970-01-01 was a Thursday: 2 and 3 are Saturday and Sunday.
    let weekend = if matches!(day % 7, 2 | 3) { 7 } else { 10 };
    let busy = if back <= 9 { 17 } else { 10 };
    grown * weekend * busy
}

fn one(dice: &mut Dice, survey: SurveyId, day: u32, back: u32) -> Result<Inbound, Error> {
    let slow = SLOW.contains(&back);
    let incidents = match back {
        _ if slow => 36,
        0..=DIP => 19,
        _ => 14,
    };
    let french = dice.is(72);
    let answers = match dice.below(100) {
        rolled if rolled < incidents => incident(dice, slow),
        rolled if rolled < incidents + 26 => delight(dice),
        _ => served(dice),
    };
    let answers = skipped(dice, answers);
    let branch = answers.branch();
    let speaks = match branch {
        Branch::Incident => 34,
        Branch::Promoter => 24,
        Branch::Neutral => 8,
    };
    let verbatim =
        dice.is(speaks).then(|| said::verbatim(branch, answers.moment, french, dice.below(1 << 30)).to_owned());
    let frame = Frame {
        answers,
        elapsed: dice.weighed(&[(24, 3), (30, 5), (36, 6), (44, 4), (56, 2), (60, 1), (61, 1), (3, 0)], 40),
        locale: if french { 1 } else { 2 },
        channel: dice.weighed(&[(None, 76), (Some(3), 9), (Some(1), 11), (Some(2), 4)], None),
        verbatim,
        ..Frame::new(survey, ResponseId((dice.below(1 << 31) << 33 | dice.below(1 << 31)).to_be_bytes()))
    };
    let frame = Frame { score: frame.verdict(&Layout::CORE)?.score_byte(), ..frame };
    let minute = 8 * 60 + dice.below(13 * 60);
    Ok(Inbound {
        received_ms: u64::from(day) * DAY_MS + minute * MINUTE_MS,
        verified: dice.is(86),
        aside: false,
        bytes: frame.encode(&Layout::CORE)?,
    })
}

fn incident(dice: &mut Dice, slow: bool) -> Answers {
    let moments: &[(u8, u64)] = if slow {
        &[(0, 30), (7, 52), (1, 6), (6, 4), (8, 4), (5, 4)]
    } else {
        &[(0, 38), (1, 12), (8, 11), (7, 8), (6, 8), (5, 8), (3, 7), (4, 4), (2, 3), (9, 1)]
    };
    let moment = dice.weighed(moments, 0);
    let forgive = if moment == 0 { 0 } else { dice.weighed(&[(0, 4), (1, 5), (2, 6), (3, 4)], 0) };
    Answers {
        satisfaction: Some(1 + dice.below(2) as u8),
        ease: Some(1 + dice.below(6) as u8),
        lens: Some(1 + dice.below(4) as u8),
        recommend: Some(dice.below(7) as u8),
        moment,
        forgive,
    }
}

fn delight(dice: &mut Dice) -> Answers {
    Answers {
        satisfaction: Some(5),
        ease: Some(6 + dice.below(2) as u8),
        lens: Some(5),
        recommend: Some(9 + dice.below(2) as u8),
        moment: if dice.is(55) { 1 + dice.below(8) as u8 } else { 0 },
        forgive: 0,
    }
}

fn served(dice: &mut Dice) -> Answers {
    Answers {
        satisfaction: Some(dice.weighed(&[(3, 2), (4, 6), (5, 3)], 4)),
        ease: Some(4 + dice.below(4) as u8),
        lens: Some(3 + dice.below(3) as u8),
        recommend: Some(dice.weighed(&[(7, 4), (8, 5), (9, 4), (10, 1)], 8)),
        moment: 0,
        forgive: 0,
    }
}

/// What some leave out.
fn skipped(dice: &mut Dice, answers: Answers) -> Answers {
    let left = |dice: &mut Dice, percent, rating: Option<u8>| rating.filter(|_| !dice.is(percent));
    let skipped = Answers {
        satisfaction: left(dice, 1, answers.satisfaction),
        ease: left(dice, 3, answers.ease),
        lens: left(dice, 12, answers.lens),
        recommend: left(dice, 3, answers.recommend),
        ..answers
    };
    // Without its rating an incident may be none, and then it has no forgiveness.
    if skipped.check().is_ok() { skipped } else { answers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_the_same_each_time_and_looks_like_one() {
        let survey = SurveyId([1, 2, 3, 4]);
        let made = year(survey, 20_786, 10_000).unwrap();
        assert_eq!(made, year(survey, 20_786, 10_000).unwrap());
        assert!((9_800..10_200).contains(&made.len()), "{}", made.len());
        assert!(made.is_sorted_by_key(|one| one.received_ms / DAY_MS));
        let incidents = |days: std::ops::Range<u32>| {
            let of_days = made.iter().filter(|one| days.contains(&(20_786 - (one.received_ms / DAY_MS) as u32)));
            let (mut bad, mut n) = (0u32, 0u32);
            for one in of_days {
                let (frame, _) = Frame::decode(&one.bytes, &Layout::CORE).unwrap();
                bad += u32::from(frame.answers.branch() == Branch::Incident);
                n += 1;
            }
            100 * bad / n
        };
        assert!((30..42).contains(&incidents(SLOW)) && (10..18).contains(&incidents(120..300)));
        let last = made.last().map(|one| one.received_ms / DAY_MS);
        assert_eq!(last, Some(20_785), "none today");
    }
}
