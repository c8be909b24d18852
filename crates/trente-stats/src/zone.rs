//! Time zone of a site: which day and which hour a moment belongs to. **Source**: the IANA time zone database, which is
//! part of the binary.
//!
//! Not here: the clock, and which zone a site has.

use std::fmt;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Unit};

/// Name of a zone that no name was chosen for.
pub const UTC: &str = "UTC";

/// A time zone of the IANA database.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone(TimeZone);

/// The database has no zone of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no time zone: write a name of the IANA database, as in Europe/Paris")]
pub struct ZoneError(String);

impl Default for Zone {
    fn default() -> Self {
        Self(TimeZone::UTC)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

impl Zone {
    /// The zone of this name, in any case of letters.
    ///
    /// # Errors
    /// [`ZoneError`]
    pub fn named(name: &str) -> Result<Self, ZoneError> {
        if name.eq_ignore_ascii_case(UTC) {
            return Ok(Self::default());
        }
        TimeZone::get(name).map(Self).map_err(|_| ZoneError(name.to_owned()))
    }

    /// Its name, as in `Europe/Paris`.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or(UTC)
    }

    /// The day of a moment, in days since 1970; `ms` are milliseconds since 1970 in UTC.
    ///
    /// A day has 23 or 25 hours where the clocks change, and each moment still belongs to exactly one.
    pub fn day(&self, ms: u64) -> u32 {
        let date = moment(ms).map(|moment| self.0.to_datetime(moment).date());
        date.map_or(0, day_of)
    }

    /// The hour of a moment on the clocks of the zone, 0..=23. The hour that a clock shows twice is one hour.
    pub fn hour(&self, ms: u64) -> u8 {
        moment(ms).map_or(0, |moment| u8::try_from(self.0.to_datetime(moment).hour()).unwrap_or(0))
    }

    /// What the clocks of the zone show at a moment: hours 0..=23 and minutes 0..=59.
    pub fn clock(&self, ms: u64) -> (u8, u8) {
        let time = moment(ms).map(|moment| self.0.to_datetime(moment));
        let part = |part: i8| u8::try_from(part).unwrap_or(0);
        time.map_or((0, 0), |time| (part(time.hour()), part(time.minute())))
    }

    /// The names of all zones, in alphabetical order.
    pub fn names() -> Vec<String> {
        let mut names: Vec<String> = jiff::tz::db().available().map(|name| name.to_string()).collect();
        names.sort();
        names
    }

    /// The moment, in milliseconds since 1970, at which the clocks of the zone show a full hour of a day, the earlier one
    /// where they show it twice. Where they leave the hour out, it is as much later as they are put forward.
    pub fn at(&self, day: u32, hour: u8) -> u64 {
        let date = date_of(day);
        let at = date.and_then(|date| self.0.to_timestamp(date.at(i8::try_from(hour.min(23)).ok()?, 0, 0, 0)).ok());
        at.and_then(|at| u64::try_from(at.as_millisecond()).ok()).unwrap_or(0)
    }

    /// The last whole day before a moment: the zone's own yesterday.
    pub fn yesterday(&self, ms: u64) -> u32 {
        self.day(ms).saturating_sub(1)
    }
}

fn moment(ms: u64) -> Option<Timestamp> {
    Timestamp::from_millisecond(i64::try_from(ms).ok()?).ok()
}

/// The date of a day since 1970; none after the year 9999.
pub(crate) fn date_of(day: u32) -> Option<Date> {
    let days = jiff::Span::new().try_days(i64::from(day)).ok()?;
    epoch().checked_add(days).ok()
}

/// Days since 1970; 0 before.
pub(crate) fn day_of(date: Date) -> u32 {
    let days = epoch().until((Unit::Day, date)).map(|span| span.get_days());
    days.ok().and_then(|days| u32::try_from(days).ok()).unwrap_or(0)
}

const fn epoch() -> Date {
    Date::constant(1970, 1, 1)
}
