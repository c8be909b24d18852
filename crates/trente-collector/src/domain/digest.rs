//! Data of the weekly digest of a site, and of the daily alerts. **Source**: docs/metrics.md#alerts.
//!
//! Read from the daily counts, which retention never deletes, so it costs the same however many years of single
//! responses there are. Only the words of delighted customers come from the single responses.

use std::collections::HashMap;

use trente_stats::CountError;
use trente_stats::aggregate::Contribution;
use trente_stats::confidence::NUMBER_MIN;
use trente_stats::report::NpsReport;
use trente_stats::weekly_digest::{AlertRow, BASELINE_WEEKS, Entry, Team, WEEK_DAYS, WeeklyDigest, alerts};
use trente_store::fold::counts::Headline;
use trente_store::model::answers::AnswersRow;
use trente_store::model::site::SiteRow;
use trente_store::wanted::{VoiceRow, Wanted};
use trente_store::{Store, StoreError};
use trente_survey::Class;
use trente_survey::locale::Language;
use trente_survey::response_id::SurveyId;
use trente_survey::score::ELAPSED_UNKNOWN;

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

/// The responses of a site over a week and its baseline.
struct Entries {
    proven: Vec<Entry>,
    unproven: Vec<Entry>,
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
        let wanted = Wanted { classes: Some(vec![class]), ..Wanted::of_days(from..=until) };
        words.extend(store.voices(site.id, wanted, None, None, WORDS_MAX).await?);
    }
    let rows = store.answers(site.id, first_day(until)..=until).await?;
    let name = site.name.clone();
    let counted = tokio::task::spawn_blocking(move || -> Result<SiteWeek, CountError> {
        let Entries { proven, unproven } = entries(&rows, words);
        let empty_weeks = empty_weeks(&rows, until);
        let apart = WeeklyDigest::of(&team, until, &unproven, None, NUMBER_MIN, language)?;
        let told = if headline == Headline::Verified { &proven } else { &unproven };
        let weekly = WeeklyDigest::of(&team, until, told, orders, NUMBER_MIN, language)?;
        let (unproven, unproven_nps) = (apart.n, apart.nps);
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
        let Entries { proven, unproven } = entries(&rows, Vec::new());
        let told = if headline == Headline::Verified { proven } else { unproven };
        let before = alerts(day.saturating_sub(1), &told)?;
        let known = |row: &AlertRow| before.iter().any(|old| old.rule == row.rule && old.about == row.about);
        Ok(alerts(day, &told)?.into_iter().filter(|row| !known(row)).collect())
    });
    Ok(counted.await.map_err(|_| StoreError::Ended)??)
}

/// The first day of the baseline of a week.
fn first_day(until: u32) -> u32 {
    (until + 1).saturating_sub(WEEK_DAYS * (BASELINE_WEEKS + 1))
}

fn empty_weeks(rows: &[AnswersRow], until: u32) -> u32 {
    let newest = rows.iter().filter(|row| row.day <= until).map(|row| row.day).max();
    newest.map_or(BASELINE_WEEKS + 1, |day| (until - day) / WEEK_DAYS)
}

/// One entry for each response. Which of a day came first is not known; it is drawn, always alike, because a chart that
/// looks at one after the other must not see those that say the same in a row.
fn entries(rows: &[AnswersRow], words: Vec<VoiceRow>) -> Entries {
    let mut said: HashMap<(u32, u8, u32, bool), Vec<String>> = HashMap::new();
    for voice in words {
        said.entry((voice.at.day, voice.channel, voice.key, voice.verified)).or_default().push(voice.verbatim);
    }
    let mut drawn: Vec<(u32, u64, bool, Entry)> = Vec::new();
    for row in rows {
        let mut verbatims = said.remove(&(row.day, row.channel, row.key, row.verified)).unwrap_or_default().into_iter();
        for index in 0..row.n {
            let verbatim = verbatims.next();
            let contribution = Contribution {
                key: row.key,
                elapsed: ELAPSED_UNKNOWN,
                noted: verbatim.is_some(),
                mismatch: false,
                survey: SurveyId([0; 4]),
                extra: Default::default(),
            };
            let entry = Entry { day: row.day, channel: row.channel, contribution, verbatim };
            drawn.push((row.day, lot(row, index), row.verified, entry));
        }
    }
    drawn.sort_by_key(|(day, lot, ..)| (*day, *lot));
    let mut all = Entries { proven: Vec::new(), unproven: Vec::new() };
    for (_, _, verified, entry) in drawn {
        if verified { &mut all.proven } else { &mut all.unproven }.push(entry);
    }
    all
}

/// A number that looks random and is not. **Source**: SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
fn lot(row: &AnswersRow, index: u64) -> u64 {
    let seed = u64::from(row.day) << 32 ^ u64::from(row.key) ^ u64::from(row.channel) << 24 ^ index << 40;
    let mixed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(day: u32, key: u32, n: u64) -> AnswersRow {
        AnswersRow { day, channel: 0, key, verified: false, n }
    }

    #[test]
    fn equal_answers_of_a_day_do_not_stand_in_a_row() {
        let drawn = entries(&[row(9, 1, 50), row(9, 2, 50), row(8, 3, 1)], Vec::new()).unproven;
        assert_eq!((drawn.len(), drawn[0].day), (101, 8));
        let keys: Vec<u32> = drawn.iter().skip(1).map(|entry| entry.contribution.key).collect();
        let changes = keys.windows(2).filter(|pair| pair[0] != pair[1]).count();
        assert!((30..70).contains(&changes), "{changes}");
        let again: Vec<u32> =
            entries(&[row(9, 2, 50), row(9, 1, 50)], Vec::new()).unproven.iter().map(|e| e.contribution.key).collect();
        assert_eq!(keys, again, "always alike");
    }

    #[test]
    fn weeks_without_an_answer_are_counted_back_from_the_last() {
        let empty = |day: u32| empty_weeks(&[row(day, 1, 1)], 100);
        assert_eq!([100, 94, 93, 87, 86, 72].map(empty), [0, 0, 1, 1, 2, 4]);
        assert_eq!(empty_weeks(&[], 100), 13);
    }
}
