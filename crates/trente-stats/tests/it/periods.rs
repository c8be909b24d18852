//! Whole days of a site's own clock, over both changes of the clock.

use std::collections::BTreeMap;

use trente_stats::period::{DAYS_MAX, Length, Period, PeriodError};
use trente_stats::zone::Zone;

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// 2026-11-22.
const NOVEMBER_22: u32 = 20_779;
/// 2026-03-29 and 2026-10-25, when the clocks of Europe change.
const SPRING: u32 = 20_541;
const AUTUMN: u32 = 20_751;

fn paris() -> Zone {
    Zone::named("Europe/Paris").unwrap()
}

/// The hours of the clock on each day, hour after hour of the world from the day before to the day after.
fn hours(zone: &Zone, around: u32) -> BTreeMap<u32, Vec<u8>> {
    let mut found: BTreeMap<u32, Vec<u8>> = BTreeMap::new();
    for hour in 0..4 * 24 {
        let ms = u64::from(around - 2) * DAY_MS + hour * HOUR_MS;
        found.entry(zone.day(ms)).or_default().push(zone.hour(ms));
    }
    found
}

/// A letter of eight o'clock comes at eight o'clock, whatever the clocks did that night.
#[test]
fn an_hour_of_a_day_is_the_same_on_the_clock_when_the_clocks_change() {
    let zone = paris();
    let utc = |day, hour| {
        let ms = zone.at(day, hour);
        (ms / DAY_MS, ms % DAY_MS / HOUR_MS)
    };
    for (day, hour) in [(SPRING - 1, 7), (SPRING, 6), (SPRING + 1, 6), (AUTUMN - 1, 6), (AUTUMN, 7), (AUTUMN + 1, 7)] {
        assert_eq!(utc(day, 8), (u64::from(day), hour), "day {day}");
        assert_eq!((zone.day(zone.at(day, 8)), zone.hour(zone.at(day, 8))), (day, 8));
    }
    // The hour that the clocks leave out, and the one that they show twice.
    assert_eq!((utc(SPRING, 2), utc(AUTUMN, 2)), ((SPRING.into(), 1), (AUTUMN.into(), 0)));
    assert_eq!(Zone::default().at(NOVEMBER_22, 8), u64::from(NOVEMBER_22) * DAY_MS + 8 * HOUR_MS);
}

#[test]
fn a_day_has_23_hours_in_spring_and_25_in_autumn() {
    let spring = hours(&paris(), SPRING);
    assert_eq!(spring[&SPRING].len(), 23);
    assert_eq!(spring[&SPRING][..4], [0, 1, 3, 4]);
    assert_eq!(spring[&(SPRING - 1)].len(), 24);
    let autumn = hours(&paris(), AUTUMN);
    assert_eq!(autumn[&AUTUMN].len(), 25);
    assert_eq!(autumn[&AUTUMN][..5], [0, 1, 2, 2, 3]);
    assert_eq!(autumn[&(AUTUMN - 1)].len(), 24);
}

#[test]
fn midnight_is_the_sites_own() {
    // 22:30 UTC on the evening before each change: summer time has not begun, or has not ended yet.
    let evening = |day: u32| u64::from(day) * DAY_MS + 22 * HOUR_MS + HOUR_MS / 2;
    let zone = paris();
    assert_eq!(zone.day(evening(SPRING - 1)), SPRING - 1, "23:30 in Paris");
    assert_eq!(zone.day(evening(SPRING)), SPRING + 1, "00:30 in Paris, in summer time");
    assert_eq!(zone.day(evening(AUTUMN - 1)), AUTUMN, "00:30 in Paris, still in summer time");
    assert_eq!(zone.day(evening(AUTUMN)), AUTUMN, "23:30 in Paris");
    assert_eq!(zone.yesterday(evening(AUTUMN - 1)), AUTUMN - 1);
    assert_eq!(Zone::default().day(evening(AUTUMN - 1)), AUTUMN - 1);
    // The other side of the date line, and a zone of half hours.
    let noon = u64::from(NOVEMBER_22) * DAY_MS + 12 * HOUR_MS;
    let at = |name: &str| (Zone::named(name).unwrap().day(noon), Zone::named(name).unwrap().hour(noon));
    assert_eq!(at("Pacific/Kiritimati"), (NOVEMBER_22 + 1, 2));
    assert_eq!(at("Pacific/Pago_Pago"), (NOVEMBER_22, 1));
    assert_eq!(at("Asia/Kolkata"), (NOVEMBER_22, 17));
    assert_eq!(Zone::named("Asia/Kolkata").unwrap().clock(noon), (17, 30));
    assert_eq!((zone.clock(evening(SPRING)), Zone::default().clock(noon + 59_999)), ((0, 30), (12, 0)));
    // A time that no calendar has is no panic.
    assert_eq!((zone.day(u64::MAX), zone.hour(u64::MAX), zone.clock(u64::MAX)), (0, 0, (0, 0)));
}

