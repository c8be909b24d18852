//! Dates of pages and letters, spelled as people tell them: French for French, English for the rest.

use trente_store::clock::format_day;
use trente_survey::locale::Language;

/// Names of the months.
struct Names {
    months: [&'static str; 12],
    months_short: [&'static str; 12],
}

const EN: Names = Names {
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    months_short: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
};

const FR: Names = Names {
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    months_short: ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."],
};

impl Names {
    const fn of(language: Language) -> &'static Self {
        match language {
            Language::Fr => &FR,
            _ => &EN,
        }
    }
}

/// Year, month 1..=12 and day 1..=31 of a day.
fn parts(day: u32) -> (String, usize, u32) {
    let text = format_day(day);
    let mut parts = text.splitn(3, '-');
    let year = parts.next().unwrap_or_default().to_owned();
    let number = |part: Option<&str>| part.and_then(|part| part.parse().ok()).unwrap_or(1);
    let month = number(parts.next());
    (year, month as usize, number(parts.next()))
}

fn of_month(language: Language, day: u32) -> String {
    if day == 1 && language == Language::Fr { "1er".to_owned() } else { day.to_string() }
}

/// The name of a month 1..=12.
pub fn month(language: Language, month: usize) -> &'static str {
    month.checked_sub(1).and_then(|month| Names::of(language).months.get(month)).copied().unwrap_or_default()
}

fn short_month(language: Language, month: usize) -> &'static str {
    month.checked_sub(1).and_then(|month| Names::of(language).months_short.get(month)).copied().unwrap_or_default()
}

/// The year of a day after a space, where it is another than that of `today`.
fn other_year(year: &str, today: u32) -> String {
    if year == parts(today).0 { String::new() } else { format!(" {year}") }
}

/// A day with its month in full, and its year where it is another than that of `today`.
pub fn day(language: Language, day: u32, today: u32) -> String {
    let (year, number, date) = parts(day);
    format!("{} {}{}", of_month(language, date), month(language, number), other_year(&year, today))
}

/// A day with the short name of its month, and its year where it is another than that of `today`.
pub fn short_day(language: Language, day: u32, today: u32) -> String {
    let (year, month, date) = parts(day);
    let year = other_year(&year, today).replace(' ', "\u{a0}");
    format!("{}\u{a0}{}{year}", of_month(language, date), short_month(language, month))
}

/// The short name of the month in which a week begins, where the week is the first of it to do so; and the year, where it is
/// the first of that.
pub fn month_of_week(language: Language, day: u32) -> Option<(&'static str, Option<String>)> {
    let (year, month, date) = parts(day);
    (date <= 7).then(|| (short_month(language, month), (month == 1).then_some(year)))
}

/// The ends of several days, as they stand after “from” and after “to”: what both share is told once.
pub fn ends(language: Language, first: u32, last: u32, today: u32) -> (String, String) {
    let until = day(language, last, today);
    let (from, to) = (parts(first), parts(last));
    let begin = if (&from.0, from.1) == (&to.0, to.1) {
        of_month(language, from.2)
    } else if from.0 == to.0 {
        day(language, first, first)
    } else {
        format!("{} {}", day(language, first, first), from.0)
    };
    let until = if from.0 != to.0 && to.0 == parts(today).0 { format!("{until} {}", to.0) } else { until };
    (begin, until)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-29 is day 20,786.
    #[test]
    fn a_year_is_told_where_it_is_another() {
        let (en, fr, today) = (Language::En, Language::Fr, 20_786);
        assert_eq!(short_day(fr, today, today), "29\u{a0}nov.");
        assert_eq!(short_day(en, today - 400, today), "25\u{a0}Oct\u{a0}2025");
        assert_eq!(
            (day(fr, today - 28, today).as_str(), day(en, today - 400, today).as_str()),
            ("1er novembre", "25 October 2025")
        );
        assert_eq!(ends(fr, today - 28, today - 22, today), ("1er".to_owned(), "7 novembre".to_owned()));
        assert_eq!(ends(en, today - 31, today - 25, today), ("29 October".to_owned(), "4 November".to_owned()));
        assert_eq!(ends(fr, today - 334, today, today).0, "30 décembre 2025");
    }

    #[test]
    fn the_first_week_of_a_month_names_it_and_that_of_a_year_the_year() {
        let of = |day| month_of_week(Language::Fr, day);
        // 2026-01-05 is day 20,458.
        assert_eq!(of(20_458), Some(("janv.", Some("2026".to_owned()))));
        assert_eq!((of(20_458 + 7), of(20_458 + 28)), (None, Some(("févr.", None))));
    }
}
