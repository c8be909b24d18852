//! Data of the weekly digest of a site, and of the daily alerts. **Source**: docs/metrics.md#alerts.
//!
//! Read from the daily counts, which retention never deletes, so it costs the same however many years of single
//! responses there are. Only the words of delighted customers come from the single responses.

use trente_stats::CountError;
use trente_stats::confidence::NUMBER_MIN;
use trente_stats::report::NpsReport;
use trente_stats::weekly_digest::{
    AlertRow, BASELINE_WEEKS, Entry, Team, WEEK_DAYS, WeeklyDigest, Words, alerts, n_and_nps,
};
use trente_store::fold::counts::Headline;
use trente_store::model::answers::AnswersRow;
use trente_store::model::site::SiteRow;
use trente_store::wanted::Wanted;
use trente_store::{Store, StoreError};
use trente_survey::Class;
use trente_survey::locale::Language;

/// Words of delighted customers, and of contented ones, that are looked at for thanks: many more than are told.
const WORDS_MAX: usize = 200;

/// What a week says.
pub struct SiteWeek {
    /// Public name of the site.
    pub site: String,
    /// Its first day, in days since 1970.
    pub from: u32,
    /// Its last.
    pub until: u32,
    /// Which responses `weekly` is made of.
    pub headline: Headline,
    /// What is told.
    pub weekly: WeeklyDigest,
    /// Responses without a proof of the purchase, which stand apart where there are others.
    pub unproven: u64,
    /// Their recommendation.
    pub unproven_nps: NpsReport,
    /// How many weeks without any response end with this one; 13 where nothing is known of longer.
    pub empty_weeks: u32,
}

/// The week of a site that ends with `until`. `orders` is how many customers were asked; what the shop said of its seven
/// days, where it is absent.
///
/// # Errors
/// Why the store fails.
pub async fn of_site(
    store: &Store,
    site: &SiteRow,
    until: u32,
    team: Team,
    orders: Option<u64>,
    language: Language,
) -> Result<SiteWeek, StoreError> {
    let from = (until + 1).saturating_sub(WEEK_DAYS);
    let asked = store.orders_asked(site.id, from..=until).await?;
    // Of some days it is no number of the week.
    let orders = orders.or_else(|| (asked.days == WEEK_DAYS).then_some(asked.n));
    let headline = store.headline(site.id).await?;
    let mut words = Vec::new();
    for class in [Class::Delight, Class::Ok] {
        let verified = Some(headline == Headline::Verified);
        let wanted = Wanted { classes: Some(vec![class]), verified, ..Wanted::of_days(from..=until) };
        words.extend(store.voices(site.id, wanted, None, None, WORDS_MAX).await?);
    }
    let rows = store.answers(site.id, first_day(until)..=until).await?;
    let name = site.name.clone();
    let counted = tokio::task::spawn_blocking(move || -> Result<SiteWeek, CountError> {
        let empty_weeks = empty_weeks(&rows, until);
        let of_week = rows.iter().copied().filter(|row| row.day >= from);
        let (unproven, unproven_nps) = n_and_nps(until, &entries(of_week, false), NUMBER_MIN)?;
        let proven = headline == Headline::Verified;
        // Newest first, as the store gives them; the digest tells the oldest day first.
        let words: Vec<Words> = words
            .into_iter()
            .rev()
            .map(|voice| Words { day: voice.at.day, key: voice.key, verbatim: voice.verbatim })
            .collect();
        let told = entries(rows.into_iter(), proven);
        let weekly = WeeklyDigest::of(&team, until, &told, &words, orders, NUMBER_MIN, language)?;
        Ok(SiteWeek { site: name, from, until, headline, weekly, unproven, unproven_nps, empty_weeks })
    });
    Ok(counted.await.map_err(|_| StoreError::Ended)??)
}

/// What left its usual course on a day and had not on the day before: the rules A2 to A6, over the seven days that end
/// with each. What goes on is news once.
///
/// # Errors
/// Why the store fails.
pub async fn news(store: &Store, site: &SiteRow, day: u32) -> Result<Vec<AlertRow>, StoreError> {
    let headline = store.headline(site.id).await?;
    let rows = store.answers(site.id, first_day(day.saturating_sub(1))..=day).await?;
    let counted = tokio::task::spawn_blocking(move || -> Result<Vec<AlertRow>, CountError> {
        let told = entries(rows.into_iter(), headline == Headline::Verified);
        let before = alerts(day.saturating_sub(1), &told)?;
        let known = |row: &AlertRow| before.iter().any(|old| old.rule == row.rule && old.about == row.about);
        Ok(alerts(day, &told)?.into_iter().filter(|row| !known(row)).collect())
    });
    Ok(counted.await.map_err(|_| StoreError::Ended)??)
}

/// The first day of the baseline of a week.
pub fn first_day(until: u32) -> u32 {
    (until + 1).saturating_sub(WEEK_DAYS * (BASELINE_WEEKS + 1))
}

fn empty_weeks(rows: &[AnswersRow], until: u32) -> u32 {
    let newest = rows.iter().filter(|row| row.day <= until).map(|row| row.day).max();
    newest.map_or(BASELINE_WEEKS + 1, |day| (until - day) / WEEK_DAYS)
}

/// The counts of the responses with a proof, or of those without.
fn entries(rows: impl Iterator<Item = AnswersRow>, proven: bool) -> Vec<Entry> {
    let rows = rows.filter(|row| row.verified == proven);
    rows.map(|AnswersRow { day, channel, key, n, .. }| Entry { day, channel, key, n }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(day: u32, key: u32, n: u64) -> AnswersRow {
        AnswersRow { day, channel: 0, key, verified: false, n }
    }

    #[test]
    fn each_side_has_its_own_counts() {
        let rows = [row(9, 1, 50), AnswersRow { verified: true, ..row(9, 2, 3) }];
        let of = |proven| entries(rows.into_iter(), proven);
        assert_eq!(of(false), [Entry { day: 9, channel: 0, key: 1, n: 50 }]);
        assert_eq!(of(true), [Entry { day: 9, channel: 0, key: 2, n: 3 }]);
    }

    #[test]
    fn weeks_without_an_answer_are_counted_back_from_the_last() {
        let empty = |day: u32| empty_weeks(&[row(day, 1, 1)], 100);
        assert_eq!([100, 94, 93, 87, 86, 72].map(empty), [0, 0, 1, 1, 2, 4]);
        assert_eq!(empty_weeks(&[], 100), 13);
    }
}
