//! Formatting of numbers and dates in the language of a page.

use trente_stats::Interval;
use trente_stats::period::Period;
use trente_stats::rounding::{self, half_away};
use trente_stats::zone::Zone;
use trente_survey::locale::Language;

use super::texts::{Texts, fill};
use crate::views::dates;

/// A count, with its thousands apart from 10,000 on in both languages.
pub fn count(texts: &Texts, n: u64) -> String {
    let digits = n.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let between = if texts.language == Language::Fr { '\u{202f}' } else { ',' };
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(between);
        }
        text.push(digit);
    }
    text
}

/// Points with their sign, rounded half away from zero; a true minus, which is as wide as a plus.
pub fn signed(points: f64) -> String {
    let points = half_away(points, 0);
    if points > 0.0 {
        format!("+{points}")
    } else if points < 0.0 {
        format!("−{}", -points)
    } else {
        "0".to_owned()
    }
}

/// A share as a whole percentage, rounded half away from zero, that no line break tears apart.
pub fn percent(texts: &Texts, share: f64) -> String {
    let mark = if texts.language == Language::Fr { "\u{a0}%" } else { "%" };
    format!("{}{mark}", half_away(100.0 * share, 0))
}

/// A number with so many decimals, rounded half away from zero.
pub fn decimal(texts: &Texts, value: f64, places: usize) -> String {
    let text = rounding::decimal(value, places);
    if texts.language == Language::Fr { text.replace('.', ",") } else { text }
}

/// Between the ends of an interval.
pub fn between(texts: &Texts, interval: Interval, text: impl Fn(f64) -> String) -> String {
    fill(texts.between, &[("low", &text(interval.low)), ("high", &text(interval.high))])
}

/// The ends of an interval, for a table whose head says what they are.
pub fn range(texts: &Texts, interval: Interval, text: impl Fn(f64) -> String) -> String {
    fill(texts.range, &[("low", &text(interval.low)), ("high", &text(interval.high))])
}

/// A day with its month in full, and its year where it is another than that of `today`.
pub fn day(texts: &Texts, day: u32, today: u32) -> String {
    dates::day(texts.language, day, today)
}

/// A moment on the clocks of a zone: “22 November at 14:05”.
pub fn moment(texts: &Texts, zone: &Zone, ms: u64, today: u32) -> String {
    let (hour, minute) = zone.clock(ms);
    let (day, time) = (day(texts, zone.day(ms), today), format!("{hour:02}:{minute:02}"));
    fill(texts.settings().moment, &[("day", &day), ("time", &time)])
}

/// A period: “From 1 to 28 November”.
pub fn period(texts: &Texts, period: &Period, today: u32) -> String {
    if period.days() == 1 {
        return fill(texts.on_day, &[("day", &day(texts, period.last(), today))]);
    }
    let (first, last) = dates::ends(texts.language, period.first(), period.last(), today);
    fill(texts.between_days, &[("first", &first), ("last", &last)])
}

/// How long ago a day was: today, yesterday, 5 days ago.
pub fn ago(texts: &Texts, day: u32, today: u32) -> String {
    let [this, before] = texts.days;
    match today.saturating_sub(day) {
        0 => this.to_owned(),
        1 => before.to_owned(),
        days => fill(texts.days_ago, &[("n", &days.to_string())]),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderMap;
    use trente_stats::period::Length;

    use super::super::texts;
    use super::*;

    #[test]
    fn each_language_writes_its_numbers() {
        let (en, fr) =
            (texts::for_request(Some("en"), &HeaderMap::new()), texts::for_request(Some("fr"), &HeaderMap::new()));
        assert_eq!([999, 1_000, 10_000, 1_234_567].map(|n| count(en, n)), ["999", "1000", "10,000", "1,234,567"]);
        assert_eq!(count(fr, 10_000), "10\u{202f}000");
        assert_eq!([29.5, -0.4, -22.5].map(signed), ["+30", "0", "−23"]);
        assert_eq!((percent(en, 0.714), percent(fr, 0.714)), ("71%".to_owned(), "71\u{a0}%".to_owned()));
        assert_eq!((decimal(en, 5.46, 1), decimal(fr, 5.46, 1)), ("5.5".to_owned(), "5,5".to_owned()));
        // Half away from zero, of the share that is meant: 100·0.575 is 57.499… in binary.
        let shares = [23.0 / 40.0, 46.0 / 80.0, 29.0 / 200.0, 0.0].map(|share| percent(en, share));
        assert_eq!(shares, ["58%", "58%", "15%", "0%"]);
        assert_eq!([4.25, 4.35, -0.04].map(|value| decimal(en, value, 1)), ["4.3", "4.4", "0.0"]);
        let interval = Interval { low: 24.0, high: 36.0 };
        assert_eq!(between(fr, interval, signed), "entre +24 et +36");
    }

    #[test]
    fn periods_are_told_as_people_tell_them() {
        let (en, fr) =
            (texts::for_request(Some("en"), &HeaderMap::new()), texts::for_request(Some("fr"), &HeaderMap::new()));
        // 2026-11-29 is day 20,786.
        let today = 20_786;
        let weeks = Period::until_yesterday(Length::FourWeeks, today);
        assert_eq!(period(en, &weeks, today), "From 1 to 28 November");
        assert_eq!(period(fr, &weeks, today), "Du 1er au 28 novembre");
        let quarter = Period::until_yesterday(Length::Quarter, today);
        assert_eq!(period(fr, &quarter, today), "Du 31 août au 28 novembre");
        let year = Period::until_yesterday(Length::Year, today);
        assert_eq!(period(en, &year, today), "From 29 November 2025 to 28 November 2026");
        let one = Period::between(today - 400, today - 400, today).unwrap();
        assert_eq!(period(fr, &one, today), "Le 25 octobre 2025");
        assert_eq!([0, 1, 3].map(|back| ago(en, today - back, today)), ["today", "yesterday", "3 days ago"]);
    }
}
