//! Calendar arithmetic: milliseconds to days and epochs, and their text forms, all in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

/// Milliseconds of a day.
pub const DAY_MS: u64 = 24 * 3600 * 1000;
/// Milliseconds of a minute.
pub const MINUTE_MS: u64 = 60_000;

/// First year of the epochs that tags are counted in (docs/wire-format.md#which-response).
const EPOCH_YEAR: i64 = 2024;

/// Milliseconds since 1970; 0 on a machine whose clock is set before.
pub fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// Months since January 2024; 0 before.
pub fn epoch(ms: u64) -> u16 {
    let (year, month, _) = civil(day(ms));
    u16::try_from((year - EPOCH_YEAR) * 12 + month - 1).unwrap_or(0)
}

/// Days since 1970.
pub const fn day(ms: u64) -> u32 {
    (ms / DAY_MS) as u32
}

/// A day as `2026-11-22`.
pub fn format_day(day: u32) -> String {
    let (year, month, day) = civil(day);
    format!("{year:04}-{month:02}-{day:02}")
}

/// The day of a text such as `2026-11-22`; none for what is not the one way to write a day from 1970 on.
pub fn parse_day(text: &str) -> Option<u32> {
    let mut parts = text.splitn(3, '-').map(|part| part.parse::<u32>().ok());
    let (year, month, of_month) = (parts.next()??, parts.next()??, parts.next()??);
    // Years are 365.2425 days long on average, so the search begins within two days of the answer.
    let since = u64::from(year.checked_sub(1970)?) * 146_097 / 400;
    let guess = u32::try_from(since).ok()? + month.checked_sub(1)? * 30 + of_month;
    (guess.saturating_sub(4)..guess + 10).find(|&day| format_day(day) == text)
}

/// A time to the minute, as `2026-11-22 14:05 UTC`.
pub fn format_minute(ms: u64) -> String {
    let minutes = ms % DAY_MS / MINUTE_MS;
    format!("{} {:02}:{:02} UTC", format_day(day(ms)), minutes / 60, minutes % 60)
}

/// A time to the second, as `2026-11-22T14:05:09Z`. **Source**: RFC 3339.
pub fn format_rfc3339(ms: u64) -> String {
    let seconds = ms % DAY_MS / 1000;
    format!("{}T{:02}:{:02}:{:02}Z", format_day(day(ms)), seconds / 3600, seconds / 60 % 60, seconds % 60)
}

/// Year, month 1..=12 and day 1..=31. **Source**: Howard Hinnant, chrono-compatible low-level date algorithms.
const fn civil(day: u32) -> (i64, i64, i64) {
    let shifted = day as i64 + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_names() {
        for (ms, text) in [
            (0, "1970-01-01"),
            (951_782_400_000, "2000-02-29"),
            (1_704_067_199_999, "2023-12-31"),
            (1_704_067_200_000, "2024-01-01"),
            (1_795_305_600_000, "2026-11-22"),
        ] {
            assert_eq!(format_day(day(ms)), text);
        }
    }

    #[test]
    fn a_day_is_read_as_it_is_written() {
        for day in (0..80_000).step_by(7).chain([0, 11_016, 11_017, 20_779]) {
            assert_eq!(parse_day(&format_day(day)), Some(day));
        }
        for text in ["", "2026-11", "2026-11-31", "2026-02-29", "2026-1-1", "26-11-22", "1969-12-31", "2026-11-22 "] {
            assert_eq!(parse_day(text), None, "{text}");
        }
    }

    #[test]
    fn times_are_told_to_the_minute() {
        assert_eq!(format_minute(1_795_305_600_000 + 14 * 3_600_000 + 5 * MINUTE_MS + 59_999), "2026-11-22 14:05 UTC");
        assert_eq!(format_rfc3339(1_795_305_600_000 + 14 * 3_600_000 + 5 * MINUTE_MS + 9_999), "2026-11-22T14:05:09Z");
    }

    #[test]
    fn epochs_are_months_since_2024() {
        assert_eq!(epoch(0), 0);
        assert_eq!(epoch(1_704_067_200_000), 0);
        assert_eq!(epoch(1_795_305_600_000), 34);
    }
}
