//! Periods of whole days, each with the equal span before it, which it is compared with.
//!
//! A day that is not over has fewer answers than it will have, so a period ends yesterday at the latest: today so far
//! compared with a whole day is always a loss. Days are those of the site's time zone ([`crate::zone`]).
//!
//! Not here: which answers count within a period.

use std::ops::RangeInclusive;

use crate::zone::{date_of, day_of};

/// Days of a week.
pub const WEEK_DAYS: u32 = 7;
/// Days that a period has at most: ten years.
pub const DAYS_MAX: u32 = 3_653;

/// A length that a reader chooses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Length {
    /// One week.
    Week,
    /// Four weeks: weekends weigh the same in every such period, which they do not in a month.
    #[default]
    FourWeeks,
    /// Ninety days.
    Quarter,
    /// Twelve months, to the same day a year before.
    Year,
}

/// Whole days, both ends included, in days since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    first: u32,
    last: u32,
}

/// Why two days are no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// It ends before it begins.
    #[error("the period ends before it begins")]
    Backwards,
    /// It holds a day that is not over yet.
    #[error("the period holds a day that is not over yet")]
    Unfinished,
    /// It is longer than [`DAYS_MAX`].
    #[error("the period is longer than ten years")]
    Long,
}

impl Length {
    /// All of them, shortest first.
    pub const ALL: [Self; 4] = [Self::Week, Self::FourWeeks, Self::Quarter, Self::Year];

    /// The name in an address: `7`, `28`, `90` or `365`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Week => "7",
            Self::FourWeeks => "28",
            Self::Quarter => "90",
            Self::Year => "365",
        }
    }

    /// The length of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|length| length.name() == name)
    }
}

impl Period {
    /// The period of this length that ends with the day before `today`.
    pub fn until_yesterday(length: Length, today: u32) -> Self {
        let last = today.saturating_sub(1);
        let days = match length {
            Length::Week => WEEK_DAYS,
            Length::FourWeeks => 4 * WEEK_DAYS,
            Length::Quarter => 90,
            Length::Year => last.saturating_sub(year_before(last)).max(1),
        };
        Self { first: (last + 1).saturating_sub(days), last }
    }

    /// The days from `first` to `last`, of which the last is before `today`.
    ///
    /// # Errors
    /// [`PeriodError`]
    pub const fn between(first: u32, last: u32, today: u32) -> Result<Self, PeriodError> {
        if last >= today {
            Err(PeriodError::Unfinished)
        } else if first > last {
            Err(PeriodError::Backwards)
        } else if last - first >= DAYS_MAX {
            Err(PeriodError::Long)
        } else {
            Ok(Self { first, last })
        }
    }

    /// The equal span just before; none where it would begin before 1970.
    pub fn before(&self) -> Option<Self> {
        let first = self.first.checked_sub(self.days())?;
        Some(Self { first, last: self.first - 1 })
    }

    /// How many days.
    pub const fn days(&self) -> u32 {
        self.last - self.first + 1
    }

    /// The first day.
    pub const fn first(&self) -> u32 {
        self.first
    }

    /// The last day.
    pub const fn last(&self) -> u32 {
        self.last
    }

    /// Its days, as a store takes them.
    pub const fn range(&self) -> RangeInclusive<u32> {
        self.first..=self.last
    }

    /// Whole weeks that end with the period's last day, oldest first: as many as the period holds, and at least
    /// `least`, for which the oldest may lie before it.
    ///
    /// They are spans of seven days, not calendar weeks, so that the newest one is never cut.
    pub fn weeks(&self, least: u32) -> Vec<Self> {
        let count = (self.days() / WEEK_DAYS).max(least);
        let week = |back: u32| {
            let last = self.last.checked_sub(back * WEEK_DAYS)?;
            Some(Self { first: last.checked_sub(WEEK_DAYS - 1)?, last })
        };
        (0..count).rev().filter_map(week).collect()
    }
}

/// The same date a year before; on 29 February, 28 February.
fn year_before(day: u32) -> u32 {
    let date = date_of(day).and_then(|date| date.checked_sub(jiff::Span::new().years(1)).ok());
    date.map_or(0, day_of)
}