#[test]
fn a_zone_has_a_name_of_the_database() {
    for (name, told) in
        [("Europe/Paris", "Europe/Paris"), ("europe/paris", "Europe/Paris"), ("UTC", "UTC"), ("utc", "UTC")]
    {
        assert_eq!(Zone::named(name).unwrap().to_string(), told, "{name}");
    }
    let names = Zone::names();
    assert!(names.iter().all(|name| Zone::named(name).is_ok()) && names.is_sorted());
    assert!(["Europe/Paris", "UTC", "Asia/Tokyo"].iter().all(|name| names.iter().any(|known| known == name)));
    for name in ["", "Paris", "Europe/Pari", "+02:00", "CET-1CEST", "../etc/localtime", "Europe/Paris\0", "é"] {
        let error = Zone::named(name).unwrap_err().to_string();
        assert!(error.contains("Europe/Paris"), "{name}: {error}");
    }
}

#[test]
fn a_period_ends_yesterday_and_is_compared_with_as_many_days() {
    let today = NOVEMBER_22;
    for (length, days) in [(Length::Week, 7), (Length::FourWeeks, 28), (Length::Quarter, 90), (Length::Year, 365)] {
        let period = Period::until_yesterday(length, today);
        assert_eq!((period.last(), period.days()), (today - 1, days), "{length:?}");
        let before = period.before().unwrap();
        assert_eq!((before.last() + 1, before.days()), (period.first(), days));
        assert_eq!(Length::named(length.name()), Some(length));
    }
    // 2028-03-01: the year before holds 29 February, and the year before 29 February ends on the 28th.
    assert_eq!(Period::until_yesterday(Length::Year, 21_244).days(), 366);
    assert_eq!(Period::until_yesterday(Length::Year, 21_244).last(), 21_243);
    assert_eq!(Length::named("30"), None);
    // 1970 is no reason to panic.
    assert_eq!(Period::until_yesterday(Length::Year, 0).first(), 0);
    assert_eq!(Period::until_yesterday(Length::FourWeeks, 3).before(), None);
}

#[test]
fn only_whole_days_in_their_order_are_a_period() {
    let today = NOVEMBER_22;
    let between = |first, last| Period::between(first, last, today);
    assert_eq!(between(today - 3, today - 1).unwrap().days(), 3);
    assert_eq!(between(today - 1, today - 1).unwrap().days(), 1);
    assert_eq!(between(today - 3, today), Err(PeriodError::Unfinished));
    assert_eq!(between(u32::MAX, u32::MAX), Err(PeriodError::Unfinished));
    assert_eq!(between(today - 1, today - 2), Err(PeriodError::Backwards));
    assert_eq!(between(today - 1 - DAYS_MAX, today - 1), Err(PeriodError::Long));
    assert_eq!(between(today - DAYS_MAX, today - 1).unwrap().days(), DAYS_MAX);
}

#[test]
fn weeks_end_with_the_period_and_none_is_cut() {
    let period = Period::until_yesterday(Length::FourWeeks, NOVEMBER_22);
    let weeks = period.weeks(26);
    assert_eq!((weeks.len(), weeks[25].last()), (26, period.last()));
    assert!(weeks.iter().all(|week| week.days() == 7));
    assert!(weeks.windows(2).all(|pair| pair[0].last() + 1 == pair[1].first()));
    assert_eq!(Period::until_yesterday(Length::Year, NOVEMBER_22).weeks(26).len(), 52);
    assert_eq!(Period::until_yesterday(Length::Week, 15).weeks(26).len(), 2, "none before 1970");
}
