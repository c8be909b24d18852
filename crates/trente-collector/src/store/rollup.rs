//! Daily counts: what a fold changes in them, and how they are read back.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use trente_stats::CountError;
use trente_stats::aggregate::{Aggregate, Contribution, Count, Kind};
use trente_survey::response_id::SurveyId;

use super::StoreError;
use super::merge::Partition;

/// Changes to counts, collected so that each row is written once and in the order of its key.
#[derive(Debug, Default)]
pub struct Changes(BTreeMap<(Partition, Kind, u32), i64>);

impl Changes {
    /// Counts a response.
    pub fn add(&mut self, partition: Partition, contribution: &Contribution) {
        self.change(partition, contribution, 1);
    }

    /// Takes a response back, before its next revision is counted.
    pub fn take_back(&mut self, partition: Partition, contribution: &Contribution) {
        self.change(partition, contribution, -1);
    }

    fn change(&mut self, partition: Partition, contribution: &Contribution, by: i64) {
        for (kind, key) in contribution.counts() {
            *self.0.entry((partition, kind, key)).or_default() += by;
        }
    }

    /// Writes the changes.
    ///
    /// # Errors
    /// [`StoreError::Count`] when a count would fall below 0, [`StoreError::Sqlite`].
    pub fn write(&self, connection: &Connection) -> Result<(), StoreError> {
        let place =
            "survey = ?1 and ver = ?2 and day = ?3 and verified = ?4 and channel = ?5 and kind = ?6 and key = ?7";
        let mut raise = connection.prepare_cached(
            "insert into daily (survey, ver, day, verified, channel, kind, key, n) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
             on conflict do update set n = n + excluded.n",
        )?;
        let mut lower = connection.prepare_cached(&format!("update daily set n = n - ?8 where {place} and n >= ?8"))?;
        let mut clear = connection.prepare_cached(&format!("delete from daily where {place} and n = 0"))?;
        for (&(at, kind, key), &by) in &self.0 {
            let (kind, amount) = (kind as u8, by.saturating_abs());
            if by > 0 {
                raise.execute(params![at.survey, at.version, at.day, at.verified, at.channel, kind, key, amount])?;
            } else if by < 0 {
                let changed = lower.execute(params![
                    at.survey,
                    at.version,
                    at.day,
                    at.verified,
                    at.channel,
                    kind,
                    key,
                    amount
                ])?;
                if changed == 0 {
                    return Err(CountError::TooFew.into());
                }
                clear.execute(params![at.survey, at.version, at.day, at.verified, at.channel, kind, key])?;
            }
        }
        Ok(())
    }
}

/// The counts of a site, proven purchases and the others apart.
#[derive(Debug, Default)]
pub struct SiteCounts {
    /// Responses whose tag was verified.
    pub verified: Aggregate,
    /// The others.
    pub unverified: Aggregate,
}

/// Reads all counts of a site, over every survey that it published.
///
/// # Errors
/// [`StoreError::Sqlite`], [`StoreError::Count`], [`StoreError::Unreadable`].
pub fn of_site(connection: &Connection, site: i64) -> Result<SiteCounts, StoreError> {
    // Questions of different surveys have nothing in common but their place, so their counts stay apart.
    let mut statement = connection.prepare_cached(
        "select verified, kind, case kind when 3 then survey else x'00000000' end as of_survey, key, sum(n) from daily
         where survey in (select id from survey where site = ?1) group by verified, kind, of_survey, key",
    )?;
    let mut rows = statement.query([site])?;
    let (mut verified, mut unverified) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let kind = Kind::from_number(row.get(1)?).ok_or(StoreError::Unreadable("kind of a daily count"))?;
        let counts = if row.get(0)? { &mut verified } else { &mut unverified };
        counts.push(Count { kind, survey: SurveyId(row.get(2)?), key: row.get(3)?, n: row.get(4)? });
    }
    Ok(SiteCounts { verified: Aggregate::from_counts(verified)?, unverified: Aggregate::from_counts(unverified)? })
}
